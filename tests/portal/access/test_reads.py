"""Each page that shows a member leaves one audit event that says who, in which role, what and why (G-34)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent
from orders.models import Order
from portal.access import roles_of
from portal.models import User
from tests.portal.access import canaries
from tests.portal.access.routes import Route, routes
from tests.portal.access.world import MAY_SEE, World, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

MOST_QUERIES = 15
PAGES = [r for r in routes() if r.declared and "GET" in r.declared.methods and r.name != "account_logout"]


def events_naming(order: Order, answer: HttpResponse) -> list[AuditEvent]:
    """What the request of this answer left about the order's member, searches only if nothing else."""
    left = AuditEvent.objects.filter(request_id=answer.headers["X-Request-ID"])
    naming = [e for e in left if e.member == str(order.member_id) or order.member_id in _members(e)]
    reads = [e for e in naming if e.name.startswith("read.")]
    return reads or [e for e in naming if e.name == "member.searched"]


def _members(event: AuditEvent) -> list[int]:
    found: list[int] = event.details.get("members", [])
    return found


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_member_shown_is_named_by_exactly_one_event(world: World, route: Route) -> None:
    for who in MAY_SEE:
        person = User.objects.get(username=who)
        for order in world.open_to(who).values() if "reference" in route.parameters else [None]:
            answer = world.clients[who].get(route.address(values(order)))
            assert answer.status_code < 500, f"{who}, {order}"
            for state in canaries.found_in_answer(answer):
                told = events_naming(world.orders[state], answer)
                assert len(told) == 1, f"{who} saw the {state} order: {told}"
                assert told[0].actor_id == person.pk
                assert set(told[0].details["role"].split(",")) <= roles_of(person)
                assert told[0].details["role"]
                assert told[0].details["why"]


def test_the_pages_above_do_show_members(world: World) -> None:
    """Without a page that shows a canary the test above would pass for nothing."""
    shown = {who: set() for who in MAY_SEE}
    for route in PAGES:
        for who in MAY_SEE:
            for order in list(world.open_to(who).values())[:3] if "reference" in route.parameters else [None]:
                if canaries.found_in_answer(world.clients[who].get(route.address(values(order)))):
                    shown[who].add(route.name)
    assert {"home", "worklist", "order", "step_member", "step_review"} <= shown["piedmont"]
    assert {"home", "order"} <= shown["piedmont-site"]
    assert {"case", "order"} <= shown["nurse"]


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_no_page_takes_more_than_fifteen_queries(world: World, route: Route) -> None:
    """Counted on the second view: the first may write the session, once a minute, and read content."""
    for who in (*MAY_SEE, "practice", "admin"):
        for order in world.open_to(who).values() if "reference" in route.parameters else [None]:
            world.clients[who].get(route.address(values(order)))
            with CaptureQueriesContext(connection) as queries:
                answer = world.clients[who].get(route.address(values(order)))
            told = "\n".join(query["sql"][:200] for query in queries)
            assert len(queries) <= MOST_QUERIES, (
                f"{who}, {answer.status_code}: {len(queries)} queries\n{told}"
            )
