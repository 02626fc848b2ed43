"""What day it is at the plans: all of them keep Eastern time (R-264)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from notifications.clock import now

PLAN_ZONE = ZoneInfo("America/New_York")


def plan_today() -> date:
    """Today's date on the plans' wall clock, which is not UTC's in the evening."""
    return now().astimezone(PLAN_ZONE).date()
