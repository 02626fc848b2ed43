"""The values of program terms: read from `{value, source}` entries by the rules of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from members.models import ProgramTerms
from members.programs.documents import Fault, nearest
from members.programs.shapes import SHAPES

_PHONE = re.compile(r"^(1-)?[0-9]{3}-[0-9]{3}-[0-9]{4}$")
_NOT_VALUES = {"id", "program", "effective_from", "sources"}
_KINDS: dict[str, type[Any]] = {
    "BooleanField": bool,
    "PositiveSmallIntegerField": int,
    "DateField": date,
    "TimeField": str,
}
_KIND_NAMES: dict[type[Any], str] = {
    bool: "true or false",
    int: "a whole number",
    date: "a date (YYYY-MM-DD)",
    str: "text in quotes",
}


#: Column -> (value, source).
Values = dict[str, tuple[Any, str]]


@cache
def value_columns() -> dict[str, models.Field[Any, Any]]:
    """The columns of ProgramTerms that a file gives values for."""
    return {f.name: f for f in ProgramTerms._meta.concrete_fields if f.name not in _NOT_VALUES}


def read_values(path: Path, place: str, given: dict[str, Any], faults: list[Fault]) -> Values:
    """Column -> (value, source) of the entries {value, source}; every wrong one gives faults."""
    columns = value_columns()
    read: Values = {}
    for name, entry in given.items():
        if name not in columns:
            faults.append(Fault(str(path), f"{place}{name}", f"unknown setting{nearest(name, columns)}"))
        elif not isinstance(entry, dict) or set(entry) != {"value", "source"}:
            faults.append(Fault(str(path), f"{place}{name}", "expected a value and its source"))
        elif not isinstance(entry["source"], str) or not entry["source"].strip():
            faults.append(
                Fault(str(path), f"{place}{name}", "the source is empty; say where the value is from")
            )
        else:
            value = _typed(columns[name], entry["value"])
            wrong = list(_value_faults(columns[name], value))
            faults.extend(Fault(str(path), f"{place}{name}{below}", message) for below, message in wrong)
            read[name] = (value, entry["source"])
    return read


def _typed(column: models.Field[Any, Any], value: Any) -> Any:
    """Texts without the line breaks of the file; a time as a time."""
    if isinstance(value, str):
        value = " ".join(value.split()) if not column.name.endswith("_address") else value.strip()
    if isinstance(column, models.TimeField) and isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            return value
    return value


def _value_faults(column: models.Field[Any, Any], value: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with one value, by the column's own rules."""
    if isinstance(column, models.JSONField):
        yield from SHAPES[column.name].faults(value)
        return
    if value is None:
        if not column.null:
            yield "", "is empty"
        return
    kind: type[Any] = _KINDS.get(type(column).__name__, str)
    if isinstance(column, models.TimeField):
        if not isinstance(value, time):
            yield "", f'expected a time in quotes ("08:00"), found {value!r}'
        return
    if type(value) is not kind:
        yield "", f"expected {_KIND_NAMES[kind]}, found {value!r}"
        return
    if column.name.endswith(("_phone", "_fax")) and value and not _PHONE.match(value):
        yield "", f"expected a phone number like 1-800-555-0100, found {value!r}"
    try:
        column.clean(value, None)
    except ValidationError as error:
        choices = [str(choice) for choice, _ in column.flatchoices]
        yield "", " ".join(error.messages) + nearest(str(value), choices)
