"""The orders that an order may repeat, follows, or names in its note, for the people who may open them.

R-091, R-193, R-300, R-382: a number leads to the order in one click; to whoever may not see that order it
stays a number, as one that is nobody's does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from orders.models import Order
from orders.rules import ids
from orders.rules.following import FollowOn
from portal import access
from portal.summaries.content import Audience, Summary

#: A number of ours within a text, with the spaces and hyphens that people write into it.
_NUMBER = re.compile(r"\bT?\d(?:[\s-]?\d){8}\b", re.IGNORECASE)

#: What an order is to the one that it follows.
IS: Mapping[str, str] = {
    FollowOn.CONTINUATION: "Continues",
    FollowOn.CHANGE: "Replaces",
    FollowOn.SUPPORTIVE: "Supportive drugs beside",
    FollowOn.CITED: "Cites",
}
#: What a later order is to the one whose page is shown.
LATER: Mapping[str, str] = {
    FollowOn.CONTINUATION: "Continued by",
    FollowOn.CHANGE: "Changed by",
    FollowOn.SUPPORTIVE: "Supportive drugs in",
    FollowOn.CITED: "Cited by",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a note; `order` is the order that its number leads to."""

    text: str
    order: Order | None = None


@dataclass(frozen=True)
class Related:
    """The orders around one order, as far as the person may open them."""

    repeated: tuple[Order, ...] = ()
    #: What each is to the order on the page, and the order.
    links: tuple[tuple[str, Order], ...] = ()
    note: tuple[Piece, ...] = ()
    #: The one that replaced it, if any.
    replaced_by: Order | None = None


def related_orders(request: HttpRequest, summary: Summary) -> Related:
    """What leads from this order to others of the same member (one query, and one event of the audit)."""
    order = summary.order
    if order.submitted_at is None or order.member_id is None:
        return Related()
    flags = summary.judgement.duplicates if summary.judgement and summary.pending else ()
    flagged = {flag.order_id for flag in flags}
    # It was written for the reviewers; whoever gives the treatment has no part in it.
    told = summary.audience is not Audience.SERVICING
    note = str((order.snapshot.answers.get("review") or {}).get("notes") or "") if told else ""
    numbers = flagged | {ids.clean(found) for found in _NUMBER.findall(note)}
    known = Q(order_id__in=numbers) | Q(reference__in=numbers) | Q(follows=order) | Q(pk=order.follows_id)
    mine = access.orders_of(request).filter(member=order.member_id, submitted_at__isnull=False)
    if access.acts_for_callers(request):
        # A caller hears no more than he would see (D-63).
        mine = mine.filter(practice=order.practice_id)
    found = list(mine.filter(known).exclude(pk=order.pk).order_by("submitted_at"))
    access.record_list(request, found, what="related orders", why="orders linked with this one")
    by_number = {number: other for other in found for number in (other.order_id, other.reference) if number}
    later = [other for other in found if other.follows_id == order.pk and other.follows_as in LATER]
    links = [(LATER[other.follows_as], other) for other in later]
    earlier = next((other for other in found if other.pk == order.follows_id), None)
    if earlier is not None and order.follows_as in IS:
        links.insert(0, (IS[order.follows_as], earlier))
    return Related(
        repeated=tuple(other for other in found if flagged & {other.order_id, other.reference}),
        links=tuple(links),
        note=tuple(_pieces(note, by_number)),
        replaced_by=_replacing(order, later),
    )


def _replacing(order: Order, later: Iterable[Order]) -> Order | None:
    """The order for which this one ended (DR-11)."""
    if order.ended_on is None:
        return None
    starts = [
        (other.start_on, other.pk, other)
        for other in later
        if other.order_id and other.start_on and other.start_on > order.ended_on
    ]
    return min(starts)[2] if starts else None


def _pieces(note: str, by_number: Mapping[str, Order]) -> Iterable[Piece]:
    """The note, with the numbers of orders that may be opened apart."""
    at = 0
    for found in _NUMBER.finditer(note):
        other = by_number.get(ids.clean(found.group()))
        if other is not None:
            yield Piece(note[at : found.start()])
            yield Piece(found.group(), other)
            at = found.end()
    if note[at:]:
        yield Piece(note[at:])
