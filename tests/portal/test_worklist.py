"""My orders and the home pages: own rows only, one page by key, a constant number of queries."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Practice
from notifications.models import AuditEvent
from orders.actions.drafting import discard_draft, start_order
from orders.models import Order
from portal.models import User
from portal.practice.worklist import PAGE
from tests.factories.people import signed_in

NOON = dt.datetime(2021, 10, 12, 16, 0, tzinfo=dt.UTC)


def started(practice: Practice, by: User, *, count: int) -> list[Order]:
    """Drafts, each a minute after the one before."""
    orders = []
    for minute in range(count):
        with time_machine.travel(NOON + dt.timedelta(minutes=minute), tick=False):
            orders.append(start_order(practice, by=by))
    return orders


def references(page) -> list[str]:
    return [row.order.reference for row in page.context["rows"]]


def test_the_list_shows_own_orders_last_touched_first(
    practice: Practice, practice_user: User, other_practice: Practice, stranger: User
) -> None:
    own = started(practice, practice_user, count=3)
    foreign = started(other_practice, stranger, count=1)
    page = signed_in(practice_user).get("/orders/")
    assert references(page) == [order.reference for order in reversed(own)]
    assert foreign[0].reference not in page.content.decode()


def test_older_orders_follow_by_key_without_gap_or_repeat(practice: Practice, practice_user: User) -> None:
    orders = started(practice, practice_user, count=2 * PAGE + 3)
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        client = signed_in(practice_user)
        shown: list[str] = []
        address = "/orders/"
        while address:
            page = client.get(address)
            shown += references(page)
            address = page.context["older"]
    assert shown == [order.reference for order in reversed(orders)]
    assert b"Back to the newest" in page.content


def test_orders_touched_at_the_same_moment_are_told_apart(practice: Practice, practice_user: User) -> None:
    with time_machine.travel(NOON, tick=False):
        orders = [start_order(practice, by=practice_user) for _ in range(PAGE + 5)]
        client = signed_in(practice_user)
        first = client.get("/orders/")
        second = client.get(first.context["older"])
    assert sorted(references(first) + references(second)) == sorted(o.reference for o in orders)


def test_htmx_gets_the_further_rows_alone(practice: Practice, practice_user: User) -> None:
    started(practice, practice_user, count=PAGE + 1)
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        client = signed_in(practice_user)
        older = client.get("/orders/").context["older"]
        rows = client.get(older, headers={"HX-Request": "true"})
    text = rows.content.decode()
    assert text.count("<tr") == 1
    assert "<html" not in text
    assert "<nav" not in text


@pytest.mark.parametrize(
    "query", ["after=nonsense", "after=20211012T160000.000000-x", "status=nonsense", "plan=%00", "after="]
)
def test_a_filter_that_makes_no_sense_filters_nothing(
    practice: Practice, practice_user: User, query: str
) -> None:
    [order] = started(practice, practice_user, count=1)
    assert references(signed_in(practice_user).get(f"/orders/?{query}")) == [order.reference]


def test_filters_by_status_and_says_what_to_do_when_nothing_fits(
    practice: Practice, practice_user: User
) -> None:
    kept, gone = started(practice, practice_user, count=2)
    discard_draft(gone, by=practice_user)
    client = signed_in(practice_user)
    assert references(client.get("/orders/?status=draft")) == [kept.reference]
    page = client.get("/orders/?status=authorized")
    assert references(page) == []
    assert "Choose another status or health plan" in page.content.decode()


def test_an_empty_list_says_how_to_begin(practice_user: User) -> None:
    client = signed_in(practice_user)
    assert "Start the first order" in client.get("/orders/").content.decode()
    assert "Start the first order" in client.get("/").content.decode()


@pytest.mark.parametrize("address", ["/", "/orders/"])
def test_queries_do_not_grow_with_the_rows(practice: Practice, practice_user: User, address: str) -> None:
    """At most 15 a page, whatever the number of orders."""
    counts = []
    for more in (1, PAGE):
        started(practice, practice_user, count=more)
        client = signed_in(practice_user)
        client.get(address)  # writes the session's first moment
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_a_list_leaves_one_audit_event(practice: Practice, practice_user: User) -> None:
    started(practice, practice_user, count=3)
    signed_in(practice_user).get("/orders/")
    event = AuditEvent.objects.get(name="read.order")
    assert event.subject == "list:worklist"
    assert len(event.details["orders"]) == 3
    assert event.details["role"] == "practice_user"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("practice_user", "New order"),
        ("ordering_physician", "New order"),
        ("servicing_site_user", "Check order status"),
        ("nurse", "Nurse review"),
        ("physician_reviewer", "Physician review"),
        ("administrator", "What is loaded"),
    ],
)
def test_each_role_begins_on_its_own_page(who: str, sees: str, request: pytest.FixtureRequest) -> None:
    """R-045, R-048."""
    page = signed_in(request.getfixturevalue(who)).get("/")
    assert page.status_code == 200
    assert sees in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "rail"),
    [
        ("practice_user", ["Home", "New order", "My orders", "Order status", "Resources"]),
        ("servicing_site_user", ["Home", "Order status", "Resources"]),
        ("nurse", ["Home", "Queue", "Order status", "Resources"]),
        ("administrator", ["Home", "Resources"]),
    ],
)
def test_the_rail_has_what_the_role_may_open(
    who: str, rail: list[str], request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    items = client.get("/").context["navigation"]
    assert [item.label for item in items] == rail
    assert [client.get(item.url).status_code for item in items] == [200] * len(rail)


def test_the_rail_counts_drafts_to_finish(practice: Practice, practice_user: User) -> None:
    started(practice, practice_user, count=3)
    items = signed_in(practice_user).get("/").context["navigation"]
    assert {item.label: item.count for item in items}["My orders"] == "3"
