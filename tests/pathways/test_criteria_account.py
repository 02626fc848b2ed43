"""The account of each kind of criterion: as data for a replay, and in words for a practice (R-163, R-168)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pathways.criteria import Outcome, judge
from pathways.criteria.case import Case
from pathways.criteria.nodes import KEPT, Joined, Test
from tests.pathways.criteria import LINE, judged, paragraph, policy, with_drugs
from tests.pathways.test_criteria import ATTESTED, ECOG, FACTORS, HEMOGLOBIN, PAIRS, PLATINUM, STAGE, TRIAL

START = {"fact": "start_on", "from": "2027-01-01"}
REASON = {"fact": "radiation_reasons.medically_inoperable", "is": True}
SURGERY = {"fact": "prior_therapies", "include": "surgery"}


# --- As data ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("criterion", "facts", "kind", "value", "expected"),
    [
        (STAGE, {"stage": "IVA"}, "oneof", "IVA", ["IIIB", "IV", "IVA"]),
        (TRIAL, {"trial": {"enrolled": False}}, "isso", False, True),
        (ATTESTED, {"attestations": []}, "isso", False, True),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "10.60"}}, "compared", "10.6", {"below": "10"}),
        (START, {"start_on": "2026-12-31"}, "dated", "2026-12-31", {"from": "2027-01-01"}),
        (
            FACTORS,
            {"fn_risk_factors": ["prior_fn"], "age": 70},
            "riskfactors",
            [["age_gt_65", "prior_fn"], False],
            {"at_least": 1},
        ),
        (PLATINUM, {"prior_therapies": ["surgery"]}, "hadtherapy", ["surgery"], "platinum"),
        (
            {"fact": "drugs", "with_one_of": ["carboplatin", "cisplatin"]},
            with_drugs("cisplatin", "axitinib"),
            "withoneof",
            ["axitinib", "cisplatin"],
            ["carboplatin", "cisplatin"],
        ),
        ({"fact": "drugs", "alone": True}, with_drugs(), "alone", [], True),
        ({"fact": "dose", "at_most": "0.3 g"}, {}, "doseatmost", [["200", "mg"], "0.2", []], "0.3 g"),
        (
            PAIRS,
            {},
            "onepairof",
            [[["200", "mg"], "200", []], [[[1], [1, 2, 3, 4, 5, 6, 7, 8], 21, 1, 0], []]],
            [{"dose": "200 mg", "every_days": 21}, {"dose": "400 mg", "every_days": 42}],
        ),
        (
            {"fact": "schedule", "cycles_at_most": 2},
            {},
            "scheduled",
            [[[1], [1, 2, 3, 4, 5, 6, 7, 8], 21, 1, 0], []],
            {"cycles_at_most": 2},
        ),
    ],
)
def test_each_criterion_keeps_what_was_read_and_what_was_expected(
    criterion: dict[str, Any], facts: dict[str, Any], kind: str, value: Any, expected: Any
) -> None:
    outcome = judged(criterion, facts)
    assert (outcome.kind, outcome.fact) == (kind, criterion["fact"])
    assert (outcome.value, outcome.expected) == (value, expected)


RULES = policy(
    paragraph(
        "P-01",
        includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}],
        criteria=[{"any": [ECOG, {"not": [STAGE]}]}],
        addresses=["section 1"],
    )
)


def test_an_account_is_written_without_its_empty_parts_and_read_back_r_163() -> None:
    outcome = judge(RULES, {"tumor": "nsclc", "stage": "IV"}, LINE)
    (about,) = outcome.children
    assert about.children[1].to_json() == {
        "result": "unknown",
        "sentence": "At least one of these holds: ECOG performance status is at most 2. Not reported; "
        "This does not hold: Stage is IIIB, IV or IVA. Reported: IV.",
        "kind": "any",
        "ask_for": ["ecog"],
        "children": [
            {
                "result": "unknown",
                "sentence": "ECOG performance status is at most 2. Not reported.",
                "kind": "compared",
                "fact": "ecog",
                "expected": {"at_most": "2"},
                "ask_for": ["ecog"],
            },
            {
                "result": "not_met",
                "sentence": "This does not hold: Stage is IIIB, IV or IVA. Reported: IV.",
                "kind": "not",
                "children": [
                    {
                        "result": "met",
                        "sentence": "Stage is IIIB, IV or IVA. Reported: IV.",
                        "kind": "oneof",
                        "fact": "stage",
                        "value": "IV",
                        "expected": ["IIIB", "IV", "IVA"],
                    }
                ],
            },
        ],
    }
    told: dict[str, Any] = outcome.to_json()
    assert (told["source"], told["reference"]) == ("Synthetic.", "pembrolizumab 2021-07-01")
    (part,) = told["children"]
    assert (part["id"], part["source"], part["reference"]) == ("P-01", "general knowledge", "section 1")
    assert Outcome.from_json(json.loads(json.dumps(told))) == outcome
    assert [leaf.fact for leaf in outcome.leaves()] == ["tumor", "ecog", "stage"]


@pytest.mark.parametrize("missing", ["result", "sentence", "kind"])
def test_an_account_without_its_result_sentence_or_kind_is_none(missing: str) -> None:
    told = judged(STAGE, {}).to_json()
    del told[missing]
    with pytest.raises(KeyError, match=missing):
        Outcome.from_json(told)


# --- Kept -----------------------------------------------------------------------------------------------
EITHER = {"any": [ECOG, STAGE]}


def test_what_was_explained_once_is_handed_out_again() -> None:
    facts = {"tumor": "nsclc", "stage": "IV"}
    first, second = (judge(RULES, facts, LINE).children[0].children for _ in range(2))
    assert all(one is other for one, other in zip(first, second, strict=True))
    assert RULES.addressed(Case(facts, LINE)) is RULES.addressed(Case(facts, LINE))


def test_no_more_is_kept_than_may_be() -> None:
    rules = policy(paragraph(includes=[{"fact": "plan", "is_one_of": ["A"]}], criteria=[EITHER]))
    (either,) = rules.paragraphs[0].tests
    assert isinstance(either, Joined)
    for number in range(KEPT + 10):
        judge(rules, {"plan": "A", "ecog": number}, LINE)
        judge(rules, {"plan": f"B{number}"}, LINE)
    ecog = either.children[0]
    assert isinstance(ecog, Test)
    assert len(ecog.kept) == len(either.kept) == len(rules.kept) == KEPT


# --- In words -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("criterion", "facts", "found"),
    [
        (STAGE, {"stage": "IA"}, "Reported: IA."),
        (TRIAL, {}, "Not reported."),
        (TRIAL, {"trial": {"enrolled": False}}, "Reported: no."),
        (TRIAL, {"trial": {"enrolled": True, "cms_identified": "yes"}}, "Reported: yes."),
        (HEMOGLOBIN, {"labs": {"hemoglobin": "9"}}, "Reported: 9 g/dL."),
        (HEMOGLOBIN, {}, "Not reported."),
        (START, {"start_on": "2026-12-31"}, "Reported: Dec 31, 2026."),
        (START, {}, "Not reported."),
        (FACTORS, {"fn_risk_factors": [], "age": 40}, "Reported: none."),
        (FACTORS, {"fn_risk_factors": []}, "Not reported."),
        (
            FACTORS,
            {"fn_risk_factors": ["poor_nutrition"], "age": 70},
            "Reported: age above 65 years and poor nutrition.",
        ),
        (SURGERY, {}, "Not reported."),
        (SURGERY, {"prior_therapies": []}, "Reported: none."),
        (SURGERY, {"prior_therapies": ["carboplatin", "taxane"]}, "Reported: carboplatin and a taxane."),
        ({"fact": "drugs", "alone": True}, {"drugs": None}, "The drugs of the order are not reported."),
        ({"fact": "drugs", "alone": True}, with_drugs("b", "a"), "Planned with a and b."),
        ({"fact": "drugs", "with_one_of": ["x"]}, with_drugs("b", "a"), "Planned with a and b."),
    ],
)
def test_what_was_found_in_the_answers(criterion: dict[str, Any], facts: dict[str, Any], found: str) -> None:
    assert judged(criterion, facts).sentence.endswith(f". {found}")


@pytest.mark.parametrize(
    ("limit", "line", "found"),
    [
        ({"days_apart": 7}, {}, "Doses as close as 21 days."),
        ({"days_apart": 7}, {"days": "1,2"}, "Doses as close as 1 day."),
        ({"days_apart": 7}, {"cycles": "1"}, "A single dose."),
        ({"days_apart": 7}, {"per_day": 2}, "More than one dose on a day."),
        ({"days_apart": 7}, {"days": "LABEL"}, "Planned: the days of the label; state them."),
        ({"days_apart": 7}, {"days": "LABEL", "per_day": 2}, "More than one dose on a day."),
        ({"days_apart": 7}, {"days": None}, "Days or cycles are not reported."),
        ({"cycles_at_most": 8}, {}, "Planned: 8 cycles."),
        ({"cycles_at_most": 8}, {"cycles": None}, "Days or cycles are not reported."),
        ({"total_days_at_most": 8}, {}, "Planned: 168 days."),
        ({"doses_per_cycle_at_most": 2}, {}, "Planned: 1 dose."),
        ({"doses_per_cycle_at_most": 2}, {"days": "1,8", "per_day": 2}, "Planned: 4 doses."),
        (
            {"doses_per_cycle_at_most": 2},
            {"days": "LABEL"},
            "Planned: the days of the label; state them.",
        ),
        ({"cycle_days_at_least": 21}, {}, "Planned: 21 days."),
    ],
)
def test_what_was_found_in_the_schedule(limit: dict[str, int], line: dict[str, Any], found: str) -> None:
    assert judged({"fact": "schedule", **limit}, {}, **line).sentence.endswith(f". {found}")


@pytest.mark.parametrize(
    ("line", "found", "asked"),
    [
        (
            {"dose": None, "days": None},
            "Not reported. Days or cycles are not reported.",
            ("dose", "schedule"),
        ),
        ({"dose": None}, "Not reported. Doses as close as 21 days.", ("dose",)),
        ({"days": None}, "Planned: 200 mg. Days or cycles are not reported.", ("schedule",)),
        ({"days": "LABEL"}, "Planned: 200 mg. Planned: the days of the label; state them.", ("schedule",)),
        (
            {"unit": "mg/kg"},
            "Planned: 200 mg/kg, which cannot be compared without weight. Doses as close as 21 days.",
            ("weight_kg",),
        ),
    ],
)
def test_dose_and_gap_are_asked_for_as_far_as_they_are_missing_dr_09(
    line: dict[str, Any], found: str, asked: tuple[str, ...]
) -> None:
    outcome = judged(PAIRS, {}, **line)
    assert outcome.sentence.endswith(f". {found}")
    assert outcome.ask_for == asked


@pytest.mark.parametrize(
    ("part", "says"),
    [("criteria", "states"), ("excludes", "does not state")],
)
def test_a_reason_for_radiation_is_stated_or_not_dr_24(part: str, says: str) -> None:
    told = judged(REASON, {"radiation_reasons": []}, part=part).sentence
    assert told == f"The practice {says} that surgery is not possible for medical reasons. Reported: no."
