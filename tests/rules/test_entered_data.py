"""What the office entered against what the regimen asks, drug by drug (CLN, DRG and TRL rows; D-30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders.rules.judgement import Judgement, judge_order
from orders.rules.states import DrugStatus
from orders.rules.terms import DeviationEffect
from pathways.criteria.terms import REGIMEN_RISKS
from pathways.matching import suggest
from tests.rules.build import START, component, facts, library, line, row
from tests.rules.content import content_on
from tests.rules.fake_content import MET, NOT_MET, FakeContent, policy
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL, BCBSNC

ROW = row(component("pembrolizumab"), stages=["IV"], lines=["L1"], histology=["nonsquamous"])
PEMBRO = line()
FILGRASTIM = line("filgrastim", role="supportive", indication="primary_prophylaxis", dose="5", unit="mcg/kg")
TRIAL_DRUG = line("XB-101", role="investigational")
ANSWERS = {
    "solution": "medical_oncology",
    "line_of_business": "PPO_EPO",
    "network": "in",
    "diagnosis": "C34.11",
    "stage": "IV",
    "line_of_therapy": "L1",
    "histology": "nonsquamous",
    "age": 60,
    "planned_end_on": (START + timedelta(days=83)).isoformat(),
}


def judged(*drugs, regimen=ROW, terms=BCBSMA_COMMERCIAL, **own) -> Judgement:
    """An order of these drugs where pembrolizumab and filgrastim are reviewed; both meet policy."""
    criteria = {"pembrolizumab": MET, "filgrastim": MET, **own.pop("policies", {})}
    content = FakeContent(
        pathways=library(regimen),
        policies={drug: policy(drug, criterion) for drug, criterion in criteria.items()},
    )
    return judge_order(facts(*(drugs or (PEMBRO,)), **{**ANSWERS, **own}), terms, content, [])


def codes(found: Judgement) -> list[str]:
    return [deviation.code for deviation in found.deviations]


# --- Clinical answers -------------------------------------------------------------------------------
def test_r109_a_pathology_that_is_unknown_where_the_regimen_needs_one_is_a_deviation():
    assert codes(judged()) == []
    found = judged(histology="unknown")
    assert codes(found) == ["PATHOLOGY:UNKNOWN"]
    assert found.deviations[0].sentence.startswith("Histology: unknown")
    assert codes(judged(regimen=replace(ROW, histology=()), histology="unknown")) == []


@pytest.mark.parametrize(
    ("effect", "disposition", "on_pathway"),
    [("loses_pathway", "authorized", False), ("pends", "in_progress", None)],
)
def test_r113_a_first_line_regimen_in_second_line_departs_and_what_is_configured_follows(
    effect: str, disposition: str, on_pathway: bool | None
):
    terms = replace(BCBSMA_COMMERCIAL, clinical_mismatch=DeviationEffect(effect))
    found = judged(line_of_therapy="L2", terms=terms)
    assert codes(found) == ["LINE"]
    assert (found.disposition, found.pathway_eligible) == (disposition, on_pathway)


def test_r114_her2_and_stage_lead_to_other_pathways():
    day = date(2021, 10, 12)
    content = content_on(plan="BCBSMA", line_of_business="PPO_EPO", submitted_on=day, start_on=day)

    def listed(her2: str, stage: str, line_of_therapy: str) -> set[str]:
        answers = {"histology": "invasive", "ecog": 1, "prior_therapies": [], "stage": stage}
        answers |= {"tumor": "breast", "line_of_therapy": line_of_therapy}
        markers = {"HER2": her2, "HR": "negative", "LN": "positive"}
        found = suggest(content.pathways, {**answers, "biomarkers": markers})
        return {row.row.id for row in found if row.on_pathway and row.fit == "fits"}

    negative, positive = listed("negative", "IV", "L1"), listed("positive", "IV", "L1")
    early = listed("negative", "IIB", "ADJUVANT")
    assert "PW-BRE-007" in positive
    assert "PW-BRE-001" in early
    assert not positive & negative
    assert not early & negative


# --- Drugs ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "reviewed", "in_the_regimen"),
    [("therapeutic", True, True), ("supportive", True, False), ("investigational", False, False)],
)
def test_r118_the_class_of_a_drug_drives_review_pathway_match_and_status(
    role: str, reviewed: bool, in_the_regimen: bool
):
    """The same drug beside the regimen, in each class."""
    found = judged(PEMBRO, line("nivolumab", role=role), policies={"nivolumab": NOT_MET})
    beside = found.lines[1]
    assert beside.reviewed is reviewed
    assert beside.status is (DrugStatus.IN_PROGRESS if reviewed else DrugStatus.NOT_REQUIRED)
    assert ("CUSTOM_PLAN" in codes(found)) is in_the_regimen


@pytest.mark.parametrize(("per_day", "units"), [(1, 20 * 4), (2, 20 * 4 * 2)])
def test_r123_once_a_day_counts_one_dose_for_each_administration_day(per_day: int, units: int):
    """200 mg in units of 10 mg, on four days."""
    found = judged(line(per_day=per_day)).lines[0]
    assert (found.visits, found.billing_units) == (4, Decimal(units))


def test_r124_a_changed_cycle_length_is_a_deviation_of_the_drug_concerned_alone():
    two = row(component("pembrolizumab"), component("nivolumab"))
    found = judged(PEMBRO, line("nivolumab", cycle_length_days=14), regimen=two)
    [deviation] = [deviation for deviation in found.deviations if deviation.kind == "schedule"]
    assert (deviation.code, deviation.drug) == ("CYCLE_LENGTH:nivolumab", "nivolumab")
    assert (deviation.entered, deviation.expected) == ("14 days", "21 days")


def test_r125_a_dose_far_above_the_regimen_s_warns_and_leaves_the_decision_as_it_is():
    """A limit of the policy itself is another matter (DR-07)."""
    found = judged(line(dose="300"))
    assert [warning.drug for warning in found.match.warnings] == ["pembrolizumab"]
    assert codes(found) == []
    assert found.disposition == judged().disposition == "authorized"


def test_r128_four_cycles_with_days_1_and_8_are_eight_visits():
    found = judged(line(days="1,8"), regimen=row(component("pembrolizumab", days="1,8")))
    assert found.disposition == "authorized"
    assert (found.visits, found.lines[0].visits) == (8, 8)


def test_r129_100_mg_in_units_of_10_mg_six_times_are_60_units():
    own = {"dose": "100", "cycles": "1-6"}
    six = component("pembrolizumab", dose="100", cycles={"type": "fixed", "allowed": [6]})
    end = (START + timedelta(days=6 * 21 - 1)).isoformat()
    found = judged(line(**own), regimen=row(six), planned_end_on=end)
    assert found.disposition == "authorized"
    assert found.lines[0].billing_units == 60


@pytest.mark.parametrize(
    ("plan", "of_line", "terms"),
    [
        ("BCBSM", "COMMERCIAL", BCBSM_URMBT),
        ("BCBSMA", "PPO_EPO", BCBSMA_COMMERCIAL),
        ("BCBSNC", "COMMERCIAL", BCBSNC),
    ],
)
def test_r130_a_drug_of_the_pharmacy_benefit_is_referred_to_its_manager(plan: str, of_line: str, terms):
    content = content_on(plan=plan, line_of_business=of_line, submitted_on=START, start_on=START)
    order = facts(line("osimertinib", route="PO"), **{**ANSWERS, "line_of_business": of_line})
    [found] = judge_order(order, terms, content, []).lines
    assert (found.status, found.message_code) == (DrugStatus.REFER_PBM, "REFER_TO_PBM")


def test_r131_a_drug_is_managed_in_one_plan_and_not_in_another():
    """Azacitidine is on the list of Massachusetts and not on that of North Carolina."""

    def status(plan: str, of_line: str, terms) -> DrugStatus:
        content = content_on(plan=plan, line_of_business=of_line, submitted_on=START, start_on=START)
        answers = {**ANSWERS, "tumor": "mds", "diagnosis": "D46.9", "regimen_id": None}
        order = facts(line("azacitidine"), **{**answers, "line_of_business": of_line})
        return judge_order(order, terms, content, []).lines[0].status

    assert status("BCBSMA", "PPO_EPO", BCBSMA_COMMERCIAL) is DrugStatus.IN_PROGRESS
    assert status("BCBSM", "COMMERCIAL", BCBSM_URMBT) is DrugStatus.IN_PROGRESS
    assert status("BCBSNC", "COMMERCIAL", BCBSNC) is DrugStatus.NOT_REQUIRED


@pytest.mark.parametrize(("every", "on_pathway"), [(21, True), (28, False)])
def test_r132_an_interval_that_the_pathway_defines_must_be_kept(every: int, on_pathway: bool):
    assert judged(line(cycle_length_days=every)).match.on_pathway is on_pathway


def test_r134_filgrastim_on_a_low_risk_regimen_is_judged_by_the_rule_for_growth_factors():
    found = judged(PEMBRO, FILGRASTIM)
    assert codes(found) == ["FN_LOW"]
    assert found.deviations[0].drug == "filgrastim"
    assert found.disposition == "in_progress"


# --- Growth factors -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("risk", "band", "code"),
    [
        ("low", "low (below 10%)", "FN_LOW"),
        ("intermediate", "intermediate (10% to 20%)", "FN_INTERMEDIATE"),
        ("high", "high (above 20%)", None),
    ],
)
def test_d30_the_bands_of_risk_and_what_each_leads_to(risk: str, band: str, code: str | None):
    found = judged(PEMBRO, FILGRASTIM, regimen=replace(ROW, fn_risk=risk))
    assert REGIMEN_RISKS[risk] == band
    assert codes(found) == ([code] if code else [])
    assert found.disposition == ("in_progress" if code else "authorized")


def test_d30_a_risk_that_is_not_known_waits():
    found = judged(FILGRASTIM, regimen_id=None)
    assert "FN_UNKNOWN" in codes(found)
    assert found.disposition == "in_progress"


# --- Clinical trials ----------------------------------------------------------------------------------
def test_r138_the_decision_is_the_same_in_a_trial_and_outside_one():
    """The report that counts the trial is in tests/orders/test_reports.py."""
    outside, inside = (
        judged(PEMBRO, TRIAL_DRUG, trial={"enrolled": enrolled, "trial_id": trial_id})
        for enrolled, trial_id in ((False, None), (True, "NCT04613596"))
    )
    assert inside == outside


def test_r139_a_trial_drug_is_not_reviewed_says_so_and_blocks_nothing():
    found = judged(PEMBRO, TRIAL_DRUG)
    drug = found.lines[1]
    assert (drug.reviewed, drug.status) == (False, DrugStatus.NOT_REQUIRED)
    assert drug.message_code == "INVESTIGATIONAL_NOT_REVIEWED"
    assert drug.message == "Drugs under investigation are not reviewed and not paid by the plan."
    assert found.disposition == "authorized"


@pytest.mark.parametrize(
    ("policies", "pembrolizumab", "filgrastim"),
    [
        ({}, DrugStatus.AUTHORIZED, DrugStatus.AUTHORIZED),
        ({"pembrolizumab": NOT_MET}, DrugStatus.IN_PROGRESS, DrugStatus.IN_PROGRESS),
    ],
)
def test_r140_the_other_drugs_of_a_trial_are_reviewed_supportive_ones_too(
    policies, pembrolizumab: DrugStatus, filgrastim: DrugStatus
):
    trial = {"enrolled": True, "trial_id": "NCT04613596"}
    order = (PEMBRO, FILGRASTIM, TRIAL_DRUG)
    found = judged(*order, trial=trial, regimen=replace(ROW, fn_risk="high"), policies=policies)
    assert [line.reviewed for line in found.lines] == [True, True, False]
    assert [line.status for line in found.lines] == [pembrolizumab, filgrastim, DrugStatus.NOT_REQUIRED]
    assert found.match.on_pathway
