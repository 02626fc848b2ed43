"""Sentences about people to call and days, as several steps say them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from members.models import ProgramTerms


def in_full(day: date) -> str:
    """A day as pages say it: Tue Oct 12, 2021."""
    return f"{day:%a %b} {day.day}, {day.year}"


def clock(at: time) -> str:
    """A time of day as pages say it: 6:00 PM."""
    return f"{at:%I:%M %p}".lstrip("0")


def zone_letters(zone: str) -> str:
    """The everyday name of a time zone, summer and winter alike: ET for America/New_York."""
    name = datetime(2021, 1, 1, tzinfo=ZoneInfo(zone)).tzname() or zone
    return name[0] + name[-1] if len(name) == 3 else name


def contact_center(terms: ProgramTerms) -> str:
    """The plan's contact center with its number and hours (PD-12)."""
    hours = f"{clock(terms.contact_center_opens_at)} to {clock(terms.contact_center_closes_at)}"
    return (
        f"{terms.administrator_brand} contact center, {terms.contact_center_phone}, "
        f"Monday to Friday, {hours} {zone_letters(terms.time_zone)}"
    )
