"""Acceptance gates (DR-01, DR-02, D-35, D-36, R-010 to R-015, R-350 to R-352, R-425 to R-438)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from orders.rules.calendars import Calendar
from orders.rules.gates import (
    calendar_of,
    defects,
    refusals,
    refusals_without_a_program,
)
from orders.rules.problems import Blocker
from orders.rules.terms import Contact
from pathways.diagnoses import is_malignant
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL, BCBSMA_MEDICARE_ADVANTAGE, BCBSNC, HOLIDAYS

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


REFUSED, REFERRED = "refused", "refer_to_health_plan"


@pytest.mark.parametrize(
    ("changed", "code", "place", "redirect"),
    [
        (
            {"submitter_role": "servicing_provider"},
            "SERVICING_PROVIDER_CANNOT_SUBMIT",
            "providers ordering_provider",
            REFUSED,
        ),
        ({"setting": "inpatient"}, "INPATIENT_NOT_REQUIRED", "plan setting", REFUSED),
        ({"solution": "radiation_oncology"}, "SOLUTION_NOT_IN_PROGRAM", "plan solution", REFERRED),
        ({"line_of_business": "MEDICAID"}, "NOT_IN_PROGRAM", "member member", REFERRED),
        ({"line_of_business": None}, "NOT_IN_PROGRAM", "member member", REFERRED),
        ({"line_of_business": "NEHP", "pcp_state": "NH"}, "NOT_IN_PROGRAM", "member member", REFERRED),
        (
            {"start_on": "2021-06-30", "submitted_on": "2021-06-29"},
            "BEFORE_GO_LIVE",
            "member start_on",
            REFERRED,
        ),
        ({"diagnosis": "D70.9"}, "NON_CANCER_PRIMARY", "diagnosis primary", REFERRED),
        ({"diagnosis": "C37", "tumor": None}, "DX_NOT_LISTED", "diagnosis primary", REFERRED),
        ({"submitted_on": "2025-03-13"}, "RETRO_WINDOW_PASSED", "member start_on", REFUSED),
        ({"start_on": "2025-06-05"}, "START_TOO_FAR_AHEAD", "member start_on", REFUSED),
    ],
)
def test_each_gate_refuses_with_its_place_and_who_takes_it_instead(changed, code, place, redirect):
    (found,) = refusals({**GOOD, **changed}, BCBSMA_COMMERCIAL)
    assert (found.code, f"{found.step} {found.field}", found.redirect) == (code, place, redirect)
    assert isinstance(found, Blocker)
    assert found.sentence.endswith(".")


CONTACTS = {
    purpose: Contact(name=purpose, text=f"Turn to {purpose}.")
    for purpose in ("health_plan", "non_oncology", "diagnosis_not_listed", "retro")
}


@pytest.mark.parametrize(
    ("changed", "purpose"),
    [
        ({"solution": "radiation_oncology"}, "health_plan"),
        ({"line_of_business": "MEDICAID"}, "health_plan"),
        ({"start_on": "2021-06-30", "submitted_on": "2021-06-29"}, "health_plan"),
        ({"diagnosis": "D70.9"}, "non_oncology"),
        ({"diagnosis": "C37", "tumor": None}, "diagnosis_not_listed"),
        ({"submitted_on": "2025-03-13"}, "retro"),
    ],
)
def test_a_referral_names_the_contact_for_its_purpose_r_435_r_443(changed, purpose):
    (found,) = refusals({**GOOD, **changed}, replace(BCBSMA_COMMERCIAL, contacts=CONTACTS))
    assert found.sentence.endswith(f" Turn to {purpose}.")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"line_of_business": "MEDICAID"},
            "The line of business is not in the Quality Cancer Care Program. ",
        ),
        (
            {"line_of_business": "NEHP", "pcp_state": "NH"},
            "Members of this line are in the Quality Cancer Care Program only with a primary care provider "
            "in MA. ",
        ),
        ({"group_number": "70605"}, "Group 70605 takes no part in the Quality Cancer Care Program. "),
    ],
)
def test_who_is_outside_the_program_is_told_why_r_015_r_061(changed, says):
    (found,) = refusals({**GOOD, **changed}, replace(BCBSMA_COMMERCIAL, excluded_groups=("70605",)))
    assert found.sentence.startswith(says)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"start_on": "2021-06-30", "submitted_on": "2021-06-29"}, "from July 1, 2021 on"),
        (
            {"submitted_on": "2025-03-13"},
            "treatment that began on March 10, 2025 could be made until March 12, 2025",
        ),
        ({"start_on": "2025-06-05"}, "90 days ahead at most, today by June 4, 2025"),
    ],
)
def test_a_refusal_by_date_names_the_days_that_count(changed, says):
    (found,) = refusals({**GOOD, **changed}, BCBSMA_COMMERCIAL)
    assert says in found.sentence


def test_the_rules_of_the_form_are_no_gates_of_dr_01():
    outside_the_form = {"setting": "inpatient", "start_on": "2025-06-05"}
    assert codes(**outside_the_form) == ["INPATIENT_NOT_REQUIRED", "START_TOO_FAR_AHEAD"]
    assert codes(keywords={"form_rules": False}, **outside_the_form) == []


def test_a_program_may_take_inpatient_treatment_too_r_010():
    assert codes(replace(BCBSMA_COMMERCIAL, outpatient_only=False), setting="inpatient") == []


def test_what_is_not_said_is_what_the_program_usually_takes():
    assert codes(submitter_role=None, solution=None, group_number=None) == []
    both = replace(BCBSMA_COMMERCIAL, solutions=("medical_oncology", "radiation_oncology"))
    assert codes(both, solution="radiation_oncology") == []


@pytest.mark.parametrize("unknown", [{}, {"pcp_state": None}, {"pcp_state": ""}])
def test_a_pcp_state_that_is_missing_refuses_where_the_line_asks_for_one_dr_01_r_061(unknown):
    assert codes(line_of_business="NEHP", **unknown) == ["NOT_IN_PROGRAM"]
    assert codes(line_of_business="PPO_EPO", **unknown) == []
    assert codes(line_of_business="PPO_EPO", pcp_state="NH") == []


def test_a_member_of_none_of_our_programs_is_told_what_eligibility_found():
    told = {"eligibility_code": "NOT_IN_PROGRAM", "eligibility_reason": "OncoHealth reviews this line."}
    (found,) = refusals_without_a_program(GOOD, **told)
    assert (found.code, found.sentence, found.redirect) == (
        "NOT_IN_PROGRAM",
        "OncoHealth reviews this line.",
        REFERRED,
    )
    assert (found.step, found.field) == ("member", "member")
    both = refusals_without_a_program({**GOOD, "submitter_role": "servicing_provider"}, **told)
    assert [problem.code for problem in both] == ["SERVICING_PROVIDER_CANNOT_SUBMIT", "NOT_IN_PROGRAM"]


ENTERED = {**GOOD, "drugs": [{"drug": "pembrolizumab"}], "planned_end_on": "2025-06-01"}


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"diagnosis": ""}, "DIAGNOSIS_MISSING", "diagnosis primary"),
        ({"tumor": "breast"}, "TUMOR_NOT_OF_DIAGNOSIS", "diagnosis primary"),
        ({"drugs": []}, "NO_DRUG", "dosing add_drug"),
        ({"planned_end_on": None}, "END_BEFORE_START", "dates planned_end_on"),
        ({"planned_end_on": "2025-03-09"}, "END_BEFORE_START", "dates planned_end_on"),
    ],
)
def test_no_request_is_judged_with_answers_missing_or_at_odds(changed, code, place):
    (found,) = defects({**ENTERED, **changed}, tumors={"nsclc", "sclc"})
    assert (found.code, f"{found.step} {found.field}", found.redirect) == (code, place, REFUSED)


def test_answers_that_are_complete_and_agree_are_no_defect():
    assert defects(ENTERED, tumors={"nsclc", "sclc"}) == []
    assert defects({**ENTERED, "planned_end_on": GOOD["start_on"]}, tumors={"nsclc"}) == []
    assert defects({**ENTERED, "tumor": None}, tumors=()) == []


def test_defects_come_all_at_once_and_name_what_was_entered():
    nothing = {"start_on": "2025-03-10", "diagnosis": "C34.11", "tumor": "breast"}
    found = defects(nothing, tumors={"nsclc"})
    assert [problem.code for problem in found] == ["TUMOR_NOT_OF_DIAGNOSIS", "NO_DRUG", "END_BEFORE_START"]
    assert "C34.11" in found[0].sentence
    assert "March 10, 2025" in found[2].sentence


def test_days_and_hours_are_counted_by_the_plan_s_own_calendar_r_264():
    terms = replace(BCBSNC, opens_at=time(9))
    assert calendar_of(terms) == Calendar("America/New_York", HOLIDAYS, closes_at=time(16), opens_at=time(9))


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
        ("R-426 R-429 breast cancer first, neutropenia second", "C50.911", ["D70.1"], False),
        ("R-430 epoetin, iron deficiency", "D50.9", [], True),
        ("R-427 R-431 colon cancer first, anemia second", "C18.7", ["D63.0"], False),
        ("R-432 denosumab, osteopenia", "M85.80", [], True),
        ("R-433 breast cancer first, osteopenia second", "C50.911", ["M85.80"], False),
    ],
)
def test_cancer_must_be_the_primary_diagnosis(drug_use, primary, secondary, refused):
    """D-58: a use is related to cancer when the primary diagnosis is one; a secondary is optional."""
    found = codes(diagnosis=primary, secondary_diagnoses=secondary)
    assert (found == ["NON_CANCER_PRIMARY"]) is refused, drug_use


def test_every_malignancy_may_be_entered_where_the_program_says_so_r_438():
    listless = {"diagnosis": "C37", "tumor": None}
    assert codes(BCBSNC, line_of_business="COMMERCIAL", **listless) == []
    assert codes(keywords={"listed": True}, **listless) == []
    assert codes(keywords={"malignant": False}) == ["NON_CANCER_PRIMARY"]


@pytest.mark.parametrize(
    ("trial", "missing"),
    [
        ({"enrolled": True, "trial_id": None}, ["TRIAL_ID_MISSING"]),
        ({"enrolled": True, "trial_id": "NCT04613596"}, []),
        ({"enrolled": False, "trial_id": None}, []),
        (None, []),
    ],
)
def test_an_attested_trial_needs_its_id_before_submission_dr_28(trial, missing):
    order = {**GOOD, "drugs": [{"drug": "pembrolizumab"}], "planned_end_on": "2025-09-10", "trial": trial}
    assert [problem.code for problem in defects(order, tumors=["nsclc"])] == missing


def test_no_diagnosis_yet_is_no_refusal():
    assert codes(diagnosis=None, tumor=None) == []


def test_the_contact_for_the_purpose_is_in_the_sentence_r_435():
    contacts = {"non_oncology": Contact(name="Help Desk", text="Fax the documents to 1-877-325-5979.")}
    terms = replace(BCBSM_URMBT, contacts=contacts)
    (found,) = refusals({**GOOD, "line_of_business": "COMMERCIAL", "diagnosis": "D70.9"}, terms)
    assert "1-877-325-5979" in found.sentence


@pytest.mark.parametrize(
    ("example", "start", "last"),
    [
        ("W-08 R-350 a Friday", "2025-03-07", "2025-03-11"),
        ("W-09 a Saturday", "2025-03-08", "2025-03-11"),
        ("W-10 before a holiday", "2025-05-23", "2025-05-28"),
    ],
)
def test_the_retrospective_window_ends_after_its_last_day_dr_02(example, start, last):
    the_day_after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert codes(start_on=start, submitted_on=start) == []
    assert codes(start_on=start, submitted_on=last) == []
    assert codes(start_on=start, submitted_on=the_day_after) == ["RETRO_WINDOW_PASSED"], example


@pytest.mark.parametrize("terms", [BCBSMA_COMMERCIAL, BCBSMA_MEDICARE_ADVANTAGE, BCBSM_URMBT, BCBSNC])
def test_d35_two_business_days_after_the_start_are_the_last_everywhere_and_then_the_plan_s_text_stands(terms):
    """North Carolina states no window and has the same (DR-02)."""
    terms = replace(terms, contacts={"retro": Contact(name="plan", text="The plan's own words.")})
    own = {"line_of_business": terms.lines_of_business[0], "pcp_state": "MA", "start_on": "2025-03-07"}
    assert codes(terms, **own, submitted_on="2025-03-11") == []
    (found,) = refusals({**GOOD, **own, "submitted_on": "2025-03-12"}, terms)
    assert found.code == "RETRO_WINDOW_PASSED"
    assert found.sentence.endswith(" The plan's own words.")


def test_after_the_window_the_plan_may_take_it_for_two_years_r_351():
    late = {"start_on": "2025-03-07", "submitted_on": "2025-04-01"}
    (michigan,) = refusals({**GOOD, **late, "line_of_business": "COMMERCIAL"}, BCBSM_URMBT)
    (massachusetts,) = refusals({**GOOD, **late}, BCBSMA_COMMERCIAL)
    assert (michigan.redirect, massachusetts.redirect) == ("refer_to_health_plan", "refused")


@pytest.mark.parametrize(
    ("submitted", "redirect", "says"),
    [
        ("2027-03-06", "refer_to_health_plan", "Fax the plan."),
        ("2027-03-07", "refused", "The plan itself took it until March 6, 2027; nobody takes it now."),
    ],
)
def test_after_two_calendar_years_the_plan_takes_it_no_more_r_351(submitted, redirect, says):
    terms = replace(
        BCBSM_URMBT, retro_plan_limit_years=2, contacts={"retro": Contact(name="plan", text="Fax the plan.")}
    )
    late = {"start_on": "2025-03-07", "submitted_on": submitted, "line_of_business": "COMMERCIAL"}
    (found,) = refusals({**GOOD, **late}, terms)
    assert (found.code, found.redirect) == ("RETRO_WINDOW_PASSED", redirect)
    assert found.sentence.endswith(says)


@pytest.mark.parametrize(("ahead", "refused"), [(0, False), (90, False), (91, True)])
def test_treatment_starts_ninety_days_ahead_at_most_d_36(ahead, refused):
    start = (date(2025, 3, 6) + timedelta(days=ahead)).isoformat()
    assert (codes(BCBSMA_MEDICARE_ADVANTAGE, line_of_business="MA", start_on=start) != []) is refused
