"""What the lint calls impossible never happens, whatever is answered."""

from __future__ import annotations

from random import Random
from typing import Any

from pathways.criteria import Result
from pathways.criteria.case import Case
from pathways.criteria.nodes import Joined, Node
from pathways.criteria.outcome import all_of
from pathways.criteria.policy import Paragraph
from pathways.lint.answers import Form
from pathways.lint.formula import NOT_MET, OPEN_OR_NOT_MET, all_met, possible
from tests.pathways.criteria import LINE, policy
from tests.pathways.lint.small import paragraph

SEED = 20261001
PARAGRAPHS = 250
ANSWERS = 150

#: Values close together, so that criteria often meet, border on or exclude each other.
STAGES = ["III", "IV", "IVA"]
DRUGS = ["carboplatin", "cisplatin", "pemetrexed"]
THERAPIES = ["platinum", "cisplatin", "carboplatin", "taxane"]


def some(random: Random, values: list[Any], least: int = 1) -> list[Any]:
    """A part of a list, in its order."""
    chosen = random.sample(values, random.randint(least, len(values)))
    return [value for value in values if value in chosen]


def entry(random: Random) -> dict[str, Any]:
    """One test."""
    compare = random.choice(["at_most", "at_least", "below", "above"])
    limit = random.choice(["days_apart", "cycles_at_most", "total_days_at_most", "doses_per_cycle_at_most"])
    amount = random.choice([1, 2, 14, 28])
    return random.choice(
        [
            {"fact": "stage", "is_one_of": some(random, STAGES)},
            {"fact": "biomarkers.ALK", "is_one_of": some(random, ["positive", "negative"])},
            {"fact": "bone_metastases", "is": random.choice([True, False])},
            {"fact": "ecog", compare: random.randint(0, 3)},
            {"fact": "age", compare: f"{random.randint(64, 66)} years"},
            {"fact": "labs.hemoglobin", compare: random.choice(["9 g/dL", "9.5 g/dL", "10 g/dL"])},
            {"fact": "drugs", "with_one_of": some(random, DRUGS)},
            {"fact": "drugs", "alone": True},
            {"fact": "prior_therapies", "include": random.choice(THERAPIES)},
            {"fact": "fn_risk_factors", "at_least": random.randint(1, 3)},
            {"fact": "dose", "at_most": random.choice(["100 mg", "200 mg", "400 mg"])},
            {"fact": "schedule", limit: amount},
            {"fact": "schedule", "cycle_days_at_least": amount},
            {
                "fact": "schedule",
                "one_of": [{"dose": random.choice(["100 mg", "200 mg"]), "every_days": amount}],
            },
        ]
    )


def criterion(random: Random) -> dict[str, Any]:
    """A test, or some of them joined."""
    kind = random.choice(["all", "any", "not", "one", "one", "one"])
    if kind == "one":
        return entry(random)
    return {kind: [entry(random) for _ in range(random.randint(1, 2))]}


def random_paragraph(random: Random) -> Paragraph:
    """A paragraph of a few criteria and exclusions."""
    shown = [criterion(random) for _ in range(random.randint(1, 4))]
    excluded = [entry(random) for _ in range(random.randint(0, 2))]
    return policy(paragraph(includes=[], criteria=shown, excludes=excluded)).paragraphs[0]


def meets(found: Paragraph, case: Case) -> bool:
    """Does every test of the paragraph hold?"""
    return all(node.judge(case).result is Result.MET for node in (*found.gates, *found.tests))


def answers(random: Random) -> Case:
    """Some answers; each may be missing."""
    line = {
        **LINE,
        "dose": random.choice(["50", "100", "200", "201", "400", "500", None]),
        "days": random.choice(["1", "1,2", "1,14", None]),
        "cycle_length_days": random.choice([14, 21, 28, 35]),
        "cycles": random.choice(["1", "1-2", "1,3", "1-4"]),
        "per_day": random.choice([1, 2]),
    }
    others = [{"drug": name, "role": "therapeutic"} for name in some(random, DRUGS, 0)]
    facts = {
        "drugs": [line, *others],
        "stage": random.choice(STAGES),
        "biomarkers": {"ALK": random.choice(["positive", "negative", "unknown"])},
        "bone_metastases": random.choice([True, False]),
        "ecog": random.randint(0, 4),
        "age": random.randint(62, 68),
        "labs": {"hemoglobin": random.choice(["8", "9", "9.2", "9.5", "9.7", "10", "11"])},
        "prior_therapies": some(random, THERAPIES, 0),
        "fn_risk_factors": some(random, ["prior_fn", "poor_nutrition", "renal_dysfunction"], 0),
    }
    for name in random.sample(sorted(facts), random.randint(0, 2)):
        del facts[name]
    return Case(facts, line)


def nodes(found: Paragraph) -> list[Node]:
    return [*found.gates, *found.tests]


def met(node: Node, case: Case) -> bool:
    return node.judge(case).result is Result.MET


def test_what_is_called_never_met_is_never_met() -> None:
    random = Random(SEED)
    never = met_once = 0
    for _ in range(PARAGRAPHS):
        found = random_paragraph(random)
        seen = any(meets(found, answers(random)) for _ in range(ANSWERS))
        if not possible(all_met(nodes(found)), Form()):
            assert not seen, nodes(found)
            never += 1
        met_once += seen
    # Both happen often enough for the comparison to mean something.
    assert never > PARAGRAPHS / 10
    assert met_once > PARAGRAPHS / 10


def test_a_criterion_called_always_met_is_not_met_by_no_answer() -> None:
    random = Random(SEED)
    always = broken = 0
    for _ in range(PARAGRAPHS):
        # Two tests of which one may be the other's contrary: "any" of them is often always met.
        node: Node = Joined("any", tuple(nodes(random_paragraph(random))))
        seen = any(node.judge(answers(random)).result is Result.NOT_MET for _ in range(ANSWERS))
        if not possible([(node, NOT_MET)], Form()):
            assert not seen, node
            always += 1
        broken += seen
    assert always > PARAGRAPHS / 50
    assert broken > PARAGRAPHS / 10


def test_a_paragraph_called_needless_is_met_only_together_with_the_other() -> None:
    random = Random(SEED)
    needless = 0
    for _ in range(PARAGRAPHS):
        one = nodes(random_paragraph(random))
        other = one[: random.randint(1, len(one))] + nodes(random_paragraph(random))[: random.randint(0, 1)]
        whole = Joined("all", tuple(other))
        if possible([*all_met(one), (whole, OPEN_OR_NOT_MET)], Form()):
            continue
        needless += 1
        for case in (answers(random) for _ in range(ANSWERS)):
            if all_of(node.judge(case).result for node in one) is Result.MET:
                assert met(whole, case), (one, other)
    assert needless > PARAGRAPHS / 10
