"""What would change a verdict: missing answers that would meet a policy, and documented facts against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathways.criteria import Policy, Result, judge, parse_policy, terms
from pathways.criteria.answers import group_of
from pathways.criteria.settling import MOST, Settling, settling
from pathways.files import read_yaml
from pathways.policy_cases import PolicyCase, in_force, read_cases
from tests.pathways.criteria import LINE, paragraph, policy, with_drugs
from tests.rules.programs import FIXTURES

POLICIES = sorted(path.parent for path in (FIXTURES / "policies").glob("*/cases.yaml"))
STAGE = {"fact": "stage", "is_one_of": ["III", "IV"]}
EGFR = {"fact": "biomarkers.EGFR", "is_one_of": ["wild_type"]}
ECOG = {"fact": "ecog", "at_most": 2}
ATTESTED = {"fact": "attestations.immune_thrombocytopenia", "is": True}
REDUCED = {"fact": "attestations.dose_reduction_not_appropriate", "is": True}
PLATINUM = {"fact": "prior_therapies", "include": "platinum"}
PAIRS = {
    "fact": "schedule",
    "one_of": [{"dose": "200 mg", "every_days": 21}, {"dose": "400 mg", "every_days": 42}],
}


def change(rules: Policy, facts: Mapping[str, Any], **line: Any) -> Settling:
    """What would change the verdict of these rules on the facts."""
    own = {**LINE, **line}
    whole = {"drugs": [own], **facts}
    return settling(rules, whole, own, judge(rules, whole, own))


def said(found: Settling) -> list[list[str]]:
    """The sentences of each way."""
    return [[answer.sentence for answer in way.answers] for way in found.ways]


def criteria(*tests: Mapping[str, Any], **other: Any) -> Policy:
    return policy(paragraph(criteria=list(tests), **other))


# --- Missing answers ----------------------------------------------------------------------------------
def test_each_missing_answer_is_named_with_what_it_would_have_to_say() -> None:
    found = change(criteria(STAGE, EGFR, ECOG), {"ecog": 1})
    assert said(found) == [["Stage is III or IV.", "EGFR is wild type."]]
    assert found.ways[0].facts == ("stage", "biomarkers.EGFR")
    assert found.against == ()


@pytest.mark.parametrize("not_an_answer", [None, "", "unknown", "not_reported"])
def test_unknown_and_not_reported_are_missing_answers(not_an_answer: Any) -> None:
    assert said(change(criteria(STAGE), {"stage": not_an_answer})) == [["Stage is III or IV."]]


def test_nothing_would_change_a_policy_that_is_met() -> None:
    assert change(criteria(STAGE), {"stage": "IV"}) == Settling()


def test_a_documented_result_is_never_proposed_for_change() -> None:
    """A stage that does not fit stands against the paragraph; the marker that is missing could not help."""
    found = change(criteria(STAGE, EGFR), {"stage": "IA"})
    assert found.ways == ()
    assert [(one.fact, one.sentence) for one in found.against] == [
        ("stage", "Stage is III or IV. Reported: IA.")
    ]


def test_one_paragraph_may_be_open_while_facts_stand_against_another() -> None:
    rules = policy(paragraph("P-1", criteria=[STAGE]), paragraph("P-2", criteria=[EGFR]))
    found = change(rules, {"stage": "IA"})
    assert [(way.paragraph, way.facts) for way in found.ways] == [("P-2", ("biomarkers.EGFR",))]
    assert [(one.paragraph, one.fact) for one in found.against] == [("P-1", "stage")]


def test_of_two_paragraphs_the_one_that_asks_for_more_of_the_same_is_left_out() -> None:
    rules = policy(paragraph("P-1", criteria=[STAGE, EGFR]), paragraph("P-2", criteria=[STAGE]))
    assert [way.paragraph for way in change(rules, {}).ways] == ["P-2"]


def test_ways_with_the_fewest_answers_come_first() -> None:
    rules = policy(paragraph("P-1", criteria=[STAGE, EGFR]), paragraph("P-2", criteria=[ECOG]))
    assert [len(way.answers) for way in change(rules, {}).ways] == [1, 2]


def test_a_criterion_that_is_said_again_and_again_hides_no_way() -> None:
    factors = {"fact": "fn_risk_factors", "at_least": 1}
    either = {"any": [STAGE, factors]}
    found = change(criteria({"any": [STAGE, STAGE, factors]}, either, {"any": [STAGE, STAGE, factors]}), {})
    assert {way.facts for way in found.ways} == {("stage",), ("fn_risk_factors",), ("age",)}


def test_either_of_two_answers_is_a_way_of_its_own() -> None:
    assert said(change(criteria({"any": [STAGE, ECOG]}), {})) == [
        ["Stage is III or IV."],
        ["ECOG performance status is at most 2."],
    ]


def test_answers_that_contradict_each_other_are_no_way() -> None:
    assert change(criteria(STAGE, {"not": [STAGE]}), {}).ways == ()


def test_what_is_asked_of_one_choice_twice_is_said_once() -> None:
    rules = criteria(STAGE, excludes=[{"fact": "stage", "is_one_of": ["III"]}])
    assert said(change(rules, {})) == [["Stage is IV."]]


def test_what_must_not_be_so_reads_as_its_opposite() -> None:
    assert said(change(criteria({"not": [ECOG]}), {})) == [["ECOG performance status is not at most 2."]]
    assert said(change(criteria({"not": [STAGE]}), {})) == [["Stage is not III or IV."]]


def test_a_criterion_that_accepts_a_missing_answer_asks_for_none() -> None:
    lenient = {**EGFR, "or_unknown": True}
    assert said(change(criteria(lenient, STAGE), {})) == [["Stage is III or IV."]]


def test_a_criterion_that_accepts_a_missing_answer_still_limits_an_answer_given_for_another_reason() -> None:
    lenient = {"fact": "stage", "is_one_of": ["IV"], "or_unknown": True}
    assert said(change(criteria(lenient, STAGE), {})) == [["Stage is IV."]]


def test_a_criterion_that_accepts_a_missing_answer_may_have_to_be_refused() -> None:
    lenient = {"fact": "stage", "is_one_of": ["IV"], "or_unknown": True}
    found = change(criteria({"not": [lenient]}), {})
    assert said(found) == [["Stage is not IV."]]
    assert found.ways[0].facts == ("stage",)


@pytest.mark.parametrize("parts", [{"excludes": [STAGE]}, {"criteria": [{"not": [{"any": [STAGE, EGFR]}]}]}])
def test_what_was_found_and_is_excluded_leaves_no_way(parts: dict[str, list[Any]]) -> None:
    rules = policy({**paragraph(), **parts}, paragraph("P-02", criteria=[ECOG]))
    assert [way.paragraph for way in change(rules, {"stage": "IV"}).ways] == ["P-02"]


def test_ways_and_obstacles_carry_the_title_of_their_paragraph() -> None:
    rules = policy(paragraph("P-1", criteria=[STAGE]), paragraph("P-2", criteria=[EGFR]))
    found = change(rules, {"stage": "IA"})
    assert [way.title for way in found.ways] == ["Paragraph P-2"]
    assert [one.title for one in found.against] == ["Paragraph P-1"]


def test_a_day_is_asked_for_with_its_limits() -> None:
    rules = criteria({"fact": "start_on", "from": "2027-01-01"}, {"fact": "start_on", "before": "2027-04-01"})
    sentence = "Start of treatment is on or after Jan 1, 2027 and start of treatment is before Apr 1, 2027."
    assert said(change(rules, {})) == [[sentence]]
    (only,) = change(rules, {"start_on": "2027-04-01"}).against
    assert only.sentence == "Start of treatment is before Apr 1, 2027. Reported: Apr 1, 2027."


def test_a_class_of_earlier_therapy_is_only_made_precise() -> None:
    cisplatin = {"fact": "prior_therapies", "include": "cisplatin"}
    taxane = {"fact": "prior_therapies", "include": "taxane"}
    assert said(change(criteria(cisplatin), {"prior_therapies": ["platinum"]})) == [
        ["Earlier therapy included cisplatin."]
    ]
    assert change(criteria(cisplatin, taxane), {"prior_therapies": ["platinum"]}).ways == ()


def test_no_dose_is_said_that_both_limits_refuse() -> None:
    at_most = {"fact": "dose", "at_most": "200 mg"}
    assert said(change(criteria(at_most), {}, dose=None)) == [["Dose is at most 200 mg."]]
    assert change(criteria(at_most, {"not": [at_most]}), {}, dose=None).ways == ()


def test_a_schedule_as_labeled_can_be_stated() -> None:
    limits = criteria(
        {"fact": "schedule", "days_apart": 21}, {"fact": "schedule", "doses_per_cycle_at_most": 1}
    )
    found = change(limits, {}, days="LABEL")
    assert said(found) == [["Doses are at least 21 days apart and at most 1 dose per cycle."]]
    assert found.ways[0].facts == ("schedule",)


def test_the_cycles_that_were_stated_stay_when_only_the_days_are_missing() -> None:
    limits = criteria({"fact": "schedule", "days_apart": 21}, {"fact": "schedule", "cycles_at_most": 6})
    assert change(limits, {}, days="LABEL", cycles="1-6").ways
    assert change(limits, {}, days="LABEL", cycles="1-7").ways == ()
    assert change(limits, {}, days="LABEL", cycles="1-6", cycle_length_days=14).ways == ()


def test_a_dose_that_was_stated_is_not_asked_for_again_but_the_weight_that_is_missing_is() -> None:
    per_kg = criteria({"fact": "dose", "at_most": "6 mg/kg"})
    (way,) = change(per_kg, {}, dose="500").ways
    assert way.facts == ("weight_kg",)
    per_m2 = criteria({"fact": "dose", "at_most": "300 mg/m2"})
    (way,) = change(per_m2, {"weight_kg": "80"}, dose="500").ways
    assert way.facts == ("height_cm",)


def test_a_dose_in_a_unit_that_never_compares_is_no_missing_answer() -> None:
    assert change(criteria({"fact": "dose", "at_most": "200 mg"}), {}, dose="5", unit="AUC").ways == ()


def test_of_several_pairs_only_those_are_named_that_fit_what_was_stated() -> None:
    assert said(change(criteria(PAIRS), {}, dose=None)) == [["Up to 200 mg every 21 days."]]
    assert said(change(criteria(PAIRS), {}, dose="400", days="LABEL", cycle_length_days=None)) == [
        ["Up to 400 mg every 42 days."]
    ]


def test_what_stands_beside_unknown_in_a_list_is_documented() -> None:
    """Cisplatin was reported, whatever else is unknown: nobody is asked to take it back."""
    known = {"prior_therapies": ["cisplatin", "unknown"]}
    assert change(criteria({"not": [PLATINUM]}), known).ways == ()
    assert said(change(criteria({"fact": "prior_therapies", "include": "taxane"}), known)) == [
        ["Earlier therapy included a taxane."]
    ]


def test_a_gap_that_must_not_be_can_be_shown() -> None:
    apart = {"fact": "schedule", "days_apart": 42}
    assert said(change(criteria({"not": [apart]}), {}, days=None, cycles=None)) == [
        ["Doses are less than 42 days apart."]
    ]


def test_many_statements_of_one_list_are_settled_at_once() -> None:
    """Two to the twelfth lists could be stated; only one has just what is wanted."""
    wanted = [{"fact": f"radiation_reasons.{name}", "is": True} for name in terms.RADIATION_REASONS]
    assert len(wanted) >= 12
    (way,) = change(criteria(*wanted), {}).ways
    assert len(way.answers) == len(wanted)


def test_age_counts_as_a_risk_factor_so_either_answer_may_do() -> None:
    rules = criteria({"fact": "fn_risk_factors", "at_least": 1})
    assert [(way.facts, way.answers[0].sentence) for way in change(rules, {}).ways] == [
        (("age",), "Age is above 65 years."),
        (("fn_risk_factors",), "At least 1 risk factor for febrile neutropenia."),
    ]
    assert [way.facts for way in change(rules, {"fn_risk_factors": []}).ways] == [("age",)]
    assert [way.facts for way in change(rules, {"age": 60}).ways] == [("fn_risk_factors",)]


def test_the_attestations_of_an_order_are_one_answer() -> None:
    """A list that is given says of each statement whether it was attested."""
    rules = criteria(ATTESTED, {"not": [REDUCED]})
    assert len(change(rules, {}).ways) == 1
    assert change(rules, {"attestations": []}).ways == ()


def test_a_paragraph_of_very_many_alternatives_still_gives_some_ways() -> None:
    """Content nobody could read: three to the tenth combinations.  It must not keep a person waiting."""
    expected = {name: next(iter(marker.values)) for name, marker in terms.BIOMARKERS.items()}
    each = [{"fact": f"biomarkers.{name}", "is_one_of": [value]} for name, value in expected.items()]
    tests = [{"any": each[start : start + 3]} for start in range(0, 30, 3)]
    found = change(criteria(*tests), {})
    assert 0 < len(found.ways) <= MOST
    assert {len(way.facts) for way in found.ways} == {len(tests)}


# --- What stands against it ---------------------------------------------------------------------------
def test_a_policy_about_other_cancers_says_which_in_one_sentence() -> None:
    rules = policy(
        paragraph("P-1", includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}], criteria=[STAGE]),
        paragraph("P-2", includes=[{"fact": "tumor", "is_one_of": ["melanoma"]}], criteria=[STAGE]),
    )
    (only,) = change(rules, {"tumor": "breast"}).against
    assert (only.paragraph, only.title, only.fact) == ("", "", "tumor")
    assert only.sentence == "Cancer is non-small cell lung cancer or melanoma. Reported: breast cancer."


def test_of_two_gates_only_those_that_are_not_met_tell_whom_a_policy_is_about() -> None:
    gates = [{"fact": "tumor", "is_one_of": ["nsclc"]}, {"fact": "plan", "is_one_of": ["BCBSMA"]}]
    rules = policy(paragraph(includes=gates, criteria=[STAGE]))
    (only,) = change(rules, {"tumor": "breast", "plan": "BCBSMA"}).against
    assert only.sentence == "Cancer is non-small cell lung cancer. Reported: breast cancer."


def test_paragraphs_about_other_cancers_are_left_out_where_one_is_about_this_one() -> None:
    rules = policy(
        paragraph("P-1", includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}], criteria=[STAGE]),
        paragraph("P-2", includes=[{"fact": "tumor", "is_one_of": ["breast"]}], criteria=[STAGE]),
    )
    assert [one.paragraph for one in change(rules, {"tumor": "breast", "stage": "IA"}).against] == ["P-2"]


def test_what_is_excluded_and_was_found_stands_against_it() -> None:
    rules = criteria({"not": [{"any": [STAGE, PLATINUM]}]})
    found = change(rules, {"stage": "IV", "prior_therapies": []})
    assert [one.fact for one in found.against] == ["stage"]


def test_partners_of_the_order_are_documented_facts() -> None:
    rules = criteria({"fact": "drugs", "with_one_of": ["carboplatin"]}, STAGE)
    found = change(rules, with_drugs("paclitaxel"))
    assert found.ways == ()
    assert [one.fact for one in found.against] == ["drugs"]


# --- Laws ---------------------------------------------------------------------------------------------
#: By group of facts: tests that read it, and answers to it that cover every way those tests can come out.
WORLD: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "stage": (
        [STAGE, {"fact": "stage", "is_one_of": ["IV", "IVA"]}, {**STAGE, "or_unknown": True}],
        [{"stage": value} for value in ("III", "IV", "IVA", "IA")],
    ),
    "ecog": ([ECOG, {"fact": "ecog", "above": 1}], [{"ecog": value} for value in (1, 2, 3)]),
    "age": (
        [{"fact": "age", "at_least": "18 years"}, {"fact": "age", "below": "18 years"}],
        [{"age": value} for value in (17, 18, 66)],
    ),
    "prior_therapies": (
        [PLATINUM, {"fact": "prior_therapies", "include": "cisplatin"}],
        [{"prior_therapies": value} for value in ([], ["cisplatin"], ["carboplatin"], ["docetaxel"])],
    ),
    "fn_risk_factors": (
        [{"fact": "fn_risk_factors", "at_least": number} for number in (1, 2)],
        [{"fn_risk_factors": value} for value in ([], ["prior_fn"], ["prior_fn", "poor_nutrition"])],
    ),
    "attestations": (
        [ATTESTED, REDUCED],
        [
            {"attestations": list(value)}
            for size in range(3)
            for value in combinations(["immune_thrombocytopenia", "dose_reduction_not_appropriate"], size)
        ],
    ),
    "labs.hemoglobin": (
        [{"fact": "labs.hemoglobin", "below": "10 g/dL"}, {"fact": "labs.hemoglobin", "at_least": "8 g/dL"}],
        [{"labs": {"hemoglobin": value}} for value in ("7", "9", "10")],
    ),
    "dose": (
        [PAIRS, {"fact": "dose", "at_most": "200 mg"}, {"fact": "dose", "at_most": "300 mg"}],
        [{"line": {"dose": amount, "unit": "mg"}} for amount in ("150", "250", "350", "500")],
    ),
    "schedule": (
        [PAIRS, {"fact": "schedule", "days_apart": 42}, {"fact": "schedule", "cycles_at_most": 4}],
        [
            {"line": {"days": days, "cycle_length_days": length, "cycles": cycles, "per_day": 1}}
            for days in ("1", "1,8")
            for length in (20, 21, 42)
            for cycles in ("1", "1-4", "1-6")
        ],
    ),
    "indication": (
        [{"fact": "indication", "is_one_of": ["treatment"]}],
        [{"line": {"indication": value}} for value in ("treatment", "primary_prophylaxis")],
    ),
    "trial.cms_identified": (
        [{"fact": "trial.cms_identified", "is": True}],
        [{"trial": {"enrolled": True, "cms_identified": value}} for value in (True, False)],
    ),
}
leaves = st.sampled_from([test for tests, _ in WORLD.values() for test in tests])
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, entries: {kind: entries},
        st.sampled_from(["all", "any", "not"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)
policies = st.lists(st.lists(trees, min_size=1, max_size=3), min_size=1, max_size=2).map(
    lambda found: policy(*(paragraph(f"P-{n}", criteria=tests) for n, tests in enumerate(found)))
)
documented = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(answers) for name, (_, answers) in WORLD.items()}
)


MOST_TO_TRY = 10_000
#: A drug line of which neither dose nor schedule is known yet.
BARE = {"number": 1, "drug": "pembrolizumab", "role": "therapeutic"}


def told(answers: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts and the drug line that these answers make."""
    facts: dict[str, Any] = {}
    line = dict(BARE)
    for answer in answers.values():
        line |= answer.get("line", {})
        facts |= {name: value for name, value in answer.items() if name != "line"}
    return facts, line


