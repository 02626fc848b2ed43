"""The canary orders of PIEDMONT, everybody signed in, and who of them may see which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from members.models import Practice
from orders.models import Order
from portal.models import PracticeRole, User
from tests.factories.people import signed_in, user
from tests.portal.access import canaries

SUBMITTED = {"authorized", "nurse_review", "physician_review", "authorized_by_nurse"}
ALL = set(canaries.CANARIES)
#: Who may see which of the orders; everybody not named here may see none.
MAY_SEE = {
    "piedmont": ALL,
    "piedmont-site": SUBMITTED,
    "nurse": SUBMITTED,
    "reviewer": SUBMITTED,
    "agent": SUBMITTED,
}
PEOPLE = (
    "anonymous",
    "no-role",
    "practice",
    "physician",
    "site",
    "piedmont-site",
    "nurse",
    "reviewer",
    "agent",
    "admin",
)
MISSING = "T000000000"


@dataclass
class World:
    """The canary orders by state, and a browser for each person of PEOPLE and PIEDMONT."""

    orders: dict[str, Order]
    clients: dict[str, Client]

    def open_to(self, who: str) -> dict[str, Order]:
        """The orders that the person may see."""
        return {state: o for state, o in self.orders.items() if state in MAY_SEE.get(who, set())}

    def hidden_from(self, who: str) -> dict[str, Order]:
        """The orders that the person may not see."""
        return {state: o for state, o in self.orders.items() if state not in MAY_SEE.get(who, set())}


@pytest.fixture(scope="module")
def world(shipped: None, django_db_blocker) -> Iterator[World]:
    """The orders and the people signed in, made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        user("no-role")
        PracticeRole.objects.create(
            user=user("piedmont-site"),
            practice=Practice.objects.get(code="PIEDMONT"),
            kind=PracticeRole.Kind.SERVICING_SITE_USER,
        )
        orders = canaries.orders(
            by=User.objects.get(username="piedmont"),
            nurse=User.objects.get(username="nurse"),
            today=timezone.localdate(),
        )
        clients = {who: signed_in(User.objects.get(username=who)) for who in ("piedmont", *PEOPLE[1:])}
        for client in clients.values():
            client.raise_request_exception = False
            client.get("/accounts/logout/")  # the session's first moment is written by its first request
        yield World(orders, {"anonymous": Client(), **clients})
        transaction.set_rollback(True)


def values(order: Order | None) -> dict[str, str]:
    """What the parameters of an address can be; a new parameter must be given a value here."""
    return {
        "reference": order.reference if order else MISSING,
        "plan": "BCBSM",
        "tumor": "nsclc",
        "number": "1",
    }
