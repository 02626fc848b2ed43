"""What waits for the contact center: calls, drafts in its hands, and its report of outages.

Lists name practices and callers, and no member: an agent reads an order when somebody calls about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncMonth

from members.clock import PLAN_ZONE
from orders.models import CallerRequest, CallTask, Order, OutageReason
from orders.rules.states import OrderStatus

#: As many as one page shows; the oldest are first, so that none is forgotten.
SHOWN = 25
#: A year and more of five reasons.
MOST_OUTAGE_ROWS = 65


@dataclass(frozen=True)
class Outages:
    """How many requests came otherwise than electronically in one month for one reason (R-378)."""

    month: datetime
    reason: str
    count: int


def open_tasks(kind: CallTask.Kind) -> list[CallTask]:
    """Calls that are waited for or owed, oldest first (index call_task_open; one query)."""
    found = CallTask.objects.filter(kind=kind, closed_at__isnull=True).select_related(
        "order__practice", "order__plan", "order__program", "order__caller_request"
    )
    return list(found.order_by("opened_at", "id")[:SHOWN])


def open_task_count() -> int:
    """How many calls are waited for or owed (index call_task_open; one query)."""
    return CallTask.objects.filter(closed_at__isnull=True).count()


def drafts_taken_up() -> list[Order]:
    """Drafts that the contact center enters, oldest first (index order_by_contact_center; one query)."""
    found = Order.objects.filter(status=OrderStatus.DRAFT).exclude(channel=Order.Channel.PORTAL)
    return list(
        found.select_related("practice", "plan", "program", "caller_request").order_by("created_at", "id")[
            :SHOWN
        ]
    )


def outages() -> list[Outages]:
    """Submitted requests by month of receipt at the plans and by outage reason, latest first (one query)."""
    rows = (
        CallerRequest.objects.exclude(outage_reason="")
        .filter(order__submitted_at__isnull=False)
        .exclude(order__channel=Order.Channel.PORTAL)
        .annotate(month=TruncMonth("order__received_at", tzinfo=PLAN_ZONE))
        .values_list("month", "outage_reason")
        .annotate(count=Count("pk"))
        .order_by("-month", "outage_reason")
    )
    return [
        Outages(month, str(OutageReason(reason).label), count)
        for month, reason, count in rows[:MOST_OUTAGE_ROWS]
    ]
