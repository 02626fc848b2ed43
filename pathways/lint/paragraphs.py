"""Paragraphs of policies: can they be met, does each criterion decide anything, does each paragraph?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from pathways.criteria.explain import joined
from pathways.criteria.nodes import Joined, Node, OneOf, Test
from pathways.criteria.policy import Paragraph
from pathways.criteria.settling import MOST
from pathways.criteria.treatment import DoseAtMost, OnePairOf
from pathways.lint.finding import Finding
from pathways.lint.forms import Forms
from pathways.lint.formula import NOT_MET, OPEN_OR_NOT_MET, Want, all_met, possible, tests_in, ways
from pathways.lint.shipped import PolicyFile, ShippedContent


def check_paragraphs(content: ShippedContent) -> Iterator[Finding]:
    """Every fault of a paragraph by itself, and of the paragraphs of one policy against each other."""
    forms = Forms(content)
    for found in content.policies:
        studies = [Study(forms, found, paragraph) for paragraph in found.policy.paragraphs]
        for study in studies:
            yield from study.faults()
        yield from _needless_paragraphs([study for study in studies if study.meetable])


@dataclass
class Study:
    """A paragraph with the cancers whose orders can meet it."""

    forms: Forms
    found: PolicyFile
    paragraph: Paragraph

    def __post_init__(self) -> None:
        self.nodes = [*self.paragraph.gates, *self.paragraph.tests]
        self.drug = self.found.policy.drug
        about = [node for node in self.nodes if _is_tumor(node)]
        every = self.forms.content.asked
        self.tumors = [slug for slug in every if possible(all_met(about), self.forms.of(slug))]
        self.names_tumors = any(not node.negated for node in about if isinstance(node, Test))
        self.meetable = [slug for slug in self.tumors if self.can(all_met(self.nodes), slug)]

    def can(self, wanted: Sequence[tuple[Node, Want]], tumor: str) -> bool:
        """Can the form of a cancer bring about what is wanted?"""
        return possible(wanted, self.forms.of(tumor, self.drug))

    def finding(self, rule: str, message: str, other: str = "") -> Finding:
        """A finding at this paragraph."""
        return Finding(self.found.file, self.found.place(self.paragraph), rule, message, other)

    def faults(self) -> Iterator[Finding]:
        """The faults of this paragraph by itself."""
        number = ways(Joined("all", tuple(self.nodes)))
        if number > MOST:
            message = f"It can be met in {number} ways; what would meet it is told for {MOST} at most."
            yield self.finding("too-many-ways", message)
        anything = self.forms.anything(self.drug)
        if not possible(all_met(self.nodes), anything):
            pair = next(
                (pair for pair in combinations(self.nodes, 2) if not possible(all_met(pair), anything)),
                self.nodes,
            )
            yield self.finding("never-met", f"Never met: {'; '.join(map(claim, pair))}.")
            return
        if not self.meetable:
            yield self.finding("not-offered", "No cancer's form offers the answers that meet it.")
            return
        if self.names_tumors:
            yield from self._not_offered()
        yield from self._needless()

    def _not_offered(self) -> Iterator[Finding]:
        for slug in self.tumors:
            missing = [
                value
                for node in self.nodes
                for test in tests_in(node)
                for value in self.forms.not_offered(test, slug)
            ]
            if missing or slug not in self.meetable:
                named = joined(missing, "and") or "what it asks"
                message = f"The form of {slug} does not offer {named}."
                yield self.finding("not-offered", message, f"tumors/{slug}.yaml")

    def _needless(self) -> Iterator[Finding]:
        """Criteria that decide nothing: met by every answer, or whenever the others are."""
        for number, node in enumerate(self.nodes):
            if _is_tumor(node) or self._is_summary(node):
                continue
            others = all_met([*self.nodes[:number], *self.nodes[number + 1 :]])
            if not any(self.can([(node, NOT_MET)], slug) for slug in self.meetable):
                yield self.finding("always-met", f"Every answer meets this: {claim(node)}.")
            elif not any(self.can([*others, (node, OPEN_OR_NOT_MET)], slug) for slug in self.meetable):
                yield self.finding("implied", f"The other criteria already ask this: {claim(node)}.")

    def _is_summary(self, node: Node) -> bool:
        """Is it the highest dose said once more beside doses with their gaps, for people to read?"""
        return isinstance(node, DoseAtMost) and any(isinstance(other, OnePairOf) for other in self.nodes)

    def adds_nothing_to(self, other: Study) -> bool:
        """Does the other paragraph hold for every order that meets this one?"""
        whole = Joined("all", tuple(other.nodes))
        wanted = [*all_met(self.nodes), (whole, OPEN_OR_NOT_MET)]
        return not any(self.can(wanted, slug) for slug in self.meetable)


def _is_tumor(node: Node) -> bool:
    return isinstance(node, OneOf) and node.fact.name == "tumor"


def _needless_paragraphs(studies: Sequence[Study]) -> Iterator[Finding]:
    said: set[frozenset[str]] = set()
    for one, other in permutations(reversed(studies), 2):
        pair = frozenset({one.paragraph.id, other.paragraph.id})
        if pair not in said and one.adds_nothing_to(other):
            said.add(pair)
            message = f"Every order that meets it meets {other.paragraph.id} too."
            yield one.finding("shadowed", message, other.found.place(other.paragraph))


def claim(node: Node) -> str:
    """A criterion in words."""
    if not isinstance(node, Joined):
        assert isinstance(node, Test)
        return node.claim()
    claims = (" or " if node.kind == "any" else " and ").join(map(claim, node.children))
    return f"not ({claims})" if node.kind == "not" else f"({claims})"
