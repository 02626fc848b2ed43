"""Administrations by date, visits, course days and the valid range (DR-20, DR-25; R-120 to R-128).

A course runs in phases: 0 along the whole course, 1, 2, ... one after another.  Therapeutic drugs
make the phases; supportive ones go along with them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from pathways.schedules import ScheduleError, format_numbers, parse_cycles, parse_days

__all__ = [
    "PlannedLine",
    "ScheduleError",
    "UseCheck",
    "administrations",
    "case_visits",
    "check_use",
    "course_days",
    "day_numbers",
    "format_numbers",
    "months_after",
    "parse_cycles",
    "parse_days",
    "phase_starts",
    "planned_end",
    "valid_to",
    "visits",
]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One drug line as planned.  `days` None = the label's own schedule, whose dates are not known."""

    number: int
    drug: str
    hcpcs: str
    role: str
    dose: Decimal
    unit: str
    days: tuple[int, ...] | None
    cycle_length_days: int
    cycles: tuple[int, ...]
    per_day: int
    phase: int

    @classmethod
    def from_fact(cls, line: Mapping[str, Any]) -> Self:
        """Read one item of facts["drugs"]; raises ScheduleError for days or cycles that cannot be read."""
        length = int(line["cycle_length_days"])
        return cls(
            number=int(line["number"]),
            drug=line["drug"],
            hcpcs=line.get("hcpcs") or "",
            role=line["role"],
            dose=Decimal(str(line["dose"])),
            unit=line["unit"],
            days=parse_days(str(line["days"]), cycle_length_days=length),
            cycle_length_days=length,
            cycles=parse_cycles(str(line["cycles"])),
            per_day=int(line.get("per_day") or 1),
            phase=int(line.get("phase") or 0),
        )

    @property
    def span_days(self) -> int:
        """From the first day of cycle 1 to the last day of the last cycle."""
        return self.cycles[-1] * self.cycle_length_days


def phase_starts(lines: Iterable[PlannedLine]) -> dict[int, int]:
    """Days from the start of treatment to the start of each phase; phase 0 starts at once (DR-25)."""
    starts, elapsed = {0: 0}, 0
    for phase, span in sorted(_phase_spans(lines).items()):
        starts[phase] = elapsed
        elapsed += span
    return starts


def _phase_spans(lines: Iterable[PlannedLine]) -> dict[int, int]:
    """A phase lasts as long as its therapeutic drugs: a drug of a trial or of supportive care that goes
    on delays no later phase, and makes a phase only where nothing else does.  A radiation order is made
    of its techniques (DR-24).
    """
    roles = ("radiation", "supportive", "investigational", "therapeutic")
    spans: dict[str, dict[int, int]] = {role: {} for role in roles}
    for line in lines:
        if line.phase:
            own = spans[line.role]
            own[line.phase] = max(own.get(line.phase, 0), line.span_days)
    return {phase: span for role in roles for phase, span in spans[role].items()}


def course_days(lines: Sequence[PlannedLine]) -> int:
    """Days of the whole course: phases added, or a longer drug that runs along with them (DR-25).

    Supportive drugs count only where there is nothing else, investigational ones never do otherwise.
    """
    main = [line for line in lines if line.role == "therapeutic"] or lines
    phases = sum(_phase_spans(main).values())
    return max([phases, *(line.span_days for line in main if not line.phase or line.role == "supportive")])


def planned_end(lines: Sequence[PlannedLine], start_on: date) -> date:
    """The last day of the last cycle, which the form proposes as the planned end."""
    starts = phase_starts(lines)
    days = max(starts[line.phase] + line.span_days for line in lines)
    return start_on + timedelta(days=days - 1)


def day_numbers(line: PlannedLine, starts: Mapping[int, int]) -> tuple[int, ...] | None:
    """The days on which a line is given, counted from 0 = the start of treatment, ascending.

    None where only the label knows them.  Cycle k begins `cycle_length_days` x (k - 1) days after its
    phase (R-120).
    """
    if line.days is None:
        return None
    first, length = starts.get(line.phase, 0) - 1, line.cycle_length_days
    return tuple(first + (cycle - 1) * length + day for cycle in line.cycles for day in line.days)


def administrations(
    line: PlannedLine, start_on: date, starts: Mapping[int, int], *, until: date | None = None
) -> tuple[date, ...] | None:
    """The same days as dates, those after `until` left out."""
    numbers = day_numbers(line, starts)
    if numbers is None:
        return None
    days = (start_on + timedelta(days=number) for number in numbers)
    return tuple(day for day in days if until is None or day <= until)


def visits(lines: Iterable[PlannedLine], starts: Mapping[int, int], *, within_days: int | None = None) -> int:
    """Distinct administration days over these lines (D-57), or those in the first `within_days` days.

    A line whose days only the label knows adds none.
    """
    given = {number for line in lines for number in day_numbers(line, starts) or ()}
    return len(given if within_days is None else [number for number in given if number < within_days])


def case_visits(facts: Mapping[str, Any], numbers: Iterable[int], *, until: date | None = None) -> int:
    """Distinct administration days, up to `until`, over the lines with these numbers (D-57, R-128)."""
    lines, wanted = [PlannedLine.from_fact(line) for line in facts["drugs"]], set(numbers)
    within = None if until is None else (until - date.fromisoformat(facts["start_on"])).days + 1
    asked_for = (line for line in lines if line.number in wanted)
    return visits(asked_for, phase_starts(lines), within_days=within)


def valid_to(planned_end_on: date, grace_days: int) -> date:
    """The last day of the valid range: the planned end and the grace after it (DR-20, D-18)."""
    return planned_end_on + timedelta(days=grace_days)


def months_after(start_on: date, months: int) -> date:
    """The last day of `months` calendar months that begin on `start_on`, month ends clipped (D-21)."""
    year, month = divmod(start_on.year * 12 + start_on.month - 1 + months, 12)
    day = min(start_on.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UseCheck:
    """Is a treatment on that day covered by the order?  `reason` is "" when it is (R-330, R-334)."""

    on: date
    covered: bool
    reason: str


def check_use(
    given_on: Iterable[date], *, valid_from: date, valid_to: date, visits_approved: int
) -> list[UseCheck]:
    """Check treatments against an order: inside its dates, and no more than were approved (R-330).

    Room left in the valid range gives no further treatment.
    """
    checked: list[UseCheck] = []
    used = 0
    for day in sorted(given_on):
        reason = "" if valid_from <= day <= valid_to else "OUTSIDE_VALID_RANGE"
        if not reason and used >= visits_approved:
            reason = "ALL_TREATMENTS_USED"
        used += not reason
        checked.append(UseCheck(day, not reason, reason))
    return checked
