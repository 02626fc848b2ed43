"""Where an order departs from its regimen, and the comparison of schedules (DR-07; R-171, R-175, R-176)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Self

from pathways import doses
from pathways.criteria.explain import capital, count, quantity
from pathways.criteria.outcome import Result
from pathways.factors import Factor
from pathways.regimens import Component, DosingSchedule
from pathways.schedules import format_numbers, parse_cycles, parse_days

Line = Mapping[str, Any]

#: How far a dose may be from the row's before the form asks to look again (DR-07).
DOSE_TOLERANCE = Decimal("0.10")

#: R-176: why a changed schedule is a deviation at all.
SCHEDULE_REASON = "The regimen was selected on these parameters and on safety, efficacy and cost."


@dataclass(frozen=True, slots=True)
class Deviation:
    """An entry that is not what is expected (R-171).

    `kind` is "custom", "clinical", "schedule" or "fn"; `step` and `field` say where the form asks it
    (`lines.2.days` is the field `days` of drug line number 2); `drug` is empty for clinical ones.
    """

    code: str
    kind: str
    step: str
    field: str
    drug: str
    entered: str
    expected: str
    sentence: str

    @property
    def unknown(self) -> bool:
        """Is it a missing answer rather than a wrong one?"""
        return self.code.endswith(":UNKNOWN")


@dataclass(frozen=True, slots=True)
class DoseWarning:
    """A dose to look at again; no deviation and without effect on the decision (R-125, R-180)."""

    code: str
    step: str
    field: str
    drug: str
    entered: str
    expected: str
    sentence: str


def clinical_deviation(factor: Factor) -> Deviation:
    """The deviation of a factor that is not met, or not known (DR-06)."""
    suffix = ":UNKNOWN" if factor.result is Result.UNKNOWN else ""
    return Deviation(
        code=factor.code + suffix,
        kind="clinical",
        step=factor.step,
        field=factor.name,
        drug="",
        entered=factor.entered,
        expected=factor.expected,
        sentence=factor.sentence,
    )


@dataclass(frozen=True, slots=True)
class Timing:
    """When a drug line is given, read from its facts; `days` None = as the label says."""

    number: int
    drug: str
    dose: Decimal
    unit: str
    days: tuple[int, ...] | None
    cycle_length_days: int
    cycles: tuple[int, ...]
    per_day: int
    phase: int

    @classmethod
    def from_line(cls, line: Line) -> Self:
        """Raises ScheduleError for days or cycles that cannot be read."""
        length = int(line["cycle_length_days"])
        return cls(
            number=int(line["number"]),
            drug=line["drug"],
            dose=Decimal(str(line["dose"])),
            unit=line["unit"],
            days=parse_days(str(line["days"]), cycle_length_days=length),
            cycle_length_days=length,
            cycles=parse_cycles(str(line["cycles"])),
            per_day=int(line.get("per_day") or 1),
            phase=int(line["phase"]),
        )

    def cycles_on_days_of(self, other: Timing) -> tuple[int, ...]:
        """The cycles in which both lines are given on one day; the label's own days may be any."""
        may_meet = self.days is None or other.days is None or not set(self.days).isdisjoint(other.days)
        if self.phase != other.phase or not may_meet:
            return ()
        return tuple(sorted(set(self.cycles) & set(other.cycles)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the lines of one drug compare with one schedule."""

    deviations: tuple[Deviation, ...] = ()
    warnings: tuple[DoseWarning, ...] = ()


def compare_schedule(timings: Sequence[Timing], part: Component) -> Comparison:
    """Compare the lines of one drug with its schedule, or with the alternative that fits best (DR-07).

    A drug may be written on several lines, such as a loading dose and the doses after it: together
    their cycles run from 1 without a gap, in the phase of the row, and no two lines share a day.
    Everything else is compared line by line.
    """
    found = [_against(timings, schedule, part.phase) for schedule in part.schedules]
    return min(found, key=lambda item: (len(item.deviations), len(item.warnings)))


def _against(timings: Sequence[Timing], schedule: DosingSchedule, phase: int) -> Comparison:
    deviations = (
        _first(_cycle_length(timing, schedule) for timing in timings),
        _first(_phase(timing, phase) for timing in timings) or _cycle_count(timings, schedule),
        _first(_days(timing, schedule) for timing in timings),
        _first(_frequency(timing, schedule) for timing in timings) or _same_day(timings, schedule),
    )
    return Comparison(
        deviations=tuple(item for item in deviations if item is not None),
        warnings=tuple(far for t in timings if (far := _dose(t, schedule)) is not None),
    )


def _first(found: Iterable[Deviation | None]) -> Deviation | None:
    return next((deviation for deviation in found if deviation is not None), None)


def _cycle_length(timing: Timing, schedule: DosingSchedule) -> Deviation | None:
    entered, expected = timing.cycle_length_days, schedule.cycle_length_days
    if entered == expected:
        return None
    return _deviation(
        "CYCLE_LENGTH", "cycle_length_days", timing, count(entered, "day"), count(expected, "day")
    )


def _phase(timing: Timing, expected: int) -> Deviation | None:
    """Cycles count within their phase (DR-25): the row has none of the drug in any other."""
    if timing.phase == expected:
        return None
    return _deviation("CYCLE_COUNT", "phase", timing, _phase_words(timing.phase), _phase_words(expected))


def _cycle_count(timings: Sequence[Timing], schedule: DosingSchedule) -> Deviation | None:
    cycles = sorted({cycle for timing in timings for cycle in timing.cycles})
    entered, expected = count(len(cycles), "cycle"), schedule.cycles.describe()
    if cycles[-1] > len(cycles):
        # Every other cycle would double the time between two doses, whatever the cycle length says.
        entered, expected = f"{entered} ({_listed(cycles)})", f"{expected}, from cycle 1 without a gap"
    elif schedule.cycles.accepts(len(cycles)):
        return None
    return _deviation("CYCLE_COUNT", "cycles", timings[0], entered, expected)


def _days(timing: Timing, schedule: DosingSchedule) -> Deviation | None:
    if schedule.days is None or timing.days == schedule.days:
        return None
    return _deviation("DAYS", "days", timing, _day_words(timing.days), _day_words(schedule.days))


def _frequency(timing: Timing, schedule: DosingSchedule) -> Deviation | None:
    if timing.per_day == schedule.per_day:
        return None
    return _deviation("FREQUENCY", "per_day", timing, f"{timing.per_day} a day", f"{schedule.per_day} a day")


def _same_day(timings: Sequence[Timing], schedule: DosingSchedule) -> Deviation | None:
    for one, other in combinations(timings, 2):
        if shared := one.cycles_on_days_of(other):
            cycles = f"cycle{'s' if len(shared) > 1 else ''} {_listed(shared)}"
            entered = f"two lines for the same day of {cycles}"
            return _deviation("FREQUENCY", "per_day", other, entered, f"{schedule.per_day} a day")
    return None


_NOUNS = {
    "cycle_length_days": "cycle length",
    "phase": "part of the course",
    "cycles": "number of cycles",
    "days": "days within the cycle",
    "per_day": "doses a day",
}


def _deviation(code: str, field: str, timing: Timing, entered: str, expected: str) -> Deviation:
    return Deviation(
        code=f"{code}:{timing.drug}",
        kind="schedule",
        step="dosing",
        field=f"lines.{timing.number}.{field}",
        drug=timing.drug,
        entered=entered,
        expected=expected,
        sentence=f"{capital(timing.drug)}, {_NOUNS[field]}: {entered} entered; the regimen has {expected}.",
    )


def _dose(timing: Timing, schedule: DosingSchedule) -> DoseWarning | None:
    share = doses.ratio(timing.dose, timing.unit, schedule.dose, schedule.unit)
    if share is not None and abs(share - 1) <= DOSE_TOLERANCE:
        return None
    entered, expected = quantity(timing.dose, timing.unit), quantity(schedule.dose, schedule.unit)
    far = "in another unit than" if share is None else "more than 10% off"
    return DoseWarning(
        code=f"DOSE_WARNING:{timing.drug}",
        step="dosing",
        field=f"lines.{timing.number}.dose",
        drug=timing.drug,
        entered=entered,
        expected=expected,
        sentence=f"{capital(timing.drug)}: {entered} is {far} the regimen's {expected}. Check the dose.",
    )


def _day_words(days: Sequence[int] | None) -> str:
    if days is None:
        return "as the label says"
    return f"day{'s' if len(days) > 1 else ''} {_listed(days)}"


def _phase_words(phase: int) -> str:
    return f"phase {phase}" if phase else "the whole course"


def _listed(numbers: Sequence[int]) -> str:
    return format_numbers(numbers).replace(",", ", ")
