"""The last step: check every answer, see what the rules would say, and submit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django import forms

from orders.actions.evaluation import canonical_hash
from orders.rules.problems import Problem
from orders.steps import Answers, DraftState
from portal.practice import summary
from portal.practice.forms.base import StepForm
from portal.practice.forms.draft import Draft

#: Names the answers that the page listed; posted with the tick and kept beside it.
REVIEWED = "reviewed_hash"


class ReviewForm(StepForm):
    """The list of answers, what would happen to each drug, and a note to the reviewers (R-091, R-179)."""

    step = "review"
    #: Why a submission was refused, all reasons at once.
    problems: Sequence[Problem] = ()

    notes = forms.CharField(
        label="Additional information for the reviewer",
        required=False,
        max_length=4000,
        help_text="For example an earlier Order ID, and what kind of regimen was first requested.",
        widget=forms.Textarea,
    )
    confirmed = forms.BooleanField(
        label="These answers are in the patient’s chart, and the ordering provider asks for this treatment.",
        error_messages={"required": "Confirm that the answers are in the patient’s chart."},
    )

    @classmethod
    def shown(cls, draft: Draft) -> Self:
        """The page as it was left; the tick counts for the answers under which it was set."""
        raw = draft.state.raw.get(cls.step, {})
        if "confirmed" not in raw or raw.get(REVIEWED) == [hash_of_shown(draft.state)]:
            return super().shown(draft)
        form = cls({name: values for name, values in raw.items() if name != "confirmed"}, draft=draft)
        form.quieten()
        return form

    def meaning_of(self, pressed: str) -> str:
        """Enter submits, as the button does."""
        return "submit" if pressed == "continue" else pressed

    @property
    def pressed(self) -> str:
        """After a refused submission the page says what is missing, as after Continue elsewhere."""
        return "continue" if super().pressed == "submit" else super().pressed

    def answers(self) -> Answers:
        """notes and confirmed."""
        return {"notes": self.cleaned_data["notes"], "confirmed": True}

    def context(self) -> dict[str, Any]:
        """The answers of every step, and the forecast."""
        return {
            "sections": summary.sections(self.draft),
            "problems": self.problems,
            **summary.forecast(self.draft),
        }


def hash_of_shown(state: DraftState) -> str:
    """The hash of the answers that the review page lists; it travels with the submission."""
    return canonical_hash({key: value for key, value in state.answers.items() if key != ReviewForm.step})
