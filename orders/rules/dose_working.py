"""How one dose comes about, in words with the formula and its values (R-128, R-129, D-56).

The figures are those of `billing_units`: there is one formula for what is shown and what is billed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orders.rules.billing_units import HIGHEST_GFR, Body, NoUnits, amount_given, surface_m2
from pathways.doses import parse_unit


@dataclass(frozen=True, slots=True)
class OneDose:
    """One dose: `amount` in `measure` ("mg", "units"), and how it comes about.

    `amount` is None where a measurement is missing; `words` then ask for it.
    """

    words: str
    measure: str = ""
    amount: Decimal | None = None

    @property
    def size(self) -> str:
        """The amount with its unit: 575 mg."""
        return "" if self.amount is None else f"{_plain(self.amount)} {self.measure}"


def one_dose(dose: Decimal, unit: str, body: Body) -> OneDose:
    """One dose of a line for this body: “75 mg/m² × 1.79 m² = 134.25 mg per dose”."""
    try:
        given, _ = amount_given(dose, unit, body)
    except NoUnits as reason:
        return OneDose(str(reason).replace("to compute the billing units", "to compute the dose"))
    asked = f"{_plain(dose)} {unit.replace('m2', 'm²')}"
    total = OneDose("", given.measure, given.factor).size
    basis = parse_unit(unit)
    if basis.measure == "auc":
        words = f"AUC {_plain(dose)} × {_clearance(body)} = {total} per dose (Calvert{_cap(body)})"
    elif basis.per == "m2":
        words = f"{asked} × {surface_m2(body)} m² = {total} per dose"
    elif basis.per == "kg":
        words = f"{asked} × {_plain(body.weight_kg or Decimal(0))} kg = {total} per dose"
    else:
        words = f"{asked} per dose"
    return OneDose(words, given.measure, given.factor)


def _clearance(body: Body) -> str:
    return f"({_plain(min(body.creatinine_clearance or Decimal(0), HIGHEST_GFR))} + 25)"


def _cap(body: Body) -> str:
    above = (body.creatinine_clearance or Decimal(0)) > HIGHEST_GFR
    return f"; a clearance above {HIGHEST_GFR} mL/min counts as {HIGHEST_GFR}" if above else ""


def surface_words(body: Body) -> str:
    """“BSA 1.79 m² (Mosteller: √(168 cm × 68 kg ÷ 3600))”; "" while height or weight is missing."""
    try:
        surface = surface_m2(body)
    except NoUnits:
        return ""
    height, weight = _plain(body.height_cm or Decimal(0)), _plain(body.weight_kg or Decimal(0))
    return f"BSA {surface} m² (Mosteller: √({height} cm × {weight} kg ÷ 3600))"


def _plain(value: Decimal) -> str:
    """A figure with four decimals at most and thousands set apart, without idle zeros: 1,250 or 134.25."""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")
