"""Billing units (D-56, DR-20, R-123, R-129; W-21, W-22)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.billing_units import Body, Product, billing_units, surface_m2

NOBODY = Body()
SOMEBODY = Body(height_cm=Decimal(170), weight_kg=Decimal(70), creatinine_clearance=Decimal(90))


def units(dose, unit, *, size="10", kind="mg", times=6, body=NOBODY):
    return billing_units(
        dose=Decimal(dose),
        unit=unit,
        product=Product(Decimal(size), kind),
        administrations=times,
        body=body,
    )


@pytest.mark.parametrize(
    ("name", "dose", "unit", "size", "kind", "expected"),
    [
        ("W-21", "100", "mg", "10", "mg", 60),
        ("W-22 rounded up dose by dose", "105", "mg", "10", "mg", 66),
        ("EX-001", "200", "mg", "1", "mg", 1200),
        ("grams", "1.05", "g", "10", "mg", 630),
        ("micrograms billed by the milligram", "500", "mcg", "1", "mg", 6),
        ("tenths of a milligram", "1.25", "mg", "0.1", "mg", 78),
        ("units", "40000", "units", "1000", "units", 240),
        ("whole doses", "300", "mg", "1", "dose", 6),
    ],
)
def test_flat_doses(name, dose, unit, size, kind, expected):
    assert units(dose, unit, size=size, kind=kind).units == expected, name


def test_body_surface_by_mosteller():
    """Square root of 170 x 70 / 3600 = 1.818..., two decimals."""
    assert surface_m2(SOMEBODY) == Decimal("1.82")
    found = units("500", "mg/m2", body=SOMEBODY)  # 910 mg, 91 units a dose
    assert found.units == 546
    assert found.working == "500 mg/m2 x 1.82 m2 / 10 mg = 91 units x 6 doses"


def test_half_a_hundredth_of_a_square_meter_is_rounded_up_d_56():
    """135 cm and 33.75 kg are 1.125 m2 exactly."""
    assert surface_m2(Body(height_cm=Decimal(135), weight_kg=Decimal("33.75"))) == Decimal("1.13")


def test_doses_by_weight():
    assert units("6", "mg/kg", body=SOMEBODY).units == 252  # 420 mg
    assert units("300", "mcg/kg", size="1", kind="mcg", times=1, body=SOMEBODY).units == 21_000


@pytest.mark.parametrize(("clearance", "expected"), [("90", 72), ("125", 90), ("180", 90)])
def test_carboplatin_by_calvert(clearance, expected):
    """AUC 5 x (90 + 25) = 575 mg, 12 units of 50 mg; a clearance above 125 counts as 125."""
    body = Body(creatinine_clearance=Decimal(clearance))
    assert units("5", "AUC", size="50", body=body).units == expected


@pytest.mark.parametrize(
    ("dose", "unit", "body", "says"),
    [
        ("500", "mg/m2", NOBODY, "Enter the height and the weight to compute the billing units."),
        ("500", "mg/m2", Body(weight_kg=Decimal(70)), "Enter the height to compute the billing units."),
        ("500", "mg/m2", Body(height_cm=Decimal(170)), "Enter the weight to compute the billing units."),
        ("6", "mg/kg", Body(height_cm=Decimal(170)), "Enter the weight to compute the billing units."),
        ("6", "mg/kg", Body(weight_kg=Decimal(0)), "Enter the weight to compute the billing units."),
        ("5", "AUC", NOBODY, "Enter the creatinine clearance to compute the billing units."),
        ("10", "U/m2", SOMEBODY, "cannot be billed in units of mg"),
        ("5", "mg/l", SOMEBODY, "cannot be computed"),
    ],
)
def test_without_a_measurement_there_are_no_units_but_a_reason(dose, unit, body, says):
    found = units(dose, unit, body=body)
    assert found.units is None
    assert says in found.reason


def test_a_product_or_a_schedule_that_is_not_known():
    common = {"dose": Decimal(1), "unit": "mg", "body": NOBODY}
    unknown_product = billing_units(**common, product=None, administrations=1)
    unknown_days = billing_units(**common, product=Product(Decimal(1), "mg"), administrations=None)
    assert (unknown_product.units, unknown_days.units) == (None, None)
    assert "billing unit" in unknown_product.reason
    assert "label" in unknown_days.reason


amounts = st.decimals("0.1", "5000", places=1)


@given(dose=amounts, size=st.sampled_from(["0.1", "1", "2.5", "10", "50"]), times=st.integers(1, 60))
def test_the_units_cover_the_dose_and_waste_less_than_one_each_time(dose, size, times):
    billed = units(dose, "mg", size=size, times=times).units * Decimal(size)
    assert 0 <= billed - dose * times < Decimal(size) * times


@given(dose=amounts, more=amounts, weight=st.decimals("20", "200", places=1), times=st.integers(1, 9))
def test_more_of_anything_never_gives_fewer_units(dose, more, weight, times):
    body, heavier = Body(weight_kg=weight), Body(weight_kg=weight + 1)
    few = units(dose, "mg/kg", times=times, body=body).units
    assert few <= units(dose + more, "mg/kg", times=times, body=body).units
    assert few <= units(dose, "mg/kg", times=times, body=heavier).units
    assert few < units(dose, "mg/kg", times=times + 1, body=body).units
