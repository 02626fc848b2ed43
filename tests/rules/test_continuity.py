"""Continuity of care (DR-10, D-33, D-34; R-194 to R-200)."""

from __future__ import annotations

from dataclasses import replace
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


NOT_ATTESTED = "The office has not attested that treatment is under way."
ANOTHER_REGIMEN = "The regimen is not said to be the same as before."
TOO_LONG_AGO = "The last dose was not within 60 days before the start date."
BEFORE_THE_FIRST = "The last dose lies before the first."
AFTER_THE_REQUEST = "The last dose lies after the day of the request."
BEGAN_LATER = "Treatment did not begin before the program or the member's coverage."


def found(terms=BCBSMA_COMMERCIAL, *, covered="2018-01-01", start="2021-07-12", submitted=None, **changed):
    facts = {
        "start_on": start,
        "submitted_on": submitted or start,
        "coverage_starts_on": covered,
        "continuity": {**ANSWERS, **changed},
    }
    return continuity(facts, terms)


def test_treatment_under_way_before_the_program_is_continuity_dr_10():
    """D-33, as DR-10 has it: the same regimen, begun before, its last dose not long ago, attested."""
    assert found().established
    assert found().reasons == ()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"attested": False}, NOT_ATTESTED),
        ({"attested": None}, NOT_ATTESTED),
        ({"same_regimen": False}, ANOTHER_REGIMEN),
        ({"same_regimen": None}, ANOTHER_REGIMEN),
        ({"treatment_started_on": "2021-07-01", "last_dose_on": "2021-07-05"}, BEGAN_LATER),
        ({"treatment_started_on": None}, BEGAN_LATER),
        ({"last_dose_on": "2021-05-12"}, TOO_LONG_AGO),
        ({"last_dose_on": None}, TOO_LONG_AGO),
        # Days that cannot be.
        ({"last_dose_on": "2021-07-13", "submitted": "2021-07-14"}, TOO_LONG_AGO),
        ({"last_dose_on": "2021-07-12", "submitted": "2021-07-11"}, AFTER_THE_REQUEST),
        ({"treatment_started_on": "2021-06-29"}, BEFORE_THE_FIRST),
        ({"treatment_started_on": "yesterday"}, BEGAN_LATER),
        ({"last_dose_on": "yesterday"}, TOO_LONG_AGO),
    ],
)
def test_each_answer_that_does_not_hold_is_named_dr_10(changed, says):
    result = found(**changed)
    assert not result.established
    assert result.reasons == (says,)
    assert result.approved_through is None


@pytest.mark.parametrize(("last_dose", "held"), [("2021-05-13", True), ("2021-05-12", False)])
def test_sixty_days_since_the_last_dose_are_the_limit_dr_10(last_dose, held):
    assert found(last_dose_on=last_dose).established is held


def test_one_dose_on_the_day_of_the_request_and_the_start_is_continuity_dr_10():
    one = {"treatment_started_on": "2021-06-30", "last_dose_on": "2021-06-30"}
    assert found(start="2021-06-30", **one).established


def test_the_later_of_cutoff_and_coverage_counts_r_198():
    assert found(
        covered="2021-09-01", start="2021-09-06", treatment_started_on="2021-08-02", last_dose_on="2021-08-23"
    ).established
    assert not found(
        start="2021-09-06", treatment_started_on="2021-08-02", last_dose_on="2021-08-23"
    ).established


def test_programs_without_the_rule_and_requests_without_answers():
    unknown_here = found(BCBSM_URMBT)
    assert not unknown_here.established
    assert unknown_here.reasons == ("The Oncology Value Management program has no continuity of care rule.",)
    unanswered = continuity({"start_on": "2021-07-12", "continuity": None}, BCBSMA_COMMERCIAL)
    assert (unanswered.established, unanswered.reasons) == (False, ())


def test_without_a_cutoff_and_a_first_day_of_coverage_nothing_began_before():
    assert found(replace(BCBSMA_COMMERCIAL, continuity_cutoff_on=None), covered=None).reasons == (
        BEGAN_LATER,
    )
    assert found(covered=None).established


def test_it_covers_six_calendar_months_at_most_d_34():
    assert found().approved_through == date(2022, 1, 11)
