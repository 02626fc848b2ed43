"""Deadlines beside a walk through every minute, a slice of `slow_clock.py` (D-02 to D-07, R-256 to R-265)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.rules import slow_clock
from tests.rules.minutes import Minutes, SlowClock
from tests.rules.programs import HOLIDAYS

EASTERN = ZoneInfo("America/New_York")
#: Both changes of the clocks, a 29th of February, and a Christmas and a New Year on Saturdays.
FIRST, LAST = date(2027, 11, 1), date(2028, 3, 15)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


@pytest.fixture(scope="module")
def spring_of_2025() -> Minutes:
    return Minutes(date(2025, 3, 1), date(2025, 6, 5))


@pytest.mark.parametrize(
    ("name", "received", "unit", "amount", "closes", "due"),
    [
        ("W-01", "2025-03-06 10:00", "business_days", 3, 18, "2025-03-11 18:00"),
        ("W-02", "2025-03-06 10:00", "business_days", 3, 17, "2025-03-11 17:00"),
        ("W-03", "2025-03-08 09:00", "business_days", 3, 18, "2025-03-12 18:00"),
        ("W-04", "2025-05-23 15:00", "business_days", 3, 17, "2025-05-29 17:00"),
        ("W-05", "2025-03-08 09:00", "hours", 72, 17, "2025-03-11 10:00"),
        ("W-06 target", "2025-03-14 16:00", "hours", 48, 18, "2025-03-16 16:00"),
        ("W-06 limit", "2025-03-14 16:00", "hours", 72, 18, "2025-03-17 16:00"),
        ("W-07", "2025-03-16 12:00", "hours", 24, 18, "2025-03-17 12:00"),
        ("to the second", "2025-03-14 16:59:59", "hours", 72, 18, "2025-03-17 16:59:59"),
    ],
)
def test_the_walk_itself_gives_the_worked_dates(spring_of_2025, name, received, unit, amount, closes, due):
    walked = SlowClock(spring_of_2025, HOLIDAYS, 8 * 60, closes * 60)
    assert getattr(walked, f"after_{unit}")(moment(received), amount) == moment(due), name


@pytest.mark.parametrize(
    ("name", "start", "last"),
    [
        ("W-08", date(2025, 3, 7), date(2025, 3, 11)),
        ("W-09", date(2025, 3, 8), date(2025, 3, 11)),
        ("W-10", date(2025, 5, 23), date(2025, 5, 28)),
    ],
)
def test_the_walk_itself_gives_the_worked_windows(spring_of_2025, name, start, last):
    assert SlowClock(spring_of_2025, HOLIDAYS, 8 * 60, 18 * 60).last_day_after(start, 2) == last, name


def test_g22_every_minute_of_the_days_on_which_arithmetic_goes_wrong():
    named = [day for day in slow_clock.EDGE_DAYS if FIRST <= day <= LAST]
    assert {date(2027, 11, 7), date(2028, 2, 29), date(2028, 3, 12), date(2027, 12, 25)} <= set(named)
    found = slow_clock.every_minute(named)
    assert found.compared > 100_000
    assert found.differences == []


def test_g22_random_receipts_calendars_and_allowances():
    found = slow_clock.random_cases(3_000, seed=22, calendars=10, first=FIRST, last=LAST)
    assert found.compared == 12_000
    assert found.differences == []


def test_g22_the_maintenance_window_in_every_minute_of_two_weeks_with_a_change_of_clocks():
    days = slow_clock.days_of(date(2028, 3, 6), date(2028, 3, 19))
    assert slow_clock.maintenance(days).differences == []


def test_g23_72_hours_over_a_change_of_the_clocks_are_72_hours():
    tried, worst, naive = slow_clock.over_switches(FIRST, LAST)
    assert (tried, worst) == (2 * 72 * 60, 0)
    assert naive == {-3600.0, 0.0, 3600.0}, "the cases that go wrong on the wall clock are among them"
