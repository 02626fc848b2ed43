"""When a decision is due, when it moves up to a physician, and the retrospective window.

Everything is computed from the moment of receipt (D-05) and an allowance; nothing counts down, and
no maintenance window or wait for the practice stops a clock (D-06, R-268).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from orders.rules.calendars import Calendar

#: One key says the unit.
Allowance = Mapping[str, int]
UNITS = frozenset({"business_days", "hours", "calendar_days"})


def due_at(received_at: datetime, allowance: Allowance, calendar: Calendar) -> datetime:
    """The moment a decision is due, in UTC (DR-21, D-01 to D-04).

    - business days: the closing hour of the n-th business day after the plan's day of receipt;
    - calendar days: the closing hour of the n-th day after it;
    - hours: n elapsed hours after receipt, whatever the wall clock does in between.
    """
    unit, amount = _single(allowance)
    if unit == "hours":
        return _hours_after(received_at, amount)
    return calendar.at(due_on(received_at, allowance, calendar), calendar.closes_at)


def due_on(received_at: datetime, allowance: Allowance, calendar: Calendar) -> date:
    """The plan's calendar day on which the decision is due."""
    unit, amount = _single(allowance)
    received_on = calendar.day_of(received_at)
    if unit == "business_days":
        return calendar.business_day_after(received_on, amount)
    if unit == "calendar_days":
        return received_on + timedelta(days=amount)
    return calendar.day_of(_hours_after(received_at, amount))


def escalate_at(
    due: datetime,
    allowance: Allowance,
    calendar: Calendar,
    *,
    business_hours: int = 8,
    hours: int = 4,
) -> datetime:
    """When an undecided case moves to a physician, in UTC (D-07).

    So many business hours before the limit, or elapsed hours for clocks in hours.
    """
    unit, _ = _single(allowance)
    if unit == "hours":
        return due.astimezone(UTC) - timedelta(hours=hours)
    return calendar.business_time_before(due, timedelta(hours=business_hours))


def retro_last_day(start_on: date, business_days: int, calendar: Calendar) -> date:
    """The last day to ask for treatment that began on `start_on` (DR-02, R-350)."""
    return calendar.business_day_after(start_on, business_days)


def _hours_after(moment: datetime, hours: int) -> datetime:
    # In UTC first: adding hours to local time is an hour off across a daylight-saving change.
    return moment.astimezone(UTC) + timedelta(hours=hours)


def _single(allowance: Allowance) -> tuple[str, int]:
    known = [(unit, amount) for unit, amount in allowance.items() if unit in UNITS and amount >= 0]
    if len(known) != 1 or len(allowance) != 1:
        raise ValueError(f"not an allowance: {dict(allowance)}")
    return known[0]
