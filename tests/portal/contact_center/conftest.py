"""The contact center at a fixed moment: Tuesday, March 3, 2026, 10:00 AM ET."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import orders, people
from tests.portal.contact_center.calls import CallEntry
from tests.portal.wizard.conftest import client_of_practice, entry, moment
from tests.portal.wizard.entry import Entry

__all__ = ["client_of_practice", "entry", "moment"]


@pytest.fixture
def agent(db: None, shipped: None, moment: None) -> Client:
    """An agent's browser."""
    return people.signed_in(orders.person("agent"))


@pytest.fixture
def call(agent: Client) -> Entry:
    """A draft that the agent has begun for a caller of HARBOR."""
    return CallEntry(agent)
