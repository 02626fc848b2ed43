"""Judging whole orders: pend reasons, status, what an authorization gives (DR-09 to DR-16, DR-22, DR-23)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders.rules.judgement import Judgement, conclude, conclude_duplicate, judge_order
from orders.rules.states import Disposition, DrugStatus
from orders.rules.terms import DeviationEffect, Terms
from tests.rules.build import START, component, earlier_order, facts, library, line, row
from tests.rules.fake_content import MET, NOT_MET, UNKNOWN, FakeContent, policy
from tests.rules.programs import BCBSMA_COMMERCIAL, BCBSNC, PROGRAMS
from tests.rules.worked import example_names, worked

ROW = row(component("pembrolizumab"), component("carboplatin"), stages=["IV"])
PEMBRO, CARBO = line(), line("carboplatin")
PEG = line("pegfilgrastim", role="supportive", indication="primary_prophylaxis", dose="6", days="2")
COMMON = {
    "solution": "medical_oncology",
    "line_of_business": "PPO_EPO",
    "network": "in",
    "diagnosis": "C34.11",
    "stage": "IV",
    "age": 60,
    "planned_end_on": (START + timedelta(days=83)).isoformat(),
}


def content(**policies) -> FakeContent:
    """Pembrolizumab and pegfilgrastim are reviewed and met, carboplatin is not reviewed."""
    criteria = {"pembrolizumab": MET, "pegfilgrastim": MET, **policies}
    return FakeContent(
        pathways=library(ROW),
        policies={drug: policy(drug, criterion) for drug, criterion in criteria.items() if criterion},
        managers={"carboplatin": "none", "capecitabine": "pbm", "ondansetron": "none"},
    )


def judged(*drugs, terms=BCBSMA_COMMERCIAL, by=None, earlier=(), **own) -> Judgement:
    order = facts(*(drugs or (PEMBRO, CARBO)), **{**COMMON, **own})
    return judge_order(order, terms, by or content(), list(earlier))


def reasons(judgement: Judgement) -> list[str]:
    return [reason.code for reason in judgement.pend_reasons]


# --- at intake (DR-12, DR-13) -------------------------------------------------------------------------


def test_a_clean_order_is_authorized_at_once_r_201():
    found = judged()
    assert (found.disposition, found.pathway_eligible, reasons(found)) == ("authorized", True, [])
    assert {judged_line.drug: judged_line.status for judged_line in found.lines} == {
        "pembrolizumab": DrugStatus.AUTHORIZED,
        "carboplatin": DrugStatus.NOT_REQUIRED,
    }
    assert found.deciding_rows == ("PW-1", "POL-pembrolizumab")
    assert (found.valid_from, found.valid_to) == (START, START + timedelta(days=83 + 21))
    assert found.visits == 4


@pytest.mark.parametrize(
    ("criterion", "pends"), [(MET, []), (NOT_MET, ["POLICY"]), (UNKNOWN, ["POLICY"]), (None, ["POLICY"])]
)
def test_what_is_not_plainly_met_waits_for_a_person_r_203(criterion, pends):
    found = judged(by=content(pembrolizumab=criterion))
    assert reasons(found) == pends
    assert found.disposition == ("in_progress" if pends else "authorized")
    if pends:
        assert found.pend_reasons[0].to_json()["lines"] == [1]
        assert "pembrolizumab" in found.pend_reasons[0].sentence.lower()


def test_while_in_progress_nothing_is_given_away_dr_13_r_209():
    found = judged(by=content(pembrolizumab=UNKNOWN))
    assert found.lines[0].status is DrugStatus.IN_PROGRESS
    assert found.lines[1].status is DrugStatus.NOT_REQUIRED
    assert found.pathway_eligible is None
    assert (found.scodes.s0353, found.scodes.s0354) == (0, 0)
    assert (found.valid_from, found.valid_to) == (None, None)
    assert found.pathway_eligible_when_final
    assert found.scodes_when_final.s0353 == 1


def test_only_unmanaged_drugs_complete_the_case_r_210_r_446():
    found = judged(
        CARBO,
        by=FakeContent(pathways=library(row(component("carboplatin"))), managers={"carboplatin": "pbm"}),
    )
    assert (found.disposition, found.pathway_eligible) == ("completed", True)
    assert found.lines[0].status is DrugStatus.REFER_PBM
    assert found.lines[0].referral.contact


def test_a_custom_plan_always_waits_even_with_every_policy_met_r_174():
    found = judged(PEMBRO, regimen_id=None)
    assert reasons(found) == ["CUSTOM_PLAN"]
    assert not found.pathway_eligible_when_final


def test_a_custom_plan_with_nothing_managed_waits_too_d_12():
    found = judged(CARBO, regimen_id=None)
    assert (found.disposition, reasons(found)) == ("in_progress", ["CUSTOM_PLAN"])
    assert conclude(found, {}).disposition == "completed"


def test_a_known_mismatch_alone_authorizes_off_pathway_dr_12_r_150():
    found = judged(stage="IVB", by=content(pembrolizumab={"fact": "stage", "is_one_of": ["IVB"]}))
    assert [deviation.code for deviation in found.deviations] == ["STAGE"]
    assert (found.disposition, found.pathway_eligible) == ("authorized", False)
    assert [reason["code"] for reason in found.scodes.reasons] == ["NOT_ON_PATHWAY"]


@pytest.mark.parametrize(
    ("drugs", "own", "pends"),
    [
        ((line(days="2"), CARBO), {}, ["SCHEDULE"]),
        ((PEMBRO, line("carboplatin", days="2")), {}, ["SCHEDULE"]),
        ((PEMBRO, CARBO), {"stage": "unknown"}, ["POLICY", "UNKNOWN_ANSWER"]),
    ],
)
def test_schedule_and_unknown_answers_pend_beside_a_reviewed_drug_dr_12(drugs, own, pends):
    assert reasons(judged(*drugs, **own)) == pends


@pytest.mark.parametrize("own", [{"days": "2"}, {"stage": "unknown"}])
def test_without_a_reviewed_drug_they_only_lose_the_pathway_dr_12(own):
    only = FakeContent(
        pathways=library(row(component("carboplatin"), stages=["IV"])), managers={"carboplatin": "none"}
    )
    drug = line("carboplatin", **({"days": "2"} if "days" in own else {}))
    found = judged(drug, by=only, **{key: value for key, value in own.items() if key != "days"})
    assert (found.disposition, found.pathway_eligible, reasons(found)) == ("completed", False, [])


@pytest.mark.parametrize(
    ("effect", "disposition", "eligible"),
    [("pends", "in_progress", None), ("loses_pathway", "authorized", False), ("none", "authorized", True)],
)
def test_the_effect_of_a_deviation_is_a_program_setting_r_181(effect, disposition, eligible):
    terms = replace(BCBSMA_COMMERCIAL, schedule_deviation=DeviationEffect(effect))
    found = judged(line(days="2"), CARBO, terms=terms)
    assert (found.disposition, found.pathway_eligible) == (disposition, eligible)


def test_a_mismatch_may_be_set_to_pend_d_32():
    terms = replace(BCBSMA_COMMERCIAL, clinical_mismatch=DeviationEffect.PENDS)
    by = content(pembrolizumab={"fact": "line_of_business", "is_one_of": ["PPO_EPO"]})
    assert reasons(judged(stage="IIB", terms=terms, by=by)) == ["CLINICAL"]


# --- growth factors and supportive-only orders (DR-08, DR-23) -----------------------------------------


def test_a_growth_factor_with_an_fn_deviation_pends_whatever_its_policy_says_t3():
    found = judged(PEMBRO, CARBO, PEG)
    assert [deviation.code for deviation in found.deviations] == ["FN_LOW"]
    assert reasons(found) == ["POLICY"]
    assert found.pend_reasons[0].lines == (3,)
    assert found.pathway_eligible_when_final  # FN never changes pathway status


def test_a_supportive_only_order_takes_the_risk_of_the_order_it_cites_dr_08():
    high = replace(content(), pathways=library(replace(ROW, fn_risk="high")))
    cited = judged(PEG, by=high, earlier=[earlier_order()], regimen_id=None, references_order="123456782")
    assert (cited.disposition, cited.regimen_risk) == ("authorized", "high")
    assert (cited.pathway_eligible, cited.match.custom) == (False, False)
    alone = judged(PEG, by=high, earlier=[earlier_order()], regimen_id=None, references_order="999999999")
    assert alone.regimen_risk is None
    assert [deviation.code for deviation in alone.deviations] == ["FN_UNKNOWN"]


# --- duplicates and continuity (DR-10, DR-11) ---------------------------------------------------------


def test_a_duplicate_waits_until_a_nurse_clears_it_r_189_r_191():
    flagged = judged(earlier=[earlier_order()])
    assert (flagged.disposition, reasons(flagged)) == ("in_progress", ["DUPLICATE"])
    assert flagged.duplicates[0].order_id == "123456782"
    cleared = judged(earlier=[earlier_order()], not_duplicate_of=["123456782"])
    assert cleared.disposition == "authorized"
    confirmed = conclude_duplicate(flagged)
    assert (confirmed.disposition, confirmed.pathway_eligible) == ("review_cancelled", False)
    assert (confirmed.valid_from, confirmed.scodes.s0353) == (None, 0)


def test_programs_may_do_without_the_duplicate_notice():
    terms = replace(BCBSMA_COMMERCIAL, duplicate_enabled=False)
    assert judged(terms=terms, earlier=[earlier_order()]).disposition == "authorized"


UNDER_WAY = {
    "coverage_starts_on": (START - timedelta(days=20)).isoformat(),
    "continuity": {
        "attested": True,
        "same_regimen": True,
        "treatment_started_on": (START - timedelta(days=90)).isoformat(),
        "last_dose_on": (START - timedelta(days=21)).isoformat(),
    },
}


def test_continuity_clears_what_criteria_leave_open_but_not_the_pathway_dr_10():
    found = judged(line(days="2"), CARBO, by=content(pembrolizumab=NOT_MET), **UNDER_WAY)
    assert (found.disposition, found.continuity_applied) == ("authorized", True)
    assert found.pathway_eligible is False
    assert found.deciding_rows == ("PW-1",)


def test_continuity_never_clears_a_custom_plan_or_a_duplicate_dr_10():
    found = judged(
        PEMBRO, by=content(pembrolizumab=NOT_MET), earlier=[earlier_order()], regimen_id=None, **UNDER_WAY
    )
    assert reasons(found) == ["CUSTOM_PLAN", "DUPLICATE"]


def test_continuity_is_not_applied_where_criteria_are_met_r_199():
    assert not judged(**UNDER_WAY).continuity_applied


def test_a_continuity_approval_runs_six_months_at_most_d_34():
    long = {"planned_end_on": (START + timedelta(days=251)).isoformat()}
    by = content(pembrolizumab=NOT_MET)
    found = judged(line(cycles="1-12"), CARBO, by=by, **UNDER_WAY, **long)
    assert found.continuity.approved_through == date(2026, 9, 1)
    assert found.valid_to == date(2026, 9, 1) + timedelta(days=21)
    assert found.lines[0].visits == 9  # the tenth would be on September 7


# --- members, withdrawn lines, drafts -----------------------------------------------------------------


def test_a_minor_in_a_program_for_adults_is_accepted_outside_it_dr_22():
    own = {"age": 17, "line_of_business": "COMMERCIAL"}
    found = judged(PEMBRO, CARBO, terms=BCBSNC, **own)
    assert (found.disposition, found.pathway_eligible) == ("completed", False)
    assert {judged_line.status for judged_line in found.lines} == {DrugStatus.NOT_REQUIRED}
    assert {judged_line.message_code for judged_line in found.lines} == {"ADULT_PROGRAM_ONLY"}
    assert judged(terms=BCBSNC, **{**own, "age": 18}).disposition == "authorized"


def test_pathways_are_for_any_age_elsewhere_r_157():
    assert judged(age=10).pathway_eligible is True


def test_a_withdrawn_line_leaves_the_case_dr_14():
    found = judged(PEMBRO, CARBO, PEG, withdrawn_lines=[3])
    assert (found.disposition, reasons(found)) == ("authorized", [])
    assert found.lines[2].status is DrugStatus.VOLUNTARILY_CANCELLED
    assert conclude(found, {1: "authorized"}).line_statuses[3] is DrugStatus.VOLUNTARILY_CANCELLED


def test_every_line_withdrawn_cancels_the_case_d_67():
    found = judged(withdrawn_lines=[1, 2])
    assert (found.disposition, found.pathway_eligible) == ("voluntarily_cancelled", False)
    assert {judged_line.status for judged_line in found.lines} == {DrugStatus.VOLUNTARILY_CANCELLED}


def test_a_draft_without_drugs_is_compared_and_has_no_status_yet_r_179():
    order = facts(**{**COMMON, "planned_end_on": None, "stage": "IIB"})
    found = judge_order(order, BCBSMA_COMMERCIAL, content(), [])
    assert (found.disposition, found.pathway_eligible) == (None, None)
    assert [deviation.code for deviation in found.deviations] == ["STAGE"]


def test_a_refused_request_has_no_status_dr_01():
    found = judged(diagnosis="D70.9")
    assert [problem.code for problem in found.refusals] == ["NON_CANCER_PRIMARY"]
    assert (found.disposition, found.lines, found.pend_reasons) == (None, (), ())


def test_units_come_from_the_measurements_of_the_member_d_56():
    by_weight = line(dose="2", unit="mg/kg")
    assert judged(by_weight, CARBO).lines[0].billing_units is None
    found = judged(by_weight, CARBO, weight_kg="70.5").lines[0]
    assert found.billing_units == Decimal(15 * 4)  # 141 mg, 15 units of 10 mg a dose
    assert found.units_note.endswith("15 units x 4 doses")


def test_a_plan_that_ends_before_its_last_cycle_has_fewer_visits_dr_20():
    found = judged(planned_end_on=(START + timedelta(days=41)).isoformat())
    assert (found.visits, found.lines[0].visits, found.lines[0].billing_units) == (2, 2, Decimal(40))


# --- after review (DR-14) -----------------------------------------------------------------------------


def waiting() -> Judgement:
    return judged(PEMBRO, CARBO, PEG, by=content(pembrolizumab=UNKNOWN))


def test_all_authorized_gives_what_was_promised():
    found = conclude(waiting(), {1: "authorized", 3: "authorized"})
    assert (found.disposition, found.pathway_eligible) == ("authorized", True)
    assert found.scodes.s0353 == 1
    assert (found.valid_from, found.regimen_key) == (START, "nsclc:carboplatin+pembrolizumab")


def test_a_denied_supportive_drug_makes_a_mixed_case_ex_009():
    found = conclude(waiting(), {1: "authorized", 3: "adverse"})
    assert (found.disposition, found.pathway_eligible) == ("multiple_decisions", True)
    assert found.line_statuses == {
        1: DrugStatus.AUTHORIZED,
        2: DrugStatus.NOT_REQUIRED,
        3: DrugStatus.NON_AUTHORIZED,
    }


def test_a_denied_therapeutic_drug_denies_the_case_d_68_ex_019():
    found = conclude(waiting(), {1: "adverse", 3: "authorized"})
    assert (found.disposition, found.pathway_eligible) == ("non_authorized", False)
    assert found.line_statuses[3] is DrugStatus.NON_AUTHORIZED
    assert found.line_statuses[2] is DrugStatus.NOT_REQUIRED
    assert (found.scodes.s0353, found.valid_from) == (0, None)


def test_a_line_without_a_decision_keeps_the_case_open_t1():
    found = conclude(waiting(), {1: "authorized"})
    assert (found.disposition, found.pathway_eligible) == ("in_progress", None)


@pytest.mark.parametrize("outcomes", [{2: "authorized"}, {9: "authorized"}, {1: "maybe"}])
def test_nobody_decides_on_a_line_that_is_not_reviewed(outcomes):
    with pytest.raises(ValueError, match=r"not reviewed|not a valid Decision"):
        conclude(waiting(), outcomes)


# --- storage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", example_names())
def test_a_judgement_survives_storage_r_208(name):
    example = worked(name)
    found = example.judge()
    stored = json.loads(json.dumps(found.to_json()))
    assert Judgement.from_json(stored) == found
    assert Judgement.from_json(stored).to_json() == stored
    assert example.judge().to_json() == stored  # the same inputs, the same judgement


@pytest.mark.parametrize("terms", PROGRAMS, ids=[terms.program for terms in PROGRAMS])
def test_terms_survive_storage(terms):
    assert Terms.from_json(json.loads(json.dumps(terms.to_json()))) == terms


def test_no_judgement_denies_r_204():
    refused = {Disposition.NON_AUTHORIZED, Disposition.MULTIPLE_DECISIONS, Disposition.REVIEW_CANCELLED}
    for criterion in (MET, NOT_MET, UNKNOWN, None):
        assert judged(by=content(pembrolizumab=criterion)).disposition not in refused
