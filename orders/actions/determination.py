"""Determinations: by the authorize rule at intake or after new findings, or by a reviewer."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, move, set_line_statuses
from orders.actions._standing import (
    case_of,
    held_case,
    reviewer,
    with_lines,
    with_offer,
)
from orders.actions.deadlines import stop_clocks
from orders.actions.following import end_replaced
from orders.actions.review import close_case
from orders.actions.telling import tell_office
from orders.models import Cancellation, Evaluation, LineDetermination, Order, SCodeGrant
from orders.queries import outcomes_so_far, standing_judgement
from orders.rules import ids, lifecycle
from orders.rules.cases import Case
from orders.rules.judgement import Conclusion, Judgement, conclude
from orders.rules.rollup import Decision
from orders.rules.states import WITH_ORDER_ID, OrderStatus

if TYPE_CHECKING:
    from portal.models import User

Outcome = LineDetermination.Outcome


@transaction.atomic
def conclude_at_intake(
    order: Order, judgement: Judgement, evaluation: Evaluation, after: Case, *, by: User
) -> None:
    """Determine an order that the rules found in order (DR-13): Authorized or Completed.

    The authorize rule decides the lines, so the determinations carry no person.
    """
    _determine_lines(order, evaluation, judgement, after.decisions, basis="criteria met")
    _conclude(order, conclude(judgement, after.decisions), after, by=by, why="criteria met at submission")
    if order.channel in Order.WRITTEN:
        tell_office(order)  # nobody sees the answer on a page, or hears it on the phone


def conclude_after_findings(
    order: Order,
    judgement: Judgement,
    evaluation: Evaluation,
    decided: Collection[int],
    after: Case,
    *,
    by: User,
    why: str,
) -> None:
    """Determine a case that new findings settled, in the caller's transaction (DR-14, R-191).

    The authorize rule decides, as at intake, the lines that were not `decided` before; `by` is whoever
    recorded what settled it.
    """
    new = {number: made for number, made in after.decisions.items() if number not in decided}
    _determine_lines(order, evaluation, judgement, new, basis="criteria met")
    conclude_case(order, conclude(judgement, after.decisions), after, by=by, why=why)


@transaction.atomic
def authorize(order: Order, *, by: User, rationale: str) -> None:
    """Authorize every drug of a case that is still open (R-239, DR-27); the reviewer says what settled it.

    Raises what `decide` raises.  A nurse may do this, and nothing that denies.
    """
    lock_case(order)
    lifecycle.check_in_review(case_of(order))
    decide(order, all_authorized(order, standing_judgement(order)), by=by, rationale=rationale)


@transaction.atomic
def decide(order: Order, outcomes: Mapping[int, str], *, by: User, rationale: str) -> None:
    """Decide reviewed drug lines by number: "authorized" or "adverse" (R-253, DR-14, DR-27).

    Lines left out stay open, and the case with them.  Raises what `lifecycle.decide` raises.
    """
    lock_case(order)
    now, made = clock.now(), {number: Decision(Outcome(outcome)) for number, outcome in outcomes.items()}
    lifecycle.check_in_review(case_of(order))  # before its evaluation is read: a draft has none
    evaluation = order.evaluations.latest("sequence")
    judgement = Judgement.from_json(evaluation.judgement)
    case = with_offer(with_lines(held_case(order), judgement, outcomes_so_far(order)), order)
    after = lifecycle.decide(case, reviewer(order, by), made, at=now, rationale=rationale)
    _determine_lines(
        order,
        evaluation,
        judgement,
        made,
        basis="reviewer",
        rationale=rationale.strip(),
        by=by,
        offered_at=case.offered_at,
    )
    audit.record(
        AuditName.CASE_DECIDED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        lines=dict(sorted(outcomes.items())),
    )
    if after.status is OrderStatus.DETERMINED:
        conclude_case(order, conclude(judgement, after.decisions), after, by=by, why="decided by reviewer")


def conclude_case(order: Order, conclusion: Conclusion, after: Case, *, by: User, why: str) -> None:
    """End a case as `after` and tell the office, in the caller's transaction."""
    close_case(order, why=why[:40])
    _conclude(order, conclusion, after, by=by, why=why)
    tell_office(order)


def all_authorized(order: Order, judgement: Judgement) -> dict[int, str]:
    """Every line that waits for a decision, authorized (one query)."""
    case = with_lines(case_of(order), judgement, outcomes_so_far(order))
    return dict.fromkeys(sorted(case.open_lines), Outcome.AUTHORIZED.value)


def _determine_lines(
    order: Order,
    evaluation: Evaluation,
    judgement: Judgement,
    outcomes: Mapping[int, Decision],
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
            physician=by if outcomes[line.number] is Decision.ADVERSE else None,
            peer_to_peer_offered_at=offered_at if outcomes[line.number] is Decision.ADVERSE else None,
        )
        for line in order.lines.filter(number__in=outcomes)
    )


def _conclude(order: Order, conclusion: Conclusion, after: Case, *, by: User | None, why: str) -> None:
    """Write the case status with all that hangs on it; move the order to its end (T1, DR-16 to DR-20)."""
    now = clock.now()
    columns: dict[str, Any] = {
        "disposition": after.disposition,
        "decided_at": now,
        "pathway_eligible": conclusion.pathway_eligible,
        "news_at": None,
    }
    if after.order_id:
        columns["order_id"] = _unused("order_id", ids.order_id)
        columns["valid_from"], columns["valid_to"] = conclusion.valid_from, conclusion.valid_to
        columns["treatment_until"] = conclusion.treatment_until
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
    move(order, after.status, by=by, why=why, **columns)
    end_replaced(order, by=by)
    stop_clocks(order, at=now, by=by)
    audit.record(
        AuditName.ORDER_DETERMINED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        disposition=after.disposition,
    )


def _has_onset_code(order: Order, regimen_key: str | None) -> bool:
    """Whether the member was given the onset code of this regimen before (R-312, DR-17).

    Asked at the decision: another order may have been decided while this one waited.  What was given
    with an approval that was cancelled since is void (D-39).
    """
    grants = SCodeGrant.objects.filter(
        order__member=order.member_id, regimen_key=regimen_key or "", s0353__gte=1
    )
    return grants.filter(order__disposition__in=WITH_ORDER_ID).exists()


def _unused(column: str, make: Any) -> str:
    """A fresh number that no order has or had; the unique constraint stands behind it (D-16)."""
    while True:
        number: str = make(secrets.SystemRandom())
        taken = Order.objects.filter(**{column: number}).exists()
        if not (taken or Cancellation.objects.filter(**{f"voided_{column}": number}).exists()):
            return number
