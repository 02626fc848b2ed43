"""The Pathway regimens that fit so far, beside the clinical questions, and taking one at once (R-087).

What is answered narrows the list with each change of the page; one press takes a regimen with its
standard dosing, so that the regimen step need not be visited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from orders.actions.drafting import StaleDraft, save_step
from orders.steps import Answers
from pathways.criteria.explain import joined
from pathways.matching import Suggestion, suggest
from portal.models import User
from portal.practice.forms.clinical import TAKES
from portal.practice.forms.draft import Draft
from portal.practice.forms.regimen import RegimenForm

#: The step beside whose questions the list stands.
STEP = "clinical"
#: How many are listed; the regimen step has them all.
LISTED = 5


@dataclass(frozen=True)
class Fitting:
    """One Pathway regimen that fits, or may; `open_answers` names what must still be answered."""

    found: Suggestion
    button: str
    chosen: bool

    @property
    def open_answers(self) -> str:
        """The questions that it depends on and that have no answer yet; "" when it fits."""
        labels = dict.fromkeys(factor.label for factor in self.found.missing)
        return joined(labels, "and")


@dataclass(frozen=True)
class Early:
    """The list beside the questions: the best of the regimens that fit, and how many more there are."""

    regimens: list[Fitting]
    more: int


def of(draft: Draft) -> Early | None:
    """The list for the answers so far; None for a cancer without Pathways, or before any answer."""
    if not draft.tumor or not draft.facts:
        return None
    chosen = draft.answers("regimen").get("regimen_id")
    fitting = [
        Fitting(found, f"{TAKES}{found.row.id}", found.row.id == chosen)
        for found in suggest(draft.library, draft.facts)
        if found.on_pathway and found.fit != "does_not_fit"
    ]
    return Early(fitting[:LISTED], len(fitting[LISTED:])) if fitting else None


def take(draft: Draft, pressed: str, clean: Answers, *, by: User) -> bool:
    """Choose a regimen of the list for a draft whose clinical answers have just been saved.

    The regimen step checks and keeps it as if it had been chosen there.  False when it is not offered for
    these answers, or somebody else has just saved that step: then the person is to see it.
    """
    known = draft.assuming(replace(draft.state, answers=draft.state.answers | {STEP: clean}))
    raw = {"pick": [pressed.removeprefix(TAKES)], "do": ["continue"]}
    form = RegimenForm(raw, draft=known)
    if not form.is_valid():
        return False
    try:
        save_step(
            draft.order,
            form.step,
            raw=raw,
            clean=form.answers(),
            revision=draft.state.revisions.get(form.step),
            by=by,
        )
    except StaleDraft:
        return False
    return True
