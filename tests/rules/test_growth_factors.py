"""Growth factors: every row of T3, DR-08 (R-182 to R-187)."""

from __future__ import annotations

import pytest

from orders.rules.growth_factors import GROWTH_FACTORS, growth_factor_deviations, risk_factors
from tests.rules.build import facts, line


def support(drug="pegfilgrastim", **own):
    return line(drug, role="supportive", indication="primary_prophylaxis", **own)


@pytest.mark.parametrize(
    ("risk", "factors", "code"),
    [
        ("low", [], "FN_LOW"),
        ("low", ["renal_dysfunction"], "FN_LOW"),
        ("intermediate", [], "FN_INTERMEDIATE"),
        ("intermediate", ["renal_dysfunction"], None),
        ("high", [], None),
        (None, [], "FN_UNKNOWN"),
        (None, ["renal_dysfunction"], "FN_UNKNOWN"),
    ],
)
def test_table_t3(risk, factors, code):
    order = facts(line("docetaxel"), support(), fn_risk_factors=factors, age=50)
    assert [found.code for found in growth_factor_deviations(order, risk)] == ([code] if code else [])


@pytest.mark.parametrize(("age", "counts"), [(64, False), (65, False), (66, True), (None, False)])
def test_age_above_65_is_a_factor_by_itself_dr_08(age, counts):
    order = facts(support(), age=age, fn_risk_factors=[])
    assert (growth_factor_deviations(order, "intermediate") == []) is counts
    assert risk_factors(order) == (("age_gt_65",) if counts else ())


def test_age_is_read_from_the_birth_date_and_not_attested():
    assert risk_factors(facts(age=50, fn_risk_factors=["age_gt_65", "prior_fn"])) == ("prior_fn",)


@pytest.mark.parametrize("drug", sorted(GROWTH_FACTORS))
def test_which_drugs_are_growth_factors_dr_08(drug):
    assert len(growth_factor_deviations(facts(support(drug)), "low")) == 1


def test_without_primary_prophylaxis_the_rule_does_not_run_t3():
    secondary = line("filgrastim", role="supportive", indication="secondary_prophylaxis")
    assert growth_factor_deviations(facts(secondary, support("ondansetron")), "low") == []


@pytest.mark.parametrize(
    ("risk", "words"), [("low", "low (below 10%)"), ("intermediate", "intermediate (10% to 20%)")]
)
def test_the_category_and_its_range_are_shown_r_186(risk, words):
    (found,) = growth_factor_deviations(facts(support(), age=50), risk)
    assert words in found.sentence
    assert (found.kind, found.drug, found.step) == ("fn", "pegfilgrastim", "dosing")
