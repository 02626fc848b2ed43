"""A compiled medical policy, and judging one drug line by it (DR-09, R-163)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pathways.criteria.case import Case
from pathways.criteria.explain import count
from pathways.criteria.nodes import Node, joined_once, wanted
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
    gates: tuple[Node, ...]
    tests: tuple[Node, ...]
    source: str = ""
    reference: str = ""
    note: str = ""
    kept: dict[tuple[int, ...], Outcome] = field(default_factory=dict, compare=False, repr=False)

    def judge(self, case: Case) -> Outcome:
        """The outcome of the paragraph, with one child per test judged."""
        children = [gate.judge(case) for gate in self.gates]
        if not any(child.result is Result.NOT_MET for child in children):
            children += [test.judge(case) for test in self.tests]
        return joined_once(self.kept, children, self._outcome)

    def _outcome(self, children: tuple[Outcome, ...]) -> Outcome:
        result = all_of(child.result for child in children)
        return Outcome(
            result=result,
            sentence=f"{self.title}: {_summary(result, children)}. {self.note}".rstrip(),
            kind="paragraph",
            id=self.id,
            source=self.source,
            reference=self.reference,
            ask_for=wanted(children) if result is Result.UNKNOWN else (),
            children=children,
        )


def _summary(result: Result, children: tuple[Outcome, ...]) -> str:
    if result is Result.MET:
        return "every criterion is met"
    open_ones = sum(child.result is result for child in children)
    if result is Result.UNKNOWN:
        return f"{count(open_ones, 'criterion') if open_ones == 1 else f'{open_ones} criteria'} not yet known"
    return f"{open_ones} of {len(children)} criteria not met"


@dataclass(frozen=True, slots=True)
class Policy:
    """The criteria for one drug from a day on; compiled once and shared."""

    drug: str
    effective: date
    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    content_hash: str
    kept: dict[tuple[int, ...], Outcome] = field(default_factory=dict, compare=False, repr=False)

    def outcome(self, judged: tuple[Outcome, ...]) -> Outcome:
        """The outcome of the policy from those of its paragraphs, in the order of its paragraphs."""
        pairs = sorted(zip(self.paragraphs, judged, strict=True), key=_distance)
        found = tuple(outcome for _, outcome in pairs)
        result = any_of(paragraph.result for paragraph in found)
        return Outcome(
            result=result,
            sentence=_verdict(self, result, found),
            kind="any",
            source=self.source,
            reference=f"{self.drug} {self.effective:%Y-%m-%d}",
            ask_for=wanted(found) if result is Result.UNKNOWN else (),
            children=found,
        )


def judge(policy: Policy, facts: Mapping[str, Any], line: Mapping[str, Any]) -> Outcome:
    """Judge one drug line: met when one paragraph is, unknown when one still may be (DR-09).

    `line` is the item of facts["drugs"] that is judged; `facts` may carry "regimen_risk" (DR-08).
    The paragraphs come nearest first: met, then open by what is missing, then the others.
    """
    case = Case(facts, line)
    found = [paragraph.judge(case) for paragraph in policy.paragraphs]
    return joined_once(policy.kept, found, policy.outcome)


_RANK = {Result.MET: 0, Result.UNKNOWN: 1, Result.NOT_MET: 2}


def _distance(judged: tuple[Paragraph, Outcome]) -> tuple[int, bool, int]:
    """How far a paragraph is from met: by its result, whom it is about, and what stands in the way."""
    paragraph, outcome = judged
    for_others = outcome.result is Result.NOT_MET and len(outcome.children) <= len(paragraph.gates)
    in_the_way = sum(child.result is not Result.MET for child in outcome.children)
    return _RANK[outcome.result], for_others, in_the_way


def _verdict(policy: Policy, result: Result, found: tuple[Outcome, ...]) -> str:
    if result is Result.MET:
        title = next(paragraph.title for paragraph in policy.paragraphs if paragraph.id == found[0].id)
        return f"The medical policy for {policy.drug} is met: {title} ({found[0].id})."
    if result is Result.UNKNOWN:
        return f"The medical policy for {policy.drug} cannot be judged until more is known."
    return f"No paragraph of the medical policy for {policy.drug} is met."


def deciding(outcome: Outcome) -> str:
    """The id of the paragraph that decided: the met one, or the open one nearest to met; else empty."""
    if outcome.result is Result.NOT_MET or not outcome.children:
        return ""
    return outcome.children[0].id
