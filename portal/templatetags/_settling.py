"""What would change a verdict, as its component draws it: few ways in sight, each with where to answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathways.criteria.settling import Obstacle, Settling
from pathways.criteria.settling import Way as Found
from portal.templatetags._criteria import Question, question

#: Ways of meeting a policy, and paragraphs that something stands against, that are in sight at first.
IN_SIGHT = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that is missing: what it would have to say, and where to give it."""

    sentence: str
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Way:
    """Answers that together meet a paragraph."""

    title: str
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Refused:
    """Documented facts that one paragraph does not accept; no title when no paragraph is about the order."""

    title: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """Ways and refusals in sight, and those folded."""

    ways: Sequence[Way]
    more_ways: Sequence[Way]
    against: Sequence[Refused]
    more_against: Sequence[Refused]


def change(found: Settling, *, step_urls: Mapping[str, str]) -> Change:
    """The component of what the rules found; `step_urls` says where each step can be answered.

    While a way is open, what stands against the other paragraphs is folded altogether.
    """
    ways = [_way(way, step_urls) for way in found.ways]
    refused = list(_refused(found.against))
    shown = 0 if ways else IN_SIGHT
    return Change(ways[:IN_SIGHT], ways[IN_SIGHT:], refused[:shown], refused[shown:])


def _way(way: Found, step_urls: Mapping[str, str]) -> Way:
    answers = [
        Answer(answer.sentence, [question(fact, step_urls) for fact in answer.facts])
        for answer in way.answers
    ]
    return Way(way.title, answers)


def _refused(against: Iterable[Obstacle]) -> Iterable[Refused]:
    sentences: dict[str, list[str]] = defaultdict(list)
    titles = {}
    for obstacle in against:
        sentences[obstacle.paragraph].append(obstacle.sentence)
        titles[obstacle.paragraph] = obstacle.title
    return [Refused(titles[paragraph], found) for paragraph, found in sentences.items()]
