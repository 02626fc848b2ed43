"""The content folder -> checked plans, calendars, programs and terms, or all faults at once (R-001).

`registry.yaml` holds the plans with their lines of business, `defaults.yaml` the values for a plan
that is silent, and every other file one program.  A program's `terms` are rows with a date; the
first states what differs from the defaults, each later one what changes on its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from members.hours import WEEKDAYS
from members.programs.documents import ContentFaults, Fault, nearest, read_mapping
from members.programs.registry import key_faults, read_calendars, read_registry, records_in
from members.programs.shapes import SOLUTIONS, ListOf
from members.programs.values import Values, read_values, value_columns


@dataclass
class TermsContent:
    """One row of terms: all columns, and where each value comes from."""

    effective_from: date
    values: dict[str, Any]
    sources: dict[str, str]


@dataclass
class ProgramContent:
    """One program file."""

    file: str
    slug: str
    plan: str
    name: str
    short_name: str
    aliases: list[str] = field(default_factory=list)
    solutions: list[str] = field(default_factory=list)
    lines_of_business: list[str] = field(default_factory=list)
    terms: list[TermsContent] = field(default_factory=list)


@dataclass
class Content:
    """Everything in the folder, checked."""

    plans: list[dict[str, Any]]
    calendars: dict[str, dict[date, str]]
    programs: list[ProgramContent] = field(default_factory=list)


def read_content(root: Path) -> Content:
    """Read `programs/` and `calendars/` under root.  Raises ContentFaults with everything wrong."""
    faults: list[Fault] = []
    folder = root / "programs"
    content = Content(
        plans=read_registry(folder / "registry.yaml", faults),
        calendars=read_calendars(root / "calendars", faults),
    )
    silent = folder / "defaults.yaml"
    defaults = read_values(silent, "", read_mapping(silent, faults), faults)
    sound = not faults
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in {"registry.yaml", "defaults.yaml"}:
            content.programs.append(_read_program(path, defaults, content, faults, sound=sound))
    faults.extend(_shared_lines(content.programs))
    if faults:
        raise ContentFaults(faults)
    return content


_PROGRAM_KEYS: dict[str, type[Any]] = {
    "program": str,
    "plan": str,
    "name": str,
    "short_name": str,
    "aliases": list,
    "solutions": list,
    "lines_of_business": list,
    "terms": list,
}


def _read_program(
    path: Path, defaults: Values, content: Content, faults: list[Fault], *, sound: bool
) -> ProgramContent:
    """One program with its rows of terms, oldest first; `sound` says that the shared files are right."""
    known = len(faults)
    head = read_mapping(path, faults)
    if len(faults) == known:
        faults.extend(key_faults(path, "", head, _PROGRAM_KEYS, tuple(_PROGRAM_KEYS)))
    if len(faults) > known:
        return ProgramContent(file=str(path), slug="", plan="", name="", short_name="")
    program = ProgramContent(
        file=str(path),
        slug=head["program"],
        plan=head["plan"],
        name=head["name"],
        short_name=head["short_name"],
        aliases=head["aliases"],
        solutions=head["solutions"],
        lines_of_business=head["lines_of_business"],
    )
    faults.extend(_head_faults(program, content.plans))
    values = dict(defaults)
    for index, row in enumerate(records_in(path, head, "terms", faults)):
        place = f"terms[{index}]."
        known = len(faults)
        day = row.pop("effective_from", None)
        values.update(read_values(path, place, row, faults))
        if type(day) is not date:
            faults.append(Fault(program.file, f"{place}effective_from", "expected a date (YYYY-MM-DD)"))
            continue
        if program.terms and day <= program.terms[-1].effective_from:
            faults.append(Fault(program.file, f"{place}effective_from", "rows must go from old to new"))
        terms = TermsContent(
            effective_from=day,
            values={column: value for column, (value, _) in values.items()},
            sources={column: source for column, (_, source) in values.items()},
        )
        # Values that are wrong in themselves are not compared with each other.
        if sound and len(faults) == known:
            between = _terms_faults(terms, program, content.calendars)
            faults.extend(Fault(program.file, place + below, message) for below, message in between)
        program.terms.append(terms)
    if not program.terms:
        faults.append(Fault(program.file, "terms", "expected at least one row"))
    return program


def _head_faults(program: ProgramContent, plans: list[dict[str, Any]]) -> Iterator[Fault]:
    plan = next((p for p in plans if p.get("slug") == program.plan), None)
    if plan is None:
        known = nearest(program.plan, [str(p.get("slug")) for p in plans])
        yield Fault(program.file, "plan", f"{program.plan!r} is not in the registry{known}")
        return
    for path, message in ListOf(allowed=SOLUTIONS).faults(program.solutions):
        yield Fault(program.file, f"solutions{path}", message)
    codes = [line.get("code", "") for line in plan.get("lines", [])]
    for code in program.lines_of_business:
        if code not in codes:
            yield Fault(
                program.file,
                "lines_of_business",
                f"{code!r} is no line of {program.plan}{nearest(code, codes)}",
            )


def _shared_lines(programs: list[ProgramContent]) -> Iterator[Fault]:
    """A line of business is in one program of its plan at most."""
    owner: dict[tuple[str, str], str] = {}
    for program in programs:
        for code in program.lines_of_business:
            other = owner.setdefault((program.plan, code), program.slug)
            if other != program.slug:
                yield Fault(program.file, "lines_of_business", f"{code!r} is already in {other}")


def _terms_faults(
    terms: TermsContent, program: ProgramContent, calendars: dict[str, dict[date, str]]
) -> Iterator[tuple[str, str]]:
    """What is wrong between the values of one row."""
    values = terms.values
    for missing in sorted(set(value_columns()) - set(values)):
        yield missing, "has no value, neither here nor in the defaults"
    if set(value_columns()) - set(values):
        return
    if (values["standard_business_days"] is None) == (values["standard_hours"] is None):
        yield "standard_business_days", "give business days or standard_hours, and leave the other null"
    if values["urgent_target_hours"] > values["urgent_limit_hours"]:
        yield "urgent_target_hours", "is beyond urgent_limit_hours"
    if values["holiday_calendar"] not in calendars:
        yield "holiday_calendar", f"no such calendar{nearest(values['holiday_calendar'], calendars)}"
    for name in ("time_zone", "support_time_zone"):
        if not _is_zone(values[name]):
            yield name, f"{values[name]!r} is no time zone"
    for first, last in (
        ("contact_center_opens_at", "contact_center_closes_at"),
        ("support_opens_at", "support_closes_at"),
        ("p2p_opens_at", "p2p_closes_at"),
    ):
        if values[first] >= values[last]:
            yield last, f"is not after {first}"
    for name in ("scode_lines", "pcp_states"):
        for code in values[name]:
            if code not in program.lines_of_business:
                yield name, f"{code!r} is no line of this program{nearest(code, program.lines_of_business)}"
    yield from _window_faults(values["maintenance_windows"])


def _window_faults(windows: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    for index, window in enumerate(windows):
        place = f"maintenance_windows[{index}]"
        if window.get("weekday") not in WEEKDAYS:
            yield f"{place}.weekday", f"unknown day {window.get('weekday')!r}"
        if not _is_zone(window.get("time_zone", "")):
            yield f"{place}.time_zone", f"{window.get('time_zone')!r} is no time zone"
        try:
            if time.fromisoformat(window["from"]) >= time.fromisoformat(window["to"]):
                yield place, "ends before it begins"
        except (KeyError, TypeError, ValueError):
            yield place, 'expected times in quotes ("13:30")'


def _is_zone(name: object) -> bool:
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
