"""Continuity of care (DR-10, D-33, D-34; R-194 to R-200)."""

from __future__ import annotations

from datetime import date

import pytest

from orders.rules.continuity import continuity
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL

ANSWERS = {
    "attested": True,
    "same_regimen": True,
    "treatment_started_on": "2021-04-12",
    "last_dose_on": "2021-06-28",
}


def found(terms=BCBSMA_COMMERCIAL, *, covered="2018-01-01", start="2021-07-12", **changed):
    facts = {
        "start_on": start,
        "coverage_starts_on": covered,
        "continuity": {**ANSWERS, **changed},
    }
    return continuity(facts, terms)


def test_treatment_under_way_before_the_program_is_continuity_dr_10():
    assert found().established
    assert found().reasons == ()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"attested": False}, "not attested"),
        ({"attested": None}, "not attested"),
        ({"same_regimen": False}, "same"),
        ({"same_regimen": None}, "same"),
        ({"treatment_started_on": "2021-07-01"}, "did not begin before"),
        ({"treatment_started_on": None}, "did not begin before"),
        ({"last_dose_on": "2021-05-12"}, "within 60 days"),
        ({"last_dose_on": None}, "within 60 days"),
    ],
)
def test_each_answer_that_does_not_hold_is_named_dr_10(changed, says):
    result = found(**changed)
    assert not result.established
    assert len(result.reasons) == 1
    assert says in result.reasons[0]


@pytest.mark.parametrize(("last_dose", "held"), [("2021-05-13", True), ("2021-05-12", False)])
def test_sixty_days_since_the_last_dose_are_the_limit_dr_10(last_dose, held):
    assert found(last_dose_on=last_dose).established is held


def test_the_later_of_cutoff_and_coverage_counts_r_198():
    assert found(
        covered="2021-09-01", start="2021-09-06", treatment_started_on="2021-08-02", last_dose_on="2021-08-23"
    ).established
    assert not found(
        start="2021-09-06", treatment_started_on="2021-08-02", last_dose_on="2021-08-23"
    ).established


def test_programs_without_the_rule_and_requests_without_answers():
    assert not found(BCBSM_URMBT).established
    assert not continuity({"start_on": "2021-07-12", "continuity": None}, BCBSMA_COMMERCIAL).established


def test_it_covers_six_calendar_months_at_most_d_34():
    assert found().approved_through == date(2022, 1, 11)
