"""Acceptance gates (DR-01, DR-02, D-35, D-36, R-010 to R-015, R-350 to R-352, R-425 to R-438)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from orders.rules.gates import is_malignant, refusals
from orders.rules.problems import Blocker
from orders.rules.terms import Contact
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL, BCBSMA_MEDICARE_ADVANTAGE, BCBSNC

GOOD = {
    "setting": "outpatient",
    "submitter_role": "ordering_practice",
    "line_of_business": "PPO_EPO",
    "group_number": "12345",
    "start_on": "2025-03-10",
    "submitted_on": "2025-03-06",
    "diagnosis": "C34.11",
    "tumor": "nsclc",
}


def codes(terms=BCBSMA_COMMERCIAL, *, keywords=None, **changed) -> list[str]:
    return [found.code for found in refusals({**GOOD, **changed}, terms, **(keywords or {}))]


def test_a_request_in_order_passes_every_gate():
    assert codes() == []


@pytest.mark.parametrize(
    ("changed", "code", "step"),
    [
        ({"submitter_role": "servicing_provider"}, "SERVICING_PROVIDER_CANNOT_SUBMIT", "providers"),
        ({"setting": "inpatient"}, "INPATIENT_NOT_REQUIRED", "plan"),
        ({"solution": "radiation_oncology"}, "SOLUTION_NOT_IN_PROGRAM", "plan"),
        ({"line_of_business": "MEDICAID"}, "NOT_IN_PROGRAM", "member"),
        ({"line_of_business": "NEHP", "pcp_state": "NH"}, "NOT_IN_PROGRAM", "member"),
        ({"start_on": "2021-06-30", "submitted_on": "2021-06-29"}, "BEFORE_GO_LIVE", "member"),
        ({"diagnosis": "D70.9"}, "NON_CANCER_PRIMARY", "diagnosis"),
        ({"diagnosis": "C37", "tumor": None}, "DX_NOT_LISTED", "diagnosis"),
        ({"submitted_on": "2025-03-13"}, "RETRO_WINDOW_PASSED", "member"),
        ({"start_on": "2025-06-05"}, "START_TOO_FAR_AHEAD", "member"),
    ],
)
def test_each_gate_refuses_with_its_step_and_what_to_do(changed, code, step):
    (found,) = refusals({**GOOD, **changed}, BCBSMA_COMMERCIAL)
    assert (found.code, found.step) == (code, step)
    assert isinstance(found, Blocker)
    assert found.redirect in {"refused", "refer_to_health_plan"}
    assert found.sentence.endswith(".")


def test_all_refusals_at_once_in_the_order_of_dr_01():
    bad = {
        "submitter_role": "servicing_provider",
        "line_of_business": "MEDICAID",
        "group_number": "70605",
        "start_on": "2021-06-01",
        "diagnosis": "D70.9",
    }
    terms = replace(BCBSMA_COMMERCIAL, excluded_groups=("70605",))
    assert codes(terms, **bad) == [
        "SERVICING_PROVIDER_CANNOT_SUBMIT",
        "NOT_IN_PROGRAM",
        "GROUP_EXCLUDED",
        "BEFORE_GO_LIVE",
        "NON_CANCER_PRIMARY",
        "RETRO_WINDOW_PASSED",
    ]


@pytest.mark.parametrize("group", ["70605", "71714"])
def test_excluded_groups_take_no_part_r_015(group):
    assert codes(BCBSM_URMBT, line_of_business="COMMERCIAL", group_number=group) == ["GROUP_EXCLUDED"]
    assert codes(BCBSM_URMBT, line_of_business="COMMERCIAL", group_number="70606") == []


def test_nehp_members_with_a_massachusetts_pcp_are_in_r_061():
    assert codes(line_of_business="NEHP", pcp_state="MA") == []


def test_go_live_day_itself_is_accepted_r_011():
    assert codes(start_on="2021-07-01", submitted_on="2021-06-29") == []


def test_a_program_without_go_live_checks_no_date():
    assert (
        codes(BCBSNC, line_of_business="COMMERCIAL", start_on="2016-01-01", submitted_on="2016-01-01") == []
    )


def test_eligibility_speaks_first_and_once_for_its_gate():
    told = {"eligibility_code": "NOT_IN_PROGRAM", "eligibility_reason": "OncoHealth reviews this line."}
    found = refusals({**GOOD, "line_of_business": "BCN"}, BCBSMA_COMMERCIAL, **told)
    assert [(problem.code, problem.sentence) for problem in found] == [
        ("NOT_IN_PROGRAM", "OncoHealth reviews this line.")
    ]
    assert codes(keywords={"eligibility_code": "IN_PROGRAM", "eligibility_reason": "Covered."}) == []
    assert codes(keywords={"eligibility_code": "NOT_COVERED", "eligibility_reason": "Ended."}) == [
        "NOT_COVERED"
    ]


@pytest.mark.parametrize(
    ("code", "cancer"),
    [
        ("C00.0", True),
        ("C34.11", True),
        ("c50.911", True),
        ("C7A.00", True),
        ("C96.9", True),
        ("D46.9", True),
        ("D45", False),
        ("D47.1", False),
        ("D70.9", False),
        ("D50.9", False),
        ("M85.80", False),
        ("", False),
        ("C", False),
    ],
)
def test_which_primary_diagnoses_are_cancer_dr_01(code, cancer):
    assert is_malignant(code) is cancer


@pytest.mark.parametrize(
    ("drug_use", "primary", "secondary", "refused"),
    [
        ("R-428 filgrastim, neutropenia", "D70.9", [], True),
        ("R-429 breast cancer first, neutropenia second", "C50.911", ["D70.1"], False),
        ("R-430 epoetin, iron deficiency", "D50.9", [], True),
        ("R-431 colon cancer first, anemia second", "C18.7", ["D63.0"], False),
        ("R-432 denosumab, osteopenia", "M85.80", [], True),
        ("R-433 breast cancer first, osteopenia second", "C50.911", ["M85.80"], False),
    ],
)
def test_cancer_must_be_the_primary_diagnosis(drug_use, primary, secondary, refused):
    found = codes(diagnosis=primary, secondary_diagnoses=secondary)
    assert (found == ["NON_CANCER_PRIMARY"]) is refused, drug_use


def test_every_malignancy_may_be_entered_where_the_program_says_so_r_438():
    listless = {"diagnosis": "C37", "tumor": None}
    assert codes(BCBSNC, line_of_business="COMMERCIAL", **listless) == []
    assert codes(keywords={"listed": True}, **listless) == []
    assert codes(keywords={"malignant": False}) == ["NON_CANCER_PRIMARY"]


def test_no_diagnosis_yet_is_no_refusal():
    assert codes(diagnosis=None, tumor=None) == []


def test_the_contact_for_the_purpose_is_in_the_sentence_r_435():
    contacts = {"non_oncology": Contact(name="Help Desk", text="Fax the documents to 1-877-325-5979.")}
    terms = replace(BCBSM_URMBT, contacts=contacts)
    (found,) = refusals({**GOOD, "line_of_business": "COMMERCIAL", "diagnosis": "D70.9"}, terms)
    assert "1-877-325-5979" in found.sentence


@pytest.mark.parametrize(
    ("start", "last"),
    [("2025-03-07", "2025-03-11"), ("2025-03-08", "2025-03-11"), ("2025-05-23", "2025-05-28")],
)
def test_the_retrospective_window_ends_after_its_last_day_dr_02_w_08_to_w_10(start, last):
    the_day_after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert codes(start_on=start, submitted_on=start) == []
    assert codes(start_on=start, submitted_on=last) == []
    assert codes(start_on=start, submitted_on=the_day_after) == ["RETRO_WINDOW_PASSED"]


def test_after_the_window_the_plan_may_take_it_r_351():
    late = {"start_on": "2025-03-07", "submitted_on": "2025-04-01"}
    (michigan,) = refusals({**GOOD, **late, "line_of_business": "COMMERCIAL"}, BCBSM_URMBT)
    (massachusetts,) = refusals({**GOOD, **late}, BCBSMA_COMMERCIAL)
    assert (michigan.redirect, massachusetts.redirect) == ("refer_to_health_plan", "refused")


@pytest.mark.parametrize(("ahead", "refused"), [(0, False), (90, False), (91, True)])
def test_treatment_starts_ninety_days_ahead_at_most_d_36(ahead, refused):
    start = (date(2025, 3, 6) + timedelta(days=ahead)).isoformat()
    assert (codes(BCBSMA_MEDICARE_ADVANTAGE, line_of_business="MA", start_on=start) != []) is refused
