"""The cost of a decision follows what it is about, not the size of the library (D1): counted, not timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from pathways.criteria import judge, parse_policy
from pathways.criteria.nodes import Test as Criterion
from pathways.criteria.terms import TUMORS
from pathways.factors import Answers
from pathways.matching import find_by_drugs, suggest
from pathways.regimens import NearRow, PathwayLibrary, RegimenRow
from tests.benchmarks.library import facts_of, make_library, make_orders, row_contents
from tests.pathways.criteria import LINE, content, paragraph

OTHERS = [tumor for tumor in TUMORS if tumor != "nsclc"]
OWN = [
    paragraph(
        f"OWN-{number}",
        includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}],
        criteria=[{"fact": "ecog", "at_most": number}, {"fact": "stage", "is_one_of": ["IV"]}],
    )
    for number in (1, 2)
]
FACTS = {"tumor": "nsclc", "ecog": 2, "stage": "IV", "drugs": [LINE]}


def for_others(count: int) -> list[dict[str, Any]]:
    """Paragraphs about other cancers."""
    return [
        paragraph(
            f"OTHER-{number}",
            includes=[{"fact": "tumor", "is_one_of": [OTHERS[number % len(OTHERS)]]}],
            criteria=[{"fact": "ecog", "at_most": 1}, {"fact": "stage", "is_one_of": ["III"]}],
        )
        for number in range(count)
    ]


@contextmanager
def counted(owner: type, name: str) -> Iterator[Counter[str]]:
    """How often a method of a class is called meanwhile."""
    calls: Counter[str] = Counter()
    method = getattr(owner, name)

    def counting(*args: Any, **named: Any) -> Any:
        calls[name] += 1
        return method(*args, **named)

    with patch.object(owner, name, counting):
        yield calls


@pytest.mark.parametrize("others", [3, 30])
def test_paragraphs_for_other_cancers_cost_no_test(others):
    policy = parse_policy(content(*OWN, *for_others(others)), file="policy.yaml")
    judge(policy, {**FACTS, "ecog": 0}, LINE)  # whom the paragraphs are about is found once
    with counted(Criterion, "judge") as calls:
        outcome = judge(policy, FACTS, LINE)
    assert calls["judge"] == 4  # two paragraphs about the cancer, two tests each
    assert len(outcome.children) == 2 + others  # the account still names every paragraph


def test_another_cancer_is_found_anew():
    """What was found for one cancer answers no order of another."""
    policy = parse_policy(content(*OWN, *for_others(3)), file="policy.yaml")
    judge(policy, FACTS, LINE)
    outcome = judge(policy, {**FACTS, "tumor": OTHERS[0], "ecog": 1, "stage": "III"}, LINE)
    assert (outcome.result, outcome.children[0].id) == ("met", "OTHER-0")


def test_equal_tests_of_policies_are_one():
    one, other = (
        parse_policy(content(*OWN, policy=drug), file="policy.yaml")
        for drug in ("pembrolizumab", "nivolumab")
    )
    assert one.paragraphs[0].tests[0] is other.paragraphs[0].tests[0]
    assert one.paragraphs[0].tests[0] is not one.paragraphs[1].tests[0]  # at most 1, at most 2
    assert one.paragraphs[0].tests[1] is one.paragraphs[1].tests[1]


@pytest.fixture
def libraries():
    """A library, and the same with ten times the rows: the others are for other cancers."""
    rows = row_contents(make_library())
    foreign = [
        {**row, "id": f"{row['id']}-{copy}", "tumor": f"{row['tumor']}-{copy}"}
        for copy in range(9)
        for row in rows
    ]
    return [
        PathwayLibrary("release", [RegimenRow.from_content(row) for row in found])
        for found in (rows, rows + foreign)
    ]


def test_rows_of_other_cancers_are_not_looked_at(libraries):
    orders = [facts_of(order) for order in make_orders(make_library(), 30, seed=3)]
    looked_at, answers = [], []
    for library in libraries:
        with counted(NearRow, "__init__") as near, counted(Answers, "of") as read:
            found = [
                find_by_drugs(library, facts["tumor"], [line["drug"] for line in facts["drugs"]])
                for facts in orders
            ]
            suggested = [len(suggest(library, facts)) for facts in orders]
        looked_at.append((near["__init__"], read["of"], suggested))
        answers.append([[row.id for row in matches.exact] for matches in found])
    assert looked_at[0] == looked_at[1]
    assert looked_at[0][0] > 0
    assert answers[0] == answers[1]
