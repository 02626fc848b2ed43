"""Units of doses: what they measure, and per what (R-125, D-56).

A unit is written "mg", "mcg", "g", "units", "mg/m2", "mg/kg", "units/m2" or "AUC".  Doses compare
only within one measure and basis; masses convert between each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

#: Spelling -> (measure, how many of that measure's base unit it is).
_MEASURES: dict[str, tuple[str, Decimal]] = {
    "mg": ("mg", Decimal(1)),
    "g": ("mg", Decimal(1000)),
    "mcg": ("mg", Decimal("0.001")),
    "u": ("units", Decimal(1)),
    "unit": ("units", Decimal(1)),
    "units": ("units", Decimal(1)),
}

#: Every unit that content may name: masses and units, alone or by weight or surface, and what else is billed.
UNITS = (
    *("mg", "mg/kg", "mg/m2", "g", "g/kg", "g/m2", "mcg", "mcg/kg", "mcg/m2"),
    *("units", "units/kg", "units/m2", "unit", "U", "U/kg", "U/m2"),
    *("AUC", "infusion", "dose", "mL", "mCi", "uCi", "kBq/kg"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit taken apart: `measure` ("mg", "units", "auc", ...), `factor` to it, `per` "", "kg" or "m2"."""

    measure: str
    factor: Decimal
    per: str


@lru_cache(maxsize=256)
def parse_unit(text: str) -> Unit:
    """Take a unit apart; one that is not known measures itself ("infusion")."""
    amount, _, per = text.strip().lower().partition("/")
    measure, factor = _MEASURES.get(amount, (amount, Decimal(1)))
    return Unit(measure, factor, per)


def ratio(dose: Decimal, unit: str, other: Decimal, other_unit: str) -> Decimal | None:
    """`dose` over `other`, both in base units; None when the units do not compare or `other` is 0."""
    left, right = parse_unit(unit), parse_unit(other_unit)
    if (left.measure, left.per) != (right.measure, right.per) or not other:
        return None
    return (dose * left.factor) / (other * right.factor)
