"""Counts of open work, for the navigation and the home pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from orders.models import Order, WorkItem
from orders.rules.states import OrderStatus

#: Counting stops here: the rail says "99+", and a big practice's page costs no more than a small one's.
MOST_COUNTED = 100


@dataclass(frozen=True)
class QueueCounts:
    """One queue at a moment; `due_at`, when its next case is due, is None while nothing waits."""

    waiting: int
    held_by_me: int
    overdue: int
    due_at: datetime | None


def draft_count(practices: Iterable[int]) -> int:
    """How many drafts wait to be finished at these practices, at most MOST_COUNTED (one query)."""
    drafts = Order.objects.filter(practice__in=list(practices), status=OrderStatus.DRAFT)
    return drafts.values("pk")[:MOST_COUNTED].count()


def queue_counts(kind: WorkItem.Kind, reviewer: int | None, *, at: datetime) -> QueueCounts:
    """What waits in one queue, and what of it this reviewer (a primary key) holds.

    One query, over open cases only.
    """
    mine = Q(
        assignments__reviewer=reviewer,
        assignments__released_at__isnull=True,
        assignments__expires_at__gt=at,
    )
    row = WorkItem.objects.filter(kind=kind, closed_at__isnull=True).aggregate(
        waiting=Count("pk", distinct=True),
        held_by_me=Count("pk", filter=mine, distinct=True),
        overdue=Count("pk", filter=Q(order__due_at__lte=at), distinct=True),
        due_at=Min("order__due_at"),
    )
    return QueueCounts(**row)
