"""What was said of treatment already under way, and what came of it (R-194 to R-200)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.models import ProgramTerms
from orders.models import Order
from orders.rules.judgement import Judgement
from orders.rules.states import Disposition
from portal import words
from portal.practice.forms.words import clock, zone_letters


@dataclass(frozen=True)
class Care:
    """The answers on continuity of care as `rows` of label and words, and their basis (R-200).

    `result` says what followed, `reasons` why continuity was not established, and `warning` what
    then may happen and whom to talk to before (R-196); all "" or empty where nothing followed.
    """

    rows: tuple[tuple[str, str], ...]
    result: str = ""
    reasons: tuple[str, ...] = ()
    warning: str = ""


def care_of(order: Order, judgement: Judgement | None, facts: Mapping[str, Any]) -> Care | None:
    """What a submitted order's answers on treatment under way say; None where nobody was asked."""
    if judgement is None:
        return None
    asked = order.snapshot.answers.get("continuity") or {}
    answers = facts.get("continuity")
    if not answers:
        return Care((("Treatment already under way", "No"),)) if asked else None
    rows = _rows(order, answers)
    if judgement.continuity_applied:
        return Care(rows, result="The criteria left open are covered as continuity of care.")
    if judgement.continuity.established:
        return Care(rows, result="Continuity of care was not needed for the decision.")
    waits = order.disposition == Disposition.IN_PROGRESS and order.terms is not None
    return Care(
        rows,
        result="Continuity of care could not be established.",
        reasons=judgement.continuity.reasons,
        warning=denial_pending(order.terms) if waits and order.terms else "",
    )


def _rows(order: Order, answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    # What review has learned since replaces what the office attested.
    submitted = answers == order.snapshot.facts.get("continuity")
    by = f", {order.submitted_by}, {words.moment(order.submitted_at)}" if submitted else ""
    return (
        ("Treatment already under way", "Yes"),
        ("Same regimen", _yes_or_no(answers.get("same_regimen"))),
        ("First dose", _day(answers.get("treatment_started_on"))),
        ("Last dose", _day(answers.get("last_dose_on"))),
        ("Attested", f"{_yes_or_no(answers.get('attested'))}{by}"),
    )


def _yes_or_no(value: Any) -> str:
    return {True: "Yes", False: "No"}.get(value, "Not answered")


def _day(text: str | None) -> str:
    return words.day(date.fromisoformat(text)) if text else "Not answered"


def is_continued(judgement: Judgement | None) -> bool:
    """Whether continuity of care covers what the criteria left open (DR-10)."""
    return judgement is not None and judgement.continuity_applied


def denial_pending(terms: ProgramTerms) -> str:
    """That a denial may follow, and the talk that is offered before one (R-196)."""
    return (
        "Unless more is learned, a physician may deny this request. Before any denial, the ordering provider "
        f"is offered a peer-to-peer talk: {peer_to_peer(terms)}."
    )


def peer_to_peer(terms: ProgramTerms) -> str:
    """With whom a provider may talk before a denial, and how to reach them (PD-22, R-248)."""
    phones = [found.get("phone") for found in terms.contacts if found["purpose"] == "peer_to_peer"]
    phone = next(filter(None, phones), terms.contact_center_phone)
    hours = f"{clock(terms.p2p_opens_at)} to {clock(terms.p2p_closes_at)} {zone_letters(terms.time_zone)}"
    return f"{terms.p2p_reviewer_label}, {phone}, Monday to Friday, {hours}"
