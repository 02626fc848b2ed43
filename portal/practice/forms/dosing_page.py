"""What the dosing page shows of its form: each line with its fields, deviations and other schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from orders.steps import BY_KEY
from pathways.criteria import terms as words
from pathways.criteria.vocabulary import FACTS
from portal.practice.forms import drug_lines
from portal.practice.forms.drug_lines import Role, Typed

if TYPE_CHECKING:
    from portal.practice.forms.dosing import DosingForm

#: Steps whose unanswered questions are pointed to from here.
EARLIER = frozenset({"diagnosis", "clinical"})


def context(form: DosingForm) -> dict[str, Any]:
    """Everything the step's template needs beside the form."""
    return {
        "lines": [_line(form, number, line) for number, line in enumerate(form.lines)],
        "custom": form.draft.row is None,
        "refilled": form.refilled,
        "questions": [(form[name], *_kind(name, field)) for name, field in form.questions.items()],
        "elsewhere": [
            (FACTS[fact].question, FACTS[fact].step, BY_KEY[FACTS[fact].step].title, ", ".join(drugs))
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
        "removable": drug_lines.is_removable(line),
        "codes": len(codes),
        "code_words": codes[0][1] if codes and line["role"] != Role.INVESTIGATIONAL else "",
        "shows_phase": form.draft.row is None or any(other["phase"] not in ("", "1") for other in form.lines),
        "asks_indication": form.asks_indication(line),
        "deviations": [
            found for found in form.match.deviations if found.step == form.step and found.drug == line["drug"]
        ],
        "schedules": _other_schedules(form, number, line),
    }


def _other_schedules(form: DosingForm, number: int, line: Typed) -> list[tuple[str, str]]:
    """Schedules that count as equal: the button that takes one over, and its words (DR-07)."""
    component = form.components.get(line["drug"])
    if component is None or line["role"] != Role.THERAPEUTIC or len(component.schedules) < 2:
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
