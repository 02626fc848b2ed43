"""The deadlines of `orders/rules/deadlines.py` beside those of a walk through every minute (G-22, G-23).

    python -m tests.rules.slow_clock --cases 100000 --seed 1
    python -m tests.rules.slow_clock --every-minute 2026-2028

The first tries random moments, allowances and calendars, a third of them around the days on which
arithmetic goes wrong; the second one moment in every minute of those years, under the calendars and
allowances of the four programs.  Both say how many deadlines were compared and how many differ, and fail
when one does.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from members.hours import maintenance_ends_at
from orders.rules import deadlines
from orders.rules.calendars import Calendar
from orders.rules.gates import calendar_of
from pathways.files import read_yaml
from tests.rules.minutes import Minutes, SlowClock
from tests.rules.programs import ALLOWANCES, FIXTURES, HOLIDAYS, PROGRAMS

EASTERN = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
#: Room behind the last receipt: no allowance tried here ends later.
ROOM = timedelta(days=70)
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)

#: Days on which clocks change, years end or begin, February has a 29th day, or a holiday falls on a weekend
#: and is observed on another day.
EDGE_DAYS = [
    *(date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7), date(2028, 3, 12)),
    *(date(2028, 11, 5), date(2028, 2, 29), date(2026, 12, 31), date(2027, 12, 31), date(2028, 1, 1)),
    *(date(2026, 7, 3), date(2026, 7, 4), date(2027, 6, 18), date(2027, 7, 5), date(2027, 12, 24)),
    *(date(2027, 12, 25), date(2028, 11, 10)),
]


@dataclass
class Found:
    """What was compared, and each difference in a sentence."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)

    def compare(self, case: str, found: object, walked: object) -> None:
        """Count one value of both ways."""
        self.compared += 1
        if found != walked:
            self.differences.append(f"{case}: {found}, walked {walked}")


@cache
def minutes_of(first: date, last: date) -> Minutes:
    """The walked minutes of receipts in those days, with room for what they are allowed."""
    return Minutes(first - ROOM, last + ROOM)


def days_of(first: date, last: date) -> list[date]:
    """Each day from the first to the last."""
    return [first + DAY * number for number in range((last - first).days + 1)]


def slow(calendar: Calendar, minutes: Minutes) -> SlowClock:
    """The same calendar, walked."""
    opens, closes = (at.hour * 60 + at.minute for at in (calendar.opens_at, calendar.closes_at))
    return SlowClock(minutes, calendar.holidays, opens, closes)


class Pair:
    """One calendar both ways."""

    def __init__(self, calendar: Calendar, minutes: Minutes) -> None:
        self.calendar = calendar
        self.slow = slow(calendar, minutes)
        # When a case moves up depends on nothing but its limit, so a limit met again is not asked again.
        self.moves_up = lru_cache(maxsize=64)(self._moves_up)

    def due(self, at: datetime, unit: str, amount: int, found: Found) -> datetime:
        """Compare when a decision is due, and on which day; return when."""
        due = deadlines.due_at(at, {unit: amount}, self.calendar)
        walked = getattr(self.slow, f"after_{unit}")(at, amount)
        found.compare(f"{at} + {amount} {unit}", due, walked)
        return due

    def day(self, at: datetime, unit: str, amount: int, found: Found) -> None:
        """Compare the day on which it is due."""
        walked = self.slow.minutes.day_of(getattr(self.slow, f"after_{unit}")(at, amount))
        due_on = deadlines.due_on(at, {unit: amount}, self.calendar)
        found.compare(f"day of {at} + {amount} {unit}", due_on, walked)

    def move_up(self, due: datetime, unit: str, hours: int, found: Found) -> None:
        """Compare when a case with that limit moves up to a physician, so many hours before."""
        found.compare(f"{hours} hours before {due}, {unit}", *self.moves_up(due, unit, hours))

    def _moves_up(self, due: datetime, unit: str, hours: int) -> tuple[datetime, datetime]:
        found = deadlines.escalate_at(due, {unit: 1}, self.calendar, business_hours=hours, hours=hours)
        if unit == "hours":
            return found, self.slow.after_hours(due, -hours)
        return found, self.slow.business_hours_before(due, hours)

    def last_day(self, start: date, days: int, found: Found) -> None:
        """Compare the last day of the retrospective window."""
        last = deadlines.retro_last_day(start, days, self.calendar)
        found.compare(f"{days} business days from {start}", last, self.slow.last_day_after(start, days))


# --- random ---------------------------------------------------------------------------------------------


def random_cases(
    cases: int, seed: int, *, calendars: int = 100, first: date = FIRST, last: date = LAST
) -> Found:
    """Compare that many random receipts under that many random calendars."""
    rng, found = random.Random(seed), Found()
    minutes = minutes_of(first, last)
    edges = [day for day in EDGE_DAYS if first <= day <= last]
    for number in range(calendars):
        pair = Pair(_random_calendar(rng, first, last), minutes)
        for _ in range(number, cases, calendars):
            at = _random_moment(rng, first, last, edges)
            unit = rng.choice(["business_days", "hours", "calendar_days"])
            amount = rng.randint(1, {"business_days": 10, "hours": 336, "calendar_days": 30}[unit])
            due = pair.due(at, unit, amount, found)
            pair.day(at, unit, amount, found)
            pair.move_up(due, unit, rng.randint(1, 24), found)
            pair.last_day(at.date(), rng.randint(1, 10), found)
    return found


