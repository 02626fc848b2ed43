"""The clinical step of a radiation order: only what the policies of its cancer's sites read (R-109)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orders.steps import Answers
from pathways.criteria.vocabulary import FACTS
from portal.practice.forms.base import Raw, StepForm, choose, kept_beside
from portal.practice.forms.clinical import GENERAL, UNKNOWN_ANSWERS, capitalized
from portal.practice.forms.radiation_asks import asked_of_clinic

#: The choices of each fact that may be asked, by their name in the tumor's questions.
CHOICES: Mapping[str, str] = {
    "histology": "histologies",
    "stage": "stages",
    "line_of_therapy": "lines",
    "ecog": "ecog",
}


class RadiationClinicalForm(StepForm):
    """Stage, performance status and the like, with the answers of the tumor's own content.

    What was answered here for drugs is kept as typed, for an order that changes back.
    """

    step = "clinical"

    def build(self) -> None:
        """Ask what the policies ask, in the order of the form for drugs."""
        offered = self.draft.questions or GENERAL
        wanted = asked_of_clinic(self.draft.content, self.draft.facts, self.draft.tumor)
        self.asked = [name for name in wanted if name in CHOICES]
        for name in self.asked:
            label = FACTS[name].label
            self.fields[name] = choose(
                label,
                capitalized(offered[CHOICES[name]]),
                last=UNKNOWN_ANSWERS,
                missing=f"Choose the {label if label.isupper() else label[:1].lower() + label[1:]}.",
            )

    def act(self, pressed: str) -> Raw:
        """Beside what is typed here, what was typed for drugs."""
        return kept_beside(self, super().act(pressed))

    def answers(self) -> Answers:
        """The facts asked, in the shape of the step for drugs."""
        given = self.cleaned_data
        return {name: _whole(given[name]) if name == "ecog" else given[name] for name in self.asked}

    def tentative(self) -> Answers:
        """What is answered already."""
        return self.answers() if self.is_complete else {}

    def context(self) -> dict[str, Any]:
        """One group of questions."""
        return {"disease": [self[name] for name in self.asked]}


def _whole(answer: str) -> int | str:
    return int(answer) if answer.isdecimal() else answer
