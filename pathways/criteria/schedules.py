"""The schedule of a drug line: its doses, its gaps, its length (R-120 to R-123, DR-09)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from pathways.schedules import ScheduleError, parse_cycles, parse_days


class Schedule(NamedTuple):
    """When one drug line is given: days within the cycle, cycles, cycle length, doses a day."""

    days: tuple[int, ...]
    cycles: tuple[int, ...]
    cycle_length_days: int
    per_day: int

    @property
    def total_days(self) -> int:
        """Cycles times cycle length (DR-09)."""
        return len(self.cycles) * self.cycle_length_days

    @property
    def doses_per_cycle(self) -> int:
        """Doses given in one cycle."""
        return len(self.days) * self.per_day

    @property
    def smallest_gap_days(self) -> int | None:
        """Days between the two doses that lie closest; 0 when two fall on a day; None for a single dose."""
        if self.per_day > 1:
            return 0
        return _smallest_gap(self.days, self.cycles, self.cycle_length_days)


@lru_cache(maxsize=4096)
def _smallest_gap(days: tuple[int, ...], cycles: tuple[int, ...], length: int) -> int | None:
    given = sorted((cycle - 1) * length + day for cycle in cycles for day in days)
    return min((later - earlier for earlier, later in pairwise(given)), default=None)


def schedule_of(line: Mapping[str, Any]) -> Schedule | None:
    """The schedule of a drug line; None when a part is missing, not understood, or says LABEL."""
    days, cycles = line.get("days"), line.get("cycles")
    length, per_day = line.get("cycle_length_days"), line.get("per_day", 1)
    if not days or not cycles or not isinstance(length, int) or not isinstance(per_day, int):
        return None
    return _schedule(str(days), str(cycles), length, per_day)


@lru_cache(maxsize=4096)
def _schedule(days: str, cycles: str, length: int, per_day: int) -> Schedule | None:
    try:
        given = parse_days(days, cycle_length_days=length)
        return Schedule(given, parse_cycles(cycles), length, per_day) if given and per_day > 0 else None
    except ScheduleError:
        return None
