"""The steps of order entry as data: their order, what each rests on, and what is still missing.

The form, the progress bar and the refusal of an incomplete submission read this one list, of which an
order has the steps that apply to it.  Answers are plain JSON, one mapping a step:

- plan: plan, solution, setting; submitter_role where an interface names it (DR-01); outage_reason in an
  order that the contact center enters (R-378)
- member: member (primary key), start_on
- providers: ordering_provider, ordering_site, servicing_site (primary keys), p2p_phone
- diagnosis: primary, secondary, tumor
- clinical: histology, stage, line_of_therapy, ecog, biomarkers, prior_therapies, concurrent_radiation
  and what else the tumor's questions ask; of a radiation order what its policies read
- regimen: choice ("regimen", "custom" or "supportive_only"), regimen_id, drugs, and the numbers of the
  member's orders that this one cites: references_order, replaces_order (DR-08, DR-11)
- dosing: height_cm, weight_kg, lines, no_supportive, fn_risk_factors and what the drugs ask
- radiation, in place of regimen and dosing: the facts radiation_site to radiation_reasons (DR-24), name, and
  the numbers of orders cited
- dates: planned_end_on, urgency, expedited_attested, trial, trial_id
- continuity, only where criteria are left open: under_way ("yes" or "no"), and if so same_regimen,
  treatment_started_on, last_dose_on, attested (DR-10)
- review: notes
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import Any

from orders import links
from orders.models import Order
from orders.rules.radiation_course import RADIATION

Answers = dict[str, Any]
AllAnswers = Mapping[str, Answers | None]


def _always(answers: AllAnswers) -> bool:
    return True


def radiates(answers: AllAnswers) -> bool:
    """Whether these are the answers of a radiation order (R-335)."""
    return (answers.get("plan") or {}).get("solution") == RADIATION


def _gives_drugs(answers: AllAnswers) -> bool:
    return not radiates(answers)


def _continuity_is_answered(answers: AllAnswers) -> bool:
    return answers.get("continuity") is not None


class Subject(StrEnum):
    """What a step asks about; a copy of an earlier order takes some subjects along (R-333)."""

    PATIENT = auto()
    CLINICAL = auto()
    TREATMENT = auto()
    COURSE = auto()
    REQUEST = auto()


#: In the basis of a copied step that somebody has yet to look at: the order it was copied from.
COPIED_FROM = "copied_from"


@dataclass(frozen=True)
class Step:
    """One page of the form.

    `rests_on` names the answers of earlier steps (step, field) that this step's answers were given
    under; when one of them changes, the step asks to be looked at again.  `applies` says of all answers
    whether the order has this step; answers of one that it has not are kept and count for nothing.
    A step `on_call` is asked only where the rules call for it: its answers make it part of the order as
    long as what it rests on stands, and then it is not looked at again but asked anew, if at all.
    `subject` says what it is about.
    """

    key: str
    title: str
    rests_on: tuple[tuple[str, str], ...] = ()
    required: bool = True
    applies: Callable[[AllAnswers], bool] = _always
    subject: Subject = Subject.CLINICAL
    on_call: bool = False


STEPS: tuple[Step, ...] = (
    Step("plan", "Plan", subject=Subject.PATIENT),
    Step("member", "Member", rests_on=(("plan", "plan"),), subject=Subject.PATIENT),
    Step("providers", "Providers", subject=Subject.PATIENT),
    Step("diagnosis", "Diagnosis", subject=Subject.PATIENT),
    Step("clinical", "Clinical", rests_on=(("plan", "solution"), ("diagnosis", "tumor"))),
    Step(
        "regimen",
        "Regimen",
        rests_on=(("diagnosis", "tumor"),),
        subject=Subject.TREATMENT,
        applies=_gives_drugs,
    ),
    Step(
        "dosing",
        "Dosing",
        rests_on=(("regimen", "choice"), ("regimen", "regimen_id"), ("regimen", "drugs")),
        subject=Subject.COURSE,
        applies=_gives_drugs,
    ),
    Step(
        "radiation",
        "Radiation",
        rests_on=(("member", "start_on"), ("diagnosis", "tumor"), ("clinical", "stage")),
        subject=Subject.COURSE,
        applies=radiates,
    ),
    Step(
        "dates",
        "Dates",
        rests_on=(
            ("member", "start_on"),
            ("dosing", "lines"),
            ("radiation", "radiation_fractions"),
            ("radiation", "boost_fractions"),
        ),
        subject=Subject.REQUEST,
    ),
    Step(
        "continuity",
        "Continuity",
        rests_on=(
            ("member", "member"),
            ("member", "start_on"),
            ("regimen", "choice"),
            ("regimen", "regimen_id"),
            ("regimen", "drugs"),
            ("dosing", "lines"),
            ("radiation", "radiation_site"),
            ("radiation", "radiation_technique"),
            ("radiation", "radiation_fractions"),
            ("radiation", "boost_fractions"),
        ),
        subject=Subject.REQUEST,
        applies=_continuity_is_answered,
        on_call=True,
    ),
    Step("review", "Review", required=False, subject=Subject.REQUEST),
)
BY_KEY: dict[str, Step] = {step.key: step for step in STEPS}


@dataclass(frozen=True)
class DraftState:
    """Where a draft stands.

    `answers` has the clean answers of each step that applies (None while missing or invalid); `recheck`
    the steps whose answers were given under other answers than those that now stand; `raw` what was typed;
    `copied` the steps that were copied from an earlier order, and that nobody has looked at since.
    """

    answers: dict[str, Answers | None]
    raw: dict[str, dict[str, list[str]]]
    revisions: dict[str, int]
    recheck: frozenset[str]
    copied: frozenset[str] = frozenset()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this order, in their order: those that apply, and those that are called for."""
        return tuple(step for step in STEPS if step.key in self.answers)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its steps, in their order."""
        return tuple(step.key for step in self.steps)

    @property
    def done(self) -> frozenset[str]:
        """The steps that are answered and need no second look."""
        return frozenset(k for k, v in self.answers.items() if v is not None) - self.recheck

    @property
    def first_unfinished(self) -> str | None:
        """The first required step that is missing, invalid or to be looked at again."""
        return next((s.key for s in self.steps if s.required and s.key not in self.done), None)

    def calling(self, step: str) -> DraftState:
        """The same draft with a step that the rules call for, still to be answered."""
        answers = self.answers | {step: None}
        return replace(self, answers={key: answers[key] for key in BY_KEY if key in answers})

    def get(self, step: str) -> Answers:
        """The clean answers of a step, or an empty mapping."""
        return self.answers.get(step) or {}


def steps_for(answers: AllAnswers) -> tuple[Step, ...]:
    """The steps of an order with these answers, in their order."""
    return tuple(step for step in STEPS if step.applies(answers))


def basis_of(step: Step, answers: AllAnswers) -> Answers:
    """What the earlier steps of this order say now, as far as `step` rests on them."""
    return {
        f"{key}.{name}": (answers.get(key) or {}).get(name)
        for key, name in step.rests_on
        if BY_KEY[key].applies(answers)
    }


def state_of(order: Order) -> DraftState:
    """Read a draft's steps (one query), with the earlier order that it follows as the rules name it."""
    rows = {row.step: row for row in order.answers.all()}
    given = {step.key: rows[step.key].cleaned if step.key in rows else None for step in STEPS}
    treatment = "radiation" if radiates(given) else "regimen"
    if (chosen := given[treatment]) and order.follows_id:
        cites = links.named_by(order, given["member"])._asdict()
        given[treatment] = {**chosen, **{name: number for name, number in cites.items() if number}}
    for step in STEPS:
        if step.on_call and step.key in rows and rows[step.key].basis != basis_of(step, given):
            given[step.key] = None
    answers = {step.key: given[step.key] for step in steps_for(given)}
    recheck = frozenset(
        key for key, row in rows.items() if key in answers and row.basis != basis_of(BY_KEY[key], answers)
    )
    return DraftState(
        answers=answers,
        raw={key: row.raw for key, row in rows.items()},
        revisions={key: row.revision for key, row in rows.items()},
        recheck=recheck,
        copied=frozenset(key for key, row in rows.items() if key in answers and COPIED_FROM in row.basis),
    )
