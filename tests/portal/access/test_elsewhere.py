"""Patient data is on the pages and nowhere else: no log, address, e-mail, task, cache or session (G-35)."""

from __future__ import annotations

import html
import json
import logging
import re
from typing import Any
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client

from notifications.models import AuditEvent, Delivery, OutboxMessage
from orders.models import Order
from tests.factories import orders
from tests.factories.people import signed_in
from tests.portal.access import canaries
from tests.portal.access.canaries import CANARIES
from tests.portal.access.routes import Route, routes
from tests.portal.access.world import MAY_SEE, World, values
from tests.portal.wizard.entry import STEP_KEYS, Entry
from tests.portal.wizard.radiation import RadiationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

PAGES = [r for r in routes() if r.declared and "GET" in r.declared.methods and r.name != "account_logout"]
ADDRESS = re.compile(
    r'\s(?:href|src|action|formaction|data-hx-(?:get|post|push-url)|data-[\w-]*url)="([^"]*)"'
)


class Seen:
    """Everything that a person's work left outside of the pages."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.tasks: list[str] = []

    def answer(self, answer: HttpResponse) -> HttpResponse:
        """Note the addresses that an answer came from, leads to and links to."""
        self.addresses.append(answer.request["PATH_INFO"] + "?" + answer.request.get("QUERY_STRING", ""))
        self.addresses.append(answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", ""))
        if "html" in answer.headers.get("Content-Type", ""):
            self.addresses += [html.unescape(found) for found in ADDRESS.findall(answer.content.decode())]
        return answer


@pytest.fixture
def seen(caplog: pytest.LogCaptureFixture):
    """Logs at DEBUG, and what is handed to the queue."""
    caplog.set_level(logging.DEBUG)
    seen = Seen()

    def send_task(app: Any, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        seen.tasks.append(json.dumps([name, args, kwargs, options], default=str))

    with mock.patch("celery.app.base.Celery.send_task", autospec=True, side_effect=send_task):
        yield seen


def check_nothing_elsewhere(seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
    """No canary in any place that is not a page."""
    logged = [f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records]
    cache = caches["default"]._cache
    places = {
        "logs": logged,
        "addresses": seen.addresses,
        "tasks": seen.tasks,
        "e-mails": [f"{m.subject} {m.body} {m.to} {m.extra_headers}" for m in mail.outbox],
        "outbox": [f"{m.key} {m.payload} {m.last_error}" for m in OutboxMessage.objects.all()],
        "deliveries": [f"{d.message_id} {d.address}" for d in Delivery.objects.all()],
        "cache": [f"{key} {value!r}" for key, value in cache.items()],
        "sessions": [str(session.get_decoded()) for session in Session.objects.all()],
        "audit": [f"{e.subject} {e.actor_name} {e.outcome} {e.details}" for e in AuditEvent.objects.all()],
    }
    found = {place: canaries.found_in(" \n".join(texts)) for place, texts in places.items()}
    assert {place: leaked for place, leaked in found.items() if leaked} == {}


def test_reading_every_page_leaves_nothing_elsewhere(
    world: World, seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    for route in PAGES:
        for who in MAY_SEE:
            for order in world.open_to(who).values() if "reference" in route.parameters else [None]:
                seen.answer(world.clients[who].get(route.address(values(order))))
    assert len(seen.addresses) > 500
    check_nothing_elsewhere(seen, caplog)


def typed(answer: HttpResponse, canary: str) -> dict[str, Any]:
    """A form filled with the canary wherever it takes text, and sent as its page would."""
    form = answer.context["form"]
    found: dict[str, Any] = {}
    for name, field in form.fields.items():
        choices = [value for value, _ in getattr(field, "choices", []) if isinstance(value, str) and value]
        found[name] = choices[0] if choices else canary
    return found | {"do": "continue", "revision": answer.context.get("revision", "")}


STEPS = [r for r in PAGES if r.name.startswith("step_")]


def draft_with(step: str, world: World) -> tuple[Client, Order]:
    """A draft that has come to a step, and whose it is: some steps only other kinds of orders have."""
    if step in STEP_KEYS:
        return world.clients["piedmont"], world.orders["draft"]
    client = signed_in(orders.person("practice"))
    entry = RadiationEntry(client).reach(step) if step == "radiation" else Entry(client).reach_continuity()
    return client, entry.order


@pytest.mark.parametrize("route", STEPS, ids=str)
def test_typing_into_every_field_leaves_nothing_elsewhere(
    world: World, seen: Seen, caplog: pytest.LogCaptureFixture, route: Route
) -> None:
    """Wrong answers are kept in the draft and shown beside the field, and go no further."""
    canary = CANARIES["draft"]
    client, order = draft_with(route.name.removeprefix("step_"), world)
    page = seen.answer(client.get(route.address(values(order))))
    assert page.status_code == 200
    answer = seen.answer(client.post(route.address(values(order)), typed(page, canary.text("typed"))))
    assert answer.status_code in {200, 302, 409, 422}
    check_nothing_elsewhere(seen, caplog)


def test_looking_up_and_deciding_leave_nothing_elsewhere(
    world: World, seen: Seen, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks
) -> None:
    order = world.orders["nurse_review"]
    with django_capture_on_commit_callbacks(execute=True):
        for text in (order.reference, order.member.member_number, order.member.last_name):
            seen.answer(world.clients["piedmont"].post("/orders/status/", {"q": text}, follow=True))
        nurse = world.clients["nurse"]
        seen.answer(nurse.post(f"/review/{order.reference}/take/"))
        why = CANARIES["nurse_review"].text("rationale")
        decide = f"/review/{order.reference}/authorize/"
        seen.answer(nurse.post(decide, {"rationale": why, "confirmed": "yes"}, follow=True))
    assert Order.objects.get(pk=order.pk).order_id
    assert OutboxMessage.objects.exists()
    assert seen.tasks
    check_nothing_elsewhere(seen, caplog)


def test_a_broken_page_tells_nothing(world: World, seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
    """The 500 page is the same for everybody, and the log has the place and no patient."""
    address = f"/orders/{world.orders['authorized'].reference}/"
    with mock.patch("portal.practice.order.summary_of", side_effect=KeyError("broken")):
        answer = seen.answer(world.clients["piedmont"].get(address))
    assert answer.status_code == 500
    assert canaries.found_in_answer(answer) == {}
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    check_nothing_elsewhere(seen, caplog)


def test_the_answer_to_a_forged_form_tells_nothing(world: World, seen: Seen, caplog) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(world.clients["piedmont"].cookies)
    order = world.orders["draft"]
    answer = client.post(f"/orders/{order.reference}/member/", {"last_name": CANARIES["draft"].text("typed")})
    assert answer.status_code == 403
    assert canaries.found_in_answer(answer) == {}
    check_nothing_elsewhere(seen, caplog)
