"""What would change it: the missing answers that would meet a policy, and what stands against it.

A *way* is a smallest set of missing answers with what they would have to say: given so, the policy is
met; with any of them left out it is not.  Results that the practice documented are never proposed for
change; where they keep a paragraph from being met, they are named apart (R-168, R-179, R-236).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, islice, product
from typing import Any, NamedTuple

from pathways.criteria.answers import LISTS, Wish, group_of, missing, possible, put
from pathways.criteria.case import AGE_FACTOR_ABOVE, Case
from pathways.criteria.explain import capital, joined, lowered
from pathways.criteria.nodes import Joined, Node, OneOf, RiskFactors, Test, answer_test
from pathways.criteria.outcome import Outcome, Result, all_of, any_of, not_
from pathways.criteria.policy import Paragraph, Policy
from pathways.criteria.treatment import OnePairOf


@dataclass(frozen=True, slots=True)
class Needed:
    """One missing answer: the facts it is about, and what it would have to say, as a sentence."""

    facts: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Way:
    """Answers that together meet one paragraph of the policy."""

    paragraph: str
    title: str
    answers: tuple[Needed, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts to answer, once each, in the order of the paragraph."""
        return tuple(dict.fromkeys(fact for answer in self.answers for fact in answer.facts))


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A documented fact that a paragraph does not accept; `paragraph` is "" when none is about this order."""

    paragraph: str
    title: str
    fact: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Settling:
    """`ways` come with the fewest answers first; `against` in the order of the account."""

    ways: tuple[Way, ...] = ()
    against: tuple[Obstacle, ...] = ()


def settling(policy: Policy, facts: Mapping[str, Any], line: Mapping[str, Any], outcome: Outcome) -> Settling:
    """What would change the outcome that `judge` gave for this line; nothing once it is met."""
    if outcome.result is Result.MET:
        return Settling()
    case = Case(facts, line)
    paragraphs = {paragraph.id: paragraph for paragraph in policy.paragraphs}
    judged = [(paragraphs[child.id], child) for child in outcome.children]
    about_it = {paragraph.id for paragraph, _ in policy.addressed(case).open}
    ways = [
        way for paragraph, _ in judged if paragraph.id in about_it for way in _ways_to_meet(paragraph, case)
    ]
    return Settling(ways=tuple(_smallest(ways)), against=tuple(_against(judged)))


# --- Missing answers ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Literal:
    """A test that must come out as `wanted`, settled by answers to these groups of facts.

    No groups: it comes out so while nothing is said, and must not change once something is.
    """

    test: Test
    wanted: Result
    groups: frozenset[str]

    @property
    def finds(self) -> bool:
        """Whether the test is to find what it looks for, its own negation apart."""
        return (self.wanted is Result.MET) is not self.test.negated


Literals = tuple[Literal, ...]


#: Combinations of open tests looked at in one paragraph, those with the fewest answers first.  No paragraph
#: that a person could read has more; content that has would keep everybody waiting.
MOST = 64
#: Sets of answers tried for one combination; only a dose together with its schedule has many.
TRIED = 1000


class Found(NamedTuple):
    """A way with the groups of facts it answers."""

    groups: frozenset[str]
    way: Way


def _ways_to_meet(paragraph: Paragraph, case: Case) -> Iterator[Found]:
    whole = Joined("all", (*paragraph.gates, *paragraph.tests))
    for literals in _leading_to(whole, Result.MET, case):
        groups = frozenset[str]().union(*(literal.groups for literal in literals))
        telling = [one for one in literals if one.groups or group_of(one.test.fact.name) in groups]
        if _can_be_answered(whole, groups, telling, case):
            way = Way(paragraph.id, paragraph.title, tuple(_needed(telling, case)))
            yield Found(groups, way)


def _leading_to(node: Node, wanted: Result, case: Case) -> list[Literals]:
    """Every combination of open tests that gives the node this result; none when nothing can."""
    if isinstance(node, Joined):
        parts = node.children
        if node.kind == "not":
            wanted = not_(wanted)
        if (node.kind == "any") is (wanted is Result.MET):
            return _distinct(found for part in parts for found in _leading_to(part, wanted, case))
        combined: list[Literals] = [()]
        for part in parts:
            found = _leading_to(part, wanted, case)
            combined = _distinct((*before, *more) for more in found for before in combined)
            if not combined:
                break
        return combined
    assert isinstance(node, Test)
    return _settled_by(node, wanted, case)


def _settled_by(test: Test, wanted: Result, case: Case) -> list[Literals]:
    result = _result(test, case)
    if result is Result.UNKNOWN:
        groups = sorted({group_of(fact) for fact in missing(test, case)})
        some = (chosen for size in range(1, len(groups) + 1) for chosen in combinations(groups, size))
        return [(Literal(test, wanted, frozenset(chosen)),) for chosen in some]
    unanswered = isinstance(test, OneOf) and test.read(case) is None
    if result is wanted:
        return [(Literal(test, wanted, frozenset()),)] if unanswered else [()]
    return [(Literal(test, wanted, frozenset({group_of(test.fact.name)})),)] if unanswered else []


def _distinct(found: Iterable[Literals]) -> list[Literals]:
    """Each combination once, without those that ask for all of another and more; the fewest facts first."""
    sets = sorted({frozenset(literals): literals for literals in found}.items(), key=_size)
    kept: dict[frozenset[Literal], Literals] = {}
    for literals, in_order in sets:
        if not any(other <= literals for other in kept):
            kept[literals] = tuple(dict.fromkeys(in_order))
        if len(kept) == MOST:
            break
    return list(kept.values())


def _size(item: tuple[frozenset[Literal], Literals]) -> tuple[int, int]:
    """How many answers, and how many tests, a combination rests on."""
    literals, _ = item
    return len(frozenset[str]().union(*(literal.groups for literal in literals))), len(literals)


def _can_be_answered(whole: Joined, groups: frozenset[str], literals: Sequence[Literal], case: Case) -> bool:
    """Are there answers to these groups, all else as documented, with which the whole is met?"""
    choices: list[list[tuple[str, Any]]] = []
    for group in sorted(groups):
        about = [one for one in literals if group in (one.groups or {group_of(one.test.fact.name)})]
        own = [one for one in about if one.groups <= {group}]
        answers = possible(group, [Wish(one.test, one.finds) for one in about], case)
        fitting = [(group, answer) for answer in answers if _fits(own, put(case, group, answer))]
        # Where nothing else is at stake, one answer that fits is as good as another.
        choices.append(fitting[:1] if own == about else fitting)
    for chosen in islice(product(*choices), TRIED):
        answered = case
        for group, answer in chosen:
            answered = put(answered, group, answer)
        if _result(whole, answered) is Result.MET:
            return True
    return False


def _fits(literals: Iterable[Literal], case: Case) -> bool:
    return all(_result(literal.test, case) is literal.wanted for literal in literals)


def _result(node: Node, case: Case) -> Result:
    """The result of a node without its account: nothing supposed here may be kept as judged."""
    if isinstance(node, Joined):
        results = (_result(child, case) for child in node.children)
        if node.kind == "any":
            return any_of(results)
        return not_(all_of(results)) if node.kind == "not" else all_of(results)
    assert isinstance(node, Test)
    result = node.holds(node.read(case))
    return not_(result) if node.negated else result


def _smallest(found: Sequence[Found]) -> Iterator[Way]:
    """The ways of which no other asks for less, fewest answers first, each said once."""
    smallest = [one for one in found if not any(other.groups < one.groups for other in found)]
    yield from dict.fromkeys(one.way for one in sorted(smallest, key=lambda one: len(one.groups)))


# --- Sentences ----------------------------------------------------------------------------------------
def _needed(literals: Sequence[Literal], case: Case) -> Iterator[Needed]:
    """What the answers would have to say, those about one fact together."""
    by_fact: dict[tuple[str, ...], list[Literal]] = {}
    for literal in literals:
        own = literal.test.fact.name
        facts = tuple(sorted(literal.groups - LISTS)) or (own,)
        by_fact.setdefault(facts, []).append(literal)
    for facts, about in by_fact.items():
        yield Needed(facts, f"{capital(_claim(about, case))}.")


def _claim(literals: Sequence[Literal], case: Case) -> str:
    tests = [_as_wanted(literal, case) for literal in literals]
    choices = [test for test in tests if isinstance(test, OneOf)]
    if len(choices) == len(tests) > 1:
        fact = choices[0].fact
        accepted = [
            value
            for value in fact.values
            if all((value in test.values) is not test.negated for test in choices)
        ]
        if accepted:
            return replace(choices[0], values=tuple(accepted), negated=False).claim()
    first, *others = dict.fromkeys(test.claim() for test in tests)
    return joined([first, *map(lowered, others)], "and")


def _as_wanted(literal: Literal, case: Case) -> Test:
    """The test as it reads when what is wanted of it is claimed of the answers that are missing."""
    test = literal.test
    if isinstance(test, OneOf):
        test = replace(test, or_unknown=False)
    if isinstance(test, RiskFactors) and literal.groups == {"age"}:
        test = answer_test("age", comparison="above", limit=Decimal(AGE_FACTOR_ABOVE), negated=test.negated)
    if isinstance(test, OnePairOf) and literal.finds:
        test = _with_pairs_that_fit(test, case)
    return test if literal.wanted is Result.MET else replace(test, negated=not test.negated)


def _with_pairs_that_fit(test: OnePairOf, case: Case) -> OnePairOf:
    """Without the pairs that the dose or the days, as documented, do not fit."""
    planned, schedule = test.read(case)
    fitting = [
        pair
        for pair in test.pairs
        if (planned.amount is None or planned.amount <= pair.limit)
        and (schedule is None or schedule.is_apart(pair.every_days) is not False)
    ]
    return replace(test, pairs=tuple(fitting)) if fitting else test


# --- Documented facts ---------------------------------------------------------------------------------
def _against(judged: Sequence[tuple[Paragraph, Outcome]]) -> Iterator[Obstacle]:
    """What stands against the paragraphs about this patient; without one, whom the policy is about."""
    refused = [(paragraph, outcome) for paragraph, outcome in judged if outcome.result is Result.NOT_MET]
    about_him = [pair for pair in refused if not _is_for_others(*pair)]
    for paragraph, outcome in about_him:
        for leaf in filter(_is_documented, _to_blame(outcome, Result.NOT_MET)):
            yield Obstacle(paragraph.id, paragraph.title, leaf.fact, leaf.sentence)
    if len(refused) == len(judged) and not about_him:
        yield from _about_others(refused)


def _is_documented(leaf: Outcome) -> bool:
    """Only a test that accepts a missing answer is decided without one."""
    return leaf.value is not None


def _is_for_others(paragraph: Paragraph, outcome: Outcome) -> bool:
    gates = outcome.children[: len(paragraph.gates)]
    return any(gate.result is Result.NOT_MET for gate in gates)


def _about_others(refused: Sequence[tuple[Paragraph, Outcome]]) -> Iterator[Obstacle]:
    """The cancers or coverages the policy is about, in one sentence a fact."""
    gates: dict[str, list[OneOf]] = {}
    read: dict[str, Any] = {}
    for paragraph, outcome in refused:
        for gate, found in zip(paragraph.gates, outcome.children, strict=False):
            if found.result is Result.NOT_MET and isinstance(gate, OneOf) and not gate.negated:
                gates.setdefault(gate.fact.name, []).append(gate)
                read[gate.fact.name] = found.value
    for fact, tests in gates.items():
        values = tuple(dict.fromkeys(value for test in tests for value in test.values))
        sentence = replace(tests[0], values=values).explain(read[fact]).sentence
        yield Obstacle("", "", fact, sentence)


def _to_blame(outcome: Outcome, result: Result) -> Iterator[Outcome]:
    """The tests at the ends that make a node what it is."""
    if not outcome.children:
        yield outcome
        return
    wanted = not_(result) if outcome.kind == "not" else result
    for child in outcome.children:
        if child.result is wanted:
            yield from _to_blame(child, wanted)
