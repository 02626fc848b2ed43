"""The judgement against a second reading of rules and content, on random requests.

`python -m tests.rules.naive --requests 100000` runs as many as it is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from orders.rules.judgement import judge_order
from pathways.criteria import judge
from tests.pathways.criteria import LINE, paragraph, policy
from tests.rules.naive import policy as naive_policy
from tests.rules.naive.compare import compare_many, content_of, difference, of_product
from tests.rules.naive.decision import decide
from tests.rules.naive.requests import draw

AT_MOST_2 = {"fact": "ecog", "at_most": 2}
METASTASES = {"fact": "bone_metastases", "is": True}


def test_two_readings_of_the_rules_agree_on_random_requests():
    """The rules that the package names: those of intake, without radiation."""
    different, coverage = compare_many(4000, seed=3)
    assert different == []
    assert coverage.missing_kinds() == []


@pytest.mark.parametrize(
    "parts",
    [
        {"criteria": [{"not": [AT_MOST_2, METASTASES]}]},
        {"criteria": [{"not": [{"any": [AT_MOST_2, {"not": [METASTASES]}]}]}]},
        {"criteria": [{"fact": "bone_metastases", "is": False}]},
        {"criteria": [AT_MOST_2], "excludes": [METASTASES]},
        {"criteria": [AT_MOST_2], "excludes": [{"all": [AT_MOST_2, METASTASES]}]},
    ],
)
@pytest.mark.parametrize("ecog", [2, 3, None])
@pytest.mark.parametrize("metastases", [True, False, None])
def test_what_must_not_hold_is_read_alike_dr_09(parts, ecog, metastases):
    """Content as shipped has no `not` and no `is: false`; the language has both."""
    about = paragraph(**parts)
    facts = {"ecog": ecog, "bone_metastases": metastases, "drugs": [LINE]}
    _, ours = naive_policy.judge({"paragraphs": [about]}, facts, LINE, None)
    (theirs,) = judge(policy(about), facts, LINE).children
    leaves = [(leaf.fact, leaf.result) for leaf in theirs.leaves()]
    assert ours == {about["id"]: (theirs.result, leaves)}


def test_a_difference_is_named_by_its_path():
    drawn = draw(Random(2))
    ours = decide(drawn.facts, drawn.terms, drawn.earlier)
    longer = replace(drawn.terms, grace_days=22)
    theirs = of_product(judge_order(drawn.facts, longer, content_of(drawn), drawn.earlier))
    assert difference(ours, theirs).startswith(("/valid:", "/valid_when_final:"))
