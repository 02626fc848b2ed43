"""Orders that the contact center enters for a practice that calls, faxes or writes (R-376 to R-380)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from members.models import Practice
from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._standing import case_of, orderer
from orders.actions.calls import check_agent, wait_no_longer
from orders.actions.drafting import start_order
from orders.models import CallerRequest, Order, OrderEvent
from orders.rules import lifecycle, receipt
from orders.rules.refusals import NoOpenCall, StaleOrder, WrongReceipt
from orders.rules.states import OrderStatus

if TYPE_CHECKING:
    from portal.models import User

Channel = Order.Channel


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose request is entered: staff of the practice, and how it came.

    `account` is the caller's own account in the portal and `email` the office's address: the first of
    them gets the e-mails about the order (D-41).  `received_at` is when a fax or letter arrived.
    """

    channel: Order.Channel
    name: str
    phone: str
    email: str = ""
    account: User | None = None
    received_at: datetime | None = None


@transaction.atomic
def start_for_caller(practice: Practice, caller: Caller, *, by: User) -> Order:
    """Open a draft for a practice that calls, faxes or writes (R-376).

    Raises NotAnAgent, and WrongReceipt for a moment of receipt that cannot be.
    """
    check_agent(by)
    _check_receipt(caller)
    order = start_order(practice, by=by, why=_in_words(caller))
    _keep(order, caller, by=by)
    return order


@transaction.atomic
def take_up(order: Order, caller: Caller, *, by: User) -> None:
    """Go on with an urgent draft of a practice that calls about it (D-37).

    Raises NotAnAgent; NoOpenCall when it does not wait, or another agent has it already; StaleOrder.
    """
    check_agent(by)
    _check_receipt(caller)
    if not wait_no_longer(order, by=by):
        raise NoOpenCall(f"order {order.reference} waits for no call")
    _keep(order, caller, by=by)
    _note(order, _in_words(caller), by=by)


@transaction.atomic
def continue_in_portal(order: Order, *, by: User) -> None:
    """The office goes on itself with a draft that the contact center had taken up.

    Raises MayNotOrder, StaleOrder.
    """
    lifecycle.check_orderer(case_of(order), orderer(order, by))
    _set_channel(order, Channel.PORTAL)
    _note(order, "continued in the portal by the office", by=by)
    audit.record(
        AuditName.ORDER_CONTINUED_IN_PORTAL,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
    )


def _check_receipt(caller: Caller) -> None:
    written = caller.channel in Order.WRITTEN
    if caller.channel == Channel.PORTAL or written != (caller.received_at is not None):
        raise WrongReceipt("A fax or letter has a moment of receipt, and a call has none.")
    if caller.received_at and (wrong := receipt.fault(caller.received_at, now=clock.now())):
        raise WrongReceipt(wrong)


def _keep(order: Order, caller: Caller, *, by: User) -> None:
    """Keep who asked, and how; a draft that was taken up before keeps the last caller."""
    _set_channel(order, caller.channel)
    CallerRequest.objects.update_or_create(
        order=order,
        defaults={
            "name": caller.name,
            "phone": caller.phone,
            "email": caller.email,
            "account": caller.account,
            "received_at": caller.received_at,
            "entered_by": by,
            "entered_at": clock.now(),
        },
    )
    audit.record(
        AuditName.ORDER_ENTERED_FOR_CALLER,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        channel=caller.channel.value,
        said=_in_words(caller),
    )


def _set_channel(order: Order, channel: Order.Channel) -> None:
    """Compare-and-set: what was submitted meanwhile keeps the channel that it was submitted by."""
    drafts = Order.objects.filter(pk=order.pk, status=OrderStatus.DRAFT)
    if not drafts.update(channel=channel, updated_at=clock.now()):
        raise StaleOrder(f"order {order.reference} is no longer a draft")
    order.channel = channel


def _note(order: Order, why: str, *, by: User) -> None:
    """The draft is in other hands, and a draft still."""
    OrderEvent.objects.create(
        order=order,
        old_status=OrderStatus.DRAFT,
        new_status=OrderStatus.DRAFT,
        at=clock.now(),
        by=by,
        why=why,
    )


def _in_words(caller: Caller) -> str:
    return f"entered by the contact center for {caller.name}, by {caller.channel.label.lower()}"
