"""What the dosing page shows of its form: each line with its fields, deviations and other schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from orders.steps import BY_KEY
from pathways.criteria import terms as words
from pathways.criteria.explain import joined
from pathways.criteria.vocabulary import FACTS
from pathways.schedules import format_numbers
from portal.practice.forms import drug_lines
from portal.practice.forms.course import FIRST_PHASES
from portal.practice.forms.dose_preview import preview_of
from portal.practice.forms.drug_lines import Role, Typed

if TYPE_CHECKING:
    from portal.practice.forms.dosing import DosingForm

#: Steps whose unanswered questions are pointed to from here.
EARLIER = frozenset({"diagnosis", "clinical"})


def context(form: DosingForm) -> dict[str, Any]:
    """Everything the step's template needs beside the form."""
    return {
        "preview": preview_of(form),
        "lines": [_line(form, number, line) for number, line in enumerate(form.lines)],
        "custom": form.draft.row is None and not form.draft.is_supportive,
        "supportive_only": form.draft.is_supportive,
        "phased": any(line["phase"] not in FIRST_PHASES for line in form.lines),
        "refilled": form.refilled,
        "questions": [(form[name], *_kind(name, field)) for name, field in form.questions.items()],
        "elsewhere": [
            (FACTS[fact].question, FACTS[fact].step, BY_KEY[FACTS[fact].step].title, _also_need(drugs))
            for fact, drugs in form.asks.elsewhere.items()
            if FACTS[fact].step in EARLIER
        ],
        "needs_height": form.any_unit("/m2"),
        "needs_weight": form.any_unit("/m2") or form.any_unit("/kg"),
        "needs_clearance": "creatinine_clearance" in form.fields,
        "warned": bool(form.match.warnings),
        "has_supportive": any(line["role"] == Role.SUPPORTIVE for line in form.lines),
        "drug_picks": form.added.offers if form.typed("add_drug_text") else (),
    }


def _also_need(drugs: Sequence[str]) -> str:
    """The beginning of a sentence: trastuzumab and pertuzumab also need."""
    return f"{joined(drugs, 'and')} also need{'s' if len(drugs) == 1 else ''}"


def _line(form: DosingForm, number: int, line: Typed) -> dict[str, Any]:
    codes = form.catalog.codes(line["drug"])
    fields = {name: form[drug_lines.field_name(number, name)] for name in drug_lines.LINE_FIELDS}
    return {
        "number": number,
        "fields": fields,
        # What the drug is given for has room for its own message.
        "wrong": [bound for name, bound in fields.items() if bound.errors and name != "indication"],
        "drug": line["drug"],
        "role": line["role"],
        "role_label": Role(line["role"]).label if line["role"] in Role.values else "",
        "removable": drug_lines.is_removable(line, form.lines),
        "position": drug_lines.position(number, form.lines),
        "shared_cycles": _cycle_words(form.shared_cycles.get(number + 1, ())),
        "begins_on": form.phase_days.get(line["phase"]) if line["phase"] not in FIRST_PHASES else None,
        "asks_route": bool(form.catalog.routes(line["drug"])),
        "asks_code": drug_lines.asks_code(line, form.catalog),
        "code_words": codes[0][1] if codes and line["role"] != Role.INVESTIGATIONAL else "",
        "shows_phase": _shows_phase(form),
        "asks_indication": form.asks_indication(line),
        "deviations": [
            found for found in form.match.deviations if found.field.startswith(f"lines.{number + 1}.")
        ],
        "schedules": _other_schedules(form, number, line),
    }


def _shows_phase(form: DosingForm) -> bool:
    """Is there more than phase 1, in the regimen or on the page, or no regimen to say so?"""
    phases = {line["phase"] or "1" for line in form.lines}
    phases |= {str(component.phase) for component in form.components.values()}
    return (form.draft.row is None and not form.draft.is_supportive) or phases != {"1"}


def _cycle_words(cycles: Sequence[int]) -> str:
    return f"cycle{'' if len(cycles) == 1 else 's'} {format_numbers(cycles)}" if cycles else ""


def _other_schedules(form: DosingForm, number: int, line: Typed) -> list[tuple[str, str]]:
    """Other schedules that the regimen allows: the button that takes one over, and its words (DR-07)."""
    component = form.components.get(line["drug"])
    if component is None or line["role"] != Role.THERAPEUTIC or len(component.schedules) < 2:
        return []
    if drug_lines.is_doubled(line, form.lines):
        # Another schedule comes with all its cycles and would run into the other line's.
        return []
    found = []
    for option, schedule in enumerate(component.schedules):
        filled = drug_lines.filled(component, form.catalog, schedule)
        if any(filled[name] != line[name] for name in ("dose", "unit", "days", "cycle_length_days")):
            text = f"{filled['dose']} {schedule.unit} every {schedule.cycle_length_days} days"
            found.append((f"schedule:{number}:{option}", text))
    return found


def _kind(name: str, field: forms.Field) -> tuple[str, str]:
    """How a question is drawn, and its unit."""
    if name.startswith("labs-"):
        return "text", words.LABS[name.removeprefix("labs-")].unit
    return ("many" if isinstance(field, forms.MultipleChoiceField) else "one"), ""
