"""Deadlines a second time, slowly: every minute of some years is walked once, and marked.

Written from the requirements (D-02, D-04, D-05, D-07, R-256 to R-265, DR-02, DR-21, the worked dates W-01
to W-10), not from `orders/rules`, and sharing nothing with it: no `zoneinfo`, no sum of days, no search for
a next business day.  Eastern time comes from the law that sets it (15 U.S.C. 260a), and everything else is
counting minutes, so that the same mistake is unlikely to be made twice.

Nothing stops a clock: not waiting for the practice (D-06), not the maintenance window (R-268), and no
requirement lengthens one.  So there is no pause and no extension to walk here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARCH, _NOVEMBER, _SUNDAY = 3, 11, 6


class Minutes:
    """Every minute between two days, by its number, with what an Eastern clock on the wall shows then."""

    def __init__(self, first: date, last: date) -> None:
        """Walk from the beginning of `first` to the end of `last`, both days of universal time."""
        self.first = _minute_of(datetime(first.year, first.month, first.day, tzinfo=UTC))
        minutes = ((last - first).days + 1) * 24 * 60
        self.days = array("l")  # the local date of each minute, as `date.toordinal`
        self.clock = array("i")  # minutes since local midnight that the wall clock shows
        switches = _switches(range(first.year - 1, last.year + 2))
        for minute in range(self.first, self.first + minutes):
            summer = (
                bisect_right(switches, minute) % 2 == 1
            )  # each spring switch is followed by an autumn one
            wall = minute - (4 if summer else 5) * 60
            self.days.append(_EPOCH.toordinal() + wall // (24 * 60))
            self.clock.append(wall % (24 * 60))

    def received(self, at: datetime) -> int:
        """The number of the minute in which a request came."""
        return _minute_of(at) - self.first

    def day_of(self, at: datetime) -> date:
        """The date on an Eastern wall at that moment."""
        return date.fromordinal(self.days[self.received(at)])

    def moment(self, minute: int, *, second: int = 0) -> datetime:
        """The moment at which a minute begins, or that many seconds later."""
        return _EPOCH + timedelta(seconds=(self.first + minute) * 60 + second)


class SlowClock:
    """One plan's calendar, walked once: when a day begins, when business closes, which minutes are open."""

    def __init__(self, minutes: Minutes, holidays: Collection[date], opens: int, closes: int) -> None:
        """`opens` and `closes` are minutes since midnight on the wall; Saturdays and Sundays are closed."""
        self.minutes = minutes
        off = {day.toordinal() for day in holidays}
        self.midnights = array("l")
        self.closings = array("l")  # the closing hour strikes on a business day
        self.strikes = array("l")  # it strikes, business day or not
        self.open = array("l")
        day = minutes.days[0]
        for minute, (here, shown) in enumerate(zip(minutes.days, minutes.clock, strict=True)):
            if here != day:
                self.midnights.append(minute)
                day = here
            if shown == closes:
                self.strikes.append(minute)
            # Day 1 of the ordinals was a Monday, so 6 and 0 are Saturday and Sunday.
            if here % 7 in (6, 0) or here in off:
                continue
            if shown == closes:
                self.closings.append(minute)
            if opens <= shown < closes:
                self.open.append(minute)

    def after_business_days(self, at: datetime, days: int) -> datetime:
        """The `days`-th closing of business once the day of receipt is over (D-04)."""
        return self.minutes.moment(self.closings[self._first_after_day_of(at, self.closings) + days - 1])

    def after_calendar_days(self, at: datetime, days: int) -> datetime:
        """The same, with Saturdays, Sundays and holidays counted too (D-02, D-04)."""
        return self.minutes.moment(self.strikes[self._first_after_day_of(at, self.strikes) + days - 1])

    def after_hours(self, at: datetime, hours: int) -> datetime:
        """`hours` times sixty minutes on, to the second, whatever the wall shows (R-257, R-262)."""
        return self.minutes.moment(self.minutes.received(at) + hours * 60, second=at.second)

    def business_hours_before(self, limit: datetime, hours: int) -> datetime:
        """The last moment with that many open hours left until a limit on a full minute (D-07)."""
        reached = bisect_left(self.open, self.minutes.received(limit))
        return self.minutes.moment(self.open[reached - hours * 60])

    def last_day_after(self, start: date, business_days: int) -> date:
        """The day of the n-th closing after the start date: the last for a late request (D-04, DR-02)."""
        noon = datetime(start.year, start.month, start.day, 17, tzinfo=UTC)
        closing = self.closings[self._first_after_day_of(noon, self.closings) + business_days - 1]
        return date.fromordinal(self.minutes.days[closing])

    def _first_after_day_of(self, at: datetime, strikes: array[int]) -> int:
        over = self.midnights[bisect_right(self.midnights, self.minutes.received(at))]
        return bisect_left(strikes, over)


def _minute_of(at: datetime) -> int:
    return int((at - _EPOCH).total_seconds()) // 60


def _switches(years: range) -> list[int]:
    """The minutes at which Eastern clocks change, in turn forward and back.

    Forward at 2 a.m. standard time on the second Sunday of March, back at 2 a.m. daylight time on the first
    Sunday of November.
    """
    found = []
    for year in years:
        spring, autumn = _sunday(year, _MARCH, 2), _sunday(year, _NOVEMBER, 1)
        found.append(_minute_of(datetime(year, _MARCH, spring, 7, tzinfo=UTC)))
        found.append(_minute_of(datetime(year, _NOVEMBER, autumn, 6, tzinfo=UTC)))
    return found


def _sunday(year: int, month: int, which: int) -> int:
    """The day of the month of its first, second, … Sunday."""
    sundays = [day for day in range(1, 15) if date(year, month, day).weekday() == _SUNDAY]
    return sundays[which - 1]
