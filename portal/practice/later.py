"""What the practice can still do with a submitted order, for its page (R-095, R-101, R-102, D-39, D-40)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orders.actions.withdrawal import has_started
from orders.models import Cancellation
from orders.rules.lifecycle import CHANGEABLE
from orders.rules.states import PENDING, WITH_ORDER_ID, Disposition, OrderStatus
from portal.summaries.additions import Addition, additions_of
from portal.summaries.content import Audience, Summary


@dataclass(frozen=True)
class Offer:
    """One thing that can be done: the page's URL name, its link's words and icon, and what it is for."""

    route: str
    link: str
    icon: str
    text: str


@dataclass(frozen=True)
class Later:
    """What can be done, what was added so far, and what became void."""

    offers: tuple[Offer, ...]
    additions: tuple[Addition, ...]
    cancellation: Cancellation | None


def later_of(summary: Summary, *, agent: bool = False) -> Later | None:
    """For the office that ordered, or the agent whom it called; None for others and for drafts.

    One query, one more for a cancelled order.
    """
    order = summary.order
    if summary.audience is not Audience.ORDERING or summary.judgement is None:
        return None
    taken_back = order.disposition == Disposition.VOLUNTARILY_CANCELLED
    return Later(
        tuple(_offers(summary, agent=agent)),
        additions_of(order),
        getattr(order, "cancellation", None) if taken_back else None,
    )


def _offers(summary: Summary, *, agent: bool) -> Iterator[Offer]:
    order = summary.order
    if OrderStatus(order.status) in PENDING:
        yield Offer("order_information", "Add information", "edit", "answers, phone, urgency, a note")
        yield Offer("order_documents", "Add a document", "attach_file", "a report or chart notes")
        if summary.radiation:
            yield Offer("order_withdraw", "Withdraw the order", "cancel", "the review ends")
        else:
            yield Offer("order_withdraw", "Withdraw a drug or the order", "cancel", "the rest goes on")
        return
    if order.disposition in CHANGEABLE:
        yield Offer(
            "order_contact", "Change servicing site or phone", "edit", "anything else needs a new order"
        )
    if order.disposition in WITH_ORDER_ID and (agent or not has_started(order)):
        yield Offer("order_cancel", "Cancel this order", "cancel", "until the day before treatment starts")
