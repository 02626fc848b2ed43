"""An agent enters an order for a caller: same steps, same engine, same answer (R-376, R-383, R-385)."""

from __future__ import annotations

import pytest

from orders.models import Order
from orders.rules.states import Disposition
from tests.factories import orders, people
from tests.portal.wizard.entry import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r376_r383_a_clean_phone_order_is_decided_in_the_same_call(call: Entry):
    listed = call.reach("review").get("review").content.decode()
    assert "Power outage at the office" in listed
    answer = call.submit()
    assert answer["Location"] == f"/orders/{call.order.reference}/"
    page = call.client.get(answer["Location"])
    assert call.order.disposition == Disposition.AUTHORIZED
    assert call.order.order_id in page.content.decode()


def test_r105_r298_r371_the_practice_finds_a_phone_order_with_its_channel_and_order_id(call: Entry):
    call.reach("review").submit()
    order = call.order
    assert (order.channel, order.practice.code) == (Order.Channel.PHONE, "HARBOR")
    practice = people.signed_in(orders.person("practice"))
    found = practice.post("/orders/status/", {"q": order.order_id}, follow=True)
    text = found.content.decode()
    assert order.order_id in text
    assert "Phone: entered by the contact center for Dana Fox, Harbor Oncology Associates" in text
    assert "Entered by phone" in practice.get("/orders/").content.decode()
    assert "Entered by phone" in practice.get("/").content.decode()


def test_r376_r385_the_decision_equals_the_portals_for_the_same_answers(call: Entry, entry: Entry):
    """The whole judgement, and the summary that the practice reads: status, drugs, codes."""
    call.reach("review").submit()
    spoken = call.order.evaluations.get()
    # Another order of the same member would be its duplicate.
    spoken_judgement, spoken_facts = spoken.judgement, spoken.inputs["facts"]
    Order.objects.filter(pk=call.order.pk).update(member=orders.submitted("lung-oral").member)
    entry.reach("review").submit()
    portal = entry.order.evaluations.get()
    assert portal.inputs["facts"] == spoken_facts
    assert portal.judgement == spoken_judgement
