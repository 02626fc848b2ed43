"""Radiation orders on content made for a test: each line and what it gives (DR-20, DR-24; R-339 to R-343)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from orders.rules.judgement import ENGINE_VERSION, Judgement, conclude, judge_order
from orders.rules.states import DrugStatus
from tests.rules.build import START, facts, line
from tests.rules.fake_content import MET, NOT_MET, UNKNOWN, FakeContent, policy
from tests.rules.programs import BCBSMA_COMMERCIAL

TERMS = replace(BCBSMA_COMMERCIAL, solutions=("medical_oncology", "radiation_oncology"))
BREAST = "radiation of the breast"


def fractions(technique: str = "IMRT", **own) -> dict:
    return line(technique, role="radiation", dose="2", unit="Gy", days="1-5", **own)


def judged(*lines, site: str | None = "breast", criterion=MET, **own) -> Judgement:
    order = facts(
        *(lines or (fractions(),)),
        solution="radiation_oncology",
        radiation_site=site,
        line_of_business="PPO_EPO",
        network="in",
        diagnosis="C50.911",
        stage="IV",
        **{"planned_end_on": (START + timedelta(days=83)).isoformat(), **own},
    )
    policies = {BREAST: policy(BREAST, criterion)} if criterion else {}
    return judge_order(order, TERMS, FakeContent(policies=policies), [])


def test_a_request_that_meets_one_rule_row_is_authorized_dr_24():
    found = judged()
    (technique,) = found.lines
    assert (found.disposition, found.pend_reasons) == ("authorized", ())
    assert found.engine_version == ENGINE_VERSION
    assert (technique.status, technique.manager, technique.reviewed) == (DrugStatus.AUTHORIZED, "aim", True)
    assert found.deciding_rows == (f"POL-{BREAST}",)


@pytest.mark.parametrize("criterion", [NOT_MET, UNKNOWN, None])
def test_what_is_not_plainly_met_waits_for_a_nurse_dr_24_r_342(criterion):
    found = judged(criterion=criterion)
    (technique,) = found.lines
    assert (found.disposition, technique.status) == ("in_progress", DrugStatus.IN_PROGRESS)
    (reason,) = found.pend_reasons
    assert (reason.code, reason.lines) == ("POLICY", (1,))
    expected = technique.outcome.sentence if technique.outcome else "No policy for this site is in force."
    assert reason.sentence == expected


def test_each_line_that_waits_is_told():
    found = judged(fractions(), fractions("SBRT"), criterion=None)
    (reason,) = found.pend_reasons
    assert reason.lines == (1, 2)
    assert reason.sentence == " ".join(["No policy for this site is in force."] * 2)


@pytest.mark.parametrize("technique", ["2D", "3DCRT"])
@pytest.mark.parametrize("site", ["prostate", None])
def test_external_beam_of_another_site_is_voluntary_r_339_r_340(technique, site):
    found = judged(fractions(technique), site=site)
    (voluntary,) = found.lines
    assert found.disposition == "completed"
    assert (voluntary.status, voluntary.manager, voluntary.reviewed) == (
        DrugStatus.NOT_REQUIRED,
        "none",
        False,
    )
    assert voluntary.message_code == "NOT_REVIEWED_BY_ADMINISTRATOR"
    assert voluntary.message == "AIM does not review external beam radiation of this site."
    assert (voluntary.outcome, voluntary.referral, found.deciding_rows) == (None, None, ())


@pytest.mark.parametrize("site", ["breast", "nsclc", "bone_metastases"])
def test_external_beam_of_the_managed_sites_is_reviewed_r_339(site):
    assert judged(fractions("3DCRT"), site=site, criterion=None).disposition == "in_progress"


def test_another_technique_is_reviewed_wherever_it_is_given_dr_24():
    found = judged(fractions("IMRT"), site="prostate")
    assert (found.disposition, found.lines[0].outcome) == ("in_progress", None)


def test_a_technique_withdrawn_after_submission_is_judged_no_more():
    found = judged(fractions(), fractions("SBRT"), withdrawn_lines=[2])
    first, second = found.lines
    assert found.disposition == "authorized"
    assert (second.status, second.manager, second.reviewed) == (
        DrugStatus.VOLUNTARILY_CANCELLED,
        "aim",
        True,
    )
    assert (second.outcome, second.message) == (None, "")
    assert first.status is DrugStatus.AUTHORIZED
    nothing_left = judged(withdrawn_lines=[1])
    assert nothing_left.disposition == "voluntarily_cancelled"
    assert [reason["code"] for reason in nothing_left.scodes.reasons] == ["NOT_AUTHORIZED"]


def test_an_approval_holds_ninety_days_r_303_r_343():
    found = judged(start_on="2025-01-01", submitted_on="2025-01-01", planned_end_on="2025-02-01")
    assert (found.valid_from, found.valid_to) == (date(2025, 1, 1), date(2025, 3, 31))


def test_a_course_of_radiation_is_as_long_as_its_techniques_are_given():
    assert judged(fractions(), fractions("SBRT", cycles="1-2", phase=2)).course_days == 84 + 42


def test_while_it_waits_it_gives_nothing_but_says_what_an_approval_would():
    found = judged(criterion=UNKNOWN)
    assert (found.valid_from, found.valid_to, found.pathway_eligible) == (None, None, None)
    assert (found.valid_from_when_final, found.valid_to_when_final) == (START, START + timedelta(days=89))
    assert [reason["code"] for reason in found.scodes.reasons] == ["NOT_FINAL"]
    approved = conclude(found, {1: "authorized"})
    assert (approved.disposition, approved.pathway_eligible) == ("authorized", False)
    assert (approved.valid_from, approved.valid_to) == (START, START + timedelta(days=89))


def test_radiation_has_no_pathway_and_no_s_codes_dr_24():
    found = judged()
    assert (found.pathway_eligible, found.pathway_eligible_when_final, found.match.row_id) == (
        False,
        False,
        None,
    )
    assert (found.scodes.s0353, found.scodes.s0354) == (0, 0)
    assert {reason["code"] for reason in found.scodes.reasons} == {"NOT_ON_PATHWAY", "NOT_MEDICAL_ONCOLOGY"}
    assert found.scodes == found.scodes_when_final
