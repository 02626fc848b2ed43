"""The earlier order that an order follows: how it is found by its number, and how the rules are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from orders.models import Order
from orders.rules import following
from orders.rules.following import Cites, Earlier, FollowOn
from orders.rules.states import Disposition


def numbered(number: str) -> Q:
    """Orders with this Order ID or tracking number; people cite either (R-300)."""
    return Q(order_id=number) | Q(reference=number)


def earlier_of(order: Order, *, regimen: bool = True) -> Earlier:
    """A submitted order as the rules of following read it.  No query."""
    assert order.planned_end_on is not None
    return Earlier(
        disposition=Disposition(order.disposition) if order.disposition else None,
        planned_end_on=order.planned_end_on,
        treatment_until=order.treatment_until,
        ended_on=order.ended_on,
        medical=order.solution == Order.Solution.MEDICAL_ONCOLOGY,
        regimen=regimen,
    )


def followed(order: Order) -> Order | None:
    """The order that a draft was begun from, as long as it is about the same member and practice.

    A draft may be given another member, or be made an order of the other solution: then it follows nothing.
    No query, where the earlier order was read with the draft.
    """
    earlier = order.follows
    if earlier is None or (order.member_id, order.practice_id) != (earlier.member_id, earlier.practice_id):
        return None
    return earlier if order.follows_as == FollowOn.ANOTHER or order.solution == earlier.solution else None


def named_by(order: Order, member: Mapping[str, Any] | None) -> Cites:
    """The earlier order as a draft that follows it names it; `member` are the answers of the member step.

    One query, unless the earlier order was read with the draft.
    """
    earlier = followed(order)
    if earlier is None:
        return Cites()
    start_on = (member or {}).get("start_on")
    return following.cites(
        FollowOn(order.follows_as),
        earlier.number,
        earlier_of(earlier),
        start_on=date.fromisoformat(start_on) if start_on else None,
    )


def cited_order(order: Order, facts: Mapping[str, Any]) -> tuple[Order | None, str]:
    """The order that a request follows, and as what: the one it was copied from, or whose number was typed.

    Only orders of the same member and practice are found.  One query, where a number was typed.
    """
    follows = followed(order)
    own = (follows, order.follows_as) if follows else (None, "")
    number = facts.get("replaces_order") or facts.get("references_order")
    if not number or (follows is not None and order.follows_as != FollowOn.ANOTHER):
        return own
    mine = Order.objects.filter(member=order.member_id, practice=order.practice_id).exclude(pk=order.pk)
    earlier = mine.filter(numbered(number)).first()
    if earlier is None:
        return own
    if facts.get("replaces_order"):
        return earlier, FollowOn.CHANGE
    return earlier, FollowOn.SUPPORTIVE if facts.get("supportive_only") else FollowOn.CITED
