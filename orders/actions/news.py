"""The mark that a case has something new from the practice, until its reviewer has seen it (R-095)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case
from orders.actions._standing import held_case, reviewer
from orders.models import Order
from orders.rules import lifecycle

if TYPE_CHECKING:
    from portal.models import User


def tell_reviewers(order: Order) -> None:
    """Mark the case in queue and on its page, in the caller's transaction."""
    order.news_at = order.updated_at = clock.now()
    Order.objects.filter(pk=order.pk).update(news_at=order.news_at, updated_at=order.updated_at)


@transaction.atomic
def confirm_news(order: Order, *, by: User, seen: datetime) -> bool:
    """The reviewer who holds the case has seen what came up to `seen`: the mark goes.

    False, and it stays, when something came later.  Raises NotReviewable, NotHolder, NotAReviewer.
    """
    lock_case(order)
    lifecycle.check_finding(held_case(order), reviewer(order, by), at=clock.now())
    if not Order.objects.filter(pk=order.pk, news_at__lte=seen).update(news_at=None):
        return order.news_at is None
    order.news_at = None
    audit.record(
        AuditName.CASE_NEWS_SEEN,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
    )
    return True
