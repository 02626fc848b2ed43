"""The one place where the status of an order, or of a drug line, changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from members.models import Member
from notifications import audit, clock
from notifications.names import AuditName
from orders.models import DrugLine, Order, OrderEvent
from orders.rules import states
from orders.rules.refusals import StaleOrder
from orders.rules.states import Disposition, DrugStatus, OrderStatus

if TYPE_CHECKING:
    from portal.models import User


@transaction.atomic
def move(order: Order, to: OrderStatus, *, by: User | None, why: str = "", **changes: Any) -> OrderEvent:
    """Change an order's status, and with it the columns in `changes`.  Nothing else does (R-219).

    History and audit entry are written in the same transaction, so they cannot disagree with the
    status.  `by` is None when the rules or a clock act.  Raises IllegalTransition, StaleOrder.
    """
    old = OrderStatus(order.status)
    states.check_transition(order.reference, old, to)
    if old is to:
        after = Disposition(changes["disposition"])
        states.check_revision(order.reference, Disposition(order.disposition), after)
    now = clock.now()
    # Compare-and-set: the update finds no row if a status changed since we read it.
    as_read = Order.objects.filter(pk=order.pk, status=old, disposition=order.disposition)
    if not as_read.update(status=to, updated_at=now, **changes):
        raise StaleOrder(f"order {order.reference} is no longer {old}; reload and try again")
    for name, value in {"status": to, "updated_at": now, **changes}.items():
        setattr(order, name, value)
    event = OrderEvent.objects.create(
        order=order,
        old_status=old,
        new_status=to,
        disposition=order.disposition,
        at=now,
        by=by,
        why=why,
    )
    audit.record(
        AuditName.ORDER_MOVED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        old=old.value,
        new=to.value,
        disposition=order.disposition,
    )
    return event


def one_at_a_time(order: Order) -> None:
    """Let one transaction at a time judge or decide orders of this member (DR-11, DR-17).

    Whether an order repeats another, and who gets the onset code, depends on the member's other
    orders: two at once must not both find none.  Writing the member's row holds it until the commit,
    on PostgreSQL and on SQLite alike.
    """
    if order.member_id is not None:
        Member.objects.filter(pk=order.member_id).update(name_key=F("name_key"))


def lock_case(order: Order) -> None:
    """Let nobody else judge or decide this case until the commit, and read it as it stands now.

    Whatever was checked before this on an older reading may be wrong: check after it.
    """
    one_at_a_time(order)
    order.refresh_from_db()


def set_line_statuses(order: Order, statuses: Mapping[int, DrugStatus]) -> None:
    """Write the status of each drug line by its number, in the caller's transaction (R-220 to R-229)."""
    for number, status in statuses.items():
        DrugLine.objects.filter(order=order, number=number).update(status=status)
