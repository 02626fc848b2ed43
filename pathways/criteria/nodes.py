"""Nodes of a criteria tree: what joins tests, and the tests that read one answer.

A test reads one hashable value and explains it; equal values have equal explanations, so each
test keeps the outcomes it has already built.  Tests of drugs, therapy, dose and schedule are in
`treatment.py`.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Protocol, TypeVar

from pathways.criteria import vocabulary
from pathways.criteria.case import Case
from pathways.criteria.explain import count, dated, joined, quantity
from pathways.criteria.outcome import Outcome, Result, all_of, any_of, jsonable, not_
from pathways.criteria.vocabulary import FACTS, Fact, FactKind

NOT_REPORTED = "Not reported."
#: Outcomes one test keeps; answers are mostly choices, so few tests ever see more values.
KEPT = 256


class Node(Protocol):
    """Anything that can be judged."""

    def judge(self, case: Case) -> Outcome: ...


AnyNode = TypeVar("AnyNode", bound=Node)


@dataclass(frozen=True, kw_only=True)
class Test(ABC):
    """One fact compared with one expectation; `negated` when the paragraph excludes what it finds."""

    fact: Fact
    negated: bool = False
    kept: dict[Hashable, Outcome] = field(init=False, default_factory=dict, compare=False, repr=False)

    __test__ = False  # not a test case of pytest's

    def judge(self, case: Case) -> Outcome:
        """The outcome for this case; unknown when the answer is missing (DR-09)."""
        value = self.read(case)
        outcome = self.kept.get(value)
        if outcome is None:
            outcome = self.explain(value)
            if len(self.kept) < KEPT:
                self.kept[value] = outcome
        return outcome

    def explain(self, value: Any) -> Outcome:
        """The outcome for one value."""
        result = self.holds(value)
        if self.negated:
            result = not_(result)
        return Outcome(
            result=result,
            sentence=f"{self.claim()}. {self.found(value)}",
            kind=type(self).__name__.lower(),
            fact=self.fact.name,
            value=jsonable(value),
            expected=jsonable(self.expected()),
            ask_for=self.asks(value) if result is Result.UNKNOWN else (),
        )

    def asks(self, value: Any) -> tuple[str, ...]:
        """The facts whose answer would settle an unknown."""
        return (self.fact.name,)

    @abstractmethod
    def read(self, case: Case) -> Any:
        """The value in the case, hashable; None when it is unknown."""

    @abstractmethod
    def holds(self, value: Any) -> Result:
        """What the value says, before any negation."""

    @abstractmethod
    def claim(self) -> str:
        """What is asked for, as the first half of a sentence, negation included."""

    @abstractmethod
    def found(self, value: Any) -> str:
        """What was found, as a sentence of its own."""

    @abstractmethod
    def expected(self) -> Any:
        """What is asked for, as JSON."""


def truth(value: bool | None) -> Result:
    """The result of a yes, a no or no answer."""
    if value is None:
        return Result.UNKNOWN
    return Result.MET if value else Result.NOT_MET


def reader(name: str) -> Callable[[Case], Any]:
    """How the fact of this name is read from a case; None stands for unknown."""
    family, _, member = name.partition(".")
    if name == "indication":
        return lambda case: vocabulary.known(case.line.get(name))
    if name == "trial.cms_identified":
        return lambda case: case.cms_trial
    if family in ("attestations", "radiation_reasons"):
        return lambda case: case.states(family, member)
    if member:
        return lambda case: vocabulary.known(case.member_of(family, member))
    return lambda case: vocabulary.known(case.facts.get(name))


@dataclass(frozen=True, kw_only=True)
class OneOf(Test):
    """The answer is one of several values; `or_unknown` accepts a missing answer too."""

    values: tuple[str, ...]
    or_unknown: bool = False
    get: Callable[[Case], Any] = field(compare=False, repr=False)

    def read(self, case: Case) -> str | None:
        value = self.get(case)
        return None if value is None else str(value)

    def holds(self, value: str | None) -> Result:
        if value is None:
            return Result.MET if self.or_unknown else Result.UNKNOWN
        return truth(value in self.values)

    def claim(self) -> str:
        values = joined(map(self.fact.words, self.values), "or")
        accepted = ", or not known" if self.or_unknown else ""
        return f"{self.fact.label} is {'not ' if self.negated else ''}{values}{accepted}"

    def found(self, value: str | None) -> str:
        return NOT_REPORTED if value is None else f"Reported: {self.fact.words(value)}."

    def expected(self) -> list[str]:
        return list(self.values)


@dataclass(frozen=True, kw_only=True)
class IsSo(Test):
    """A yes-or-no answer is as expected."""

    wanted: bool
    get: Callable[[Case], Any] = field(compare=False, repr=False)

    def read(self, case: Case) -> bool | None:
        return vocabulary.flag(self.get(case))

    def holds(self, value: bool | None) -> Result:
        return truth(None if value is None else value is self.wanted)

    def claim(self) -> str:
        if self.fact.name.startswith("attestations."):
            statement = self.fact.question.removeprefix("Do you attest that ").removesuffix("?")
            return f"The practice {'does not attest' if self.negated else 'attests'} that {statement}"
        if self.fact.name.startswith("radiation_reasons."):
            statement = self.fact.question.removeprefix("Is it so that ").removesuffix("?")
            return f"The practice {'does not state' if self.negated else 'states'} that {statement}"
        return f"{self.fact.label}: {self.fact.words(self.wanted is not self.negated)}"

    def found(self, value: bool | None) -> str:
        return NOT_REPORTED if value is None else f"Reported: {self.fact.words(value)}."

    def expected(self) -> bool:
        return self.wanted


COMPARISONS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "at_most": (operator.le, "at most"),
    "at_least": (operator.ge, "at least"),
    "below": (operator.lt, "below"),
    "above": (operator.gt, "above"),
}
DATES: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "from": (operator.ge, "on or after"),
    "before": (operator.lt, "before"),
}


@dataclass(frozen=True, kw_only=True)
class Bounded(Test):
    """An answer on one side of a limit."""

    comparison: str
    limit: Any
    get: Callable[[Case], Any] = field(compare=False, repr=False)

    #: How two values may compare, with the words for it.
    table: ClassVar[Mapping[str, tuple[Callable[[Any, Any], bool], str]]]

    @abstractmethod
    def words(self, value: Any) -> str:
        """A value as people read it."""

    def holds(self, value: Any) -> Result:
        return truth(None if value is None else self.table[self.comparison][0](value, self.limit))

    def claim(self) -> str:
        how = self.table[self.comparison][1]
        return f"{self.fact.label} is {'not ' if self.negated else ''}{how} {self.words(self.limit)}"

    def found(self, value: Any) -> str:
        return NOT_REPORTED if value is None else f"Reported: {self.words(value)}."

    def expected(self) -> dict[str, Any]:
        return {self.comparison: self.limit}


@dataclass(frozen=True, kw_only=True)
class Compared(Bounded):
    """A number against a limit in the fact's own unit."""

    limit: Decimal
    table = COMPARISONS

    def read(self, case: Case) -> Decimal | None:
        return vocabulary.number(self.get(case))

    def words(self, value: Decimal) -> str:
        return quantity(value, self.fact.unit)


