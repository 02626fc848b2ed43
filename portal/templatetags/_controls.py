"""What a form control needs to be drawn, worked out once for each bound field.

Django's own widgets are templates of templates: thirty of them cost a page about 8 ms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any, cast

from django.forms import BoundField
from django.utils.safestring import SafeString

#: Answers that are not findings; drawn last and apart, with what they cost.
APART = ("unknown", "not_reported", "not_tested")

_PARTS_OF_A_DATE = re.compile(r"^(?P<year>[^-]*)-(?P<month>[^-]*)-(?P<day>[^-]*)$")
_TYPED_DATE = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*$")


@dataclass(slots=True)
class Option:
    """One radio button, checkbox or entry of a select list."""

    id: str
    value: str
    label: str
    checked: bool
    hint: str = ""


@dataclass(slots=True)
class Control:
    """One labelled control; `error`, `attrs` and `described_by` are HTML already.

    `message` is whether the error stands with the control; `described_by` finds it elsewhere too.
    """

    id: str
    name: str
    label: str
    hint: str
    error: str
    value: str
    optional: bool
    attrs: str
    described_by: str
    options: list[Option] = field(default_factory=list)
    apart: list[Option] = field(default_factory=list)
    message: bool = True


def control(
    bound: BoundField,
    *,
    label: str = "",
    hint: str | None = None,
    optional: bool | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Control:
    """The values of one bound field; `label`, `hint` and `optional` given here win over the form's."""
    identity = bound.auto_id or bound.html_name
    hint = str(bound.help_text or "") if hint is None else hint
    error = "<br>".join(text(sentence) for sentence in bound.errors)
    ids = " ".join(f"{identity}-{part}" for part, present in (("hint", hint), ("error", error)) if present)
    return Control(
        id=identity,
        name=bound.html_name,
        label=label or str(bound.label),
        hint=hint,
        error=error,
        value=as_text(bound.value()),
        optional=not bound.field.required if optional is None else optional,
        attrs=attributes({**bound.field.widget.attrs, **(extra or {})}),
        described_by=f' aria-describedby="{ids}"' if ids else "",
    )


def as_text(value: Any) -> str:
    """A field's value as the text of its input; a day as MM/DD/YYYY."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    return str(value)


def attributes(attrs: Mapping[str, Any]) -> str:
    """HTML attributes as text; True gives a bare attribute, False and None give none.

    `class` is left out: the component gives its own.
    """
    return "".join(
        f" {name}" if value is True else f' {name}="{text(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False and name != "class"
    )


def text(value: Any) -> str:
    """A value escaped for HTML; what is marked safe stays as it is."""
    # The standard library's escape: Django's own is the same in a wrapper for lazy text that costs more.
    return value if isinstance(value, SafeString) else escape(str(value))


def options(bound: BoundField, *, hints: Mapping[str, str] | None = None) -> list[Option]:
    """The choices of a field, those that are no findings (`APART`) last; the empty choice is left out.

    The first carries the field's own id, so that the error summary's link lands on it.
    """
    given = bound.value()
    chosen = {str(v) for v in given} if isinstance(given, (list, tuple, set)) else {_as_choice(given)}
    choices = _flat(cast(Any, bound.field).choices)
    flat = [(str(value), str(text)) for value, text in choices if value not in ("", None)]
    flat.sort(key=lambda choice: choice[0] in APART)
    base = bound.auto_id or bound.html_name
    hints = hints or {}
    return [
        Option(
            id=base if number == 0 else f"{base}_{number}",
            value=value,
            label=text,
            checked=value in chosen,
            hint=hints.get(value, ""),
        )
        for number, (value, text) in enumerate(flat)
    ]


def part(options: list[Option]) -> tuple[list[Option], list[Option]]:
    """Findings, and the answers that are none."""
    apart = [option for option in options if option.value in APART]
    return options[: len(options) - len(apart)], apart


def _as_choice(value: Any) -> str:
    return "" if value is None else str(value)


def iso_date(value: Any) -> str:
    """YYYY-MM-DD of a day or of what was typed as MM/DD/YYYY; empty if it is no date."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value or "")
    typed = _TYPED_DATE.match(text)
    try:
        if typed:
            month, day, year = (int(part) for part in typed.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def date_parts(value: Any) -> dict[str, str]:
    """Month, day and year as typed, from a day or from `SelectDateWidget`'s text year-month-day."""
    if isinstance(value, date):
        return {"month": f"{value.month:02}", "day": f"{value.day:02}", "year": f"{value.year:04}"}
    parts = _PARTS_OF_A_DATE.match(str(value or ""))
    if parts is None:
        return {"month": "", "day": "", "year": ""}
    return {name: "" if text == "0" else text for name, text in parts.groupdict().items()}


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for value, text in choices:
        if isinstance(text, (list, tuple)):
            yield from text
        else:
            yield value, text
