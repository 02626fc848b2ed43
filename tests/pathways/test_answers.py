"""Answers that could still be given: one of every kind that the criteria can tell apart (R-168, R-236)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pathways.criteria.answers import Wish, missing, possible, put
from pathways.criteria.case import Case
from pathways.criteria.nodes import Test
from tests.pathways.criteria import LINE, judged, paragraph, policy
from tests.pathways.test_criteria import PAIRS

FACTORS_2 = {"fact": "fn_risk_factors", "at_least": 2}
PLATINUM, CISPLATIN, SURGERY = (
    {"fact": "prior_therapies", "include": name} for name in ("platinum", "cisplatin", "surgery")
)
FIRST, SECOND = "dose_reduction_not_appropriate", "immune_thrombocytopenia"
#: An order of which nothing is answered, nor how its drug is given.
EMPTY = Case({}, {**LINE, "days": None, "cycle_length_days": "", "cycles": None, "per_day": None})


def reading(*criteria: dict[str, Any]) -> list[Test]:
    """The tests that these criteria are."""
    (only,) = policy(paragraph(criteria=list(criteria))).paragraphs
    return [test for test in only.tests if isinstance(test, Test)]


def answers(group: str, *criteria: dict[str, Any], case: Case = EMPTY, finds: bool = True) -> list[Any]:
    """What may be answered so that these criteria find what they look for, or do not."""
    return list(possible(group, [Wish(test, finds) for test in reading(*criteria)], case))


# --- What may be answered -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("group", "criteria", "expected"),
    [
        ("ecog", [{"fact": "ecog", "at_most": 2}], [0, 1, 2, 3, 4]),
        ("age", [{"fact": "age", "at_least": "18 years"}], [17, 18, 19]),
        ("age", [FACTORS_2], [64, 65, 66]),
        ("radiation_fractions", [{"fact": "radiation_fractions", "at_most": "5 fractions"}], [4, 5, 6]),
        (
            "labs.hemoglobin",
            [{"fact": "labs.hemoglobin", "below": "10 g/dL"}],
            [Decimal("9.9999"), 10, Decimal("10.0001")],
        ),
        ("labs.tsat", [{"fact": "labs.tsat", "above": "0 %"}], [0, Decimal("0.0001")]),
        ("bone_metastases", [{"fact": "bone_metastases", "is": True}], [True, False]),
        (
            "start_on",
            [{"fact": "start_on", "from": "2027-01-01"}],
            [date(2026, 12, 31), date(2027, 1, 1)],
        ),
        ("sex", [{"fact": "sex", "is_one_of": ["M"]}], ["M", "F", "X", "(another)"]),
        (
            "attestations",
            [{"fact": f"attestations.{name}", "is": True} for name in (SECOND, FIRST)],
            [[FIRST, SECOND]],
        ),
    ],
)
def test_answers_lie_on_and_around_each_limit(
    group: str, criteria: list[dict[str, Any]], expected: list[Any]
) -> None:
    assert answers(group, *criteria) == expected


def test_age_is_never_among_the_risk_factors_that_are_answered_dr_08() -> None:
    found = answers("fn_risk_factors", FACTORS_2)
    assert [len(factors) for factors in found] == [0, 1, 2]
    assert "age_gt_65" not in answers("fn_risk_factors", {**FACTORS_2, "at_least": 50})[-1]


def test_one_drug_stands_for_the_others_of_its_class() -> None:
    assert answers("prior_therapies", SURGERY) == [["surgery"]]
    assert answers("prior_therapies", PLATINUM) == [["carboplatin"]]
    assert answers("prior_therapies", PLATINUM, CISPLATIN) == [["cisplatin"], ["carboplatin", "cisplatin"]]


def test_what_is_not_to_be_found_is_left_out_of_a_list() -> None:
    assert answers("prior_therapies", SURGERY, finds=False) == [[]]
    attested = {"fact": f"attestations.{FIRST}", "is": True}
    assert answers("attestations", attested, finds=False) == [[]]


def test_what_stands_beside_unknown_in_a_list_stays() -> None:
    listed = Case(
        {"prior_therapies": ["surgery", "unknown"], "fn_risk_factors": ["prior_fn", "unknown"]}, LINE
    )
    assert answers("prior_therapies", PLATINUM, case=listed) == [["carboplatin", "surgery"]]
    one_more = [["prior_fn"], ["prior_fn", "poor_performance_status"]]
    assert answers("fn_risk_factors", {**FACTORS_2, "at_least": 1}, case=listed) == one_more


def test_a_class_that_was_reported_is_made_precise_and_nothing_else_changed() -> None:
    reported = Case({"prior_therapies": ["surgery", "platinum"]}, LINE)
    assert answers("prior_therapies", CISPLATIN, case=reported) == [
        ["cisplatin", "surgery"],
        ["carboplatin", "surgery"],
        ["carboplatin", "cisplatin", "surgery"],
    ]


def test_the_drug_itself_is_among_the_drugs_of_the_order() -> None:
    def given(*criteria: dict[str, Any]) -> list[list[str]]:
        found = answers("drugs", *criteria)
        assert all(drugs[0] == EMPTY.line for drugs in found)
        assert all(one["role"] == "therapeutic" for drugs in found for one in drugs)
        return [[one["drug"] for one in drugs[1:]] for drugs in found]

    assert given({"fact": "drugs", "with_one_of": ["b", "a"]}) == [[], ["a"], ["b"], ["a", "b"]]
    assert given({"fact": "drugs", "alone": True}) == [[], ["(another)"]]


def test_doses_lie_on_and_above_each_limit_in_its_unit() -> None:
    assert answers("dose", PAIRS, {"fact": "dose", "at_most": "10 mg/kg"}) == [
        {"dose": "10", "unit": "mg/kg"},
        {"dose": "10.0001", "unit": "mg/kg"},
        {"dose": "200", "unit": "mg"},
        {"dose": "200.0001", "unit": "mg"},
        {"dose": "400", "unit": "mg"},
        {"dose": "400.0001", "unit": "mg"},
    ]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (
            {"cycles_at_most": 2},
            [
                {"days": "1", "cycle_length_days": 1, "cycles": "1", "per_day": 1},
                {"days": "1", "cycle_length_days": 1, "cycles": "1-2", "per_day": 1},
                {"days": "1", "cycle_length_days": 1, "cycles": "1-3", "per_day": 1},
            ],
        ),
        (
            {"cycle_days_at_least": 21},
            [
                {"days": "1", "cycle_length_days": days, "cycles": "1", "per_day": 1}
                for days in (1, 20, 21, 22)
            ],
        ),
        (
            {"total_days_at_most": 21},
            [
                {"days": "1", "cycle_length_days": days, "cycles": "1", "per_day": 1}
                for days in (1, 20, 21, 22)
            ],
        ),
    ],
)
def test_schedules_lie_around_each_limit_the_lightest_first(
    limit: dict[str, int], expected: list[dict[str, Any]]
) -> None:
    assert answers("schedule", {"fact": "schedule", **limit}) == expected


@pytest.mark.parametrize(
    "criterion",
    [
        {"fact": "schedule", "days_apart": 7},
        {"fact": "schedule", "days_apart": 1},
        {"fact": "schedule", "cycles_at_most": 1},
        {"fact": "schedule", "total_days_at_most": 1},
        {"fact": "schedule", "doses_per_cycle_at_most": 1},
        {"fact": "schedule", "cycle_days_at_least": 2},
        PAIRS,
    ],
)
def test_some_schedule_meets_each_limit_and_all_can_be_read(criterion: dict[str, Any]) -> None:
    results = [judged(criterion, {}, **line).result for line in answers("schedule", criterion)]
    assert "met" in results
    assert "unknown" not in results


def test_what_is_stated_of_a_schedule_stays_but_the_days_of_the_label() -> None:
    stated = Case({}, {**LINE, "days": "LABEL"})
    found = answers("schedule", {"fact": "schedule", "doses_per_cycle_at_most": 1}, case=stated)
    assert [line.pop("days") for line in found] == ["1", "1,2"]
    assert found == [{"cycle_length_days": 21, "cycles": "1-8", "per_day": 1}] * 2


def test_doses_lie_a_gap_apart_within_the_cycle() -> None:
    limits = {"days_apart": 7}, {"doses_per_cycle_at_most": 1}, {"cycle_days_at_least": 8}
    found = answers("schedule", *({"fact": "schedule", **limit} for limit in limits))
    days: dict[int, set[str]] = {}
    for line in found:
        days.setdefault(line["cycle_length_days"], set()).add(line["days"])
    assert days[8] == {"1", "1,2", "1,2,3", "1,7", "1,8"}
    assert days[7] == {"1", "1,2", "1,2,3", "1,7"}


# --- An answer put in ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("group", "answer", "facts", "line"),
    [
        ("stage", "IV", {"stage": "IV"}, {}),
        ("labs.tsat", 19, {"labs": {"hemoglobin": "9", "tsat": 19}}, {}),
        ("biomarkers.EGFR", "wild_type", {"biomarkers": {"EGFR": "wild_type"}}, {}),
        ("attestations", [FIRST], {"attestations": [FIRST]}, {}),
        (
            "trial.cms_identified",
            False,
            {"trial": {"name": "T", "enrolled": True, "cms_identified": False}},
            {},
        ),
        ("indication", "treatment", {}, {"indication": "treatment"}),
        ("dose", {"dose": "7", "unit": "g"}, {}, {"dose": "7", "unit": "g"}),
        ("schedule", {"days": "8"}, {}, {"days": "8"}),
    ],
)
def test_an_answer_changes_its_fact_and_nothing_else(
    group: str, answer: Any, facts: dict[str, Any], line: dict[str, Any]
) -> None:
    known = {"ecog": 1, "labs": {"hemoglobin": "9"}, "trial": {"name": "T"}, "biomarkers": None}
    answered = put(Case(known, LINE), group, answer)
    assert answered.facts == {**known, **facts}
    assert answered.line == {**LINE, **line}


# --- What is missing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, ("fn_risk_factors", "age")),
        ({"age": 40}, ("fn_risk_factors",)),
        ({"fn_risk_factors": []}, ("age",)),
        ({"fn_risk_factors": [], "age": 40}, ()),
    ],
)
def test_risk_factors_and_age_may_both_be_missing(facts: dict[str, Any], asked: tuple[str, ...]) -> None:
    (test,) = reading(FACTORS_2)
    assert missing(test, Case(facts, LINE)) == asked


def test_a_pair_misses_dose_or_schedule() -> None:
    (test,) = reading(PAIRS)
    assert missing(test, Case({}, {**LINE, "dose": None})) == ("dose",)
    assert missing(test, Case({}, {**LINE, "days": "LABEL"})) == ("schedule",)
