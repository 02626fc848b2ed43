"""Tags and filters of our pages: form controls, statuses, clocks, criteria trees, doses and dates.

`{% load portal %}`; docs/design.md shows each with its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pathways.criteria.outcome import Outcome
from pathways.criteria.settling import Settling
from pathways.regimens import DosingSchedule
from pathways.schedules import LABEL, format_numbers
from portal import words
from portal.middleware import shortest_idle_seconds
from portal.templatetags import _calendar, _controls, _criteria, _markup, _settling

register = template.Library()


# --- Icons and frame ------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 0) -> SafeString:
    """An icon of the sprite beside words; hidden from screen readers, which read the words."""
    return _safe(_markup.icon(name, size))


@register.simple_tag
def session_attributes() -> SafeString:
    """Attributes of <body> that static/js/session.js reads for the idle warning (D-72)."""
    return format_html(
        'data-session-seconds="{}" data-keep-alive="{}" data-end-session="{}" data-sign-in="{}"',
        shortest_idle_seconds(),
        _address("keep_alive", "/session/keep-alive"),
        _address("end_session", "/session/end"),
        _address(settings.LOGIN_URL, "/"),
    )


def _address(name: str, otherwise: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise


# --- Form controls --------------------------------------------------------------------------------


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    unit: str = "",
    prefix: str = "",
    width: str = "",
    type: str = "text",
    optional: bool | None = None,
    compact: bool = False,
    rows: int = 0,
    message: bool = True,
    **extra: Any,
) -> SafeString:
    """A text or number input, or a text area when `rows` is given.

    `unit` and `prefix` stand inside the frame; `width` is a USWDS width (2xs to 2xl); `compact`
    shows the label to screen readers and on phones only, for controls in tables; `message=False` leaves
    the message to `field_messages`, which says those of a whole row.  Other keyword arguments become
    attributes (inputmode="decimal"; underscores become hyphens).
    """
    attributes = {**_hyphens(extra), "rows": rows or None}
    control = _controls.control(bound, label=label, hint=hint, optional=optional, extra=attributes)
    control.message = message
    return _safe(
        _markup.field(
            control, kind=type, unit=unit, prefix=prefix, width=width, area=bool(rows), compact=compact
        )
    )


@register.simple_tag
def select(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    empty: str = "Select",
    width: str = "",
    optional: bool | None = None,
    compact: bool = False,
    message: bool = True,
    **extra: Any,
) -> SafeString:
    """A select list; `empty` is the words of the empty choice; `message` as for `field`."""
    control = _controls.control(bound, label=label, hint=hint, optional=optional, extra=_hyphens(extra))
    control.message = message
    control.options = _controls.options(bound)
    return _safe(_markup.select(control, empty=empty, width=width, compact=compact))


@register.simple_tag
def field_messages(fields: Iterable[BoundField]) -> SafeString:
    """What is wrong in a row of fields, one sentence a line, so that the fields keep their places."""
    return _safe("".join(_markup.message(_controls.control(bound)) for bound in fields))


@register.simple_tag
def radios(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    hints: Mapping[str, str] | None = None,
    apart_note: str = "",
    tile: bool = False,
    inline: bool = False,
    optional: bool | None = None,
    **extra: Any,
) -> SafeString:
    """Radio buttons, up to six; "unknown" and "not reported" come last, apart, with `apart_note`.

    `hints` maps a value to the line under its label; `tile` frames each choice.
    """
    control = _choices_of(bound, label, hint, hints, optional, extra)
    return _safe(_markup.radios(control, apart_note=apart_note, tile=tile, inline=inline))


@register.simple_tag
def checkboxes(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    hints: Mapping[str, str] | None = None,
    apart_note: str = "",
    columns: bool = False,
    tile: bool = False,
    optional: bool | None = None,
    **extra: Any,
) -> SafeString:
    """Checkboxes for a field with several answers, like `radios`; `columns` sets long lists in columns."""
    control = _choices_of(bound, label, hint, hints, optional, extra)
    return _safe(_markup.checkboxes(control, apart_note=apart_note, tile=tile, columns=columns))


@register.simple_tag
def checkbox(bound: BoundField, label: str = "", hint: str | None = None, **extra: Any) -> SafeString:
    """One checkbox for a yes-or-no field."""
    control = _controls.control(bound, label=label, hint=hint, optional=False, extra=_hyphens(extra))
    return _safe(_markup.checkbox(control, checked=bound.value() in (True, "True", "true", "on", "1")))


@register.inclusion_tag("components/date.html")
def date_field(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    optional: bool | None = None,
    earliest: date | None = None,
    latest: date | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """A date typed as MM/DD/YYYY with a calendar beside it; the server gets the text as typed."""
    given = bound.value()
    control = _controls.control(
        bound,
        label=label,
        hint=hint or str(bound.help_text or "") or "MM/DD/YYYY, for example 10/12/2021",
        optional=optional,
        extra={"inputmode": "numeric", **_hyphens(extra)},
    )
    day = _controls.iso_date(given)
    if day:
        control.value = _controls.as_text(date.fromisoformat(day))
    return {"f": control, "day": day, "earliest": earliest, "latest": latest}


@register.inclusion_tag("components/birth-date.html")
def birth_date(
    bound: BoundField, label: str = "", hint: str | None = None, optional: bool | None = None
) -> dict[str, Any]:
    """A date that people know by heart, in three inputs named <name>_month, _day and _year.

    The form reads them with `SelectDateWidget`, which this never draws.
    """
    control = _controls.control(
        bound,
        label=label,
        hint=hint or str(bound.help_text or "") or "For example 04 18 1960",
        optional=optional,
    )
    return {"f": control, "parts": _controls.date_parts(bound.value())}


@register.inclusion_tag("components/combobox.html")
def combobox(
    bound: BoundField,
    source: str,
    text: str = "",
    label: str = "",
    hint: str | None = None,
    optional: bool | None = None,
    picks: Iterable[Mapping[str, str]] = (),
    compact: bool = False,
    **extra: Any,
) -> dict[str, Any]:
    """A search box over a server's list: posts the code as <name> and the words as <name>_text.

    `source` is the address that answers ?q= with components/combobox-options.html; `text` the words of
    the present code; `picks` the matches that the server found for free text (dicts with value,
    label, detail), shown as radio buttons for people without scripts.
    """
    typed = bound.form.data.get(f"{bound.html_name}_text") if bound.form.is_bound else None
    return {
        "f": _controls.control(bound, label=label, hint=hint, optional=optional, extra=_hyphens(extra)),
        "source": source,
        "text": text if typed is None else typed,
        "picks": picks,
        "compact": compact,
    }


@register.inclusion_tag("components/error-summary.html")
def error_summary(
    form: BaseForm | None = None, problems: Iterable[Any] = (), title: str = ""
) -> dict[str, Any]:
    """What is wrong, on top of the page, each with a link to its field, in the order of the form's fields.

    `problems` are values with `sentence` and, if a field answers for it, `field` (its id).
    """
    errors: list[tuple[str, str]] = []
    if form is not None:
        for name in (NON_FIELD_ERRORS, *form.fields):
            target = "" if name == NON_FIELD_ERRORS else form[name].auto_id
            errors += [(target, str(sentence)) for sentence in form.errors.get(name, ())]
    errors += [(getattr(problem, "field", ""), problem.sentence) for problem in problems]
    return {"errors": errors, "title": title or "Please correct this before you go on"}


def _choices_of(
    bound: BoundField,
    label: str,
    hint: str | None,
    hints: Mapping[str, str] | None,
    optional: bool | None,
    extra: Mapping[str, Any],
) -> _controls.Control:
    control = _controls.control(bound, label=label, hint=hint, optional=optional, extra=_hyphens(extra))
    control.options, control.apart = _controls.part(_controls.options(bound, hints=hints))
    return control


def _safe(html: str) -> SafeString:
    """What `_markup` wrote: it escapes whatever comes from outside."""
    return mark_safe(html)  # noqa: S308


def _hyphens(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in extra.items()}


# --- Statuses and clocks --------------------------------------------------------------------------


@register.simple_tag
def status_tag(value: Any, label: str = "", explain: bool = False, meaning: str = "") -> SafeString:
    """Word, icon and colour of a DrugStatus, Disposition, OrderStatus, criteria result or Pathway result.

    `label` puts a plan's own word in place of ours (R-217); `explain` adds its definition (R-218), or
    `meaning` in its place.
    """
    look = words.look_of(value)
    if meaning:
        look = replace(look, meaning=meaning)
    return _safe(_markup.status(look, label or look.word, explain=explain))


@register.simple_tag
def due_clock(order: Any, zone: str = words.PLAN_ZONE, compact: bool = False) -> SafeString:
    """When an order is due and what is left of it; filled red from four hours before on."""
    clock = words.clock(order.due_at, now=timezone.now(), zone=zone)
    return _safe(_markup.clock(clock, compact=compact) if clock else "")


# --- Trees, calendars, steps ----------------------------------------------------------------------


@register.simple_tag
def criteria_tree(
    outcome: Outcome | Mapping[str, Any] | None, step_urls: Mapping[str, str] | None = None
) -> SafeString:
    """The criteria tree of an Outcome or its JSON; nothing for a drug that has no policy here.

    `step_urls` maps the key of a step to its address: then each open question links to its answer.
    """
    if not outcome:
        return _safe("")
    root = _criteria.branch(outcome, step_urls=step_urls or {})
    return _safe(f'<ul class="pp-tree">{_markup.branch(root)}</ul>')


@register.inclusion_tag("components/settling.html")
def settling(found: Settling, step_urls: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What would meet a policy, and what stands against it; nothing for one that is met.

    `step_urls` maps the key of a step to its address: then each missing answer links to its question.
    """
    return {"change": _settling.change(found, step_urls=step_urls or {})}


