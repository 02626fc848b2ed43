from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from members.models import Practice
from orders.models import Order
from portal.models import User
from tests.factories.people import signed_in
from tests.portal.orders import samples


@pytest.fixture(autouse=True)
def _in_october_2021() -> Iterator[None]:
    with time_machine.travel(samples.NOW, tick=False):
        yield


@pytest.fixture
def office(practice_user: User) -> Client:
    """The browser of the practice's staff."""
    return signed_in(practice_user)


@pytest.fixture
def authorized(shipped: None, practice: Practice, practice_user: User) -> Order:
    """On Pathway, in network; pemetrexed and pembrolizumab authorized at once."""
    return samples.submitted(by=practice_user, practice=practice)


@pytest.fixture
def completed(shipped: None, practice: Practice, practice_user: User) -> Order:
    """One oral drug, which the pharmacy benefit manager reviews."""
    return samples.submitted(samples.ORAL, by=practice_user, practice=practice, plan="BCBSNC")


@pytest.fixture
def pending(shipped: None, practice: Practice, practice_user: User) -> Order:
    """PD-L1 is not reported: with a nurse."""
    return samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)


@pytest.fixture
def withdrawn(shipped: None, practice: Practice, practice_user: User) -> Order:
    """Taken back before it was submitted."""
    return samples.withdrawn(by=practice_user, practice=practice)
