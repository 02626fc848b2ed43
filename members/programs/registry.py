"""The files that every program shares: the plans with their lines of business, and the calendars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from members.programs.documents import Fault, nearest, read_mapping
from members.states import STATE_NAMES

PLAN_KEYS: dict[str, type[Any]] = {
    "slug": str,
    "name": str,
    "short_name": str,
    "states": list,
    "member_prefixes": list,
    "solutions": list,
    "new_intake_from": date,
    "source": str,
    "lines": list,
}
LINE_KEYS: dict[str, type[Any]] = {
    "code": str,
    "name": str,
    "managed_by": str,
    "managed_from": date,
    "routing_text": str,
    "routing_link": str,
    "source": str,
}


def read_calendars(folder: Path, faults: list[Fault]) -> dict[str, dict[date, str]]:
    """Calendar name -> day -> what is on; holidays and one-off closings alike (R-265, D-04)."""
    return {path.stem: _read_calendar(path, faults) for path in sorted(folder.glob("*.yaml"))}


def _read_calendar(path: Path, faults: list[Fault]) -> dict[date, str]:
    content = read_mapping(path, faults)
    days: dict[date, str] = {}
    for section in ("holidays", "closings"):
        for index, entry in enumerate(records_in(path, content, section, faults)):
            day, name = entry.get("date"), entry.get("name")
            place = f"{section}[{index}]"
            if type(day) is not date or not isinstance(name, str):
                faults.append(Fault(str(path), place, "expected a date (YYYY-MM-DD) and a name"))
            elif day in days:
                faults.append(Fault(str(path), place, f"{day} is there twice"))
            else:
                days[day] = name
    return days


def read_registry(path: Path, faults: list[Fault]) -> list[dict[str, Any]]:
    """The plans with their lines of business (R-019, R-067)."""
    plans = records_in(path, read_mapping(path, faults), "plans", faults)
    seen: set[str] = set()
    for index, plan in enumerate(plans):
        place = f"plans[{index}]"
        faults.extend(key_faults(path, f"{place}.", plan, PLAN_KEYS, ("slug", "name", "short_name")))
        for state in plan.get("states") or []:
            if state not in STATE_NAMES:
                faults.append(Fault(str(path), f"{place}.states", f"{state!r} is no state; quote the code"))
        if str(plan.get("slug")) in seen:
            faults.append(Fault(str(path), f"{place}.slug", f"{plan['slug']!r} is there twice"))
        seen.add(str(plan.get("slug")))
        for number, line in enumerate(records_in(path, plan, "lines", faults, place=f"{place}.")):
            below = f"{place}.lines[{number}]."
            faults.extend(key_faults(path, below, line, LINE_KEYS, ("code", "name")))
    return plans


def records_in(
    path: Path, content: Mapping[str, Any], key: str, faults: list[Fault], *, place: str = ""
) -> list[dict[str, Any]]:
    """The mappings of a list in a file; what is none gives a fault and {} in its stead."""
    entries = content.get(key) or []
    if not isinstance(entries, list):
        faults.append(Fault(str(path), f"{place}{key}", f"expected a list, found {entries!r}"))
        return []
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            message = f"expected keys and values, found {entry!r}"
            faults.append(Fault(str(path), f"{place}{key}[{index}]", message))
    return [entry if isinstance(entry, dict) else {} for entry in entries]


def key_faults(
    path: Path, place: str, record: dict[str, Any], known: dict[str, type[Any]], required: tuple[str, ...]
) -> Iterator[Fault]:
    """Missing keys, unknown keys with the nearest known one, and values of another type."""
    for key in required:
        if key not in record:
            yield Fault(str(path), f"{place}{key}", "is missing")
    for key, value in record.items():
        if key not in known:
            yield Fault(str(path), f"{place}{key}", f"unknown key{nearest(key, known)}")
        elif type(value) is not known[key]:
            yield Fault(str(path), f"{place}{key}", f"expected {known[key].__name__}, found {value!r}")
