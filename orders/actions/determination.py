"""Determinations: by the authorize rule at intake or after new findings, or by a reviewer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications import audit, clock, outbox
from notifications.names import AuditName, MessageName
from orders.actions._record import lock_case, move, set_line_statuses
from orders.actions.deadlines import stop_clocks
from orders.actions.review import check_holder, check_reviewer, close_case
from orders.models import Evaluation, LineDetermination, Order, SCodeGrant, WorkItem
from orders.rules import ids
from orders.rules.judgement import Conclusion, Judgement, conclude
from orders.rules.reviewing import ONLY_A_PHYSICIAN_DENIES, Act, Reviewer, refusal
from orders.rules.states import PENDING, WITH_ORDER_ID, Disposition, OrderStatus

if TYPE_CHECKING:
    from portal.models import User

AUTHORIZED = LineDetermination.Outcome.AUTHORIZED
ADVERSE = LineDetermination.Outcome.ADVERSE


class NotReviewable(Exception):
    """The order is not waiting for a reviewer."""


class RationaleMissing(Exception):
    """A reviewer must say what settled the case."""


class NotInPhysicianReview(Exception):
    """Only a physician denies, and only a case that a nurse passed on (R-240, DR-27)."""


class NotOpenToDecision(Exception):
    """A drug line that nobody reviews, that was withdrawn, or that is decided already."""


class PeerToPeerNotOffered(Exception):
    """A denial needs an earlier offer of a peer-to-peer talk (R-246, DR-27)."""


@transaction.atomic
def conclude_at_intake(order: Order, judgement: Judgement, evaluation: Evaluation, *, by: User) -> None:
    """Determine an order that the rules found in order (DR-13): Authorized or Completed.

    The authorize rule decides the lines, so the determinations carry no person.
    """
    outcomes = all_authorized(order, judgement)
    _determine_lines(order, evaluation, judgement, outcomes, basis="criteria met")
    _conclude(order, conclude(judgement, outcomes), by=by, why="criteria met at submission")


def conclude_after_findings(order: Order, judgement: Judgement, evaluation: Evaluation, *, by: User) -> None:
    """Determine a case that new findings settled, in the caller's transaction (DR-14, R-191).

    As at intake the authorize rule decides; `by` is whoever recorded what settled it.
    """
    decided, outcomes = outcomes_so_far(order), all_authorized(order, judgement)
    _determine_lines(order, evaluation, judgement, outcomes, basis="criteria met")
    conclude_case(
        order, conclude(judgement, decided | outcomes), by=by, why="criteria met after new findings"
    )


@transaction.atomic
def authorize(order: Order, *, by: User, rationale: str) -> None:
    """Authorize every drug of a case that is still open (R-239, DR-27); the reviewer says what settled it.

    Raises what `decide` raises.  A nurse may do this, and nothing that denies.
    """
    lock_case(order)
    if order.status not in PENDING:
        raise NotReviewable(f"order {order.reference} is not in review")
    decide(order, all_authorized(order, standing_judgement(order)), by=by, rationale=rationale)


@transaction.atomic
def decide(order: Order, outcomes: Mapping[int, str], *, by: User, rationale: str) -> None:
    """Decide reviewed drug lines by number: "authorized" or "adverse" (R-253, DR-14, DR-27).

    Lines left out stay open, and the case with them.  Raises NotReviewable, RationaleMissing,
    NotHolder, NotOpenToDecision; for a denial NotInPhysicianReview, NotAReviewer and
    PeerToPeerNotOffered.
    """
    lock_case(order)
    if order.status not in PENDING:
        raise NotReviewable(f"order {order.reference} is not in review")
    if not rationale.strip():
        raise RationaleMissing(
            "Say what settled the case: which records or answers show that criteria are met."
        )
    check_holder(order, by=by, now=clock.now())
    evaluation = order.evaluations.latest("sequence")
    judgement = Judgement.from_json(evaluation.judgement)
    if stray := outcomes.keys() - open_lines(order, judgement):
        raise NotOpenToDecision(f"drug lines {sorted(stray)} of order {order.reference} are not open")
    offered_at = _check_denial(order, by=by) if ADVERSE in outcomes.values() else None
    conclusion = conclude(judgement, {**outcomes_so_far(order), **outcomes})
    _determine_lines(
        order,
        evaluation,
        judgement,
        outcomes,
        basis="reviewer",
        rationale=rationale.strip(),
        by=by,
        offered_at=offered_at,
    )
    audit.record(
        AuditName.CASE_DECIDED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        lines=dict(sorted(outcomes.items())),
    )
    if conclusion.disposition != Disposition.IN_PROGRESS:
        conclude_case(order, conclusion, by=by, why="decided by reviewer")


def conclude_case(order: Order, conclusion: Conclusion, *, by: User, why: str) -> None:
    """End a case and tell who entered it, in the caller's transaction."""
    close_case(order, why=why[:40])
    _conclude(order, conclusion, by=by, why=why)
    _tell_submitter(order)


def standing_judgement(order: Order) -> Judgement:
    """What the rules say of the order by its latest evaluation (one query)."""
    return Judgement.from_json(order.evaluations.latest("sequence").judgement)