@dataclass(frozen=True, kw_only=True)
class Dated(Bounded):
    """A day that lies from a limit on, or before it, such as for a rule that holds for a time."""

    limit: date
    table = DATES

    def read(self, case: Case) -> date | None:
        return vocabulary.day(self.get(case))

    def words(self, value: date) -> str:
        return dated(value)


@dataclass(frozen=True, kw_only=True)
class RiskFactors(Test):
    """At least so many risk factors for febrile neutropenia; age above 65 counts by itself (DR-08)."""

    least: int

    def read(self, case: Case) -> tuple[tuple[str, ...], bool]:
        return case.risk_factors

    def holds(self, value: tuple[tuple[str, ...], bool]) -> Result:
        factors, open_ended = value
        if len(factors) >= self.least:
            return Result.MET
        return Result.UNKNOWN if open_ended else Result.NOT_MET

    def claim(self) -> str:
        factors = count(self.least, "risk factor")
        return f"{'Fewer than' if self.negated else 'At least'} {factors} for febrile neutropenia"

    def found(self, value: tuple[tuple[str, ...], bool]) -> str:
        factors, open_ended = value
        if factors:
            return f"Reported: {joined(map(self.fact.words, factors), 'and')}."
        return NOT_REPORTED if open_ended else "Reported: none."

    def expected(self) -> dict[str, int]:
        return {"at_least": self.least}


@dataclass(frozen=True)
class Joined:
    """All of, any of, or not: strong Kleene over its children."""

    kind: str
    children: tuple[Node, ...]
    kept: dict[tuple[int, ...], Outcome] = field(default_factory=dict, compare=False, repr=False)

    def judge(self, case: Case) -> Outcome:
        """The outcome of the children, joined.

        Tests hand out the same outcome for the same answer, so the same children come again; a kept
        outcome holds on to its children, so that no other can take their identity.
        """
        children = tuple([child.judge(case) for child in self.children])
        key = tuple(map(id, children))
        outcome = self.kept.get(key)
        if outcome is None:
            outcome = joined_outcome(self.kind, children)
            if len(self.kept) < KEPT:
                self.kept[key] = outcome
        return outcome


_HEADS = {"all": "All of these hold", "any": "At least one of these holds", "not": "This does not hold"}


def joined_outcome(kind: str, children: tuple[Outcome, ...]) -> Outcome:
    """Outcomes joined by "all", "any" or "not", with what would settle an unknown."""
    results = [child.result for child in children]
    if kind == "all":
        result = all_of(results)
    elif kind == "any":
        result = any_of(results)
    else:
        result = not_(all_of(results))
    claims = "; ".join(child.sentence.removesuffix(".") for child in children)
    return Outcome(
        result=result,
        sentence=f"{_HEADS[kind]}: {claims}.",
        kind=kind,
        ask_for=wanted(children) if result is Result.UNKNOWN else (),
        children=children,
    )


def wanted(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The facts that unknown outcomes ask for, once each, in the order of reading."""
    return tuple(
        dict.fromkeys([fact for item in outcomes if item.result is Result.UNKNOWN for fact in item.ask_for])
    )


_shared: dict[Node, Any] = {}


def shared(node: AnyNode) -> AnyNode:
    """The one node that stands for every equal one, so that each outcome is explained and kept once.

    Policies ask the same things: "ECOG is at most 2" stands in most of their paragraphs.
    """
    found: AnyNode = _shared.setdefault(node, node)
    return found


def answer_test(name: str, **expectation: Any) -> Test:
    """The test of one answer: `values`, `wanted`, or `comparison` with `limit`, as the fact's kind takes."""
    fact, get = FACTS[name], reader(name)
    if fact.kind is FactKind.CHOICE:
        return OneOf(fact=fact, get=get, **expectation)
    if fact.kind is FactKind.FLAG:
        return IsSo(fact=fact, get=get, **expectation)
    if fact.kind is FactKind.DATE:
        return Dated(fact=fact, get=get, **expectation)
    return Compared(fact=fact, get=get, **expectation)
