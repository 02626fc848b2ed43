"""The course that the drug lines make: its phases, and what of it fits before an earlier end (DR-25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

from orders.rules.schedule import (
    PlannedLine,
    course_days,
    day_numbers,
    format_numbers,
    phase_starts,
    visits,
)
from portal.practice.forms.drug_lines import Role, Typed

#: Phases whose cycle 1 begins on the start date: along the whole course, or the first.
FIRST_PHASES = frozenset({"", "0", "1"})


def planned(lines: Iterable[Mapping[str, Any]]) -> list[PlannedLine]:
    """Clean lines as the rules plan them; raises ScheduleError for one that cannot be read."""
    return [PlannedLine.from_fact({**line, "number": number}) for number, line in enumerate(lines, start=1)]


def is_phased(lines: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the therapeutic drugs make more than one phase."""
    return any(line["role"] == Role.THERAPEUTIC and str(line["phase"]) not in FIRST_PHASES for line in lines)


def rhythm_beside(lines: Sequence[Typed], readable: Sequence[Mapping[str, Any]]) -> Typed | None:
    """The line whose cycles a drug beside the regimen starts with, in phases along the whole course."""
    own = [line for line in lines if line["role"] == Role.THERAPEUTIC and line["phase"] in FIRST_PHASES]
    longest = max(own, key=lambda line: len(line["cycles"]), default=None)
    if longest is None or not is_phased(lines):
        return longest
    cycles = ""
    if len(readable) == len(lines):
        count = ceil(course_days(planned(readable)) / int(longest["cycle_length_days"]))
        cycles = format_numbers(range(1, count + 1))
    return {**longest, "phase": "0", "cycles": cycles}


def phase_faults(lines: Sequence[PlannedLine]) -> Iterator[tuple[int, str, str]]:
    """Supportive lines outside their phase: line number, field and what to do."""
    # A phase that only supportive care would make is no phase of this course.
    starts = phase_starts(line for line in lines if line.role != Role.SUPPORTIVE)
    phases = sorted(phase for phase in starts if phase)
    bounds = [starts[phase] for phase in phases[1:]]
    for line in lines:
        if line.role != Role.SUPPORTIVE or not line.phase or not phases:
            continue
        if line.phase not in starts:
            yield (
                line.number,
                "phase",
                f"The course has no phase {line.phase}. Choose another one, or “Along the whole course”.",
            )
            continue
        ends = dict(zip(phases, [*bounds, course_days(lines)], strict=True))
        if len(phases) > 1 and _last_day(line, starts) > ends[line.phase]:
            yield (
                line.number,
                "cycles",
                f"{line.drug}: phase {line.phase} ends after {ends[line.phase] - starts[line.phase]} days. "
                "Enter cycles within it, or choose “Along the whole course”.",
            )


def _last_day(line: PlannedLine, starts: Mapping[int, int]) -> int:
    """The day of the course on which a line is last given, counted from 1."""
    numbers = day_numbers(line, starts)
    return numbers[-1] + 1 if numbers else starts.get(line.phase, 0) + line.span_days


def what_fits(lines: Iterable[Mapping[str, Any]], start_on: date, end: date) -> str:
    """How many treatment days an end leaves; "" when it leaves them all."""
    course = planned(lines)
    starts = phase_starts(course)
    total = visits(course, starts)
    fitting = visits(course, starts, within_days=(end - start_on).days + 1)
    return "" if fitting == total else f"{fitting} of {total} treatment days fit before this end."
