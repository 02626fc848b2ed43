"""Judging whole orders: pend reasons, status, what an authorization gives (DR-09 to DR-16, DR-22, DR-23)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders.rules.judgement import ENGINE_VERSION, Judgement, conclude, conclude_duplicate, judge_order
from orders.rules.states import WITH_ORDER_ID, Disposition, DrugStatus
from orders.rules.terms import DeviationEffect, Terms
from pathways.criteria.settling import Settling
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


# --- what is stored of a drug line (DR-04, DR-09, DR-20) ---------------------------------------------


def test_a_reviewed_line_says_by_what_it_was_decided_and_what_it_takes():
    found = judged(line(hcpcs="J9271", per_day=2), CARBO).lines[0]
    assert (found.number, found.drug, found.hcpcs, found.role) == (1, "pembrolizumab", "J9271", "therapeutic")
    assert (found.manager, found.reviewed, found.withdrawn) == ("aim", True, False)
    assert (found.message_code, found.message, found.referral) == ("", "", None)
    assert (found.deciding, found.policy) == ("POL-pembrolizumab", "pembrolizumab 2021-07-01")
    assert found.policy_effective_on == date(2021, 7, 1)
    assert (found.visits, found.billing_units) == (4, Decimal(20 * 4 * 2))  # 20 units of 10 mg a dose
    assert found.units_note == "200 mg / 10 mg = 20 units x 8 doses"


@pytest.mark.parametrize(("manager", "refers"), [("none", False), ("health_plan", True), ("pbm", True)])
def test_a_line_that_others_review_has_their_message_and_no_policy_dr_04(manager, refers):
    by = replace(content(), managers={"carboplatin": manager})
    found = judged(by=by).lines[1]
    assert (found.manager, found.reviewed, found.withdrawn) == (manager, False, False)
    assert found.message_code
    assert found.message.endswith(".")
    assert (found.referral is not None) is refers
    assert (found.outcome, found.deciding, found.policy, found.policy_effective_on) == (None, "", "", None)
    assert (found.visits, found.billing_units) == (4, Decimal(80))


def test_the_member_s_pharmacy_benefit_manager_reaches_the_line_r_225():
    found = judged(by=replace(content(), managers={"carboplatin": "pbm"}), pbm_name="OptumRx").lines[1]
    assert found.referral.entity == "OptumRx"


def test_a_trial_drug_is_nobody_s_whoever_manages_the_product_d_55():
    found = judged(PEMBRO, CARBO, line("XB-101", role="investigational")).lines[2]
    assert (found.manager, found.reviewed, found.status) == ("none", False, DrugStatus.NOT_REQUIRED)
    assert found.message_code == "INVESTIGATIONAL_NOT_REVIEWED"


def test_the_code_of_the_product_says_who_manages_it_and_how_it_is_billed_dr_04_d_56():
    class ByCode(FakeContent):
        def manager(self, drug, hcpcs):
            return {"Q5117": "pbm", "": "none"}.get(hcpcs, "aim")

        def product(self, drug, hcpcs):
            return (Decimal(50 if hcpcs == "Q5117" else 10), "mg")

    by = ByCode(pathways=library(ROW))
    found = judged(line(hcpcs="Q5117"), line("carboplatin", hcpcs=None), by=by)
    assert [judged_line.manager for judged_line in found.lines] == ["pbm", "none"]
    assert [judged_line.billing_units for judged_line in found.lines] == [Decimal(16), Decimal(80)]
    assert [judged_line.hcpcs for judged_line in found.lines] == ["Q5117", ""]


def test_a_withdrawn_line_takes_no_visit_and_no_unit_dr_14():
    found = judged(PEMBRO, CARBO, PEG, withdrawn_lines=[3]).lines[2]
    assert (found.reviewed, found.withdrawn, found.manager) == (True, True, "aim")
    assert (found.visits, found.billing_units, found.units_note, found.outcome) == (None, None, "", None)


def test_what_only_the_label_or_nobody_knows_is_told_dr_20():
    label = judged(line(days="LABEL"), CARBO).lines[0]
    assert (label.visits, label.billing_units) == (None, None)
    assert label.units_note == "The label's own schedule has no fixed number of doses."

    class NoProducts(FakeContent):
        def product(self, drug, hcpcs):
            return None

    found = judged(by=NoProducts(pathways=library(ROW), managers={"carboplatin": "none"})).lines[0]
    assert (found.visits, found.billing_units) == (4, None)
    assert found.units_note == "No billing unit is known for this product."


def test_an_order_carries_what_hangs_on_its_regimen():
    found = judged()
    assert (found.engine_version, found.regimen_key) == (ENGINE_VERSION, "nsclc:carboplatin+pembrolizumab")
    assert (found.regimen_risk, found.course_days, found.outside_by_age) == ("low", 84, False)
    assert (found.scodes, found.pathway_eligible_when_final) == (found.scodes_when_final, True)
    assert (found.scodes.s0353, found.scodes.s0354) == (1, 2)
    assert (found.valid_from_when_final, found.valid_to_when_final) == (found.valid_from, found.valid_to)


def test_days_and_codes_are_counted_over_what_is_left_of_the_order_dr_14_d_57():
    found = judged(PEMBRO, CARBO, line("nivolumab", days="8", role="supportive"), withdrawn_lines=[3])
    assert found.visits == 4
    with_support = judged(PEMBRO, CARBO, line("nivolumab", days="8", role="supportive", cycles="1-9"))
    assert (with_support.visits, with_support.course_days) == (4 + 4, 84)  # up to the planned end


def test_a_supportive_only_order_lasts_as_long_as_its_drugs_dr_25():
    found = judged(PEG, regimen_id=None)
    assert (found.course_days, found.visits, found.regimen_key) == (84, 4, "")


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
    by_policy = found.lines[0].outcome is not None and pends
    assert (found.lines[0].settling != Settling()) is bool(by_policy)


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


MIXED = (PEMBRO, line("capecitabine"))


def mixed(criterion=MET, **own) -> Judgement:
    """Pembrolizumab is reviewed; capecitabine is for the pharmacy benefit manager."""
    rows = library(row(*(component(part["drug"]) for part in MIXED), stages=["IV"]))
    return judged(*MIXED, by=replace(content(pembrolizumab=criterion), pathways=rows), **own)


def test_a_drug_for_somebody_else_does_not_hold_up_the_others_r_211_r_442():
    found = mixed()
    assert (found.disposition, found.pathway_eligible) == ("authorized", True)
    assert found.lines[1].status is DrugStatus.REFER_PBM
    assert found.lines[1].message


@pytest.mark.parametrize(
    ("outcome", "case"),
    [("authorized", Disposition.AUTHORIZED), ("adverse", Disposition.NON_AUTHORIZED)],
)
def test_whom_else_to_ask_is_said_in_every_decided_case_r_215(outcome, case):
    waiting = mixed(UNKNOWN)
    found = conclude(waiting, {1: outcome})
    assert found.disposition is case
    assert found.line_statuses[2] is DrugStatus.REFER_PBM
    assert waiting.lines[1].referral.contact


def test_every_drug_has_its_status_and_its_channel_r_228_r_440():
    drugs = ("pembrolizumab", "carboplatin", "capecitabine", "leuprolide", "iron sucrose")
    managers = dict(zip(drugs[1:], ("none", "pbm", "health_plan", "other_entity"), strict=True))
    trial = line("XB-101", role="investigational")
    found = judged(*map(line, drugs), trial, by=replace(content(), managers=managers))
    assert [judged_line.status for judged_line in found.lines] == [
        DrugStatus.IN_PROGRESS,
        DrugStatus.NOT_REQUIRED,
        DrugStatus.REFER_PBM,
        DrugStatus.REFER_HEALTH_PLAN,
        DrugStatus.OTHER_IMPACT,
        DrugStatus.NOT_REQUIRED,
    ]
    assert all(judged_line.message for judged_line in found.lines[1:])
    assert [bool(judged_line.referral) for judged_line in found.lines] == [
        *(False, False, True, True, True, False)
    ]


def test_no_criteria_are_held_against_a_trial_drug_r_166():
    found = judged(PEMBRO, CARBO, line("XB-101", role="investigational"))
    assert found.disposition == "authorized"
    assert (found.lines[2].outcome, found.lines[2].reviewed) == (None, False)
    assert found.lines[2].message_code == "INVESTIGATIONAL_NOT_REVIEWED"


def test_a_supportive_drug_of_the_list_is_judged_too_r_164():
    high = replace(content(pegfilgrastim=NOT_MET), pathways=library(replace(ROW, fn_risk="high")))
    found = judged(PEMBRO, CARBO, PEG, by=high)
    assert (found.disposition, reasons(found)) == ("in_progress", ["POLICY"])
    assert found.pend_reasons[0].lines == (3,)


@pytest.mark.parametrize("age", [60, 10])
def test_without_a_pathway_the_regimen_is_reviewed_all_the_same_r_148_r_149_r_449(age):
    """For a child too, where the program is not for adults alone."""
    by = replace(content(), pathways=library(replace(ROW, kind="library")))
    found = judged(by=by, age=age)
    assert found.refusals == ()
    assert found.lines[0].deciding == "POL-pembrolizumab"
    assert (found.disposition, found.pathway_eligible) == ("authorized", False)
    assert (found.scodes.s0353, found.scodes.s0354) == (0, 0)


@pytest.mark.parametrize(
    "trial", [None, {"enrolled": True, "trial_id": "NCT04613596"}, {"enrolled": False, "trial_id": None}]
)
def test_an_attested_trial_changes_no_decision_dr_28(trial):
    assert judged(trial=trial) == judged()


def test_an_order_is_cited_by_its_order_id_or_its_tracking_number_r_300():
    high = replace(content(), pathways=library(replace(ROW, fn_risk="high")))
    earlier = earlier_order(reference="T123456782")
    for number in ("123456782", "T123456782"):
        found = judged(PEG, by=high, earlier=[earlier], regimen_id=None, references_order=number)
        assert (found.disposition, found.regimen_risk) == ("authorized", "high")


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


@pytest.mark.parametrize("withdrawn", [[], [3]])
def test_a_schedule_pend_names_the_lines_of_the_regimen_that_still_stand_r_232(withdrawn):
    again = line(days="2", cycles="2-4")
    trial = line(role="investigational")
    found = judged(line(days="2", cycles="1"), CARBO, again, trial, withdrawn_lines=withdrawn)
    (schedule,) = [reason for reason in found.pend_reasons if reason.code == "SCHEDULE"]
    assert schedule.lines == ((1,) if withdrawn else (1, 3))


def test_a_drug_on_two_lines_is_held_to_the_limits_of_one_dr_09():
    """400 mg every 42 days on each line is 400 mg every 21 days, twice what the policy allows."""
    pairs = [{"dose": "200 mg", "every_days": 21}, {"dose": "400 mg", "every_days": 42}]
    by = content(pembrolizumab={"fact": "schedule", "one_of": pairs})
    odd, even = line(dose="400", cycles="1,3"), line(dose="400", cycles="2,4")
    assert reasons(judged(odd, CARBO, even, by=by)) == ["POLICY"]
    assert reasons(judged(line(cycles="1,3"), CARBO, line(cycles="2,4"), by=by)) == []


# --- growth factors and supportive-only orders (DR-08, DR-23) -----------------------------------------


def test_a_growth_factor_with_an_fn_deviation_pends_whatever_its_policy_says_t3():
    found = judged(PEMBRO, CARBO, PEG)
    assert [deviation.code for deviation in found.deviations] == ["FN_LOW"]
    assert reasons(found) == ["POLICY"]
    assert found.pend_reasons[0].lines == (3,)
    assert found.pathway_eligible_when_final  # FN never changes pathway status


def test_a_supportive_only_order_takes_the_risk_of_the_order_it_cites_dr_08_dr_23():
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
    assert [reason["code"] for reason in confirmed.scodes.reasons] == ["NOT_AUTHORIZED"]


def test_a_drug_withdrawn_before_stays_so_in_a_confirmed_duplicate_t1():
    flagged = judged(PEMBRO, CARBO, PEG, earlier=[earlier_order()], withdrawn_lines=[3])
    assert conclude_duplicate(flagged).line_statuses == {
        1: DrugStatus.IN_PROGRESS,
        2: DrugStatus.NOT_REQUIRED,
        3: DrugStatus.VOLUNTARILY_CANCELLED,
    }


def test_answers_that_do_not_establish_continuity_leave_the_case_to_review_r_196():
    answers = {**UNDER_WAY["continuity"], "same_regimen": False}
    found = judged(by=content(pembrolizumab=NOT_MET), **{**UNDER_WAY, "continuity": answers})
    assert (found.disposition, reasons(found)) == ("in_progress", ["POLICY"])
    assert found.continuity.reasons == ("The regimen is not said to be the same as before.",)


def test_treatment_begun_before_go_live_goes_on_at_once_r_197():
    begun = {
        "coverage_starts_on": "2018-01-01",
        "start_on": "2021-07-06",
        "submitted_on": "2021-07-02",
        "planned_end_on": "2021-09-27",
        "continuity": {
            "attested": True,
            "same_regimen": True,
            "treatment_started_on": "2021-05-10",
            "last_dose_on": "2021-06-21",
        },
    }
    assert judged(by=content(pembrolizumab=NOT_MET), **begun).disposition == "authorized"


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


def test_continuity_clears_what_criteria_leave_open_but_not_the_pathway_dr_10_r_195():
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
    met = judged(
        line(cycles="1-12"),
        line("carboplatin", cycles="1-12"),
        terms=replace(BCBSMA_COMMERCIAL, schedule_deviation=DeviationEffect.NONE),
        **{**UNDER_WAY, "planned_end_on": (START + timedelta(days=251)).isoformat()},
    )
    assert (met.continuity.established, met.continuity_applied) == (True, False)
    assert met.valid_to == START + timedelta(days=251 + 21)


def test_a_continuity_approval_runs_six_months_at_most_d_34():
    long = {"planned_end_on": (START + timedelta(days=251)).isoformat()}
    by = content(pembrolizumab=NOT_MET)
    found = judged(line(cycles="1-12"), CARBO, by=by, **UNDER_WAY, **long)
    assert found.continuity.approved_through == date(2026, 9, 1)
    assert found.valid_to == date(2026, 9, 1) + timedelta(days=21)
    assert found.lines[0].visits == 9  # the tenth would be on September 7


# --- members, withdrawn lines, drafts -----------------------------------------------------------------


def test_a_minor_in_a_program_for_adults_is_accepted_outside_it_dr_22_r_447():
    own = {"age": 17, "line_of_business": "COMMERCIAL"}
    found = judged(PEMBRO, CARBO, terms=BCBSNC, **own)
    assert (found.disposition, found.pathway_eligible) == ("completed", False)
    assert {judged_line.status for judged_line in found.lines} == {DrugStatus.NOT_REQUIRED}
    assert {judged_line.message_code for judged_line in found.lines} == {"ADULT_PROGRAM_ONLY"}
    assert {judged_line.manager for judged_line in found.lines} == {"none"}
    assert not any(judged_line.reviewed for judged_line in found.lines)
    assert (found.outside_by_age, found.course_days, found.engine_version) == (True, 84, ENGINE_VERSION)
    assert [reason["code"] for reason in found.scodes.reasons] == ["NOT_ON_PATHWAY", "NOT_AN_ADULT"]
    assert found.scodes_when_final == found.scodes
    assert (found.valid_from, found.valid_to) == (START, START + timedelta(days=83 + 21))
    assert (found.valid_from_when_final, found.valid_to_when_final) == (found.valid_from, found.valid_to)
    assert [judged_line.visits for judged_line in found.lines] == [4, 4]
    gone = judged(terms=BCBSNC, withdrawn_lines=[1, 2], **own)
    assert (gone.disposition, gone.valid_from, gone.valid_to) == ("voluntarily_cancelled", None, None)
    assert judged(terms=BCBSNC, **{**own, "age": 18}).disposition == "authorized"


def test_pathways_are_for_any_age_elsewhere_r_157_r_448():
    assert judged(age=10).pathway_eligible is True


def test_a_withdrawn_line_leaves_the_case_dr_14():
    found = judged(PEMBRO, CARBO, PEG, withdrawn_lines=[3])
    assert (found.disposition, reasons(found)) == ("authorized", [])
    assert found.lines[2].status is DrugStatus.VOLUNTARILY_CANCELLED
    assert conclude(found, {1: "authorized"}).line_statuses[3] is DrugStatus.VOLUNTARILY_CANCELLED


def test_every_line_withdrawn_cancels_the_case_d_67():
    found = judged(withdrawn_lines=[1, 2])
    assert (found.disposition, found.pathway_eligible) == ("voluntarily_cancelled", False)
    assert [reason["code"] for reason in found.scodes.reasons] == ["NOT_AUTHORIZED"]
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
    assert found.engine_version == ENGINE_VERSION


def test_what_only_the_form_asks_refuses_nothing_that_is_judged_again_dr_01():
    assert judged(setting="inpatient").disposition == "authorized"


def test_a_drug_added_to_an_earlier_order_needs_the_whole_plan_dr_05_r_092():
    cited = earlier_order(therapeutic_drugs=("docetaxel",))
    found = judged(earlier=[cited], references_order="123456782")
    assert reasons(found) == ["CUSTOM_PLAN"]
    assert "needs the whole treatment plan" in found.deviations[0].sentence


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


def test_a_denied_supportive_drug_makes_a_mixed_case_r_213_ex_009():
    found = conclude(waiting(), {1: "authorized", 3: "adverse"})
    assert (found.disposition, found.pathway_eligible) == ("multiple_decisions", True)
    assert found.scodes.s0353 == 1
    assert found.line_statuses == {
        1: DrugStatus.AUTHORIZED,
        2: DrugStatus.NOT_REQUIRED,
        3: DrugStatus.NON_AUTHORIZED,
    }


def test_a_denied_therapeutic_drug_denies_the_case_r_155_r_212_d_68_ex_019():
    found = conclude(waiting(), {1: "adverse", 3: "authorized"})
    assert (found.disposition, found.pathway_eligible) == ("non_authorized", False)
    assert found.line_statuses[3] is DrugStatus.NON_AUTHORIZED
    assert found.line_statuses[2] is DrugStatus.NOT_REQUIRED
    assert (found.scodes.s0353, found.valid_from) == (0, None)
    assert [reason["code"] for reason in found.scodes.reasons] == ["NOT_AUTHORIZED"]


@pytest.mark.parametrize(
    ("row", "outcomes", "withdrawn", "case", "eligible"),
    [
        ("3", {}, [1, 2, 3], Disposition.VOLUNTARILY_CANCELLED, False),
        ("4", {1: "authorized"}, [], Disposition.IN_PROGRESS, None),
        ("5", {}, [1, 3], Disposition.COMPLETED, False),
        ("6", {1: "adverse", 3: "authorized"}, [], Disposition.NON_AUTHORIZED, False),
        ("7", {1: "authorized", 3: "adverse"}, [], Disposition.MULTIPLE_DECISIONS, True),
        ("9", {3: "adverse"}, [1], Disposition.NON_AUTHORIZED, False),
        ("10", {1: "authorized", 3: "authorized"}, [], Disposition.AUTHORIZED, True),
    ],
)
def test_order_id_pathway_and_s_codes_follow_the_row_of_t1_dr_19(row, outcomes, withdrawn, case, eligible):
    """An Order ID goes with valid dates; rows 5 and 9 have lost a drug, and the Pathway with it."""
    again = judged(PEMBRO, CARBO, PEG, by=content(pembrolizumab=UNKNOWN), withdrawn_lines=withdrawn)
    found = conclude(again, outcomes)
    assert (found.disposition, found.pathway_eligible) == (case, eligible), row
    with_order_id = row in {"5", "7", "10"}
    assert (found.valid_from is not None) is (case in WITH_ORDER_ID) is with_order_id
    assert found.scodes.s0353 == (1 if eligible else 0)


ADULT = {"age": 18, "line_of_business": "COMMERCIAL"}


@pytest.mark.parametrize(
    ("condition", "how", "eligible"),
    [
        ("every condition holds", {}, True),
        ("out of network all the same", {"network": "out"}, True),
        ("not a pathway row in force", {"kind": "library"}, False),
        ("a clinical deviation", {"ecog_max": 0, "ecog": 1}, False),
        ("a schedule deviation", {"days": "2"}, False),
        ("an adult in a program for adults", {"terms": BCBSNC, **ADULT}, True),
        ("a minor in it", {"terms": BCBSNC, **ADULT, "age": 17}, False),
    ],
)
def test_pathway_eligible_when_all_hold_dr_16(condition, how, eligible):
    how = dict(how)
    match = replace(ROW, **{key: how.pop(key) for key in ("kind", "ecog_max") if key in how})
    drug = line(**({"days": how.pop("days")} if "days" in how else {}))
    found = judged(drug, CARBO, by=replace(content(), pathways=library(match)), **how)
    assert conclude(found, _authorized(found)).pathway_eligible is eligible, condition


def test_supportive_drugs_alone_have_no_pathway_dr_16_dr_23():
    high = replace(content(), pathways=library(replace(ROW, fn_risk="high")))
    found = judged(PEG, by=high, earlier=[earlier_order()], regimen_id=None, references_order="123456782")
    assert (found.disposition, found.pathway_eligible) == ("authorized", False)
    assert (found.scodes.s0353, found.scodes.s0354) == (0, 0)


def _authorized(found: Judgement) -> dict[int, str]:
    return {judged_line.number: "authorized" for judged_line in found.lines if judged_line.reviewed}


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
