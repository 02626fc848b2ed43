"""What each kind of criterion says of an answer, of its boundary and of a missing answer (DR-08, DR-09)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.criteria import deciding, judge
from tests.pathways.criteria import LINE, judged, paragraph, policy, with_drugs

STAGE = {"fact": "stage", "is_one_of": ["IIIB", "IV", "IVA"]}
ECOG = {"fact": "ecog", "at_most": 2}
HEMOGLOBIN = {"fact": "labs.hemoglobin", "below": "10 g/dL"}
ROS1 = {"fact": "biomarkers.ROS1", "is_one_of": ["negative"], "or_unknown": True}
PLATINUM = {"fact": "prior_therapies", "include": "platinum"}
DOCETAXEL = {"fact": "prior_therapies", "include": "docetaxel"}
FACTORS = {"fact": "fn_risk_factors", "at_least": 1}
TRIAL = {"fact": "trial.cms_identified", "is": True}
ATTESTED = {"fact": "attestations.leucovorin_not_usable", "is": True}


@pytest.mark.parametrize(
    ("criterion", "facts", "result"),
    [
        (STAGE, {"stage": "IVA"}, "met"),
        (STAGE, {"stage": "IIIA"}, "not_met"),
        (STAGE, {"stage": "unknown"}, "unknown"),
        (ECOG, {"ecog": 2}, "met"),
        (ECOG, {"ecog": "2"}, "met"),
        (ECOG, {"ecog": 3}, "not_met"),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "9.9"}}, "met"),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "10.0"}}, "not_met"),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "low"}}, "unknown"),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "1_0"}}, "unknown"),
        ({"fact": "age", "at_least": "18 years"}, {"age": 18}, "met"),
        ({"fact": "age", "at_least": "18 years"}, {"age": 17}, "not_met"),
        ({"fact": "start_on", "from": "2027-01-01"}, {"start_on": "2027-01-01"}, "met"),
        ({"fact": "start_on", "from": "2027-01-01"}, {"start_on": "2026-12-31"}, "not_met"),
        ({"fact": "start_on", "before": "2027-01-01"}, {"start_on": "2026-12-31"}, "met"),
        ({"fact": "start_on", "before": "2027-01-01"}, {"start_on": "2027-01-01"}, "not_met"),
        ({"fact": "start_on", "before": "2027-01-01"}, {"start_on": "soon"}, "unknown"),
        ({"fact": "bone_metastases", "is": True}, {"bone_metastases": True}, "met"),
        ({"fact": "bone_metastases", "is": True}, {"bone_metastases": "yes"}, "met"),
        ({"fact": "bone_metastases", "is": True}, {"bone_metastases": False}, "not_met"),
        ({"fact": "bone_metastases", "is": True}, {"bone_metastases": ["yes"]}, "unknown"),
        (ECOG, {"ecog": True}, "unknown"),
        ({"fact": "line_of_business", "is_one_of": ["MA"]}, {"line_of_business": "MA"}, "met"),
        ({"fact": "plan", "is_one_of": ["BCBSNC"]}, {"plan": "BCBSMA"}, "not_met"),
        (ROS1, {"biomarkers": {"ROS1": "negative"}}, "met"),
        (ROS1, {"biomarkers": {"ROS1": "not_reported"}}, "met"),
        (ROS1, {"biomarkers": {"ROS1": "positive"}}, "not_met"),
        (PLATINUM, {"prior_therapies": ["platinum"]}, "met"),
        (PLATINUM, {"prior_therapies": ["carboplatin", "surgery"]}, "met"),
        (PLATINUM, {"prior_therapies": []}, "not_met"),
        (PLATINUM, {"prior_therapies": ["unknown"]}, "unknown"),
        (DOCETAXEL, {"prior_therapies": ["docetaxel"]}, "met"),
        (DOCETAXEL, {"prior_therapies": ["taxane"]}, "unknown"),
        (DOCETAXEL, {"prior_therapies": ["platinum"]}, "not_met"),
        (FACTORS, {"fn_risk_factors": ["poor_nutrition"], "age": 40}, "met"),
        (FACTORS, {"fn_risk_factors": ["nonsense"], "age": 40}, "not_met"),
        (FACTORS, {"fn_risk_factors": ["unknown"], "age": 40}, "unknown"),
        (FACTORS, {"fn_risk_factors": "unknown", "age": 40}, "unknown"),
        (FACTORS, {"fn_risk_factors": [], "age": 65}, "not_met"),
        (FACTORS, {"fn_risk_factors": [], "age": 66}, "met"),
        (FACTORS, {"fn_risk_factors": [], "age": None}, "unknown"),
        (FACTORS, {"age": 66}, "met"),
        (FACTORS, {"fn_risk_factors": ["age_gt_65"], "age": 40}, "not_met"),
        (TRIAL, {"trial": {"enrolled": True, "cms_identified": True}}, "met"),
        (TRIAL, {"trial": {"enrolled": True, "cms_identified": None}}, "unknown"),
        (TRIAL, {"trial": {"enrolled": False, "cms_identified": None}}, "not_met"),
        (ATTESTED, {"attestations": ["leucovorin_not_usable"]}, "met"),
        (ATTESTED, {"attestations": []}, "not_met"),
        ({"fact": "regimen_risk", "is_one_of": ["high"]}, {"regimen_risk": "high"}, "met"),
        ({"fact": "regimen_risk", "is_one_of": ["high"]}, {"regimen_risk": None}, "unknown"),
    ],
)
def test_answers_meet_a_criterion_up_to_its_limit(
    criterion: dict[str, Any], facts: dict[str, Any], result: str
) -> None:
    assert judged(criterion, facts).result == result


@pytest.mark.parametrize(
    ("criterion", "asked"),
    [
        (STAGE, "stage"),
        (ECOG, "ecog"),
        ({"fact": "start_on", "before": "2027-01-01"}, "start_on"),
        (HEMOGLOBIN, "labs.hemoglobin"),
        ({"fact": "age", "above": "18 years"}, "age"),
        ({"fact": "biomarkers.EGFR", "is_one_of": ["wild_type"]}, "biomarkers.EGFR"),
        ({"fact": "bone_metastases", "is": True}, "bone_metastases"),
        (PLATINUM, "prior_therapies"),
        (FACTORS, "fn_risk_factors"),
        (TRIAL, "trial.cms_identified"),
        (ATTESTED, "attestations.leucovorin_not_usable"),
    ],
)
def test_a_missing_answer_is_unknown_and_asked_for_never_a_no(criterion: dict[str, Any], asked: str) -> None:
    """DR-09: missing answers make a condition unknown; an ECOG nobody gave is not "at most 2"."""
    for part in ("criteria", "excludes"):
        outcome = judged(criterion, {}, part=part)
        assert (outcome.result, outcome.ask_for) == ("unknown", (asked,))


@pytest.mark.parametrize(
    ("criterion", "facts", "result"),
    [
        ({"fact": "drugs", "with_one_of": ["carboplatin", "cisplatin"]}, with_drugs("cisplatin"), "met"),
        ({"fact": "drugs", "with_one_of": ["carboplatin"]}, with_drugs("cisplatin"), "not_met"),
        (
            {"fact": "drugs", "with_one_of": ["carboplatin"]},
            with_drugs(investigational=("carboplatin",)),
            "not_met",
        ),
        ({"fact": "drugs", "alone": True}, with_drugs(), "met"),
        ({"fact": "drugs", "alone": True}, with_drugs("axitinib"), "not_met"),
        ({"fact": "drugs", "alone": True}, with_drugs(investigational=("XL-101",)), "met"),
        ({"fact": "drugs", "alone": True}, {"drugs": None}, "unknown"),
        ({"fact": "drugs", "with_one_of": ["carboplatin"]}, {"drugs": None}, "unknown"),
    ],
)
def test_companions_are_the_other_therapeutic_drugs_investigational_ones_apart(
    criterion: dict[str, Any], facts: dict[str, Any], result: str
) -> None:
    assert judged(criterion, facts).result == result


PAIRS = {
    "fact": "schedule",
    "one_of": [{"dose": "200 mg", "every_days": 21}, {"dose": "400 mg", "every_days": 42}],
}


@pytest.mark.parametrize(
    ("criterion", "line", "result"),
    [
        ({"fact": "dose", "at_most": "200 mg"}, {}, "met"),
        ({"fact": "dose", "at_most": "199.5 mg"}, {}, "not_met"),
        ({"fact": "dose", "at_most": "0.2 g"}, {}, "met"),
        ({"fact": "dose", "at_most": "10 mg/kg"}, {}, "unknown"),
        ({"fact": "dose", "at_most": "200 mg"}, {"dose": None}, "unknown"),
        (PAIRS, {}, "met"),
        (PAIRS, {"cycle_length_days": 20}, "not_met"),
        (PAIRS, {"dose": "400"}, "not_met"),
        (PAIRS, {"dose": "400", "cycle_length_days": 42}, "met"),
        (PAIRS, {"dose": "401", "cycle_length_days": 84}, "not_met"),
        (PAIRS, {"dose": None}, "unknown"),
        (PAIRS, {"dose": None, "cycle_length_days": 20}, "not_met"),
        (PAIRS, {"days": "LABEL"}, "unknown"),
        ({"fact": "schedule", "days_apart": 7}, {"days": "1,8,15"}, "met"),
        ({"fact": "schedule", "days_apart": 8}, {"days": "1,8,15"}, "not_met"),
        ({"fact": "schedule", "days_apart": 42}, {"cycles": "1,3,5"}, "met"),
        ({"fact": "schedule", "days_apart": 180}, {"cycles": "1"}, "met"),
        ({"fact": "schedule", "days_apart": 1}, {"per_day": 2}, "not_met"),
        ({"fact": "schedule", "days_apart": 14}, {"cycles": "4-1"}, "unknown"),
        ({"fact": "schedule", "cycles_at_most": 8}, {}, "met"),
        ({"fact": "schedule", "cycles_at_most": 7}, {}, "not_met"),
        ({"fact": "schedule", "total_days_at_most": 168}, {}, "met"),
        ({"fact": "schedule", "total_days_at_most": 167}, {}, "not_met"),
        ({"fact": "schedule", "doses_per_cycle_at_most": 1}, {}, "met"),
        ({"fact": "schedule", "doses_per_cycle_at_most": 1}, {"days": "1,8"}, "not_met"),
        ({"fact": "schedule", "cycle_days_at_least": 21}, {}, "met"),
        ({"fact": "schedule", "cycle_days_at_least": 22}, {}, "not_met"),
        ({"fact": "indication", "is_one_of": ["primary_prophylaxis"]}, {"indication": ""}, "unknown"),
        (
            {"fact": "indication", "is_one_of": ["primary_prophylaxis"]},
            {"indication": "primary_prophylaxis"},
            "met",
        ),
    ],
)
def test_dose_and_schedule_limits_bite_one_step_beyond_them(
    criterion: dict[str, Any], line: dict[str, Any], result: str
) -> None:
    assert judged(criterion, {}, **line).result == result


@pytest.mark.parametrize(
    ("limit", "line", "result"),
    [
        ({"cycles_at_most": 8}, {}, "met"),
        ({"cycles_at_most": 7}, {}, "not_met"),
        ({"total_days_at_most": 168}, {}, "met"),
        ({"total_days_at_most": 167}, {}, "not_met"),
        ({"cycle_days_at_least": 21}, {}, "met"),
        ({"doses_per_cycle_at_most": 1}, {}, "unknown"),
        ({"days_apart": 7}, {}, "unknown"),
        ({"days_apart": 7}, {"per_day": 2}, "not_met"),
    ],
)
def test_the_label_s_own_days_leave_open_only_what_rests_on_days_dr_09(
    limit: dict[str, int], line: dict[str, Any], result: str
) -> None:
    """Cycles and total days (cycles times cycle length) are known without the days."""
    assert judged({"fact": "schedule", **limit}, {}, **{"days": "LABEL", **line}).result == result


@pytest.mark.parametrize(
    ("name", "limit", "line", "other", "result"),
    [
        ("cycles add up", {"cycles_at_most": 7}, {"cycles": "1-4"}, {"cycles": "5-8"}, "not_met"),
        ("a loading dose", {"cycles_at_most": 8}, {"cycles": "1"}, {"cycles": "2-8"}, "met"),
        (
            "the same cycle on two lines is one",
            {"cycles_at_most": 4},
            {"cycles": "1-4"},
            {"cycles": "1-4"},
            "met",
        ),
        ("days add up", {"total_days_at_most": 167}, {"cycles": "1-4"}, {"cycles": "5-8"}, "not_met"),
        ("by turns", {"days_apart": 42}, {"cycles": "1,3,5"}, {"cycles": "2,4,6"}, "not_met"),
        ("by turns, as wide", {"days_apart": 21}, {"cycles": "1,3,5"}, {"cycles": "2,4,6"}, "met"),
        ("by turns, a pair", {**PAIRS}, {"dose": "400", "cycles": "1,3"}, {"cycles": "2,4"}, "not_met"),
        ("on one day", {"days_apart": 1}, {"cycles": "1"}, {"cycles": "1"}, "not_met"),
        ("doses add up", {"doses_per_cycle_at_most": 1}, {}, {"days": "8"}, "not_met"),
        ("the shortest cycle", {"cycle_days_at_least": 21}, {}, {"cycle_length_days": 14}, "not_met"),
        (
            "a later phase",
            {"days_apart": 21},
            {"cycles": "1"},
            {"cycles": "1", "starts_after_days": 20},
            "not_met",
        ),
        (
            "a phase after it",
            {"days_apart": 21},
            {"cycles": "1"},
            {"cycles": "1", "starts_after_days": 21},
            "met",
        ),
        ("of a trial", {"cycles_at_most": 8}, {}, {"cycles": "9-12", "role": "investigational"}, "met"),
        ("the label's days", {"days_apart": 7}, {}, {"days": "LABEL"}, "unknown"),
    ],
)
def test_a_limit_holds_for_the_drug_on_however_many_lines_it_stands_dr_09(
    name: str, limit: dict[str, Any], line: dict[str, Any], other: dict[str, Any], result: str
) -> None:
    lines = [{**LINE, **line, "number": 1}, {**LINE, **other, "number": 2}]
    criterion = {"fact": "schedule", **limit}
    assert judged(criterion, {"drugs": lines}, **lines[0]).result == result, name


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"weight_kg": "75"}, "met"),
        ({"weight_kg": "74"}, "not_met"),
        ({}, "unknown"),
    ],
)
def test_a_flat_dose_is_compared_with_a_limit_per_kilogram_by_weight(
    facts: dict[str, Any], result: str
) -> None:
    outcome = judged({"fact": "dose", "at_most": "10 mg/kg"}, facts, dose="750")
    assert outcome.result == result
    assert ("which cannot be compared without weight" in outcome.sentence) is (result == "unknown")
    assert outcome.ask_for == (("weight_kg",) if result == "unknown" else ())


def test_a_dose_in_another_measure_is_to_be_stated_in_that_of_the_policy() -> None:
    outcome = judged({"fact": "dose", "at_most": "200 mg"}, {}, dose="5", unit="AUC")
    assert outcome.sentence.endswith("Planned: 5 AUC, which cannot be compared; state the dose in mg.")
    assert outcome.ask_for == ("dose",)


def test_body_surface_comes_from_height_and_weight() -> None:
    facts = {"weight_kg": "80", "height_cm": "180"}  # 2.0 m2 by Mosteller
    criterion = {"fact": "dose", "at_most": "1.3 mg/m2"}
    assert judged(criterion, facts, dose="2.6").result == "met"
    assert judged(criterion, facts, dose="2.7").result == "not_met"


def test_a_limit_in_another_unit_of_the_same_kind_is_kept_to_the_last_digit() -> None:
    limit = {"fact": "dose", "at_most": "0.00003 g"}
    assert judged(limit, {}, dose="0.03").result == "met"
    assert judged(limit, {}, dose="0.04").result == "not_met"


@pytest.mark.parametrize("part", ["days", "cycles", "cycle_length_days"])
def test_a_schedule_with_a_part_missing_is_unknown_dr_09(part: str) -> None:
    line: dict[str, Any] = {part: None}
    outcome = judged({"fact": "schedule", "cycles_at_most": 8}, {}, **line)
    assert (outcome.result, outcome.ask_for) == ("unknown", ("schedule",))


@pytest.mark.parametrize(("per_day", "doses"), [(1, 1), (2, 2), ("two", None), (0, None)])
def test_doses_a_day_count_and_are_one_where_nothing_is_said(per_day: Any, doses: int | None) -> None:
    limit = {"fact": "schedule", "doses_per_cycle_at_most": 1}
    told = "unknown" if doses is None else "met" if doses == 1 else "not_met"
    assert judged(limit, {}, per_day=per_day).result == told
    unsaid = {name: value for name, value in LINE.items() if name != "per_day"}
    rules = policy(paragraph(criteria=[limit]))
    assert judge(rules, {"drugs": [unsaid]}, unsaid).result == "met"


def test_all_hold_or_what_is_joined_does_not() -> None:
    both = {"all": [STAGE, ECOG]}
    assert judged(both, {"stage": "IV", "ecog": 2}).result == "met"
    assert judged(both, {"stage": "IV", "ecog": 3}).result == "not_met"
    assert judged(both, {"stage": "IV"}).result == "unknown"
    assert judged(both, {"stage": "IV", "ecog": 3}, part="excludes").result == "met"
    assert judged(both, {"stage": "IV", "ecog": 2}, part="excludes").result == "not_met"


@pytest.mark.parametrize(
    ("criterion", "facts"),
    [(STAGE, {"stage": "IV"}), (STAGE, {"stage": "I"}), ({"any": [STAGE, ECOG]}, {"ecog": 1})],
)
def test_what_is_settled_asks_for_nothing(criterion: dict[str, Any], facts: dict[str, Any]) -> None:
    assert judged(criterion, facts).ask_for == ()


def test_any_is_met_by_one_and_unknown_while_one_may_still_be() -> None:
    criterion = {
        "any": [
            {"fact": "labs.ferritin", "below": "30 ng/mL"},
            {"fact": "labs.tsat", "below": "20 %"},
        ]
    }
    assert judged(criterion, {"labs": {"tsat": "19"}}).result == "met"
    assert judged(criterion, {"labs": {"tsat": "20"}}).result == "unknown"
    assert judged(criterion, {"labs": {"tsat": "20"}}).ask_for == ("labs.ferritin",)
    assert judged(criterion, {"labs": {"tsat": "20", "ferritin": "30"}}).result == "not_met"


def test_not_and_excludes_turn_an_answer_round() -> None:
    cancer = {"fact": "tumor", "is_one_of": ["aml", "mds"]}
    assert judged({"not": [cancer]}, {"tumor": "breast"}).result == "met"
    assert judged(cancer, {"tumor": "breast"}, part="excludes").result == "met"
    assert judged(cancer, {"tumor": "mds"}, part="excludes").result == "not_met"


@pytest.mark.parametrize(
    ("criterion", "facts", "sentence"),
    [
        (STAGE, {"stage": "IVA"}, "Stage is IIIB, IV or IVA. Reported: IVA."),
        (STAGE, {}, "Stage is IIIB, IV or IVA. Not reported."),
        (ECOG, {"ecog": 3}, "ECOG performance status is at most 2. Reported: 3."),
        (
            HEMOGLOBIN,
            {"labs": {"hemoglobin": "10.60"}},
            "Hemoglobin is below 10 g/dL. Reported: 10.6 g/dL.",
        ),
        (
            {"fact": "drugs", "with_one_of": ["carboplatin", "cisplatin"]},
            with_drugs("pemetrexed"),
            "Given with carboplatin or cisplatin. Planned with pemetrexed.",
        ),
        (
            {"fact": "drugs", "alone": True},
            with_drugs(),
            "Given alone, investigational drugs apart. Planned with no other therapeutic drug.",
        ),
        (
            PLATINUM,
            {"prior_therapies": ["carboplatin"]},
            "Earlier therapy included a platinum drug. Reported: carboplatin.",
        ),
        (
            ATTESTED,
            {"attestations": []},
            "The practice attests that leucovorin cannot be obtained or tolerated. Reported: no.",
        ),
        (
            PAIRS,
            {},
            "Up to 200 mg every 21 days or 400 mg every 42 days. Planned: 200 mg. Doses as close as 21 days.",
        ),
        (
            FACTORS,
            {"fn_risk_factors": [], "age": 70},
            "At least 1 risk factor for febrile neutropenia. Reported: age above 65 years.",
        ),
        (
            ROS1,
            {},
            "ROS1 rearrangement is negative, or not known. Not reported.",
        ),
    ],
)
def test_sentences_tell_a_practice_what_was_asked_and_what_was_found(
    criterion: dict[str, Any], facts: dict[str, Any], sentence: str
) -> None:
    assert judged(criterion, facts).sentence == sentence


def test_excluded_things_read_as_exclusions() -> None:
    told = judged({"fact": "drugs", "with_one_of": ["cetuximab"]}, with_drugs(), part="excludes")
    assert told.sentence == "Not given with cetuximab. Planned with no other therapeutic drug."
    told = judged(
        {"fact": "prior_therapies", "include": "pd1_pdl1"}, {"prior_therapies": []}, part="excludes"
    )
    assert told.sentence == "Earlier therapy did not include a PD-1 or PD-L1 inhibitor. Reported: none."


TWO_WAYS = policy(
    paragraph("P-01", includes=[{"fact": "tumor", "is_one_of": ["breast"]}], criteria=[ECOG, STAGE]),
    paragraph("P-02", includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}], criteria=[ECOG, STAGE]),
    paragraph("P-03", includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}], criteria=[ECOG]),
)


def test_one_met_paragraph_meets_the_policy_and_comes_first() -> None:
    outcome = judge(TWO_WAYS, {"tumor": "nsclc", "ecog": 1, "stage": "IA"}, LINE)
    assert (outcome.result, deciding(outcome), outcome.ask_for) == ("met", "P-03", ())
    assert [child.id for child in outcome.children] == ["P-03", "P-02", "P-01"]


def test_an_open_policy_is_decided_by_the_paragraph_nearest_to_met() -> None:
    outcome = judge(TWO_WAYS, {"tumor": "nsclc", "stage": "IV"}, LINE)
    assert (outcome.result, deciding(outcome), outcome.ask_for) == ("unknown", "P-02", ("ecog",))


def test_a_policy_not_met_is_decided_by_no_paragraph_and_asks_nothing() -> None:
    outcome = judge(TWO_WAYS, {"tumor": "nsclc", "ecog": 3, "stage": "IV"}, LINE)
    assert (outcome.result, deciding(outcome), outcome.ask_for) == ("not_met", "", ())


def test_what_would_help_no_more_is_not_asked_for() -> None:
    met = judge(TWO_WAYS, {"tumor": "nsclc", "ecog": 1}, LINE)
    assert [(child.result, child.ask_for) for child in met.children[:2]] == [
        ("met", ()),
        ("unknown", ("stage",)),
    ]
    assert met.ask_for == ()
    refused = judge(TWO_WAYS, {"tumor": "nsclc", "stage": "I"}, LINE)
    assert {child.id: child.ask_for for child in refused.children} == {
        "P-01": (),
        "P-02": (),
        "P-03": ("ecog",),
    }


def test_of_paragraphs_about_others_the_nearest_comes_first() -> None:
    nsclc, ours = {"fact": "tumor", "is_one_of": ["nsclc"]}, {"fact": "plan", "is_one_of": ["BCBSMA"]}
    rules = policy(paragraph("P-01", includes=[nsclc, ours]), paragraph("P-02", includes=[nsclc]))
    facts = {"tumor": "breast", "plan": "BCBSNC"}
    assert [child.id for child in judge(rules, facts, LINE).children] == ["P-02", "P-01"]


def test_a_paragraph_about_another_cancer_is_judged_no_further() -> None:
    outcome = judge(TWO_WAYS, {"tumor": "nsclc", "ecog": 1}, LINE)
    breast = next(child for child in outcome.children if child.id == "P-01")
    assert [leaf.fact for leaf in breast.leaves()] == ["tumor"]
