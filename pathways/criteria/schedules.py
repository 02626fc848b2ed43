"""The schedule of a drug: its doses, its gaps, its length (R-120 to R-123, DR-09)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from pathways.schedules import ScheduleError, parse_cycles, parse_days


class Schedule(NamedTuple):
    """When one drug line is given: days within the cycle, cycles, cycle length, doses a day.

    `days` is None where the label's own days are followed; `starts_after_days` counts the days of the
    course before the line's phase begins.
    """

    days: tuple[int, ...] | None
    cycles: tuple[int, ...]
    cycle_length_days: int
    per_day: int
    starts_after_days: int = 0

    @property
    def given_on(self) -> tuple[int, ...]:
        """Days of the course with a dose; none where only the label knows them."""
        return tuple(
            self.starts_after_days + (cycle - 1) * self.cycle_length_days + day
            for cycle in self.cycles
            for day in self.days or ()
        )

    @property
    def own_cycles(self) -> tuple[tuple[int, int], ...]:
        """The cycles, told apart from those of other phases."""
        return tuple((self.starts_after_days, cycle) for cycle in self.cycles)


class DrugSchedule(NamedTuple):
    """A drug line with the other lines of its drug: a limit holds for both together (DR-09)."""

    line: Schedule
    others: tuple[Schedule, ...] = ()

    @property
    def lines(self) -> tuple[Schedule, ...]:
        """Every line of the drug."""
        return (self.line, *self.others)

    @property
    def cycles(self) -> int:
        """How many cycles have a dose."""
        return len({cycle for line in self.lines for cycle in line.own_cycles})

    @property
    def total_days(self) -> int:
        """Cycles times cycle length (DR-09)."""
        lengths: dict[tuple[int, int], int] = {}
        for line in self.lines:
            for cycle in line.own_cycles:
                lengths[cycle] = max(lengths.get(cycle, 0), line.cycle_length_days)
        return sum(lengths.values())

    @property
    def cycle_length_days(self) -> int:
        """The length of the shortest cycle."""
        return min(line.cycle_length_days for line in self.lines)

    @property
    def follows_label(self) -> bool:
        """Whether the days of some doses are known to the label alone."""
        return any(line.days is None for line in self.lines)

    @property
    def doses_per_cycle(self) -> int | None:
        """Most doses given in one cycle; None where only the label knows."""
        if self.follows_label:
            return None
        doses: dict[tuple[int, int], int] = {}
        for line in self.lines:
            for cycle in line.own_cycles:
                doses[cycle] = doses.get(cycle, 0) + len(line.days or ()) * line.per_day
        return max(doses.values())

    @property
    def smallest_gap_days(self) -> int | None:
        """Days from a dose of the line to the closest other dose of the drug, as far as days are known.

        0 when two fall on a day; None for a single dose.
        """
        return 0 if self.line.per_day > 1 else _smallest_gap(self)

    def is_apart(self, days: int) -> bool | None:
        """Whether doses lie at least so many days apart; None where the label's days could be closer."""
        gap = self.smallest_gap_days
        if gap is not None and gap < days:
            return False
        return None if self.follows_label else True


@lru_cache(maxsize=4096)
def _smallest_gap(schedule: DrugSchedule) -> int | None:
    given = sorted(
        [(day, True) for day in schedule.line.given_on]
        + [(day, False) for other in schedule.others for day in other.given_on]
    )
    return min(
        (later - earlier for (earlier, one), (later, two) in pairwise(given) if one or two), default=None
    )


def schedule_of(line: Mapping[str, Any]) -> Schedule | None:
    """The schedule of a drug line; None when a part is missing or not understood."""
    days, cycles = line.get("days"), line.get("cycles")
    length, per_day = line.get("cycle_length_days"), line.get("per_day", 1)
    if not isinstance(length, int) or not isinstance(per_day, int):
        return None
    return _schedule(str(days), str(cycles), length, per_day, line.get("starts_after_days", 0))


@lru_cache(maxsize=4096)
def _schedule(days: str, cycles: str, length: int, per_day: int, starts_after_days: int) -> Schedule | None:
    try:
        given = parse_days(days, cycle_length_days=length)
        cycle_numbers = parse_cycles(cycles)
    except ScheduleError:
        return None
    return Schedule(given, cycle_numbers, length, per_day, starts_after_days) if per_day > 0 else None
