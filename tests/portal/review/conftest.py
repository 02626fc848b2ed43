from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from members.models import Practice
from orders.actions.review import escalate_to_physician, take_case
from orders.models import Order
from portal.models import User
from tests.portal.orders import samples

RATIONALE = "Dr. Okafor faxed the PD-L1 report of Sep 30: TPS 20 percent, so the policy is met."


@pytest.fixture(autouse=True)
def _in_october_2021() -> Iterator[None]:
    with time_machine.travel(samples.NOW, tick=False):
        yield


@pytest.fixture
def pending(shipped: None, practice: Practice, practice_user: User) -> Order:
    """PD-L1 is not reported: with a nurse."""
    return samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)


@pytest.fixture
def escalated(pending: Order, nurse: User) -> Order:
    """The same, passed on by a nurse."""
    take_case(pending, by=nurse)
    escalate_to_physician(pending, by=nurse, why="PD-L1 was never tested.")
    return pending


@pytest.fixture
def authorized(shipped: None, practice: Practice, practice_user: User) -> Order:
    """Decided by the rules at submission."""
    return samples.submitted(by=practice_user, practice=practice)
