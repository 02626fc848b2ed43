"""Each dose with its formula and values in words; the figures are those that are billed (D-56, R-129)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.rules.billing_units import Body, amount_given
from orders.rules.dose_working import one_dose, surface_words

BODY = Body(Decimal(168), Decimal(68), Decimal(90))


@pytest.mark.parametrize(
    ("dose", "unit", "words"),
    [
        ("200", "mg", "200 mg per dose"),
        ("75", "mg/m2", "75 mg/m² × 1.78 m² = 133.5 mg per dose"),
        ("10", "mg/kg", "10 mg/kg × 68 kg = 680 mg per dose"),
        ("5", "AUC", "AUC 5 × (90 + 25) = 575 mg per dose (Calvert)"),
        ("1", "g/m2", "1 g/m² × 1.78 m² = 1,780 mg per dose"),
        ("0.025", "mg", "0.025 mg per dose"),
    ],
)
def test_d56_a_dose_is_shown_with_its_formula(dose, unit, words):
    found = one_dose(Decimal(dose), unit, BODY)
    assert found.words == words
    assert found.amount == amount_given(Decimal(dose), unit, BODY)[0].factor


def test_the_surface_is_shown_with_its_formula():
    assert surface_words(BODY) == "BSA 1.78 m² (Mosteller: √(168 cm × 68 kg ÷ 3600))"
    assert surface_words(Body(weight_kg=Decimal(68))) == ""


def test_a_clearance_above_the_limit_is_said_to_count_as_the_limit():
    found = one_dose(Decimal(5), "AUC", Body(creatinine_clearance=Decimal(140)))
    assert found.words == (
        "AUC 5 × (125 + 25) = 750 mg per dose (Calvert; a clearance above 125 mL/min counts as 125)"
    )


def test_what_is_missing_is_asked_for():
    assert one_dose(Decimal(5), "AUC", Body()).words == "Enter the creatinine clearance to compute the dose."
