"""Opening a case for reviewers, taking and releasing it, and moving it up to a physician."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case, move
from orders.models import Order, ReviewAssignment, WorkItem
from orders.rules.states import OrderStatus

if TYPE_CHECKING:
    from portal.models import User


class AlreadyTaken(Exception):
    """Another reviewer holds the case; `holder` is who."""

    def __init__(self, holder: User | None) -> None:
        super().__init__(f"This case is held by {holder or 'another reviewer'}.")
        self.holder = holder


class NotOpen(Exception):
    """The case is not open for review (any more)."""


class NotHolder(Exception):
    """The action needs the case taken by the person who acts."""


#: Which staff roles may work on a case (R-234, R-245); what a nurse may do, a physician may too.
REVIEWERS = {
    WorkItem.Kind.NURSE: ("nurse", "physician_reviewer"),
    WorkItem.Kind.PHYSICIAN: ("physician_reviewer",),
}


class NotAReviewer(PermissionError):
    """The person has no role that may work on this kind of case."""


class OwnOrder(NotAReviewer):
    """Whoever entered or submitted an order does not decide it."""


def check_reviewer(by: User, kind: str) -> None:
    """Raise NotAReviewer unless `by` may work on cases of this kind."""
    if not by.staff_roles.filter(kind__in=REVIEWERS[WorkItem.Kind(kind)]).exists():
        raise NotAReviewer(f"{by.get_username()} may not work on a {kind} case")


def open_case(order: Order, kind: WorkItem.Kind, reasons: list[dict[str, object]]) -> WorkItem:
    """Put an order into a queue, in the caller's transaction (R-203, R-232)."""
    return WorkItem.objects.create(order=order, kind=kind, reasons=reasons, opened_at=clock.now())


@transaction.atomic
def take_case(order: Order, *, by: User) -> ReviewAssignment:
    """Give the case to one reviewer for the program's lease; whoever has it keeps it (R-235, D-62).

    Raises NotOpen, AlreadyTaken, NotAReviewer.  The unique constraint on open assignments decides a race.
    """
    now = clock.now()
    item = order.work_items.filter(closed_at__isnull=True).first()
    if item is None:
        raise NotOpen(f"order {order.reference} has no open case")
    check_reviewer(by, item.kind)
    if by.pk in (order.created_by_id, order.submitted_by_id):
        raise OwnOrder(f"{by.get_username()} entered order {order.reference}")
    item.assignments.filter(released_at__isnull=True, expires_at__lte=now).update(released_at=now)
    held = item.assignments.select_related("reviewer").filter(released_at__isnull=True).first()
    if held is not None and held.reviewer_id == by.pk:
        held.expires_at = now + _lease(order)
        held.save(update_fields=["expires_at"])
        return held
    if held is not None:
        raise AlreadyTaken(held.reviewer)
    try:
        with transaction.atomic():
            assignment = item.assignments.create(reviewer=by, taken_at=now, expires_at=now + _lease(order))
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
    released = ReviewAssignment.objects.filter(
        work_item__order=order, work_item__closed_at__isnull=True, reviewer=by, released_at__isnull=True
    ).update(released_at=clock.now())
    if not released:
        raise NotHolder("You do not hold this case any more.")
    audit.record(
        AuditName.CASE_RELEASED, actor=by, subject=f"order:{order.reference}", practice=str(order.practice_id)
    )


def check_holder(order: Order, *, by: User, now: datetime) -> None:
    """Raise NotHolder unless `by` holds the open case in time, NotAReviewer if his role is gone since."""
    held = (
        ReviewAssignment.objects.select_related("work_item")
        .filter(
            work_item__order=order,
            work_item__closed_at__isnull=True,
            reviewer=by,
            released_at__isnull=True,
            expires_at__gt=now,
        )
        .first()
    )
    if held is None:
        raise NotHolder("Take the case first: you do not hold it, or your hold has run out.")
    check_reviewer(by, held.work_item.kind)


def close_case(order: Order, *, why: str) -> None:
    """Close the order's open case and whoever's hold on it, in the caller's transaction."""
    now = clock.now()
    ReviewAssignment.objects.filter(work_item__order=order, released_at__isnull=True).update(released_at=now)
    order.work_items.filter(closed_at__isnull=True).update(closed_at=now, closed_why=why)


@transaction.atomic
def escalate_to_physician(order: Order, *, by: User | None, why: str) -> None:
    """Move a case from the nurse queue to the physician queue with its reason (R-234, D-07).

    `by` is the nurse who holds the case, or None when its clock does it.
    """
    lock_case(order)
    if by is not None:
        check_holder(order, by=by, now=clock.now())
    item = order.work_items.filter(closed_at__isnull=True, kind=WorkItem.Kind.NURSE).first()
    if item is None:
        raise NotOpen(f"order {order.reference} is not in nurse review")
    move(order, OrderStatus.PHYSICIAN_REVIEW, by=by, why=why[:200])
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
