"""The orders that an order may repeat, for the people who may open them (R-193)."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest

from orders.models import Order
from portal import access
from portal.summaries.content import Summary


def earlier_orders(request: HttpRequest, summary: Summary) -> list[Order]:
    """What the duplicate notice of a pending order leads to; without a notice there is no query."""
    flags = summary.judgement.duplicates if summary.judgement and summary.pending else ()
    numbers = [flag.order_id for flag in flags]
    if not numbers:
        return []
    found = list(access.orders_of(request).filter(Q(order_id__in=numbers) | Q(reference__in=numbers)))
    access.record_list(request, found, what="earlier orders", why="duplicate notice")
    return found
