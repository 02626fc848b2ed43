"""Every address x every role x every method x an order of somebody else: nothing of it comes out (G-30).

The orders are those of tests/portal/access/canaries.py, of the practice PIEDMONT; the addresses are
the resolver's, so that a new one is tested by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from members.models import Practice
from orders.models import Order
from tests.portal.access import canaries, rows
from tests.portal.access.routes import ENDING_THE_SESSION, Route, routes
from tests.portal.access.world import MISSING, PEOPLE, World, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Whose role the views let in, so that the door alone keeps the order from them.
AT_THE_DOOR = {"practice", "site", "piedmont-site", "nurse", "reviewer", "agent"}


def body(order: Order) -> dict[str, str]:
    """A form that names the order wherever a form could."""
    return {
        "do": "continue",
        "revision": "1",
        "reference": order.reference,
        "order": order.reference,
        "q": order.reference,
        "number": order.order_id or order.reference,
        "by": "number",
        "member": str(order.member_id),
        "rationale": "meets the policy",
        "why": "needs a physician",
        "confirmed": "on",
        "idempotency_key": "k" * 24,
    }


def ask(client: Client, method: str, address: str, order: Order, *, htmx: bool = False) -> HttpResponse:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"} if htmx else {}
    if method == "POST":
        return client.post(address, body(order), headers=headers)
    return client.generic(method, address, headers=headers)


def asked_of(world: World, route: Route, who: str) -> Iterator[tuple[str, Order, str, bool]]:
    """State, order, method and whether htmx asks: every method for one order, the usual two for the rest.

    Where the role as such is refused, no order is looked for; there one is enough.
    """
    hidden = world.hidden_from(who)
    if "reference" not in route.parameters:
        hidden = {"draft": world.orders["draft"]}
    for number, (state, order) in enumerate(hidden.items()):
        if number == 0:
            yield from ((state, order, method, False) for method in METHODS)
            yield state, order, "GET", True
        elif who in AT_THE_DOOR:
            yield from ((state, order, method, False) for method in ("GET", "POST"))


@pytest.mark.parametrize("route", [r for r in routes() if r.name not in ENDING_THE_SESSION], ids=str)
def test_nothing_of_an_order_comes_out_to_somebody_who_may_not_see_it(world: World, route: Route) -> None:
    """G-30: no canary in body, headers, cookies, redirect target or PDF, and no row changed."""
    leaks = []
    before = rows.rows()
    for who in PEOPLE:
        hidden = world.hidden_from(who).keys()
        for state, order, method, htmx in asked_of(world, route, who):
            answer = ask(world.clients[who], method, route.address(values(order)), order, htmx=htmx)
            found = canaries.found_in_answer(answer).keys() & hidden
            refused = "reference" not in route.parameters or answer.status_code != 200
            if found or answer.status_code >= 500 or not refused:
                leaks.append((who, state, method, htmx, answer.status_code, found))
    after = rows.rows()
    assert leaks == []
    assert rows.changed(before, after) == []
    assert rows.added_to(before, after, {order.pk for order in world.orders.values()}) == []


@pytest.mark.parametrize("route", [r for r in routes() if "reference" in r.parameters], ids=str)
def test_a_foreign_order_and_a_missing_one_get_the_same_answer(world: World, route: Route) -> None:
    """G-31: the same status, the same headers and the same body."""
    for who in PEOPLE:
        for order in list(world.hidden_from(who).values())[:2]:
            for method in ("GET", "POST"):
                foreign = ask(world.clients[who], method, route.address(values(order)), order)
                missing = ask(world.clients[who], method, route.address(values(None)), order)
                assert plain(foreign, order.reference) == plain(missing, MISSING), (who, method)


def plain(answer: HttpResponse, reference: str) -> tuple[int, dict[str, str], str]:
    """An answer without what is new in every answer."""
    told = {k: v.replace(reference, "REF") for k, v in answer.headers.items() if k != "X-Request-ID"}
    text = re.sub(r'(value="|X-CSRFToken": ")\w{64}', "TOKEN", answer.content.decode())
    return answer.status_code, told, text.replace(reference, "REF")


def test_the_matrix_meets_both_doors_and_roles(world: World) -> None:
    """A matrix that only met refusals by role would prove nothing of the doors."""
    draft = world.orders["draft"].reference
    got = {who: world.clients[who].get(f"/orders/{draft}/").status_code for who in PEOPLE}
    assert got == {
        "anonymous": 302,
        "no-role": 403,
        "admin": 403,
        **dict.fromkeys(
            ("practice", "physician", "site", "piedmont-site", "nurse", "reviewer", "agent"), 404
        ),
    }


def test_who_may_see_an_order_does_see_it(world: World) -> None:
    """The matrix can find a canary at all: the same search over the same pages, by the right person."""
    page = world.clients["piedmont"].get(f"/orders/{world.orders['authorized'].reference}/")
    assert page.status_code == 200
    assert canaries.found_in_answer(page)["authorized"] >= {"Qzcharlie", "987650003"}
    case = world.clients["nurse"].get(f"/review/{world.orders['nurse_review'].reference}/")
    assert canaries.found_in_answer(case)["nurse_review"] >= {"Qzdelta", "987650004"}


# --- The search pages -------------------------------------------------------------------------------
def lookups(order: Order) -> dict[str, dict[str, str]]:
    """What can be typed to look for an order (D-52), in the form and in the box of the page head."""
    born = order.member.birth_date
    month_day_year = {"_month": str(born.month), "_day": str(born.day), "_year": str(born.year)}
    form = {"plan": order.plan.slug, "solution": "medical_oncology"}
    provider = {"provider": "2100000423", "from_on": "01/01/2026", "to_on": "12/31/2026"}
    return {
        "number": {**form, "by": "order", "number": order.order_id or order.reference},
        "member": {
            **form,
            "by": "member",
            "member_number": order.member.member_number,
            **{f"member_birth_date{part}": value for part, value in month_day_year.items()},
        },
        "name": {
            **form,
            "by": "name",
            "last_name": order.member.last_name,
            **{f"name_birth_date{part}": value for part, value in month_day_year.items()},
        },
        "provider": {**form, "by": "provider", **provider},
        "box, tracking number": {"q": order.reference},
        "box, member ID": {"q": order.member.member_number},
    }


@pytest.mark.parametrize("who", ["practice", "physician", "site"])
def test_looking_up_a_foreign_order_finds_nothing(world: World, who: str) -> None:
    """R-370: the answer holds no more than what was typed."""
    for order in world.orders.values():
        for kind, typed in lookups(order).items():
            answer = world.clients[who].post("/orders/status/", typed)
            text = answer.content.decode()
            assert answer.status_code == 200, (kind, text)
            for value in sorted(typed.values(), key=len, reverse=True):
                text = text.replace(value, "")
            assert canaries.found_in(text) == {}, kind
            assert order.reference not in text, kind


def test_the_same_lookup_finds_it_for_those_who_may_see_it(world: World) -> None:
    """The lookups above are good ones: by the practice of the order each of them leads to it."""
    order = world.orders["authorized"]
    for kind, typed in lookups(order).items():
        answer = world.clients["piedmont"].post("/orders/status/", typed, follow=True)
        assert "authorized" in canaries.found_in_answer(answer), kind


def test_a_members_key_from_elsewhere_opens_no_member(world: World) -> None:
    """The hidden field of the member step takes a search's pass and nothing else."""
    client = world.clients["practice"]
    client.post("/orders/new/", {"practice": str(Practice.objects.get(code="HARBOR").pk)})
    draft = Order.objects.filter(practice__code="HARBOR").latest("pk")
    client.post(f"/orders/{draft.reference}/plan/", {"plan": "BCBSM", "solution": "medical_oncology"})
    canary = world.orders["authorized"].member_id
    for typed in ({"member": str(canary)}, {"found": str(canary)}, {"member": f"{canary}:forged"}):
        address = f"/orders/{draft.reference}/member/"
        answer = client.post(address, {**typed, "start_on": "12/01/2026", "do": "continue"}, follow=True)
        assert canaries.found_in_answer(answer) == {}
    draft.refresh_from_db()
    assert draft.member_id is None
