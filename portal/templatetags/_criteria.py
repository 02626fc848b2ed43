"""The criteria tree as its component draws it: which branches stand open, and what to answer next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.steps import BY_KEY
from pathways.criteria import vocabulary
from pathways.criteria.outcome import Outcome
from portal.words import Look, look_of

#: Ways of meeting a policy that stay in sight when none of them is met; the engine gives the nearest first.
NEAREST = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What would settle an unknown, and where to answer it; `url` is empty where nobody can."""

    text: str
    step: str
    url: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of the tree as drawn; `is_open` when its children are in sight at first.

    `children` are those that explain the result; `others` the ways of meeting an "any" that did not
    count, folded under one line whatever their results.
    """

    look: Look
    result: str
    sentence: str
    id: str
    source: str
    answered_under: str
    is_open: bool
    questions: list[Question] = field(default_factory=list)
    children: list[Branch] = field(default_factory=list)
    others: list[Branch] = field(default_factory=list)

    @property
    def foldable(self) -> bool:
        return bool(self.children or self.others)


def branch(outcome: Outcome | Mapping[str, Any], *, step_urls: Mapping[str, str]) -> Branch:
    """The branch of an outcome or of its JSON; `step_urls` says where each step can be answered."""
    if isinstance(outcome, Mapping):
        outcome = Outcome.from_json(outcome)
    return _branch(outcome, step_urls, explains=True)


def _branch(outcome: Outcome, step_urls: Mapping[str, str], *, explains: bool) -> Branch:
    """`explains` is false below a way that did not count: nothing there is worth unfolding."""
    leaf = not outcome.children
    telling, others = _telling(outcome)
    return Branch(
        look=look_of(outcome.result),
        result=outcome.result.value,
        sentence=outcome.sentence,
        id=outcome.id,
        source=_source(outcome),
        answered_under=_step_title(outcome.fact) if leaf and outcome.value is not None else "",
        is_open=explains and outcome.result != "met",
        questions=[question(name, step_urls) for name in outcome.ask_for] if leaf else [],
        children=[_branch(child, step_urls, explains=explains) for child in telling],
        others=[_branch(child, step_urls, explains=False) for child in others],
    )


def _source(outcome: Outcome) -> str:
    """Where a criterion comes from, as a clinician can cite it.

    Of a paragraph's sources those that have a title count: a bare address says nothing.  The policy as a
    whole is named above its tree.
    """
    if outcome.kind != "paragraph":
        return ""
    parts = outcome.reference.split("; ")
    return "; ".join(part for part in parts if not part.startswith(("https://", "http://")))


def _telling(outcome: Outcome) -> tuple[list[Outcome], list[Outcome]]:
    """The children that explain a result, and the alternatives that do not.

    A policy may have twenty paragraphs of which one is met: the other nineteen are no reasons.
    """
    children = list(outcome.children)
    if outcome.kind != "any":
        return children, []
    telling = [child for child in children if child.result is outcome.result]
    if outcome.result == "not_met":
        telling = telling[:NEAREST]
    return telling, [child for child in children if child not in telling]


def question(name: str, step_urls: Mapping[str, str]) -> Question:
    """The question that settles a fact, with the step where it is asked."""
    step = vocabulary.step_for(name)
    return Question(vocabulary.question_for(name), _title(step), step_urls.get(step, ""))


def _step_title(fact: str) -> str:
    return _title(vocabulary.step_for(fact)) if fact in vocabulary.FACTS else ""


def _title(step: str) -> str:
    return BY_KEY[step].title if step in BY_KEY else ""
