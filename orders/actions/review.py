"""Opening a case for reviewers, taking and releasing it, and moving it up to a physician."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, move
from orders.actions._standing import STATUS, case_of, held_case, hold_of, reviewer
from orders.models import Order, ReviewAssignment, WorkItem
from orders.rules import lifecycle
from orders.rules.cases import Person
from orders.rules.refusals import AlreadyTaken, NotOpen
from orders.rules.reviewing import Reviewer

if TYPE_CHECKING:
    from portal.models import User


def open_case(order: Order, kind: WorkItem.Kind, reasons: list[dict[str, object]]) -> WorkItem:
    """Put an order into a queue, in the caller's transaction (R-203, R-232)."""
    return WorkItem.objects.create(order=order, kind=kind, reasons=reasons, opened_at=clock.now())


@transaction.atomic
def take_case(order: Order, *, by: User) -> ReviewAssignment:
    """Give the case to one reviewer for the program's lease; whoever has it keeps it (R-235, D-62).

    Raises what `lifecycle.take` raises.  The unique constraint on open assignments decides a race of
    two reviewers; the lock one with a decision, which would leave a hold on a case that has ended.
    """
    lock_case(order)
    now = clock.now()
    item = order.work_items.filter(closed_at__isnull=True).first()
    if item is None:
        raise NotOpen(f"order {order.reference} has no open case")
    held = item.assignments.select_related("reviewer").filter(released_at__isnull=True).first()
    case = case_of(order)._replace(status=STATUS[Reviewer(item.kind)], hold=hold_of(held))
    until = now + _lease(order)
    lifecycle.take(case, reviewer(order, by), at=now, until=until)
    if held is not None and held.expires_at > now:
        held.expires_at = until
        held.save(update_fields=["expires_at"])
        return held
    item.assignments.filter(released_at__isnull=True, expires_at__lte=now).update(released_at=now)
    try:
        with transaction.atomic():
            assignment = item.assignments.create(reviewer=by, taken_at=now, expires_at=until)
    except IntegrityError:
        raise AlreadyTaken(None) from None
    audit.record(
        AuditName.CASE_TAKEN, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id)
    )
    return assignment


def _lease(order: Order) -> timedelta:
    assert order.terms is not None
    return timedelta(minutes=order.terms.review_lease_minutes)


@transaction.atomic
def release_case(order: Order, *, by: User) -> None:
    """Give the case back to the queue.  Raises NotHolder."""
    lifecycle.release(held_case(order), Person(by))
    ReviewAssignment.objects.filter(
        work_item__order=order, work_item__closed_at__isnull=True, reviewer=by, released_at__isnull=True
    ).update(released_at=clock.now())
    audit.record(
        AuditName.CASE_RELEASED, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id)
    )


def close_case(order: Order, *, why: str) -> None:
    """Close the order's open case and whoever's hold on it, in the caller's transaction."""
    now = clock.now()
    ReviewAssignment.objects.filter(work_item__order=order, released_at__isnull=True).update(released_at=now)
    order.work_items.filter(closed_at__isnull=True).update(closed_at=now, closed_why=why)


@transaction.atomic
def escalate_to_physician(order: Order, *, by: User | None, why: str) -> None:
    """Move a case from the nurse queue to the physician queue with its reason (R-234, D-07).

    `by` is the nurse who holds the case, or None when its clock does it.  Raises what
    `lifecycle.escalate` raises.
    """
    lock_case(order)
    case, person = (held_case(order), reviewer(order, by)) if by else (case_of(order), None)
    after = lifecycle.escalate(case, person, at=clock.now())
    item = order.work_items.get(closed_at__isnull=True)
    move(order, after.status, by=by, why=why[:200])
    close_case(order, why="escalated")
    open_case(
        order, WorkItem.Kind.PHYSICIAN, [*item.reasons, {"code": "ESCALATED", "sentence": why, "lines": []}]
    )
    audit.record(
        AuditName.CASE_ESCALATED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
    )
