"""What is wrong on the dosing page beyond single fields: each fault with the field that it stands beside.

Faults are given one by one, so that a later check sees what the earlier ones refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django import forms

from portal.practice.forms import course, dose_preview, drug_asks, drug_lines
from portal.practice.forms.drug_lines import Role

if TYPE_CHECKING:
    from portal.practice.forms.dosing import DosingForm

#: Name of the field, and the sentence beside it.
Fault = tuple[str, str]
#: Least and most of each measurement, in its own unit.
LIMITS = {"height_cm": (30, 250), "weight_kg": (2, 400), "creatinine_clearance": (1, 300)}


def faults(form: DosingForm) -> Iterator[Fault]:
    """Everything that keeps the page from being complete, in the order of its parts."""
    yield from _unreadable(form)
    yield from _products(form)
    yield from _phases(form)
    yield from _added(form)
    yield from _supportive(form)
    yield from _indications(form)
    yield from _measures(form)
    yield from _units(form)
    yield from _labs(form)
    yield from _doses(form)


def _unreadable(form: DosingForm) -> Iterator[Fault]:
    for number, (_, found) in enumerate(form.read):
        for name, sentence in found.items():
            field = drug_lines.field_name(number, name)
            if field not in form.errors:
                yield field, sentence


def _products(form: DosingForm) -> Iterator[Fault]:
    """A product by mouth is not given by injection, nor the other way round."""
    for number, line in enumerate(form.lines):
        if sentence := drug_lines.wrong_product(line, form.catalog):
            yield drug_lines.field_name(number, "hcpcs"), sentence


def _phases(form: DosingForm) -> Iterator[Fault]:
    """DR-25: a supportive drug of one phase ends with it."""
    if len(form.readable) == len(form.lines):
        for number, name, sentence in course.phase_faults(course.planned(form.readable)):
            yield drug_lines.field_name(number - 1, name), sentence


def _added(form: DosingForm) -> Iterator[Fault]:
    """A drug that was typed and not added."""
    if form.typed("add_drug_text"):
        drug = form.added.chosen
        if drug is not None:
            yield "add_drug", form.why_not_supportive(drug) or "Press “Add drug”, or empty the box."
        elif form.added.found:
            yield "add_drug", "Choose one of the drugs found, then add it, or empty the box."
        else:
            yield "add_drug", "No drug has this name, brand or code. Check the spelling, or empty the box."
    if form.typed("add_trial"):
        yield "add_trial", "Press “Add trial drug”, or empty the box."


def _supportive(form: DosingForm) -> Iterator[Fault]:
    """R-085: an order without supportive drugs is confirmed; one for them alone has some (R-093)."""
    has_supportive = any(line["role"] == Role.SUPPORTIVE for line in form.lines)
    ticked = bool(form.raw.get("no_supportive"))
    if form.draft.is_supportive:
        if not has_supportive and "add_drug" not in form.errors:
            yield "add_drug", "Add the supportive drugs that are ordered."
    elif not has_supportive and not ticked:
        yield "no_supportive", "Add the supportive drugs, or confirm that none is planned."
    elif has_supportive and ticked:
        yield "no_supportive", "Supportive drugs are on the order. Untick this, or remove them."


def _indications(form: DosingForm) -> Iterator[Fault]:
    for number, line in enumerate(form.lines):
        if form.asks_indication(line) and not line["indication"]:
            yield drug_lines.field_name(number, "indication"), f"Choose what {line['drug']} is given for."


def _measures(form: DosingForm) -> Iterator[Fault]:
    per_surface, per_weight = form.any_unit("/m2"), form.any_unit("/kg")
    wanted = {
        "height_cm": per_surface,
        "weight_kg": per_surface or per_weight,
        "creatinine_clearance": "creatinine_clearance" in form.fields,
    }
    for name, needed in wanted.items():
        label = str(form.fields[name].label).lower() if name in form.fields else name
        low, high = LIMITS[name]
        if not (typed := form.typed(name)):
            if needed:
                yield name, f"Enter the {label}: a dose on this page depends on it."
        elif (value := drug_lines.amount(typed)) is None or not low <= value <= high:
            yield name, f"Enter the {label} as a number from {low} to {high}."


def _units(form: DosingForm) -> Iterator[Fault]:
    """A dose far beyond any other makes more billing units than an order can hold."""
    for line in dose_preview.too_many_units(form):
        yield (
            drug_lines.field_name(line.number - 1, "dose"),
            f"This dose of {line.drug} makes more billing units than can be right. "
            "Check the dose, its unit and how often it is given.",
        )


def _labs(form: DosingForm) -> Iterator[Fault]:
    for name in form.asks.family("labs"):
        try:
            drug_asks.read_lab(form.typed(f"labs-{name}"))
        except forms.ValidationError as fault:
            yield f"labs-{name}", fault.messages[0]


def _doses(form: DosingForm) -> Iterator[Fault]:
    """R-125: a dose far from the regimen's is checked again; it is no deviation."""
    ticked = set(form.raw.get("dose_checked", ()))
    if any(value not in ticked for value, _ in form.warned()):
        yield "dose_checked", "Check these doses again, and tick what is meant as written."
