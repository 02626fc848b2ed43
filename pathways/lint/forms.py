"""The form of each cancer, and regimens read as criteria (R-088, DR-06)."""

from __future__ import annotations

from decimal import Decimal

from pathways.catalog import ASKABLE
from pathways.criteria import terms
from pathways.criteria.nodes import Node, OneOf, Test, answer_test
from pathways.criteria.treatment import HadTherapy
from pathways.criteria.vocabulary import FACTS
from pathways.lint.answers import Form
from pathways.lint.shipped import ShippedContent
from pathways.regimens import RegimenRow

#: Facts of which a form offers some values, with their key in the file of a cancer.
OFFERED = {"histology": "histologies", "stage": "stages", "line_of_therapy": "lines"}


class Forms:
    """The forms of all cancers, each made once."""

    def __init__(self, content: ShippedContent) -> None:
        self.content = content
        self._made: dict[tuple[str, str], Form] = {}

    def anything(self, drug: str = "") -> Form:
        """A form that offers all the vocabulary knows; `drug` is the one judged."""
        return Form(companions=self.content.therapeutic - {drug})

    def of(self, tumor: str, drug: str = "") -> Form:
        """What the form asks and offers for a cancer; `drug` is the one judged."""
        if (tumor, drug) not in self._made:
            self._made[tumor, drug] = self._make(tumor, drug)
        return self._made[tumor, drug]

    def _make(self, tumor: str, drug: str) -> Form:
        asked = self.content.asked[tumor]
        unasked = {f"biomarkers.{name}" for name in terms.BIOMARKERS if name not in asked["biomarkers"]}
        return Form(
            choices={"tumor": [tumor], **{fact: asked[key] for fact, key in OFFERED.items()}},
            unasked=frozenset(unasked | ASKABLE - set(asked["asks"])),
            therapies=frozenset(asked["prior_therapies"]),
            companions=self.content.therapeutic - {drug},
        )

    def not_offered(self, test: Test, tumor: str) -> list[str]:
        """What a test names that the form of the cancer does not offer.

        Of stages only when it offers none of them: content names all groups of a stage, of which each
        cancer has some.
        """
        asked, name = self.content.asked[tumor], test.fact.name
        family, _, marker = name.partition(".")
        if isinstance(test, HadTherapy):
            return [] if test.therapy in asked["prior_therapies"] else [test.therapy]
        if family == "biomarkers":
            return [] if marker in asked["biomarkers"] else [marker]
        if name in ASKABLE:
            return [] if name in asked["asks"] else [test.fact.label]
        if not isinstance(test, OneOf) or name not in OFFERED:
            return []
        missing = [value for value in test.values if value not in asked[OFFERED[name]]]
        return [] if name == "stage" and len(missing) < len(test.values) else missing


def row_criteria(row: RegimenRow) -> list[Node]:
    """What a regimen asks of the patient, as criteria; an empty list of the row asks nothing (DR-06)."""
    asked = {"stage": row.stages, "line_of_therapy": row.lines, "histology": row.histology}
    found: list[Node] = [answer_test(name, values=values) for name, values in asked.items() if values]
    for rule in row.biomarkers:
        found.append(
            answer_test(f"biomarkers.{rule.name}", values=rule.values, or_unknown=rule.accept_unknown)
        )
    if row.ecog_max is not None:
        found.append(answer_test("ecog", comparison="at_most", limit=Decimal(row.ecog_max)))
    if row.ages is not None:
        ends = {"at_least": row.ages.lowest, "at_most": row.ages.highest}
        found += [
            answer_test("age", comparison=end, limit=Decimal(age))
            for end, age in ends.items()
            if age is not None
        ]
    for therapy in row.prior_therapies:
        found.append(HadTherapy(fact=FACTS["prior_therapies"], therapy=therapy))
    if row.concurrent_radiation is not None:
        found.append(answer_test("concurrent_radiation", wanted=row.concurrent_radiation))
    return found
