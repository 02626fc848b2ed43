"""My orders: the orders of the practices that somebody enters orders for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from members.clock import plan_today
from members.queries import orderable_plans
from orders.models import Order
from orders.queries import asks_for_renewal, worklist
from orders.rules.states import Disposition, OrderStatus
from portal import access
from portal.practice.following import renewal_words

PAGE = 25
#: The filter's choices, in the order of an order's life; keys go into the address (no patient data).
STATUSES: dict[str, str] = {
    OrderStatus.DRAFT: "Draft",
    Disposition.IN_PROGRESS: "In Progress",
    Disposition.AUTHORIZED: "Authorized",
    Disposition.COMPLETED: "Completed",
    Disposition.MULTIPLE_DECISIONS: "Multiple Decisions Rendered",
    Disposition.NON_AUTHORIZED: "Non-Authorized",
}


@access.requires(*access.ORDERING, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """One page of orders, last touched first; htmx gets the further rows alone (R-048, R-369)."""
    plans = {plan.slug: plan.short_name for plan in orderable_plans()}
    status = _chosen(request, "status", STATUSES)
    plan = _chosen(request, "plan", plans)
    rows = worklist(
        access.practices_of(request),
        after=_key_of(request.GET.get("after", "")),
        limit=PAGE + 1,
        plan=plan,
        status=status,
    )
    orders, more = rows[:PAGE], rows[PAGE:]
    access.record_list(request, orders, what="worklist", why="my orders")
    return TemplateResponse(
        request,
        "practice/order-rows.html#rows" if "HX-Request" in request.headers else "practice/worklist.html",
        {
            "rows": rows_of(orders),
            "older": _address(status=status, plan=plan, after=_key(orders[-1])) if more else "",
            "newest": _address(status=status, plan=plan),
            "statuses": STATUSES,
            "plans": plans,
            "status": status,
            "plan": plan,
            "first_page": "after" not in request.GET,
        },
    )


@dataclass(frozen=True)
class Row:
    """One order of a list, and where it opens: a draft in the form, any other on its page.

    `renewal` asks for the continuation of treatment that ends soon; "" for any other (R-332).
    """

    order: Order
    page: str
    renewal: str = ""


def _renewal(order: Order, today: date) -> str:
    # Lists of other people, such as a servicing site's, are read without what the prompt rests on.
    if not hasattr(order, "notice_days") or not asks_for_renewal(order, today=today):
        return ""
    return renewal_words(order, today=today)


def rows_of(orders: Iterable[Order]) -> list[Row]:
    """The rows of components that list orders (`practice/order-rows.html`)."""
    today = plan_today()
    return [
        Row(
            order,
            reverse("step_review" if order.status == OrderStatus.DRAFT else "order", args=[order.reference]),
            _renewal(order, today),
        )
        for order in orders
    ]


def _address(**query: str) -> str:
    given = {name: value for name, value in query.items() if value}
    return reverse("worklist") + (f"?{urlencode(given)}" if given else "")


def _chosen(request: HttpRequest, name: str, known: dict[str, str]) -> str:
    """A filter from the address; what is not among the choices filters nothing."""
    value = request.GET.get(name, "")
    return value if value in known else ""


def _key(order: Order) -> str:
    return f"{order.updated_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{order.pk}"


def _key_of(text: str) -> tuple[datetime, int] | None:
    """Where the page begins, as `_key` wrote it; anything else begins at the top."""
    moment, _, pk = text.partition("-")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), int(pk)
    except ValueError:
        return None
