"""A compiled medical policy, and judging one drug line by it (DR-09, R-163)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pathways.criteria.case import Case
from pathways.criteria.explain import count
from pathways.criteria.nodes import KEPT, Node, Test, wanted
from pathways.criteria.outcome import Outcome, Result, all_of, any_of


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One way of meeting a policy: every test must hold.

    `gates` say whom the paragraph is about (cancer, coverage).  When one of them is not met the
    rest is not judged: nobody learns anything from the breast criteria of a lung cancer order.
    `note` tells people what the tests leave out.
    """

    id: str
    title: str
    gates: tuple[Test, ...]
    tests: tuple[Node, ...]
    source: str = ""
    reference: str = ""
    note: str = ""

    def outcome(self, children: tuple[Outcome, ...]) -> Outcome:
        """The outcome of the paragraph from those of its gates and, if they are met, of its tests."""
        results = [child.result for child in children]
        result = all_of(results)
        sentence = f"{self.title}: {_summary(result, results)}."
        return Outcome(
            result=result,
            sentence=f"{sentence} {self.note}" if self.note else sentence,
            kind="paragraph",
            id=self.id,
            source=self.source,
            reference=self.reference,
            ask_for=wanted(children) if result is Result.UNKNOWN else (),
            children=children,
        )


def _summary(result: Result, results: list[Result]) -> str:
    if result is Result.MET:
        return "every criterion is met"
    open_ones = results.count(result)
    if result is Result.UNKNOWN:
        return f"{count(open_ones, 'criterion') if open_ones == 1 else f'{open_ones} criteria'} not yet known"
    return f"{open_ones} of {len(results)} criteria not met"


class Addressed(NamedTuple):
    """The paragraphs of a policy as orders of one cancer and coverage find them.

    `open` are about these, or may be: each with the outcomes of its gates.  `closed` are about others
    and judged as far as they ever are, the nearest first; `refused` is the outcome of the policy when
    no paragraph is open.
    """

    open: tuple[tuple[Paragraph, tuple[Outcome, ...]], ...]
    closed: tuple[Outcome, ...]
    refused: Outcome


@dataclass(frozen=True, slots=True)
class Policy:
    """The criteria for one drug from a day on; compiled once and shared."""

    drug: str
    effective: date
    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    content_hash: str
    #: One gate of each fact by which paragraphs are addressed: all gates of a fact read alike.
    gates: tuple[Test, ...] = field(init=False, compare=False, repr=False)
    kept: dict[tuple[Hashable, ...], Addressed] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        gates = {gate.fact.name: gate for paragraph in self.paragraphs for gate in paragraph.gates}
        object.__setattr__(self, "gates", tuple(gates.values()))

    def judge(self, case: Case) -> Outcome:
        """The outcome for a case, with the paragraphs about it before those about others."""
        about = self.addressed(case)
        if not about.open:
            return about.refused
        judged = [
            paragraph.outcome((*gates, *[test.judge(case) for test in paragraph.tests]))
            for paragraph, gates in about.open
        ]
        if len(judged) > 1:
            judged.sort(key=_distance)
        return self._outcome(judged, about.closed)

    def addressed(self, case: Case) -> Addressed:
        """Which paragraphs are about a case; found once for each cancer and coverage."""
        key = tuple([gate.read(case) for gate in self.gates])
        found = self.kept.get(key)
        if found is None:
            found = self._address(case)
            if len(self.kept) < KEPT:
                self.kept[key] = found
        return found

    def _address(self, case: Case) -> Addressed:
        opened: list[tuple[Paragraph, tuple[Outcome, ...]]] = []
        closed: list[Outcome] = []
        for paragraph in self.paragraphs:
            gates = tuple(gate.judge(case) for gate in paragraph.gates)
            if any(gate.result is Result.NOT_MET for gate in gates):
                closed.append(paragraph.outcome(gates))
            else:
                opened.append((paragraph, gates))
        closed.sort(key=_distance)
        return Addressed(tuple(opened), tuple(closed), refused=self._outcome([], tuple(closed)))

    def _outcome(self, judged: list[Outcome], closed: tuple[Outcome, ...]) -> Outcome:
        result = any_of([paragraph.result for paragraph in judged])
        return Outcome(
            result=result,
            sentence=self._verdict(result, judged),
            kind="any",
            source=self.source,
            reference=f"{self.drug} {self.effective.isoformat()}",
            ask_for=wanted(judged) if result is Result.UNKNOWN else (),
            children=(*judged, *closed),
        )

    def _verdict(self, result: Result, judged: list[Outcome]) -> str:
        if result is Result.MET:
            title = next(paragraph.title for paragraph in self.paragraphs if paragraph.id == judged[0].id)
            return f"The medical policy for {self.drug} is met: {title} ({judged[0].id})."
        if result is Result.UNKNOWN:
            return f"The medical policy for {self.drug} cannot be judged until more is known."
        return f"No paragraph of the medical policy for {self.drug} is met."


def judge(policy: Policy, facts: Mapping[str, Any], line: Mapping[str, Any]) -> Outcome:
    """Judge one drug line: met when one paragraph is, unknown when one still may be (DR-09).

    `line` is the item of facts["drugs"] that is judged; `facts` may carry "regimen_risk" (DR-08).
    The paragraphs come nearest first: met, then open by what is missing, then the others.
    """
    return policy.judge(Case(facts, line))


_RANK = {"met": 0, "unknown": 1, "not_met": 2}


def _distance(paragraph: Outcome) -> tuple[int, int]:
    """How far a paragraph is from met: by its result, then by how much stands in the way."""
    in_the_way = len([child for child in paragraph.children if child.result is not Result.MET])
    return _RANK[paragraph.result.value], in_the_way


def deciding(outcome: Outcome) -> str:
    """The id of the paragraph that decided: the met one, or the open one nearest to met; else empty."""
    if outcome.result is Result.NOT_MET or not outcome.children:
        return ""
    return outcome.children[0].id
