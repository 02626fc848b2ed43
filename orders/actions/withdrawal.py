"""What the practice takes back: a drug or the whole case in review, or an approval before its start date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, move, set_line_statuses
from orders.actions._standing import case_of, changer, source_of, with_lines
from orders.actions.determination import conclude_after_findings
from orders.actions.evaluation import facts_now, rule_again, store_evaluation
from orders.actions.findings import judge_again, record_finding
from orders.actions.following import restore_replaced
from orders.actions.news import tell_reviewers
from orders.actions.telling import tell_office
from orders.models import Cancellation, Evaluation, Finding, Order
from orders.queries import outcomes_so_far, standing_judgement
from orders.rules import lifecycle
from orders.rules.states import DrugStatus, OrderStatus

if TYPE_CHECKING:
    from portal.models import User


def withdraw_drug(order: Order, number: int, *, by: User, note: str = "") -> Evaluation:
    """Take one drug line out of a case that waits; see `withdraw_lines`."""
    return withdraw_lines(order, [number], by=by, note=note)


@transaction.atomic
def withdraw_lines(order: Order, numbers: Iterable[int], *, by: User, note: str = "") -> Evaluation:
    """Take drug lines out of a case that waits: Voluntarily Cancelled (R-101, R-226, DR-14, D-67).

    The order is judged again without them, and the rest goes on.  Raises MayNotOrder, NotReviewable,
    NothingToWithdraw.
    """
    person, taken = changer(order, by), sorted(set(numbers))
    lifecycle.check_orderer(case_of(order), person)
    lock_case(order)
    lifecycle.check_in_review(case_of(order))  # before its evaluation is read: a draft has none
    case = with_lines(case_of(order), standing_judgement(order), outcomes_so_far(order))
    for number in taken:
        lifecycle.check_withdrawal(case, person, number)
    withdrawn = facts_now(order).get("withdrawn_lines") or []
    changed = {"withdrawn_lines": sorted({*withdrawn, *taken})}
    record_finding(order, Finding.Kind.DRUG_WITHDRAWN, changed, by=by, source=source_of(person), note=note)
    tell_reviewers(order)
    return judge_again(order, AuditName.CASE_DRUG_WITHDRAWN, cause="drug withdrawn", by=by)


@transaction.atomic
def withdraw_case(order: Order, *, by: User, reason: str) -> None:
    """Take a whole case back that waits: every drug, and the case, Voluntarily Cancelled (R-101, R-226, T1).

    Raises MayNotOrder, NotReviewable, ReasonMissing, PartlyDecided.
    """
    person = changer(order, by)
    lifecycle.check_orderer(case_of(order), person)
    lock_case(order)
    lifecycle.check_in_review(case_of(order))  # before its evaluation is read: a draft has none
    case = with_lines(case_of(order), standing_judgement(order), outcomes_so_far(order))
    after = lifecycle.withdraw(case, person, reason=reason)
    changed = {"withdrawn_lines": sorted(case.lines)}
    record_finding(order, Finding.Kind.CASE_WITHDRAWN, changed, by=by, source=source_of(person), note=reason)
    ruling = rule_again(order)
    evaluation = store_evaluation(order, list(order.lines.all()), ruling, cause="order withdrawn", by=by)
    _record_audit(AuditName.CASE_WITHDRAWN, order, by=by)
    conclude_after_findings(
        order, ruling.judgement, evaluation, (), after, by=by, why="withdrawn by the practice"
    )


@transaction.atomic
def cancel_order(order: Order, *, by: User, reason: str) -> Cancellation:
    """Give an approval back: Voluntarily Cancelled, no Order ID, S-codes void (D-39).

    The practice does so before its start date, which is a day of the plan's calendar; from then on an
    agent whom it calls.  What the order had is kept in its Cancellation, and the determinations stay on
    record.  Raises MayNotOrder, NotCancellable, TreatmentStarted, ReasonMissing.
    """
    person = changer(order, by)
    lifecycle.check_orderer(case_of(order), person)
    lock_case(order)
    after = lifecycle.cancel(case_of(order), person, started=has_started(order), reason=reason)
    assert order.order_id is not None
    assert order.valid_from is not None
    assert order.valid_to is not None
    cancelled = Cancellation.objects.create(
        order=order,
        disposition=order.disposition,
        voided_order_id=order.order_id,
        voided_pathway_eligible_id=order.pathway_eligible_id or "",
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        voided_s0353=order.scode_grant.s0353,
        voided_s0354=order.scode_grant.s0354,
        reason=reason,
        cancelled_at=clock.now(),
        cancelled_by=by,
    )
    numbers = order.lines.values_list("number", flat=True)
    set_line_statuses(order, dict.fromkeys(numbers, DrugStatus.VOLUNTARILY_CANCELLED))
    move(
        order,
        OrderStatus(after.status),
        by=by,
        why="cancelled by the practice" if not person.agent else "cancelled for the practice, which called",
        disposition=after.disposition,
        order_id=None,
        pathway_eligible=False,
        pathway_eligible_id=None,
        valid_from=None,
        valid_to=None,
        treatment_until=None,
        ended_on=None,
    )
    restore_replaced(order, by=by)
    _record_audit(AuditName.ORDER_CANCELLED, order, by=by)
    tell_office(order)
    return cancelled


def has_started(order: Order) -> bool:
    """Whether the start date of a submitted order has come, by the plan's calendar."""
    if order.terms is None or order.start_on is None:
        return False
    return clock.now().astimezone(ZoneInfo(order.terms.time_zone)).date() >= order.start_on


def _record_audit(name: AuditName, order: Order, *, by: User) -> None:
    audit.record(name, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id))
