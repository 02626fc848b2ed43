"""Where an order departs from its regimen, and the comparison of schedules (DR-07; R-171, R-175, R-176)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pathways import doses
from pathways.criteria.explain import capital, count, quantity
from pathways.criteria.outcome import Result
from pathways.factors import Factor
from pathways.regimens import DosingSchedule
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
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the lines of one drug compare with one schedule."""

    deviations: tuple[Deviation, ...] = ()
    warnings: tuple[DoseWarning, ...] = ()


def compare_schedule(timings: Sequence[Timing], schedules: Sequence[DosingSchedule]) -> Comparison:
    """Compare the lines of one drug with its schedule, or with the alternative that fits best (DR-07).

    A drug may be written on several lines, such as a loading dose and the doses after it: their
    cycles count together, everything else is compared line by line.
    """
    found = [_against(timings, schedule) for schedule in schedules]
    return min(found, key=lambda item: (len(item.deviations), len(item.warnings)))


def _against(timings: Sequence[Timing], schedule: DosingSchedule) -> Comparison:
    checks = (_cycle_length, _cycle_count, _days, _frequency)
    counted = frozenset(cycle for timing in timings for cycle in timing.cycles)
    deviations = [
        next((found for t in timings if (found := check(t, schedule, len(counted))) is not None), None)
        for check in checks
    ]
    return Comparison(
        deviations=tuple(item for item in deviations if item is not None),
        warnings=tuple(far for t in timings if (far := _dose(t, schedule)) is not None),
    )


def _cycle_length(timing: Timing, schedule: DosingSchedule, _cycles: int) -> Deviation | None:
    entered, expected = timing.cycle_length_days, schedule.cycle_length_days
    if entered == expected:
        return None
    return _deviation(
        "CYCLE_LENGTH", "cycle_length_days", timing, count(entered, "day"), count(expected, "day")
    )


def _cycle_count(timing: Timing, schedule: DosingSchedule, cycles: int) -> Deviation | None:
    if schedule.cycles.accepts(cycles):
        return None
    return _deviation("CYCLE_COUNT", "cycles", timing, count(cycles, "cycle"), schedule.cycles.describe())


def _days(timing: Timing, schedule: DosingSchedule, _cycles: int) -> Deviation | None:
    if schedule.days is None or timing.days == schedule.days:
        return None
    return _deviation("DAYS", "days", timing, _day_words(timing.days), _day_words(schedule.days))


def _frequency(timing: Timing, schedule: DosingSchedule, _cycles: int) -> Deviation | None:
    if timing.per_day == schedule.per_day:
        return None
    return _deviation("FREQUENCY", "per_day", timing, f"{timing.per_day} a day", f"{schedule.per_day} a day")


_NOUNS = {
    "cycle_length_days": "cycle length",
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
    return f"day{'s' if len(days) > 1 else ''} {format_numbers(days).replace(',', ', ')}"
