"""What the dosing page works out from its lines: each dose with its formula, billing units, the calendar.

Information only: nothing here is judged, and whole vials change neither units nor outcome (R-120, R-128,
R-129, D-56, D-57).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from orders.rules.billing_units import TOO_MANY_UNITS, BillingUnits, Body, Product, billing_units
from orders.rules.dose_working import OneDose, one_dose, surface_words
from orders.rules.schedule import PlannedLine, administrations, phase_starts, planned_end, visits
from pathways.criteria.explain import count, joined
from pathways.doses import whole_vials
from portal import words
from portal.practice.forms import course
from portal.practice.forms.drug_lines import Role, amount, position

if TYPE_CHECKING:
    from portal.practice.forms.dosing import DosingForm

BY_MOUTH = "PO"


@dataclass(frozen=True)
class Doses:
    """One line: how a dose comes about, what is billed for it and in all, and on how many days it is given.

    What cannot be worked out is "", with the reason in `note`.
    """

    drug: str
    position: str
    working: str
    vials: str
    billed: str
    days: str
    note: str


@dataclass(frozen=True)
class Preview:
    """The card of the dosing page; `calendar` has each drug with its days, as the order page draws it."""

    surface: str
    lines: list[Doses]
    visits: int
    start_on: date | None = None
    end_on: date | None = None
    calendar: list[tuple[str, Sequence[date] | None]] = field(default_factory=list)


def preview_of(form: DosingForm) -> Preview:
    """What the lines that can be read give; the calendar once all of them can be."""
    body = _body(form)
    surface = surface_words(body) if form.any_unit("/m2") else ""
    planned = course.planned(form.readable)
    starts = phase_starts(planned)
    lines = [
        _doses(form, line, days=visits([line], starts) if line.days is not None else None, body=body)
        for line in planned
    ]
    start_on = form.draft.start_on
    if start_on is None or not planned or len(planned) < len(form.lines):
        return Preview(surface, lines, 0)
    return Preview(
        surface,
        lines,
        visits([line for line in planned if _is_given(form, line)], starts),
        start_on,
        planned_end(planned, start_on),
        [(line.drug, administrations(line, start_on, starts)) for line in planned],
    )


def too_many_units(form: DosingForm) -> list[PlannedLine]:
    """The lines whose billing units are more than can be right, once all lines can be read."""
    planned = course.planned(form.readable)
    if len(planned) < len(form.lines):
        return []
    starts, body = phase_starts(planned), _body(form)
    found = []
    for line in planned:
        days = visits([line], starts) if line.days is not None else None
        units = _in_all(form, line, None if days is None else days * line.per_day, body=body).units
        if units is not None and units >= TOO_MANY_UNITS:
            found.append(line)
    return found


def _body(form: DosingForm) -> Body:
    return Body(*(amount(form.typed(name)) for name in ("height_cm", "weight_kg", "creatinine_clearance")))


def _product(form: DosingForm, line: PlannedLine) -> Product | None:
    found = form.draft.content.product(line.drug, line.hcpcs)
    return Product(*found) if found else None


def _in_all(form: DosingForm, line: PlannedLine, given: int | None, *, body: Body) -> BillingUnits:
    """The billing units of so many doses of a line."""
    product = _product(form, line)
    return billing_units(dose=line.dose, unit=line.unit, product=product, administrations=given, body=body)


def _is_given(form: DosingForm, line: PlannedLine) -> bool:
    """Whether somebody gives it: a drug that is swallowed makes no visit."""
    return form.lines[line.number - 1]["route"] != BY_MOUTH


def _doses(form: DosingForm, line: PlannedLine, *, days: int | None, body: Body) -> Doses:
    dose = one_dose(line.dose, line.unit, body)
    billed, note = _billed(form, line, None if days is None else days * line.per_day, body=body)
    return Doses(
        drug=line.drug,
        position=position(line.number - 1, form.lines),
        working=dose.words,
        vials=_vials(form, line, dose),
        billed=billed,
        days="" if days is None else count(days, "treatment day"),
        # A missing measurement is asked for once.
        note=note if dose.amount is not None else "",
    )


def _billed(form: DosingForm, line: PlannedLine, given: int | None, *, body: Body) -> tuple[str, str]:
    """The billing units of one dose and of all, or "" and why they are not known."""
    if line.role == Role.INVESTIGATIONAL:
        return "", ""
    product = _product(form, line)
    each, total = (_in_all(form, line, number, body=body) for number in (1, given))
    if product is None or each.units is None:
        return "", each.reason
    size = f"{words.number(product.unit_size)} {product.unit_kind}"
    billed = f"{count(int(each.units), 'billing unit')} of {size} per dose"
    if total.units is None or given is None:
        return billed, total.reason
    return f"{billed} × {count(given, 'dose')} = {words.number(total.units)} in all", ""


def _vials(form: DosingForm, line: PlannedLine, dose: OneDose) -> str:
    """The dose in whole vials where the catalog has their sizes: “575 mg in whole vials: …”."""
    drug = form.catalog.drugs.get(line.drug)
    if drug is None or dose.amount is None or dose.measure != "mg":
        return ""
    opened = whole_vials(dose.amount, [Decimal(size) for size in drug.vial_sizes])
    if not opened:
        return ""
    listed = joined([f"{number} × {words.number(size)} mg" for size, number in opened], "and")
    total = sum((size * number for size, number in opened), Decimal(0))
    return f"{dose.size} in whole vials: {listed}, together {words.number(total)} mg"
