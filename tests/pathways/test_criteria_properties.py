"""Laws of three-valued logic, on the joins and on whole policies (DR-09)."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.criteria import FACTS, Outcome, Result, judge
from pathways.criteria.outcome import all_of, any_of, not_
from pathways.criteria.schedules import DrugSchedule, schedule_of
from tests.pathways.criteria import LINE, paragraph, policy

MET, NOT_MET, UNKNOWN = Result.MET, Result.NOT_MET, Result.UNKNOWN
results = st.sampled_from(Result)
several = st.lists(results, max_size=6)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (MET, MET, MET, MET),
        (MET, UNKNOWN, UNKNOWN, MET),
        (MET, NOT_MET, NOT_MET, MET),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, NOT_MET, NOT_MET, UNKNOWN),
        (NOT_MET, NOT_MET, NOT_MET, NOT_MET),
    ],
)
def test_strong_kleene_tables(left: Result, right: Result, both: Result, either: Result) -> None:
    assert all_of([left, right]) is all_of([right, left]) is both
    assert any_of([left, right]) is any_of([right, left]) is either


def test_nothing_to_show_is_met_and_nothing_to_choose_is_not() -> None:
    assert (all_of([]), any_of([])) == (MET, NOT_MET)


@given(several)
def test_de_morgan(found: list[Result]) -> None:
    assert not_(all_of(found)) is any_of(not_(item) for item in found)
    assert not_(any_of(found)) is all_of(not_(item) for item in found)


@given(several, several)
def test_joins_are_associative_and_order_does_not_count(left: list[Result], right: list[Result]) -> None:
    assert all_of(left + right) is all_of([all_of(left), all_of(right)]) is all_of(right + left)
    assert any_of(left + right) is any_of([any_of(left), any_of(right)]) is any_of(right + left)


@given(several, st.lists(st.sampled_from([MET, NOT_MET]), min_size=6, max_size=6))
def test_an_answer_never_changes_what_was_settled_without_it(
    found: list[Result], answers: list[Result]
) -> None:
    settled = [answer if item is UNKNOWN else item for item, answer in zip(found, answers, strict=False)]
    for join in (all_of, any_of):
        if join(found) is not UNKNOWN:
            assert join(settled) is join(found)


# --- Whole policies -----------------------------------------------------------------------------------
#: Facts, a test of each, and answers on both sides of it.
MARKER = {"fact": "biomarkers.EGFR", "is_one_of": ["wild_type"]}
ATTESTED = {"fact": "attestations.immune_thrombocytopenia", "is": True}
TESTS: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "tumor": ({"fact": "tumor", "is_one_of": ["nsclc", "breast"]}, ["nsclc", "aml"]),
    "stage": ({"fact": "stage", "is_one_of": ["IV"]}, ["IV", "IA"]),
    "ecog": ({"fact": "ecog", "at_most": 2}, [0, 2, 3]),
    "age": ({"fact": "age", "at_least": "18 years"}, [17, 18, 70]),
    "prior_therapies": ({"fact": "prior_therapies", "include": "platinum"}, [[], ["cisplatin"], ["taxane"]]),
    "fn_risk_factors": ({"fact": "fn_risk_factors", "at_least": 1}, [[], ["prior_fn"]]),
    "bone_metastases": ({"fact": "bone_metastases", "is": True}, [True, False]),
    "labs": ({"fact": "labs.hemoglobin", "below": "10 g/dL"}, [{"hemoglobin": "9"}, {"hemoglobin": "10"}]),
    "biomarkers": (MARKER, [{"EGFR": "wild_type"}, {"EGFR": "mutation"}]),
    "trial": (
        {"fact": "trial.cms_identified", "is": True},
        [{"enrolled": False}, {"enrolled": True, "cms_identified": True}],
    ),
    "attestations": (ATTESTED, [[], ["immune_thrombocytopenia"]]),
}
leaves = st.sampled_from([test for test, _ in TESTS.values()])
criteria = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, entries: {kind: entries},
        st.sampled_from(["all", "any", "not"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
paragraphs = st.builds(
    lambda included, excluded, shown: {"includes": included, "excludes": excluded, "criteria": shown},
    st.lists(leaves, max_size=2),
    st.lists(leaves, max_size=2),
    st.lists(criteria, min_size=1, max_size=3),
)
policies = st.lists(paragraphs, min_size=1, max_size=3).map(
    lambda found: policy(*(paragraph(f"P-{number}", **parts) for number, parts in enumerate(found)))
)
#: Each example compiles a policy of its own: fewer examples, and no deadline on a busy machine.
compiling = settings(deadline=None, max_examples=60)
answers = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, (_, values) in TESTS.items()}
)


@compiling
@given(policies, answers, st.sets(st.sampled_from(sorted(TESTS))))
def test_removing_a_fact_never_turns_met_into_not_met_nor_back(
    rules: Any, facts: dict[str, Any], removed: set[str]
) -> None:
    whole = judge(rules, facts, LINE).result
    less = judge(rules, {name: facts[name] for name in facts.keys() - removed}, LINE).result
    assert less in (whole, UNKNOWN)


@compiling
@given(policies, answers)
def test_unknown_asks_for_facts_and_only_unknown_does(rules: Any, facts: dict[str, Any]) -> None:
    outcome = judge(rules, facts, LINE)
    assert bool(outcome.ask_for) is (outcome.result is UNKNOWN)
    assert set(outcome.ask_for) <= FACTS.keys()
    for leaf in outcome.leaves():
        assert bool(leaf.ask_for) is (leaf.result is UNKNOWN)


@compiling
@given(policies, answers)
def test_a_policy_is_met_exactly_when_one_of_its_paragraphs_is(rules: Any, facts: dict[str, Any]) -> None:
    outcome = judge(rules, facts, LINE)
    assert outcome.result is any_of(child.result for child in outcome.children)
    assert (outcome.result is MET) is (outcome.children[0].result is MET)


@compiling
@given(policies, answers)
def test_outcomes_come_back_from_json_as_they_were(rules: Any, facts: dict[str, Any]) -> None:
    outcome = judge(rules, facts, LINE)
    assert Outcome.from_json(json.loads(json.dumps(outcome.to_json()))) == outcome


@compiling
@given(policies, answers)
def test_judging_twice_says_the_same(rules: Any, facts: dict[str, Any]) -> None:
    assert judge(rules, facts, LINE) == judge(rules, facts, LINE)


@given(
    st.sets(st.integers(1, 28), min_size=1, max_size=5),
    st.sets(st.integers(1, 12), min_size=1, max_size=6),
    st.integers(28, 42),
)
def test_the_smallest_gap_is_that_of_the_two_closest_doses(
    days: set[int], cycles: set[int], length: int
) -> None:
    line = {
        "days": ",".join(map(str, days)),
        "cycles": ",".join(map(str, cycles)),
        "cycle_length_days": length,
    }
    given_on = {cycle * length + day for cycle in cycles for day in days}
    gaps = [abs(one - other) for one, other in product(given_on, repeat=2) if one != other]
    schedule = schedule_of(line)
    assert schedule is not None
    assert DrugSchedule(schedule).smallest_gap_days == min(gaps, default=None)
