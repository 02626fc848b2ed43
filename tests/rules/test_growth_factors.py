"""Growth factors: every row of T3, DR-08 (R-182 to R-187)."""

from __future__ import annotations

import pytest

from orders.rules.growth_factors import GROWTH_FACTORS, growth_factor_deviations, risk_factors
from tests.rules.build import facts, line


def support(drug="pegfilgrastim", **own):
    return line(drug, role="supportive", indication="primary_prophylaxis", **own)


@pytest.mark.parametrize(
    ("row", "risk", "factors", "code"),
    [
        ("R-178 R-182 low", "low", [], "FN_LOW"),
        ("R-182 low, whatever the patient's factors", "low", ["renal_dysfunction"], "FN_LOW"),
        ("R-183 intermediate without a factor", "intermediate", [], "FN_INTERMEDIATE"),
        ("R-183 intermediate with one", "intermediate", ["renal_dysfunction"], None),
        ("R-187 high", "high", [], None),
        ("R-187 high with a factor", "high", ["renal_dysfunction"], None),
        ("unknown", None, [], "FN_UNKNOWN"),
        ("unknown with a factor", None, ["renal_dysfunction"], "FN_UNKNOWN"),
    ],
)
def test_table_t3(row, risk, factors, code):
    order = facts(line("docetaxel"), support(), fn_risk_factors=factors, age=50)
    assert [found.code for found in growth_factor_deviations(order, risk)] == ([code] if code else []), row


@pytest.mark.parametrize(("age", "counts"), [(64, False), (65, False), (66, True), (None, False)])
def test_age_above_65_is_a_factor_by_itself_dr_08(age, counts):
    order = facts(support(), age=age, fn_risk_factors=[])
    assert (growth_factor_deviations(order, "intermediate") == []) is counts
    assert risk_factors(order) == (("age_gt_65",) if counts else ())


def test_age_is_read_from_the_birth_date_and_not_attested():
    assert risk_factors(facts(age=50, fn_risk_factors=["age_gt_65", "prior_fn"])) == ("prior_fn",)


@pytest.mark.parametrize(
    "said", ["unknown", "not_reported", ["unknown"], ["not_reported"], ["prior_fn", "unknown"], ["nonsense"]]
)
def test_what_is_not_known_and_what_is_no_risk_factor_counts_for_none_dr_08(said):
    order = facts(line("docetaxel"), support(), fn_risk_factors=said, age=50)
    assert risk_factors(order) == ()
    assert [found.code for found in growth_factor_deviations(order, "intermediate")] == ["FN_INTERMEDIATE"]


@pytest.mark.parametrize("drug", sorted(GROWTH_FACTORS))
def test_which_drugs_are_growth_factors_dr_08(drug):
    assert len(growth_factor_deviations(facts(support(drug)), "low")) == 1


@pytest.mark.parametrize("risk", ["low", "intermediate", "high", None])
def test_without_a_growth_factor_the_rule_does_not_run_t3(risk):
    assert growth_factor_deviations(facts(line("docetaxel"), age=50), risk) == []


def test_without_primary_prophylaxis_the_rule_does_not_run_t3():
    secondary = line("filgrastim", role="supportive", indication="secondary_prophylaxis")
    assert growth_factor_deviations(facts(secondary, support("ondansetron")), "low") == []


@pytest.mark.parametrize(
    ("risk", "entered", "place", "expected", "ending"),
    [
        (
            "low",
            "risk low (below 10%)",
            "dosing lines.2.drug",
            "no growth factor",
            "is low (below 10%), which does not call for a growth factor.",
        ),
        (
            "intermediate",
            "risk intermediate (10% to 20%)",
            "dosing fn_risk_factors",
            "at least one risk factor of the member",
            "is intermediate (10% to 20%); a risk factor of the member is needed too, and none was entered.",
        ),
        (
            None,
            "risk not known",
            "regimen regimen_id",
            "a regimen whose risk is known",
            "is not known, since no known regimen was chosen.",
        ),
    ],
)
def test_the_category_is_shown_with_what_it_calls_for_and_where_r_186(risk, entered, place, expected, ending):
    (found,) = growth_factor_deviations(facts(line("docetaxel"), support(), age=50), risk)
    assert (found.kind, found.drug) == ("fn", "pegfilgrastim")
    assert (found.entered, f"{found.step} {found.field}", found.expected) == (entered, place, expected)
    assert found.sentence == f"Pegfilgrastim: the regimen's risk of febrile neutropenia {ending}"


def test_a_draft_without_drugs_or_answers_has_no_growth_factor_to_judge():
    assert growth_factor_deviations({}, "low") == []
    assert risk_factors({}) == ()
