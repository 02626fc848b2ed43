"""Doses in their units, by weight and height, and billing units (DR-07, DR-20, D-56)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from tests.rules.naive.truth import UNKNOWN, number, truth

Facts = dict[str, Any]

MILLIGRAMS = {"mcg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000)}
SAME = {"U": "units", "unit": "units"}


def _parts(unit: str) -> tuple[str, str]:
    what, _, per = unit.partition("/")
    return SAME.get(what, what), per


def body_surface(facts: Facts) -> Decimal | None:
    """Mosteller: the root of height (cm) times weight (kg) by 3600, two decimals."""
    height, weight = number(facts.get("height_cm")), number(facts.get("weight_kg"))
    if height is None or weight is None:
        return None
    return (height * weight / 3600).sqrt().quantize(Decimal("0.01"), ROUND_HALF_UP)


def total(dose: Decimal, unit: str, facts: Facts) -> tuple[Decimal, str] | None:
    """A dose as given to this member, in milligrams where it is a mass; None without a measurement."""
    what, per = _parts(unit)
    if what == "AUC":
        clearance = number(facts.get("creatinine_clearance"))
        return None if clearance is None else (dose * (min(clearance, Decimal(125)) + 25), "mg")
    factor = {"": Decimal(1), "kg": number(facts.get("weight_kg")), "m2": body_surface(facts)}.get(per)
    if factor is None:
        return None
    return (dose * factor * MILLIGRAMS[what], "mg") if what in MILLIGRAMS else (dose * factor, what)


def at_most(line: dict[str, Any], limit: str, facts: Facts) -> str:
    """Is the line's dose at most "10 mg/kg"?  Compared per kg or m2 as written, else as given."""
    dose, unit = number(line.get("dose")), line.get("unit") or ""
    if dose is None or not unit or unit == "AUC":
        return UNKNOWN
    value, _, limit_unit = limit.partition(" ")
    if _parts(unit)[1] == _parts(limit_unit)[1]:
        facts = {"weight_kg": 1, "height_cm": 3600}  # the same measure on both sides cancels out
    one, other = total(dose, unit, facts), total(Decimal(value), limit_unit, facts)
    if one is None or other is None or one[1] != other[1]:
        return UNKNOWN
    return truth(one[0] <= other[0])


def is_off(line: dict[str, Any], dose: str, unit: str) -> bool:
    """Is the line's dose more than 10 per cent off this one, or in another kind of unit (DR-07)?"""
    entered, asked = number(line.get("dose")), Decimal(dose)
    if entered is None:
        return False
    (what, per), (what_asked, per_asked) = _parts(line["unit"]), _parts(unit)
    if per != per_asked or (what in MILLIGRAMS) != (what_asked in MILLIGRAMS):
        return True
    if what in MILLIGRAMS:
        entered, asked = entered * MILLIGRAMS[what], asked * MILLIGRAMS[what_asked]
    elif what != what_asked:
        return True
    return abs(entered - asked) * 10 > asked


def billing_units(
    line: dict[str, Any], product: dict[str, str] | None, doses: int | None, facts: Facts
) -> Decimal | None:
    """Whole units of each dose times doses; None without product, days or measurement."""
    dose = number(line.get("dose"))
    if product is None or doses is None or dose is None:
        return None
    if product["unit_kind"] == "dose":
        return Decimal(doses)
    given = total(dose, line["unit"], facts)
    if given is None:
        return None
    amount, what = given
    size, kind = Decimal(product["unit_size"]), product["unit_kind"]
    if kind in MILLIGRAMS:
        size, kind = size * MILLIGRAMS[kind], "mg"
    if what != SAME.get(kind, kind):
        return None
    return (amount / size).to_integral_value(ROUND_CEILING) * doses
