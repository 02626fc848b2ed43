"""When a fax or letter was received: its clocks run from then, whenever it is keyed in (R-380, D-05)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: What arrived longer ago is mistyped, or needs a new request: its answers are no longer today's.
OLDEST = timedelta(days=30)


def moment_of(day: date, at: time, zone: str) -> datetime | None:
    """The moment of a wall clock's day and time, in UTC; None for an hour that the clocks skip that day.

    An hour that comes twice is the first one: its deadlines are the earlier.
    """
    wall = datetime.combine(day, at.replace(fold=0), ZoneInfo(zone))
    moment = wall.astimezone(UTC)
    there = moment.astimezone(ZoneInfo(zone))
    return moment if there.replace(tzinfo=None) == wall.replace(tzinfo=None) else None


def fault(received_at: datetime, *, now: datetime) -> str:
    """Why a request cannot have been received then; "" when it can."""
    if received_at > now:
        return "This lies in the future. Enter when the fax or letter arrived."
    if received_at < now - OLDEST:
        return f"This is more than {OLDEST.days} days ago. Check the date, or ask for a new request."
    return ""