@register.inclusion_tag("components/calendar.html")
def treatment_calendar(
    lines: Iterable[tuple[str, Sequence[date] | None]],
    start_on: date,
    planned_end_on: date,
    valid_to: date | None = None,
) -> dict[str, Any]:
    """Administrations of (drug, days) pairs as a picture and as a table; the grace is shaded."""
    return {
        "calendar": _calendar.calendar(
            lines, start_on=start_on, planned_end_on=planned_end_on, valid_to=valid_to
        )
    }


# --- Filters --------------------------------------------------------------------------------------


@register.filter
def status_word(value: Any) -> str:
    """The word of a status, for titles and alternative texts."""
    return words.look_of(value).word


@register.filter
def dose(amount: Any, unit: str) -> str:
    """{{ line.dose|dose:line.dose_unit }}: 200 mg, 500 mg/m², AUC 5."""
    return words.dose(amount, unit)


@register.filter
def route(value: str | None) -> str:
    """How a drug is given, in words: PO -> by mouth."""
    return words.route(value)


@register.filter
def rhythm(timing: DosingSchedule) -> str:
    """{{ part.schedule|rhythm }}: days 1–28, 2 times a day, every 28 days."""
    days = LABEL if timing.days is None else format_numbers(timing.days)
    text = words.rhythm(days, timing.cycle_length_days, timing.per_day)
    return text[0].lower() + text[1:]


@register.filter
def figure(value: Any) -> str:
    """A figure without idle zeros: 4.00 -> 4, 1250 -> 1,250."""
    return words.number(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """Tue Oct 12, 2021; a moment gives its day in the plans' zone."""
    return words.day(value)


@register.filter
def moment(value: datetime | None, zone: str = words.PLAN_ZONE) -> str:
    """Tue Oct 12, 2021, 6:00 PM ET."""
    return words.moment(value, zone=zone)