def open_lines(order: Order, judgement: Judgement) -> set[int]:
    """The drug lines that wait for a decision: reviewed, not withdrawn, not decided (one query)."""
    reviewed = {line.number for line in judgement.lines if line.reviewed and not line.withdrawn}
    return reviewed - outcomes_so_far(order).keys()


def all_authorized(order: Order, judgement: Judgement) -> dict[int, str]:
    """Every line that waits for a decision, authorized (one query)."""
    return dict.fromkeys(sorted(open_lines(order, judgement)), AUTHORIZED.value)


def outcomes_so_far(order: Order) -> dict[int, str]:
    """The decisions that were made, by line (one query)."""
    found = LineDetermination.objects.filter(line__order=order).order_by("round")
    return dict(found.values_list("line__number", "outcome"))


def _check_denial(order: Order, *, by: User) -> datetime:
    """When the peer-to-peer talk was offered; raises unless a physician may deny now."""
    in_physician_review = order.status == OrderStatus.PHYSICIAN_REVIEW
    offer = order.peer_to_peer_offers.filter(offered_at__lte=clock.now()).first()
    refused = refusal(
        Reviewer.PHYSICIAN if in_physician_review else Reviewer.NURSE,
        Act.DENY,
        peer_to_peer_offered=offer is not None,
    )
    if refused == ONLY_A_PHYSICIAN_DENIES:
        raise NotInPhysicianReview(f"order {order.reference} is not in physician review")
    if refused or offer is None:
        raise PeerToPeerNotOffered(
            "First offer the ordering physician a peer-to-peer talk, and log the call."
        )
    check_reviewer(by, WorkItem.Kind.PHYSICIAN)
    return offer.offered_at


def _determine_lines(
    order: Order,
    evaluation: Evaluation,
    judgement: Judgement,
    outcomes: Mapping[int, str],
    *,
    basis: str,
    rationale: str = "",
    by: User | None = None,
    offered_at: datetime | None = None,
) -> None:
    deciding = {line.number: line.deciding or "" for line in judgement.lines}
    now = clock.now()
    LineDetermination.objects.bulk_create(
        LineDetermination(
            line=line,
            outcome=outcomes[line.number],
            evaluation=evaluation,
            criterion=deciding[line.number],
            basis=basis,
            rationale=rationale,
            decided_at=now,
            decided_by=by,
            physician=by if outcomes[line.number] == ADVERSE else None,
            peer_to_peer_offered_at=offered_at if outcomes[line.number] == ADVERSE else None,
        )
        for line in order.lines.filter(number__in=outcomes)
    )


def _conclude(order: Order, conclusion: Conclusion, *, by: User | None, why: str) -> None:
    """Write the case status with all that hangs on it; move the order to its end (T1, DR-16 to DR-20)."""
    now = clock.now()
    columns: dict[str, Any] = {
        "disposition": conclusion.disposition,
        "decided_at": now,
        "pathway_eligible": conclusion.pathway_eligible,
    }
    if conclusion.disposition in WITH_ORDER_ID:
        columns["order_id"] = _unused("order_id", ids.order_id)
        columns["valid_from"], columns["valid_to"] = conclusion.valid_from, conclusion.valid_to
        if conclusion.pathway_eligible:
            columns["pathway_eligible_id"] = _unused("pathway_eligible_id", ids.pathway_eligible_id)
    set_line_statuses(order, conclusion.line_statuses)
    onset = 0 if _has_onset_code(order, conclusion.regimen_key) else conclusion.scodes.s0353
    SCodeGrant.objects.create(
        order=order,
        s0353=onset,
        s0354=conclusion.scodes.s0354,
        reasons=list(conclusion.scodes.reasons),
        regimen_key=conclusion.regimen_key or "",
        granted_at=now,
    )
    move(order, OrderStatus.DETERMINED, by=by, why=why, **columns)
    stop_clocks(order, at=now, by=by)
    audit.record(
        AuditName.ORDER_DETERMINED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        disposition=conclusion.disposition.value,
    )


def _has_onset_code(order: Order, regimen_key: str | None) -> bool:
    """Whether the member was given the onset code of this regimen before (R-312, DR-17).

    Asked at the decision: another order may have been decided while this one waited.
    """
    return SCodeGrant.objects.filter(
        order__member=order.member_id, regimen_key=regimen_key or "", s0353__gte=1
    ).exists()


def _unused(column: str, make: Any) -> str:
    """A fresh number that no order has; the unique constraint stands behind it (D-16)."""
    while True:
        number: str = make(secrets.SystemRandom())
        if not Order.objects.filter(**{column: number}).exists():
            return number


def _tell_submitter(order: Order) -> None:
    """Owe the person who entered the case one e-mail without patient data (R-271, D-42, PD-38)."""
    assert order.terms is not None
    assert order.plan is not None
    person = order.created_by
    if not (order.terms.status_email and person.is_active and person.email):
        return
    event = order.events.latest("id")
    outbox.enqueue(
        MessageName.CASE_STATUS_CHANGED,
        key=f"{MessageName.CASE_STATUS_CHANGED}:{order.reference}:event {event.pk}:user {person.pk}",
        user=person.pk,
        address=person.email,
        reference=order.reference,
        plan=order.plan_name,
        path=f"/orders/{order.reference}/",
    )
