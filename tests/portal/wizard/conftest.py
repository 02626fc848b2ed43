"""Order entry at a fixed moment: Tuesday, March 3, 2026, 10:00 AM ET."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from tests.factories import orders, people
from tests.portal.wizard.entry import Entry

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("browser"):
        yield  # a browser's own clock goes on
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client_of_practice(db: None, shipped: None, moment: None) -> Client:
    return people.signed_in(orders.person("practice"))


@pytest.fixture
def entry(client_of_practice: Client) -> Entry:
    """A new draft of the practice."""
    return Entry(client_of_practice)
