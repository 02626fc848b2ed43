"""Reads of the review queues: what waits, in which order, and who holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from orders.models import Order, ReviewAssignment, WorkItem
from orders.rules.states import OrderStatus

#: Where a case of each kind waits.
STATUS_OF_KIND = {
    WorkItem.Kind.NURSE: OrderStatus.NURSE_REVIEW,
    WorkItem.Kind.PHYSICIAN: OrderStatus.PHYSICIAN_REVIEW,
}
#: Due time, then urgency ("expedited" comes before "standard"), then age (R-233).
BY_DUE = ("due_at", "urgency", "pk")


@dataclass(frozen=True)
class Filters:
    """What of the queues is shown; an empty value filters nothing."""

    program: str = ""
    tumor: str = ""
    reason: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One case as the queue lists it; `holder` is who has it now, None when it is free."""

    order: Order
    item: WorkItem
    holder: Any

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why the case is open: pend reasons as the rules gave them (R-232)."""
        return list(self.item.reasons)


def cases_in(
    kinds: Iterable[WorkItem.Kind],
    *,
    at: datetime,
    filters: Filters | None = None,
    after: tuple[datetime, str, int] | None = None,
    limit: int = 50,
) -> list[QueueRow]:
    """Cases of these queues by due time, one page by key (index order_open_by_due; three queries).

    `after` is the (due_at, urgency, pk) of the last row shown; holds that ran out by `at` do not count.
    """
    orders = _waiting(kinds, filters or Filters())
    if after:
        due, urgency, pk = after
        orders = orders.filter(
            Q(due_at__gt=due) | Q(due_at=due, urgency__gt=urgency) | Q(due_at=due, urgency=urgency, pk__gt=pk)
        )
    shown = _with_holders(orders, at=at).order_by(*BY_DUE)[:limit]
    # A case that was decided between two of the queries has no open item any more.
    return [_row(order, item) for order in shown for item in order.open_items]  # type: ignore[attr-defined]


def next_free_case(
    kinds: Iterable[WorkItem.Kind], *, at: datetime, reviewer: int | None = None
) -> Order | None:
    """The case that is due next among those nobody holds and the reviewer did not enter (one query)."""
    held = ReviewAssignment.objects.filter(released_at__isnull=True, expires_at__gt=at)
    free = _waiting(kinds, Filters()).exclude(
        work_items__in=WorkItem.objects.filter(closed_at__isnull=True, assignments__in=held)
    )
    free = free.exclude(created_by=reviewer).exclude(submitted_by=reviewer) if reviewer else free
    return _listed(free).order_by(*BY_DUE).first()


def facets(kinds: Iterable[WorkItem.Kind]) -> list[tuple[str, str, str, int]]:
    """How many cases wait by (program slug, its short name, tumor): what to filter by (one query)."""
    rows = _waiting(kinds, Filters()).values_list("program__slug", "program__short_name", "tumor")
    return list(rows.annotate(count=Count("pk")).order_by("program__slug", "tumor"))


def count_by_reason(kinds: Iterable[WorkItem.Kind], codes: Iterable[str]) -> dict[str, int]:
    """How many cases wait for each of these reasons; one case may have several (one query)."""
    counts = {code: Count("pk", filter=_with_reason(code)) for code in codes}
    items = WorkItem.objects.filter(closed_at__isnull=True, order__in=_waiting(kinds, Filters()))
    return items.aggregate(**counts)


def _waiting(kinds: Iterable[WorkItem.Kind], filters: Filters) -> QuerySet[Order]:
    orders = Order.objects.filter(status__in=[STATUS_OF_KIND[kind] for kind in kinds])
    if filters.program:
        orders = orders.filter(program__slug=filters.program)
    if filters.tumor:
        orders = orders.filter(tumor=filters.tumor)
    if filters.reason:
        coded = WorkItem.objects.filter(_with_reason(filters.reason), closed_at__isnull=True)
        orders = orders.filter(work_items__in=coded)
    return orders


def _with_reason(code: str) -> Q:
    """Work items open for this reason: by text, as SQLite cannot look into a JSON list."""
    # Both databases write the pair alike.
    return Q(reasons__icontains=f'"code": "{code}"')


def _with_holders(orders: QuerySet[Order], *, at: datetime) -> QuerySet[Order]:
    held = ReviewAssignment.objects.filter(released_at__isnull=True, expires_at__gt=at)
    items = WorkItem.objects.filter(closed_at__isnull=True).prefetch_related(
        Prefetch("assignments", held.select_related("reviewer"), to_attr="held")
    )
    return _listed(orders).prefetch_related(Prefetch("work_items", items, to_attr="open_items"))


def _listed(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Only what the queue lists: terms have a hundred columns, and a list needs no member's name."""
    return orders.select_related("plan", "program", "terms").only(
        "reference",
        "status",
        "due_at",
        "urgency",
        "news_at",
        "tumor",
        "regimen_name",
        "member_id",
        "plan__short_name",
        "program__short_name",
        "terms__time_zone",
    )


def _row(order: Order, item: Any) -> QueueRow:
    return QueueRow(order=order, item=item, holder=item.held[0].reviewer if item.held else None)
