"""What review finds out after submission, and judging the case again with it (DR-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, set_line_statuses
from orders.actions._standing import (
    case_of,
    held_case,
    lines_of,
    reviewer,
    with_lines,
)
from orders.actions.determination import conclude_after_findings, conclude_case
from orders.actions.evaluation import facts_now, rule_again, store_evaluation
from orders.facts import Facts, wrong_answers
from orders.models import Evaluation, Finding, Order, PeerToPeerOffer
from orders.queries import outcomes_so_far, standing_judgement
from orders.rules import lifecycle
from orders.rules.judgement import Judgement, conclude_duplicate
from orders.rules.states import Disposition, OrderStatus

if TYPE_CHECKING:
    from portal.models import User


class NoSuchAnswer(ValueError):
    """What was to be recorded is no clinical answer, or not one of those that it may have."""


@transaction.atomic
def record_information(
    order: Order, facts: Facts, *, by: User, source: str = "phone", note: str = ""
) -> Evaluation:
    """Lay new answers over the order's facts and judge it again (R-243, DR-14).

    `facts` are by the names of `orders/facts.py`.  When they settle everything the case is authorized;
    else its reasons are those that remain.  Raises NoSuchAnswer, NotReviewable, NotHolder.
    """
    if wrong := wrong_answers(facts):
        raise NoSuchAnswer(f"not recorded: {', '.join(wrong)}")
    _check(order, by=by)
    record_finding(order, Finding.Kind.INFORMATION, facts, by=by, source=source, note=note)
    return judge_again(order, AuditName.CASE_INFORMATION_ADDED, cause="additional information", by=by)


@transaction.atomic
def clear_duplicate(order: Order, *, by: User, note: str = "") -> Evaluation:
    """The flagged orders are no repeats: the case goes on as if they were not flagged (R-191).

    Raises NotReviewable, NotHolder.
    """
    _check(order, by=by)
    cleared = facts_now(order).get("not_duplicate_of") or []
    # By tracking number, which an order keeps; the Order ID comes with its decision.
    numbers = sorted({*cleared, *(flag.reference for flag in standing_judgement(order).duplicates)})
    record_finding(
        order,
        Finding.Kind.NOT_A_DUPLICATE,
        {"not_duplicate_of": numbers},
        by=by,
        source="duplicate review",
        note=note,
    )
    return judge_again(order, AuditName.CASE_DUPLICATE_CLEARED, cause="duplicate cleared", by=by)


@transaction.atomic
def confirm_duplicate(order: Order, *, by: User, note: str) -> None:
    """Close the case as the repeat of an earlier order: Review Cancelled, nothing determined (R-190, D-13).

    Raises NotReviewable, NotHolder, RationaleMissing without a note, NotFlagged, PartlyDecided.
    """
    lock_case(order)
    lifecycle.check_in_review(case_of(order))  # before its evaluation is read: a draft has none
    judgement = standing_judgement(order)
    case = with_lines(held_case(order), judgement, outcomes_so_far(order))
    after = lifecycle.confirm_duplicate(case, reviewer(order, by), at=clock.now(), note=note)
    repeated = [flag.reference for flag in judgement.duplicates]
    record_finding(
        order, Finding.Kind.DUPLICATE, {"duplicate_of": repeated}, by=by, source="duplicate review", note=note
    )
    conclude_case(order, conclude_duplicate(judgement), after, by=by, why="confirmed duplicate")


@transaction.atomic
def offer_peer_to_peer(order: Order, *, by: User, phone: str, reached: str, outcome: str) -> PeerToPeerOffer:
    """Log one offer of a peer-to-peer talk to the ordering physician (R-246, R-249, D-08).

    `reached` is the person or "voicemail".  Raises NotReviewable, NotHolder.
    """
    lock_case(order)
    now = clock.now()
    lifecycle.offer_peer_to_peer(held_case(order), reviewer(order, by), at=now)
    offer = PeerToPeerOffer.objects.create(
        order=order,
        offered_at=now,
        offered_by=by,
        phone=phone,
        reached=reached,
        outcome=outcome,
    )
    audit.record(
        AuditName.CASE_PEER_TO_PEER_OFFERED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
    )
    return offer


def _check(order: Order, *, by: User) -> None:
    lock_case(order)
    lifecycle.check_finding(held_case(order), reviewer(order, by), at=clock.now())


def record_finding(
    order: Order,
    kind: Finding.Kind,
    facts: Facts,
    *,
    by: User,
    source: str,
    note: str = "",
    changes: dict[str, Any] | None = None,
) -> Finding:
    """Keep a finding, in the caller's transaction; nothing is judged by it yet."""
    return Finding.objects.create(
        order=order,
        kind=kind,
        facts=facts,
        changes=changes or {},
        source=source,
        note=note,
        recorded_at=clock.now(),
        recorded_by=by,
    )


def judge_again(order: Order, name: AuditName, *, cause: str, by: User) -> Evaluation:
    """Judge and store; determine the case if nothing is open any more, else put its reasons right."""
    ruling = rule_again(order)
    evaluation = store_evaluation(order, list(order.lines.all()), ruling, cause=cause, by=by)
    audit.record(name, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id))
    judgement = ruling.judgement
    if judgement.refusals or judgement.disposition is None:
        raise NoSuchAnswer(f"order {order.reference} could no longer be judged")
    decided = outcomes_so_far(order)
    settled = judgement.disposition != Disposition.IN_PROGRESS
    lines, flagged = lines_of(judgement, decided), bool(judgement.duplicates)
    after = lifecycle.judge_again(case_of(order), lines, flagged=flagged, settled=settled)
    if after.status is OrderStatus.DETERMINED:
        why = "criteria met after new findings" if settled else "nothing is left to decide"
        conclude_after_findings(order, judgement, evaluation, decided, after, by=by, why=why)
    else:
        set_line_statuses(order, {line.number: line.status for line in judgement.lines if line.withdrawn})
        _put_reasons_right(order, judgement, after.open_lines)
    return evaluation


def _put_reasons_right(order: Order, judgement: Judgement, left: set[int]) -> None:
    """The open case shows why it is still open; that it was passed on stays."""
    item = order.work_items.get(closed_at__isnull=True)
    standing = [
        reason.to_json()
        for reason in judgement.pend_reasons
        if not reason.lines or left.intersection(reason.lines)
    ]
    item.reasons = [*standing, *(reason for reason in item.reasons if reason["code"] == "ESCALATED")]
    item.save(update_fields=["reasons"])
