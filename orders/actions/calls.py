"""Calls that the contact center waits for or owes, and what it read to a caller (D-37, D-41, R-311)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._standing import is_agent
from orders.models import CallTask, Order, ToldItem
from orders.rules.refusals import NoOpenCall, NotAnAgent, WrongReceipt

if TYPE_CHECKING:
    from portal.models import User

Kind = CallTask.Kind


def check_agent(by: User) -> None:
    """Raise NotAnAgent unless the person is an agent of the contact center (one query)."""
    if not is_agent(by):
        raise NotAnAgent(f"{by} is no agent of the contact center")


@transaction.atomic
def wait_for_call(order: Order, *, by: User) -> None:
    """Mark a draft for the agents: it is urgent, and the plan takes urgent requests by phone (D-37).

    Safe to repeat: one draft waits once.
    """
    _open(order, Kind.URGENT_DRAFT, by=by)


@transaction.atomic
def wait_no_longer(order: Order, *, by: User) -> bool:
    """Take the mark off again: an agent has the draft, or it is urgent no longer; whether there was one."""
    return _close(order, Kind.URGENT_DRAFT, by=by)


def owe_call_back(order: Order) -> None:
    """Owe the office a call about its order, in the caller's transaction: nobody gets an e-mail (D-41)."""
    _open(order, Kind.CALL_BACK, by=None)


@transaction.atomic
def close_call_back(order: Order, *, by: User, told_to: str, told_at: datetime) -> None:
    """The office was called: `told_to` is who, `told_at` when (D-41).

    Raises NotAnAgent, NoOpenCall; WrongReceipt for a moment to come or before the call was owed.
    """
    check_agent(by)
    task = order.call_tasks.filter(kind=Kind.CALL_BACK, closed_at__isnull=True).first()
    if task is None:
        raise NoOpenCall(f"no call is owed for order {order.reference}")
    if not task.opened_at <= told_at <= clock.now():
        raise WrongReceipt("A call cannot have been made then.")
    if not _close(order, Kind.CALL_BACK, by=by, told_to=told_to, told_at=told_at):
        raise NoOpenCall(f"the call for order {order.reference} was made meanwhile")


@transaction.atomic
def record_told(order: Order, items: Collection[ToldItem.Item], *, by: User) -> None:
    """Keep that these parts of the outcome, as it is now, were read to the caller (R-311).

    What was told before keeps its moment.  Raises NotAnAgent.
    """
    check_agent(by)
    now = clock.now()
    told = set(order.told_items.filter(case_status=order.disposition).values_list("item", flat=True))
    new = [item for item in ToldItem.Item if item in items and item not in told]
    ToldItem.objects.bulk_create(
        [
            ToldItem(order=order, item=item, case_status=order.disposition, told_at=now, told_by=by)
            for item in new
        ],
        ignore_conflicts=True,  # two agents at once: told is told
    )
    if new:
        audit.record(
            AuditName.CALLER_TOLD,
            actor=by,
            subject=f"order:{order.reference}",
            practice=str(order.practice_id),
            items=[item.value for item in new],
        )


def _open(order: Order, kind: CallTask.Kind, *, by: User | None) -> None:
    _, is_new = CallTask.objects.get_or_create(
        order=order, kind=kind, closed_at=None, defaults={"opened_at": clock.now()}
    )
    if is_new:
        audit.record(
            AuditName.CALL_ASKED_FOR,
            actor=by,
            subject=f"order:{order.reference}",
            practice=str(order.practice_id),
            kind=kind.value,
        )


def _close(order: Order, kind: CallTask.Kind, *, by: User, **columns: object) -> bool:
    # Compare-and-set: of two who close it at once, one finds it closed.
    open_tasks = CallTask.objects.filter(order=order, kind=kind, closed_at__isnull=True)
    if not open_tasks.update(closed_at=clock.now(), closed_by=by, **columns):
        return False
    audit.record(
        AuditName.CALL_CLOSED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        kind=kind.value,
    )
    return True