def _random_calendar(rng: random.Random, first: date, last: date) -> Calendar:
    """Federal holidays, or thirty days a year, weekends among them; open from early or late."""
    days = (last - first).days
    own = frozenset(first + DAY * rng.randint(0, days) for _ in range(days // 12))
    opens = time(rng.randint(6, 11), rng.choice([0, 30]))
    closes = time(rng.randint(14, 22), rng.choice([0, 30]))
    return Calendar("America/New_York", rng.choice([HOLIDAYS, own]), closes_at=closes, opens_at=opens)


def _random_moment(rng: random.Random, first: date, last: date, edges: list[date]) -> datetime:
    """Any second, or one near an edge: in the three days before it, or where a business day ends."""
    kind = rng.randint(1, 6)
    if kind == 1:
        near = rng.choice(edges) - DAY * rng.randint(0, 3)
        return _eastern(near) + timedelta(seconds=rng.randrange(86_400))
    day = first + DAY * rng.randint(0, (last - first).days)
    if kind == 2:
        friday = day + DAY * ((4 - day.weekday()) % 7)
        return _eastern(friday, time(rng.randint(15, 18), 59, 59)) + timedelta(seconds=rng.randint(0, 1))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=rng.randrange(86_400))


def _eastern(day: date, at: time = time(0)) -> datetime:
    return datetime.combine(day, at, tzinfo=EASTERN).astimezone(UTC)


# --- every minute ---------------------------------------------------------------------------------------


def programs(minutes: Minutes) -> Iterator[tuple[Pair, list[tuple[str, int]]]]:
    """The calendars of the four programs, each once, with all that a program on it allows."""
    allowed: dict[Calendar, set[tuple[str, int]]] = {}
    for terms in PROGRAMS:
        units = {amount for allowance in ALLOWANCES[terms.program] for amount in allowance.items()}
        # Medicare Advantage radiation services (D-02).
        days = {("calendar_days", 14), ("calendar_days", 7)} if "MA" in terms.lines_of_business else set()
        allowed.setdefault(calendar_of(terms), set()).update(units | days)
    for calendar, units in allowed.items():
        yield Pair(calendar, minutes), sorted(units)


def every_minute(days: Sequence[date]) -> Found:
    """Compare one receipt in every minute of those days, at a second that changes."""
    found, minutes = Found(), minutes_of(min(days), max(days))
    for pair, allowed in programs(minutes):
        for at in receipts(days):
            for unit, amount in allowed:
                due = pair.due(at, unit, amount, found)
                pair.move_up(due, unit, 4 if unit == "hours" else 8, found)
        for day in days:
            pair.last_day(day, 2, found)
    return found


def receipts(days: Sequence[date]) -> Iterator[datetime]:
    """A moment in every minute of those days."""
    for day in days:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for minute in range(1440):
            yield start + timedelta(minutes=minute, seconds=minute * 7 % 60)


def maintenance(days: Sequence[date]) -> Found:
    """Compare, in every minute, when the portal's maintenance ends: Sundays 13:30 to 19:00 (R-050, W-23)."""
    found, minutes = Found(), minutes_of(min(days), max(days))
    defaults = read_yaml(FIXTURES / "programs" / "defaults.yaml", name="defaults")
    windows = defaults["maintenance_windows"]["value"]
    for at in receipts(days):
        shown = minutes.received(at)
        # Day 1 of the ordinals was a Monday.
        sunday, clock = minutes.days[shown] % 7 == 0, minutes.clock[shown]
        closed = sunday and 13 * 60 + 30 <= clock < 19 * 60
        walked = minutes.moment(shown + 19 * 60 - clock) if closed else None
        found.compare(f"maintenance at {at}", maintenance_ends_at(at, windows), walked)
    return found


def over_switches(first: date, last: date) -> tuple[int, float, set[float]]:
    """72 hours from every minute before each change of the clocks.

    Returns how many were tried, the largest error in seconds, and the errors that adding them to the
    time on the wall would have made.
    """
    minutes = minutes_of(first, last)
    pair = Pair(calendar_of(PROGRAMS[0]), minutes)
    tried, worst, naive = 0, 0.0, set()
    for switch in [day for day in EDGE_DAYS if first <= day <= last and day.weekday() == 6]:
        for minute in range(72 * 60):
            at = _eastern(switch, time(3)) - timedelta(minutes=minute + 1)
            walked = pair.slow.after_hours(at, 72)
            due = deadlines.due_at(at, {"hours": 72}, pair.calendar)
            worst = max(worst, abs((due - walked).total_seconds()))
            on_the_wall = at.astimezone(EASTERN) + timedelta(hours=72)
            naive.add((on_the_wall.astimezone(UTC) - walked).total_seconds())
            tried += 1
    return tried, worst, naive


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code tells whether anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, help="random receipts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-minute", metavar="2026-2028", help="years to try whole")
    asked = parser.parse_args(arguments)
    total = Found()
    if asked.cases:
        total = random_cases(asked.cases, asked.seed)
        print(f"{asked.cases} random receipts, seed {asked.seed}: {told(total)}")
    if asked.every_minute:
        years = [int(year) for year in asked.every_minute.split("-")]
        days = days_of(date(min(years), 1, 1), date(max(years), 12, 31))
        for name, compare in (("clocks", every_minute), ("maintenance", maintenance)):
            found = compare(days)
            print(f"every minute of {asked.every_minute}, {name}: {told(found)}")
            total.differences += found.differences
    tried, worst, naive = over_switches(FIRST, LAST)
    print(f"72 h from {tried} minutes before six changes of the clocks: largest error {worst:.0f} s")
    print(f"(adding 72 h to the wall clock errs by {sorted(naive)} s)")
    for difference in total.differences[:20]:
        print(difference)
    return bool(total.differences or worst)


def told(found: Found) -> str:
    """The count in words."""
    return f"{found.compared} deadlines compared, {len(found.differences)} differ"


if __name__ == "__main__":
    sys.exit(main())
