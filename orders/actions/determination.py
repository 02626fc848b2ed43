"""Determinations: by the authorize rule at intake, or by a reviewer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from notifications import audit, outbox
from notifications.names import AuditName, MessageName
from orders.actions._record import move, one_at_a_time, set_line_statuses
from orders.actions.deadlines import stop_clocks
from orders.actions.review import check_holder, close_case
from orders.models import Evaluation, LineDetermination, Order, SCodeGrant
from orders.rules import ids
from orders.rules.judgement import Conclusion, Judgement, conclude
from orders.rules.states import PENDING, WITH_ORDER_ID, OrderStatus

if TYPE_CHECKING:
    from portal.models import User

AUTHORIZED = LineDetermination.Outcome.AUTHORIZED


class NotReviewable(Exception):
    """The order is not waiting for a reviewer."""


class RationaleMissing(Exception):
    """A reviewer must say what settled the case."""


@transaction.atomic
def conclude_at_intake(order: Order, judgement: Judgement, evaluation: Evaluation, *, by: User) -> None:
    """Determine an order that the rules found in order (DR-13): Authorized or Completed.

    The authorize rule decides the lines, so the determinations carry no person.
    """
    outcomes = {line.number: AUTHORIZED.value for line in judgement.lines if line.reviewed}
    _determine_lines(order, evaluation, judgement, basis="criteria met", rationale="", by=None)
    _conclude(order, conclude(judgement, outcomes), by=by, why="criteria met at submission")


@transaction.atomic
def authorize(order: Order, *, by: User, rationale: str) -> None:
    """Authorize every reviewed drug of a case (R-239, DR-27); the reviewer says what settled it.

    Raises NotReviewable, NotHolder, RationaleMissing.  There is no action that denies here.
    """
    if order.status not in PENDING:
        raise NotReviewable(f"order {order.reference} is not in review")
    if not rationale.strip():
        raise RationaleMissing(
            "Say what settled the case: which records or answers show that criteria are met."
        )
    check_holder(order, by=by, now=timezone.now())
    one_at_a_time(order)
    evaluation = order.evaluations.latest("sequence")
    judgement = Judgement.from_json(evaluation.judgement)
    outcomes = {line.number: AUTHORIZED.value for line in judgement.lines if line.reviewed}
    _determine_lines(order, evaluation, judgement, basis="reviewer", rationale=rationale.strip(), by=by)
    close_case(order, why="authorized")
    _conclude(order, conclude(judgement, outcomes), by=by, why="authorized by reviewer")
    _tell_submitter(order)


def _determine_lines(
    order: Order, evaluation: Evaluation, judgement: Judgement, *, basis: str, rationale: str, by: User | None
) -> None:
    deciding = {line.number: line.deciding or "" for line in judgement.lines}
    now = timezone.now()
    LineDetermination.objects.bulk_create(
        LineDetermination(
            line=line,
            outcome=AUTHORIZED,
            evaluation=evaluation,
            criterion=deciding[line.number],
            basis=basis,
            rationale=rationale,
            decided_at=now,
            decided_by=by,
        )
        for line in order.lines.filter(reviewed=True)
    )


def _conclude(order: Order, conclusion: Conclusion, *, by: User | None, why: str) -> None:
    """Write the case status with all that hangs on it; move the order to its end (T1, DR-16 to DR-20)."""
    now = timezone.now()
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
