"""What review finds out after submission, and judging the case again with it (DR-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, set_line_statuses
from orders.actions.determination import (
    NotReviewable,
    RationaleMissing,
    conclude_after_findings,
    conclude_case,
    open_lines,
    outcomes_so_far,
    standing_judgement,
)
from orders.actions.evaluation import facts_now, rule_again, store_evaluation
from orders.actions.review import check_holder
from orders.actions.submission import check_orderer
from orders.facts import Facts, wrong_answers
from orders.models import Evaluation, Finding, Order, PeerToPeerOffer
from orders.rules.judgement import Judgement, conclude, conclude_duplicate
from orders.rules.states import PENDING, Disposition

if TYPE_CHECKING:
    from portal.models import User


class NotFlagged(Exception):
    """The rules found no earlier order that this one may repeat."""


class NothingToWithdraw(Exception):
    """The order has no such drug line, or it was withdrawn or decided before."""


class PartlyDecided(Exception):
    """A drug of the case is decided, so that the case as a whole cannot be a mere repeat."""


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
    _record(order, Finding.Kind.INFORMATION, facts, by=by, source=source, note=note)
    return _judge_again(order, AuditName.CASE_INFORMATION_ADDED, cause="additional information", by=by)


@transaction.atomic
def clear_duplicate(order: Order, *, by: User, note: str = "") -> Evaluation:
    """The flagged orders are no repeats: the case goes on as if they were not flagged (R-191).

    Raises NotReviewable, NotHolder.
    """
    _check(order, by=by)
    cleared = facts_now(order).get("not_duplicate_of") or []
    # By tracking number, which an order keeps; the Order ID comes with its decision.
    numbers = sorted({*cleared, *(flag.reference for flag in standing_judgement(order).duplicates)})
    _record(
        order,
        Finding.Kind.NOT_A_DUPLICATE,
        {"not_duplicate_of": numbers},
        by=by,
        source="duplicate review",
        note=note,
    )
    return _judge_again(order, AuditName.CASE_DUPLICATE_CLEARED, cause="duplicate cleared", by=by)


@transaction.atomic
def confirm_duplicate(order: Order, *, by: User, note: str) -> None:
    """Close the case as the repeat of an earlier order: Review Cancelled, nothing determined (R-190, D-13).

    Raises NotReviewable, NotHolder, RationaleMissing without a note, NotFlagged, PartlyDecided.
    """
    _check(order, by=by)
    if not note.strip():
        raise RationaleMissing("Say how the two orders were compared.")
    judgement = standing_judgement(order)
    if not judgement.duplicates:
        raise NotFlagged(f"order {order.reference} is not flagged as a duplicate")
    if outcomes_so_far(order):
        raise PartlyDecided(f"a drug of order {order.reference} is decided")
    repeated = [flag.reference for flag in judgement.duplicates]
    _record(
        order, Finding.Kind.DUPLICATE, {"duplicate_of": repeated}, by=by, source="duplicate review", note=note
    )
    conclude_case(order, conclude_duplicate(judgement), by=by, why="confirmed duplicate")


@transaction.atomic
def withdraw_drug(order: Order, number: int, *, by: User, note: str = "") -> Evaluation:
    """Take a drug line out of a case that waits: Voluntarily Cancelled (R-226, DR-14, D-67).

    The order is judged again without it.  Raises MayNotOrder, NotReviewable, NothingToWithdraw.
    """
    check_orderer(by, order)
    lock_case(order)
    if order.status not in PENDING:
        raise NotReviewable(f"order {order.reference} is not in review")
    withdrawn = facts_now(order).get("withdrawn_lines") or []
    left = order.lines.filter(number=number, determinations=None)
    if number in withdrawn or not left.exists():
        raise NothingToWithdraw(f"order {order.reference} has no line {number} to withdraw")
    changed = {"withdrawn_lines": sorted([*withdrawn, number])}
    _record(order, Finding.Kind.DRUG_WITHDRAWN, changed, by=by, source="practice", note=note)
    return _judge_again(order, AuditName.CASE_DRUG_WITHDRAWN, cause="drug withdrawn", by=by)


@transaction.atomic
def offer_peer_to_peer(order: Order, *, by: User, phone: str, reached: str, outcome: str) -> PeerToPeerOffer:
    """Log one offer of a peer-to-peer talk to the ordering physician (R-246, R-249, D-08).

    `reached` is the person or "voicemail".  Raises NotReviewable, NotHolder.
    """
    _check(order, by=by)
    offer = PeerToPeerOffer.objects.create(
        order=order,
        offered_at=clock.now(),
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
    if order.status not in PENDING:
        raise NotReviewable(f"order {order.reference} is not in review")
    check_holder(order, by=by, now=clock.now())


def _record(order: Order, kind: Finding.Kind, facts: Facts, *, by: User, source: str, note: str) -> None:
    Finding.objects.create(
        order=order,
        kind=kind,
        facts=facts,
        source=source,
        note=note,
        recorded_at=clock.now(),
        recorded_by=by,
    )


def _judge_again(order: Order, name: AuditName, *, cause: str, by: User) -> Evaluation:
    """Judge and store; determine the case if nothing is open any more, else put its reasons right."""
    ruling = rule_again(order)
    evaluation = store_evaluation(order, list(order.lines.all()), ruling, cause=cause, by=by)
    audit.record(name, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id))
    judgement = ruling.judgement
    if judgement.refusals or judgement.disposition is None:
        raise NoSuchAnswer(f"order {order.reference} could no longer be judged")
    left, decided = open_lines(order, judgement), outcomes_so_far(order)
    if judgement.disposition != Disposition.IN_PROGRESS:
        conclude_after_findings(order, judgement, evaluation, by=by)
    elif decided and not left:
        # Whoever decided the others has settled what only a reviewer settles.
        conclude_case(order, conclude(judgement, decided), by=by, why="nothing is left to decide")
    else:
        set_line_statuses(order, {line.number: line.status for line in judgement.lines if line.withdrawn})
        _put_reasons_right(order, judgement, left)
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
