"""Opening hours and maintenance windows, on the wall clock of their own zone.  Plain Python."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def is_open(
    at: datetime, *, zone: str, opens_at: time, closes_at: time, holidays: Collection[date] = ()
) -> bool:
    """Is an office open that keeps these hours from Monday to Friday, holidays off (R-264, R-373)?

    The closing hour itself is outside: at 16:00:00 an office that closes at four is closed.
    """
    local = at.astimezone(ZoneInfo(zone))
    return (
        local.weekday() < 5
        and local.date() not in holidays
        and opens_at <= local.time().replace(tzinfo=None) < closes_at
    )


def maintenance_ends_at(at: datetime, windows: Sequence[Mapping[str, str]]) -> datetime | None:
    """When the maintenance running at that moment ends, or None if none runs (R-050, D-45, W-23).

    The first second of a window is inside it, its last is not.
    """
    for window in windows:
        local = at.astimezone(ZoneInfo(window["time_zone"]))
        starts, ends = time.fromisoformat(window["from"]), time.fromisoformat(window["to"])
        if WEEKDAYS[local.weekday()] == window["weekday"] and starts <= local.time() < ends:
            return datetime.combine(local.date(), ends, tzinfo=local.tzinfo)
    return None