def sets_that_meet(
    rules: Policy, known: Mapping[str, Mapping[str, Any]], asked: set[str]
) -> set[frozenset[str]]:
    """The smallest sets of missing facts that some answers settle, found by trying everything."""
    found: set[frozenset[str]] = set()
    for size in range(1, len(asked) + 1):
        for chosen in map(frozenset, combinations(sorted(asked), size)):
            if any(smaller <= chosen for smaller in found):
                continue
            names = sorted(chosen)
            tried = (
                dict(zip(names, answers, strict=True))
                for answers in product(*(WORLD[name][1] for name in names))
            )
            if any(judge(rules, *told({**known, **one})).result is Result.MET for one in tried):
                found.add(chosen)
    return found


def leaves_of(node: Any) -> Iterator[Any]:
    children = getattr(node, "children", None)
    if children is None:
        yield node
    for child in children or ():
        yield from leaves_of(child)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(policies, documented)
def test_each_way_changes_the_verdict_and_no_smaller_one_does(
    rules: Policy, known: Mapping[str, Mapping[str, Any]]
) -> None:
    """Compared with trying every answer to every set of missing facts."""
    facts, line = told(known)
    outcome = judge(rules, facts, line)
    found = settling(rules, facts, line, outcome)
    ways = {frozenset(map(group_of, way.facts)) for way in found.ways}
    read = {
        group_of(test.fact.name)
        for part in rules.paragraphs
        for node in part.tests
        for test in leaves_of(node)
    }
    together = {"fn_risk_factors": {"age"}, "schedule": {"dose"}}
    asked = read.union(*(together.get(name, set()) for name in read)) - known.keys()
    # Every set with every answer is tried: of many missing facts there are millions.
    assume(prod(1 + len(WORLD[name][1]) for name in asked) <= MOST_TO_TRY)
    assert ways == (set() if outcome.result is Result.MET else sets_that_meet(rules, known, asked))


