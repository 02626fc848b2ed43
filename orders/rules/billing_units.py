"""Billing units of a drug line: administrations x dose rounded up to whole units (R-129, D-56, DR-20).

Doses by body size or by kidney function are turned into an amount first, by these formulas:

- body surface (Mosteller): m2 = square root of (height in cm x weight in kg / 3600), two decimals;
- carboplatin (Calvert): mg = AUC x (GFR + 25), with the creatinine clearance in mL/min for the GFR,
  taken as 125 at most.

Without the measurement a formula needs there are no units, and a reason that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from pathways.criteria.explain import count
from pathways.doses import Unit, parse_unit

#: Above this a measured clearance is not believed for dosing (FDA on carboplatin, 2010).
HIGHEST_GFR = Decimal(125)
#: No line of an order is billed as many; what comes to that is a slip in the dose or its unit.
TOO_MANY_UNITS = Decimal(10) ** 12


class NoUnits(Exception):
    """The units cannot be computed; the message tells the practice why, and what would settle it."""


@dataclass(frozen=True, slots=True)
class Body:
    """Measurements of the member: centimeters, kilograms, mL/min; None = not given."""

    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    creatinine_clearance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """The billed product: one billing unit is `unit_size` of `unit_kind` ("mg", "units", "dose", ...)."""

    unit_size: Decimal
    unit_kind: str


@dataclass(frozen=True, slots=True)
class BillingUnits:
    """Units of one line over its course, or None and the reason.  `working` shows the computation."""

    units: Decimal | None
    reason: str = ""
    working: str = ""


def billing_units(
    *, dose: Decimal, unit: str, product: Product | None, administrations: int | None, body: Body
) -> BillingUnits:
    """The billing units of a line given `administrations` times.

    Each dose is rounded up to whole units by itself: what is left in a vial is not kept (W-22).
    """
    try:
        if product is None:
            raise NoUnits("No billing unit is known for this product.")
        if administrations is None:
            raise NoUnits("The label's own schedule has no fixed number of doses.")
        per_dose, working = _units_per_dose(dose, unit, product, body)
    except NoUnits as reason:
        return BillingUnits(None, str(reason))
    return BillingUnits(
        per_dose * administrations,
        working=f"{working} = {count(int(per_dose), 'unit')} x {count(administrations, 'dose')}",
    )


def _units_per_dose(dose: Decimal, unit: str, product: Product, body: Body) -> tuple[Decimal, str]:
    if product.unit_kind == "dose":
        return _whole(1 / product.unit_size), "1 dose"
    given, working = amount_given(dose, unit, body)
    billed = parse_unit(product.unit_kind)
    if given.measure != billed.measure:
        raise NoUnits(f"The dose in {unit} cannot be billed in units of {product.unit_kind}.")
    units = given.factor / (product.unit_size * billed.factor)
    return _whole(units), f"{working} / {product.unit_size:f} {product.unit_kind}"


def amount_given(dose: Decimal, unit: str, body: Body) -> tuple[Unit, str]:
    """The amount of one dose as a measure and how many of its base unit, with the working.

    Raises NoUnits where a measurement is missing.
    """
    basis = parse_unit(unit)
    text = f"{dose:f} {unit}"
    if basis.measure == "auc":
        clearance = _given(body.creatinine_clearance, "the creatinine clearance")
        return Unit("mg", dose * (min(clearance, HIGHEST_GFR) + 25), ""), f"{text} x ({clearance:f} + 25)"
    match basis.per:
        case "":
            size, working = Decimal(1), text
        case "kg":
            size = _given(body.weight_kg, "the weight")
            working = f"{text} x {size:f} kg"
        case "m2":
            size = surface_m2(body)
            working = f"{text} x {size:f} m2"
        case other:
            raise NoUnits(f"A dose per {other} cannot be computed here.")
    return Unit(basis.measure, dose * basis.factor * size, ""), working


def surface_m2(body: Body) -> Decimal:
    """Body surface by Mosteller in m2, two decimals; raises NoUnits without height or weight."""
    if not body.height_cm and not body.weight_kg:
        raise NoUnits("Enter the height and the weight to compute the billing units.")
    height, weight = _given(body.height_cm, "the height"), _given(body.weight_kg, "the weight")
    return (height * weight / 3600).sqrt().quantize(Decimal("0.01"), ROUND_HALF_UP)


def _given(value: Decimal | None, name: str) -> Decimal:
    if value is None or value <= 0:
        raise NoUnits(f"Enter {name} to compute the billing units.")
    return value


def _whole(units: Decimal) -> Decimal:
    return units.to_integral_value(ROUND_CEILING)
