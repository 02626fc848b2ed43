"""Business days and business hours of a plan's contact center, in the plan's own time zone (D-04, R-265)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a plan works: Monday to Friday without holidays, from `opens_at` to `closes_at` (R-264)."""

    time_zone: str
    holidays: frozenset[date]
    closes_at: time
    opens_at: time = time(8)

    @property
    def zone(self) -> ZoneInfo:
        """The plan's wall clock."""
        return ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """The plan's calendar day of a moment."""
        return moment.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday, and no holiday."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def business_day_after(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`, which is day 0 whatever day it is (D-04)."""
        for _ in range(count):
            day += timedelta(days=1)
            while not self.is_business_day(day):
                day += timedelta(days=1)
        return day

    def at(self, day: date, clock: time) -> datetime:
        """That wall-clock time on that day, in UTC."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def business_time_before(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment that lies `amount` of business time before `moment`, in UTC (D-07)."""
        day, left = self.day_of(moment), amount
        end = moment.astimezone(UTC)
        while True:
            if self.is_business_day(day):
                opens, closes = self.at(day, self.opens_at), self.at(day, self.closes_at)
                worked = min(end, closes) - opens
                if worked >= left:
                    return min(end, closes) - left
                left -= max(worked, timedelta(0))
            day -= timedelta(days=1)
