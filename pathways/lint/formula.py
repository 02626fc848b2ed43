"""Whether any answers make criteria come out as wanted.

Exact for one fact at a time, and facts are taken to be independent.  So what is called impossible is
impossible; what is called possible may still not be.  Not seen: facts that depend on each other (age
above 65 and its risk factor, a plan and its lines of business, doses per kg and per m2, biomarkers that
exclude each other).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

from pathways.criteria.nodes import Joined, Node, Test
from pathways.criteria.outcome import Result, not_
from pathways.criteria.policy import Paragraph
from pathways.criteria.treatment import DoseAtMost, OnePairOf, Scheduled
from pathways.criteria.vocabulary import FACTS

Want = frozenset[Result]

#: What a node may be wanted to be; each is closed towards met or towards not met.
MET: Want = frozenset({Result.MET})
NOT_MET: Want = frozenset({Result.NOT_MET})
OPEN_OR_NOT_MET: Want = frozenset({Result.NOT_MET, Result.UNKNOWN})

#: Steps after which a search gives up and calls the criteria possible.
STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Wish:
    """A test, any negation put aside, and what it must come out as."""

    test: Test
    want: Want


class Answers(Protocol):
    """What may be answered."""

    def allow(self, wishes: Sequence[Wish]) -> bool:
        """Can one set of answers fulfil all of these?"""
        ...


Wanted = Sequence[tuple[Node, Want]]


def all_met(nodes: Sequence[Node]) -> list[tuple[Node, Want]]:
    """Every node, wanted met."""
    return [(node, MET) for node in nodes]


def possible(wanted: Wanted, answers: Answers) -> bool:
    """Can some answers make every node come out as wanted?  False is certain."""
    return _Search(answers).run(list(wanted), [])


def ways(node: Node, wanted: Result = Result.MET) -> int:
    """How many combinations of tests make the node come out as wanted; those alike count each."""
    if not isinstance(node, Joined):
        return 1
    if node.kind == "not":
        wanted = not_(wanted)
    counts = [ways(child, wanted) for child in node.children]
    one_is_enough = (node.kind == "any") is (wanted is Result.MET)
    return sum(counts) if one_is_enough else prod(counts)


def tests_in(node: Node) -> Iterator[Test]:
    """Every test of a node, joins opened."""
    if isinstance(node, Joined):
        for child in node.children:
            yield from tests_in(child)
    elif isinstance(node, Test):
        yield node


def tests_of(paragraph: Paragraph) -> list[Test]:
    """Every test of a paragraph, joins opened."""
    return [test for node in (*paragraph.gates, *paragraph.tests) for test in tests_in(node)]


class _Search:
    """One search for answers, one way of meeting the joins after another."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.steps = STEPS

    def run(self, wanted: list[tuple[Node, Want]], wishes: list[Wish]) -> bool:
        """Can the wishes be fulfilled together with what is still wanted?"""
        self.steps -= 1
        if self.steps < 0:
            return True
        if not self.answers.allow(wishes):
            return False
        if not wanted:
            return True
        (node, want), *rest = wanted
        if isinstance(node, OnePairOf):
            node = _opened(node)
        if isinstance(node, Test):
            own = frozenset(map(not_, want)) if node.negated else want
            return self.run(rest, [*wishes, Wish(node, own)])
        if not isinstance(node, Joined):
            return self.run(rest, wishes)
        if node.kind == "not":
            want = frozenset(map(not_, want))
        parts = [(child, want) for child in node.children]
        needs_every_part = (Result.MET in want) is (node.kind != "any")
        if needs_every_part:
            return self.run([*parts, *rest], wishes)
        return any(self.run([part, *rest], wishes) for part in parts)


def _opened(pairs: OnePairOf) -> Node:
    """Dose and gap of several pairs as a join of their parts."""
    parts: list[Node] = [
        Joined(
            "all",
            (
                DoseAtMost(fact=FACTS["dose"], limit=pair.limit, unit=pairs.unit),
                Scheduled(fact=FACTS["schedule"], limit="days_apart", amount=pair.every_days),
            ),
        )
        for pair in pairs.pairs
    ]
    return Joined("not", (Joined("any", tuple(parts)),)) if pairs.negated else Joined("any", tuple(parts))
