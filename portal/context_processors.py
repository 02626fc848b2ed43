"""What every full page shows around its content: navigation by role, and whom to call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from orders.calls import open_task_count
from orders.counts import MOST_COUNTED, draft_count, queue_counts
from orders.models import WorkItem
from portal.roles import AGENTS, ENTERING, ORDERING, REVIEWERS, SERVICING, Role, Standing, standing_of

#: R-051; the hours are Chicago's, daylight time included (D-46).
SUPPORT_CONTACT = (
    "Portal support: 1-800-252-2021 or WebCustomerService@aimspecialtyhealth.com, "
    "weekdays 7:00 AM to 6:00 PM Central time."
)


@dataclass(frozen=True)
class Item:
    """One entry of the rail; `count` is empty when nothing waits there, `counted` says what it counts."""

    label: str
    url: str
    icon: str
    count: str = ""
    counted: str = ""
    current: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    """Read only when the template shows it, so that a part of a page costs no query."""
    if not hasattr(request, "user"):  # refused before anybody asked who it is
        return {"support_contact": SUPPORT_CONTACT}
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "may_find_orders": SimpleLazyObject(lambda: may_find_orders(request)),
        "role_label": SimpleLazyObject(lambda: standing_of(request.user).label),
        "support_contact": SUPPORT_CONTACT,
    }


def may_find_orders(request: HttpRequest) -> bool:
    """Whether the page head offers to find an order: to all but administrators."""
    return bool(standing_of(request.user).roles & (ENTERING | SERVICING | REVIEWERS))


def navigation(request: HttpRequest) -> list[Item]:
    """The rail of a person's roles (R-045, R-048): one query for the roles, one for each count."""
    standing = standing_of(request.user)
    entries: list[tuple[str, str, str, Callable[[], int], str]] = [("Home", "home", "home", _no_count, "")]
    if standing.roles & ORDERING:
        entries += [
            ("New order", "order_new", "add", _no_count, ""),
            ("My orders", "worklist", "list", lambda: _drafts(standing), "drafts"),
        ]
    if standing.roles & AGENTS:
        entries[0] = ("Home", "home", "home", open_task_count, "calls waiting")
        entries += [("Order for a caller", "call_new", "phone", _no_count, "")]
    if standing.roles & REVIEWERS:
        entries += [("Queue", "queue", "schedule", lambda: _waiting(request, standing), "waiting")]
    if may_find_orders(request):
        entries += [("Order status", "order_status", "search", _no_count, "")]
    entries += [("Resources", "resources", "topic", _no_count, "")]
    if standing.roles <= {Role.ANONYMOUS}:
        return []
    return [_item(request, *entry) for entry in entries]


def _item(
    request: HttpRequest, label: str, name: str, icon: str, count: Callable[[], int], counted: str
) -> Item:
    url, current = reverse(name), request.path == reverse(name)
    return Item(label, url, icon, count=_in_words(count()), counted=counted, current=current)


def _in_words(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


def _no_count() -> int:
    return 0


def _drafts(standing: Standing) -> int:
    return draft_count(standing.practices_as(ORDERING))


def _waiting(request: HttpRequest, standing: Standing) -> int:
    now = timezone.now()
    return sum(queue_counts(kind, request.user.pk, at=now).waiting for kind in kinds_of(standing.roles))


def kinds_of(roles: frozenset[Role]) -> list[WorkItem.Kind]:
    """The queues that a reviewer works in."""
    kinds = {Role.NURSE: WorkItem.Kind.NURSE, Role.PHYSICIAN_REVIEWER: WorkItem.Kind.PHYSICIAN}
    return [kind for role, kind in kinds.items() if role in roles]
