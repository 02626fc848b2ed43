"""Telling the office that the status of its order has changed: by e-mail, or else by a call (R-271, D-41)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notifications import outbox
from notifications.names import MessageName
from orders.actions.calls import owe_call_back
from orders.models import CallerRequest, Order

if TYPE_CHECKING:
    from portal.models import User


@dataclass(frozen=True)
class Recipient:
    """Who gets the e-mail, and which: `user` is null for an office's address without an account."""

    message: MessageName
    name: str
    address: str
    user: int | None = None


def recipient_of(order: Order) -> Recipient | None:
    """Who gets the e-mails about an order; None when nobody does (R-271, PD-38, D-41).

    - An order entered in the portal: the person who first entered it.
    - One that the contact center entered: the caller's account, else the office's address, else the
      person of the office who had begun it.
    """
    assert order.terms is not None
    if not order.terms.status_email:
        return None
    if not order.by_contact_center:
        return _account(order.created_by)
    asked: CallerRequest = order.caller_request
    if asked.account is not None and (found := _account(asked.account)):
        return found
    if asked.email:
        return Recipient(MessageName.CASE_STATUS_CHANGED_FOR_OFFICE, asked.name, asked.email)
    began_it = order.created_by_id != asked.entered_by_id
    return _account(order.created_by) if began_it else None


def _account(person: User) -> Recipient | None:
    if not (person.is_active and person.email):
        return None
    return Recipient(MessageName.CASE_STATUS_CHANGED, str(person), person.email, person.pk)


def tell_office(order: Order) -> None:
    """Owe the office one e-mail without patient data, or a call, in the caller's transaction (D-41, D-42)."""
    found = recipient_of(order)
    if found is None:
        if order.by_contact_center:
            owe_call_back(order)
        return
    event = order.events.latest("id")
    to = f"user {found.user}" if found.user else "office"
    outbox.enqueue(
        found.message,
        key=f"{found.message}:{order.reference}:event {event.pk}:{to}",
        user=found.user,
        address=found.address,
        reference=order.reference,
        plan=order.plan_name,
        path=f"/orders/{order.reference}/",
    )
