"""Scenarios played on a portal at work: they leave nothing behind, wait for nobody and meet no name twice."""

from __future__ import annotations

import pytest
from django.db import connection

from members.models import Member, Practice, Provider, Site
from notifications.models import AuditEvent, OutboxMessage
from orders.models import Order
from portal.evaluate import kinds, world
from portal.evaluate.world import People
from portal.models import User
from tests.factories import orders
from tests.portal.evaluate.conftest import EXAMPLES

#: An earlier order and a duplicate; a review with letters; a withdrawn draft.
BUSY = [EXAMPLES[name] for name in ("EX-012", "EX-005", "EX-029")]


def run(*scenarios):
    found = kinds.run({"scenarios": list(scenarios)})
    assert found.broken == 0
    return [item["result"] for item in found.results]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shipped_for_real")
def test_each_scenario_has_a_transaction_of_its_own_and_leaves_nothing_behind(monkeypatch):
    kept = (Order, User, Practice, Site, Provider, Member, AuditEvent, OutboxMessage)
    before = [model.objects.count() for model in kept]
    between = []

    def id_of(item):
        between.append(connection.in_atomic_block)
        return item["id"]

    monkeypatch.setattr(kinds, "id_of", id_of)
    assert run(*BUSY) == [scenario["expected"] for scenario in BUSY]
    assert between == [False, False, False], "others can write before each scenario"
    assert [model.objects.count() for model in kept] == before


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
def test_the_people_of_another_run_are_in_nobodys_way():
    """As two runs at a time have it: neither is rolled back yet."""
    People.create()
    assert run(*BUSY) == [scenario["expected"] for scenario in BUSY]


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
def test_an_earlier_order_gets_a_number_that_no_order_has(monkeypatch):
    real = orders.submitted()
    numbers = iter([real.order_id, real.reference.removeprefix("T")])
    draw = world.ids.order_id
    monkeypatch.setattr(world.ids, "order_id", lambda random: next(numbers, None) or draw(random))
    assert run(EXAMPLES["EX-012"]) == [EXAMPLES["EX-012"]["expected"]]
    assert next(numbers, None) is None, "both were drawn, and neither was taken"
