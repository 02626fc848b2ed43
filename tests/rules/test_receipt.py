"""When a fax or letter was received (R-380): wall clocks that skip and repeat an hour, and the limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from orders.rules.receipt import OLDEST, fault, moment_of

ZONE = "America/New_York"
NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 3, 3), time(8, 0), datetime(2026, 3, 3, 13, 0, tzinfo=UTC)),
        (date(2026, 7, 3), time(8, 0), datetime(2026, 7, 3, 12, 0, tzinfo=UTC)),
        (date(2026, 3, 8), time(1, 59), datetime(2026, 3, 8, 6, 59, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), None),
        (date(2026, 3, 8), time(3, 0), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        # Twice that day: the first, whose deadlines are the earlier.
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30, fold=1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(2, 0), datetime(2026, 11, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_r380_a_wall_clocks_time_is_one_moment_or_none(day: date, at: time, moment: datetime | None) -> None:
    assert moment_of(day, at, ZONE) == moment


@pytest.mark.parametrize(
    ("before_now", "said"),
    [
        (timedelta(0), ""),
        (timedelta(hours=3), ""),
        (OLDEST, ""),
        (OLDEST + timedelta(seconds=1), "more than 30 days ago"),
        (-timedelta(seconds=1), "in the future"),
    ],
)
def test_r380_a_receipt_lies_in_the_last_thirty_days(before_now: timedelta, said: str) -> None:
    found = fault(NOW - before_now, now=NOW)
    assert said in found
    assert bool(found) == bool(said)