@settings(deadline=None, max_examples=60)
@given(policies, documented)
def test_what_is_documented_is_never_asked_for_and_only_that_stands_against(
    rules: Policy, known: Mapping[str, Mapping[str, Any]]
) -> None:
    facts, line = told(known)
    found = settling(rules, facts, line, judge(rules, facts, line))
    for way in found.ways:
        assert known.keys().isdisjoint(map(group_of, way.facts))
    for one in found.against:
        also = {"fn_risk_factors": {"age"}, "schedule": {"dose"}}
        assert ({group_of(one.fact)} | also.get(one.fact, set())) & known.keys()


# --- Shipped policies ---------------------------------------------------------------------------------
def answers_of(case: PolicyCase) -> list[str]:
    """The answers of a case that a practice may leave out; whom the order is about is always known."""
    known = []
    for name, value in case.facts.items():
        if isinstance(value, dict):
            known += [f"{name}.{member}" for member in value]
        elif name not in ("drugs", "plan", "line_of_business", "tumor"):
            known.append(name)
    return known


def without(facts: Mapping[str, Any], left_out: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: dict(value) if isinstance(value, dict) else value for name, value in facts.items()}
    for fact in left_out:
        family, _, member = fact.partition(".")
        if member:
            kept[family].pop(member)
        else:
            kept.pop(family)
    return kept


@pytest.mark.parametrize("folder", POLICIES, ids=lambda folder: folder.name)
def test_what_was_left_out_of_an_order_that_meets_its_policy_is_a_way_to_meet_it(folder: Path) -> None:
    """Each answer, each two of them, and all together: what is missing is enough to ask for."""
    files = sorted(folder.glob("20*.yaml"))
    policies = [parse_policy(read_yaml(path, name=path.name), file=path.name) for path in files]
    for case in read_cases(folder / "cases.yaml", name=folder.name):
        rules = in_force(policies, case.as_of)
        if case.outcome != "met" or rules is None:
            continue
        answers = answers_of(case)
        for left_out in (*combinations(answers, 1), *combinations(answers, 2), tuple(answers)):
            facts = without(case.facts, left_out)
            outcome = judge(rules, facts, case.line)
            if outcome.result is Result.UNKNOWN:
                missing = {group_of(fact) for fact in left_out}
                ways = settling(rules, facts, case.line, outcome).ways
                assert any(missing.issuperset(map(group_of, way.facts)) for way in ways), (
                    case.name,
                    left_out,
                )
