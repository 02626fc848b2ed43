"""Radiation orders on the shipped content (DR-20, DR-24, D-19; R-335 to R-348)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from orders.rules.duplicates import EarlierOrder
from orders.rules.gates import refusals
from orders.rules.judgement import Judgement, conclude, judge_order
from orders.rules.radiation import valid_until
from orders.rules.schedule import check_use
from orders.rules.states import DrugStatus
from pathways.criteria.terms import RADIATION_TECHNIQUES
from tests.rules.build import earlier_order, line
from tests.rules.content import content_on
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL

START = date(2025, 1, 1)
SOLUTIONS = ("medical_oncology", "radiation_oncology")
TERMS = replace(BCBSMA_COMMERCIAL, solutions=SOLUTIONS)
#: Ten fractions of 3 Gy relieve the pain of a bone metastasis (RT-BM-01).
PALLIATIVE = {"radiation_site": "bone_metastases", "radiation_fractions": 10, "boost_fractions": 0}
UNDER_WAY = {
    "coverage_starts_on": "2024-12-15",
    "continuity": {
        "attested": True,
        "same_regimen": True,
        "treatment_started_on": "2024-12-02",
        "last_dose_on": "2024-12-20",
    },
}


def judged(
    technique: str = "3DCRT",
    *,
    start: date = START,
    earlier: Sequence[EarlierOrder] = (),
    **own: Any,
) -> Judgement:
    """A radiation order of a member in Massachusetts."""
    drug = line(technique, role="radiation", unit="fractions", days="LABEL", phase=0, cycles="1")
    facts = {
        "solution": "radiation_oncology",
        "line_of_business": "PPO_EPO",
        "network": "in",
        "tumor": "breast",
        "diagnosis": "C50.911",
        "stage": "IV",
        "ecog": 1,
        "age": 60,
        "start_on": start.isoformat(),
        "submitted_on": start.isoformat(),
        "planned_end_on": start.isoformat(),
        "radiation_technique": technique,
        "drugs": [drug],
        **PALLIATIVE,
        **own,
    }
    content = content_on(plan="BCBSMA", line_of_business="PPO_EPO", submitted_on=start, start_on=start)
    return judge_order(facts, TERMS, content, earlier)


@pytest.mark.parametrize(
    ("row", "site", "technique", "case", "status"),
    [
        ("R-335 R-339 a reviewed site", "bone_metastases", "3DCRT", "authorized", "authorized"),
        ("R-340 voluntary elsewhere", "prostate", "3DCRT", "completed", "not_required"),
        ("R-340 voluntary elsewhere", "prostate", "2D", "completed", "not_required"),
        ("another technique elsewhere", "prostate", "IMRT", "in_progress", "in_progress"),
    ],
)
def test_which_radiation_is_reviewed_dr_24(row, site, technique, case, status):
    found = judged(technique, radiation_site=site)
    assert (found.disposition, found.lines[0].status) == (case, status), row


@pytest.mark.parametrize(
    ("site", "technique", "fractions", "own", "decided_by"),
    [
        ("bone_metastases", "SBRT", 5, {"radiation_reasons": ["spine_reirradiation"]}, "RT-BM-02"),
        ("bone_metastases", "SBRT", 6, {"radiation_reasons": ["spine_reirradiation"]}, ""),
        ("bone_metastases", "3DCRT", 11, {}, ""),
        ("breast", "3DCRT", 16, {"radiation_reasons": ["whole_breast_after_lumpectomy"]}, "RT-BR-01"),
        ("breast", "3DCRT", 17, {"radiation_reasons": ["whole_breast_after_lumpectomy"]}, ""),
        ("nsclc", "3DCRT", 35, {"stage": "IIIA", "radiation_reasons": ["definitive_intent"]}, "RT-NS-02"),
        ("nsclc", "3DCRT", 36, {"stage": "IIIA", "radiation_reasons": ["definitive_intent"]}, ""),
    ],
)
def test_one_rule_row_met_authorizes_and_none_waits_dr_24_r_342(site, technique, fractions, own, decided_by):
    found = judged(technique, radiation_site=site, radiation_fractions=fractions, **own)
    assert found.disposition == ("authorized" if decided_by else "in_progress")
    if decided_by:
        assert found.deciding_rows == (decided_by,)
    else:
        assert [reason.code for reason in found.pend_reasons] == ["POLICY"]


def test_the_technique_is_the_line_that_carries_the_status_r_336():
    """Nobody asks for a single procedure code."""
    (found,) = judged().lines
    assert (found.drug, found.hcpcs, found.role) == ("3DCRT", "", "radiation")
    assert not any(name.isdigit() for name in RADIATION_TECHNIQUES)


def test_radiation_has_neither_pathway_nor_s_codes_dr_24_r_324():
    found = judged()
    assert (found.pathway_eligible, found.match.row_id) == (False, None)
    assert (found.scodes.s0353, found.scodes.s0354) == (0, 0)
    assert "NOT_MEDICAL_ONCOLOGY" in [reason["code"] for reason in found.scodes.reasons]


def test_an_approval_lasts_ninety_days_from_the_start_w_13_r_303_r_343():
    found = judged()
    assert (found.valid_from, found.valid_to) == (date(2025, 1, 1), date(2025, 3, 31))
    assert judged(radiation_fractions=11).valid_to is None


def test_day_91_is_not_covered_r_344():
    days = [START + timedelta(days=89), START + timedelta(days=90)]
    checked = check_use(days, valid_from=START, valid_to=valid_until(START), visits_approved=10)
    assert [check.reason for check in checked] == ["", "OUTSIDE_VALID_RANGE"]


def test_a_physician_may_deny_what_criteria_left_open_r_342():
    waiting = judged(radiation_fractions=15)
    assert waiting.lines[0].status is DrugStatus.IN_PROGRESS
    assert conclude(waiting, {1: "adverse"}).disposition == "non_authorized"
    allowed = conclude(waiting, {1: "authorized"})
    assert (allowed.disposition, allowed.valid_to) == ("authorized", valid_until(START))


def test_radiation_under_way_when_coverage_began_goes_on_r_348_dr_10():
    found = judged(radiation_fractions=15, **UNDER_WAY)
    assert (found.disposition, found.continuity_applied) == ("authorized", True)
    assert found.deciding_rows == ()
    changed = {**UNDER_WAY["continuity"], "same_regimen": False}
    other = judged(radiation_fractions=15, **{**UNDER_WAY, "continuity": changed})
    assert (other.disposition, other.continuity_applied) == ("in_progress", False)
    assert not judged(**UNDER_WAY).continuity_applied  # criteria are met


SAME_COURSE = earlier_order(
    therapeutic_drugs=(),
    supportive_drugs=(),
    solution="radiation_oncology",
    radiation_site="bone_metastases",
    radiation_technique="3DCRT",
    start_on=START,
    planned_end_on=START + timedelta(days=13),
)


def test_a_course_entered_twice_waits_for_a_nurse_dr_11_dr_12_r_189():
    found = judged(earlier=[SAME_COURSE])
    assert (found.disposition, found.valid_to) == ("in_progress", None)
    assert [reason.code for reason in found.pend_reasons] == ["DUPLICATE"]
    assert [flag.order_id for flag in found.duplicates] == [SAME_COURSE.order_id]
    cleared = judged(earlier=[SAME_COURSE], not_duplicate_of=[SAME_COURSE.order_id])
    assert (cleared.disposition, cleared.duplicates) == ("authorized", ())


def test_what_continuity_of_care_settles_is_not_a_course_entered_twice_dr_10():
    found = judged(radiation_fractions=15, earlier=[SAME_COURSE], **UNDER_WAY)
    assert (found.disposition, found.continuity_applied) == ("in_progress", True)
    assert [reason.code for reason in found.pend_reasons] == ["DUPLICATE"]


def test_a_program_without_radiation_takes_none_r_335():
    facts = {
        "solution": "radiation_oncology",
        "line_of_business": "COMMERCIAL",
        "start_on": START.isoformat(),
        "submitted_on": START.isoformat(),
        "diagnosis": "C50.911",
        "tumor": "breast",
    }
    assert [problem.code for problem in refusals(facts, BCBSM_URMBT)] == ["SOLUTION_NOT_IN_PROGRAM"]
