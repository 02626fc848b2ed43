"""Whether a schedule exists that keeps some limits and breaks others (R-120 to R-123)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathways.criteria.outcome import Result
from pathways.criteria.treatment import Scheduled
from pathways.lint.formula import Wish
from pathways.schedules import HIGHEST


@dataclass(slots=True)
class Range:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def within(self, low: int, high: int) -> None:
        """Leave only numbers that lie in the other range too."""
        self.low, self.high = max(self.low, low), min(self.high, high)

    @property
    def empty(self) -> bool:
        """Is no number left?"""
        return self.low > self.high


#: Doses of a day are not limited by the form.
MANY = 10**6


def schedule_exists(wishes: Sequence[Wish]) -> bool:
    """Is there a schedule that fulfils all wishes?  Certain when it answers no."""
    if all(Result.UNKNOWN in wish.want for wish in wishes):
        return True
    ranges = {
        "cycles_at_most": Range(1, HIGHEST),
        "cycle_days_at_least": Range(1, HIGHEST),
        "total_days_at_most": Range(1, HIGHEST * HIGHEST),
        "doses_per_cycle_at_most": Range(1, MANY),
        "days_apart": Range(0, MANY),
    }
    single_dose = True
    for wish in wishes:
        assert isinstance(wish.test, Scheduled)
        name, amount = wish.test.limit, wish.test.amount
        keeps = Result.MET in wish.want
        at_least = name in ("cycle_days_at_least", "days_apart")
        if keeps is at_least:
            ranges[name].within(amount if keeps else amount + 1, MANY)
        else:
            ranges[name].within(0, amount if keeps else amount - 1)
        if name == "days_apart" and not keeps:
            single_dose = False  # a single dose is never too close to another
    if any(found.empty for found in ranges.values()):
        return False
    return any(
        _fits(length, ranges, single_dose=single_dose)
        for length in range(ranges["cycle_days_at_least"].low, ranges["cycle_days_at_least"].high + 1)
    )


def _fits(length: int, ranges: dict[str, Range], *, single_dose: bool) -> bool:
    """Can cycles of this length be given so that the other limits come out as wanted?"""
    cycles, total, doses = (ranges[f"{name}_at_most"] for name in ("cycles", "total_days", "doses_per_cycle"))
    gap = ranges["days_apart"]
    fewest = max(cycles.low, -(-total.low // length))
    most = min(cycles.high, total.high // length)
    if fewest > most:
        return False
    if single_dose and doses.low == 1 and fewest == 1:
        return True
    if doses.low > 1 and (doses.low - 1) * gap.low > length - 1:
        return False
    if doses.high > 1:
        return True
    # One dose a cycle: doses lie whole cycles apart, at least one and at most to the last cycle there is.
    if most < 2:
        return False
    farthest = length * ((HIGHEST - 1) // (max(fewest, 2) - 1))
    return gap.high >= length and farthest >= gap.low
