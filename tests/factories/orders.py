"""Orders in any status, got there by the real actions on shipped content (fixture `shipped`)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from orders.actions.drafting import discard_draft
from orders.actions.review import escalate_to_physician, take_case
from orders.models import Order
from orders.rules.states import OrderStatus
from portal import demo
from portal.models import User

#: A scenario of fixtures/demo/orders.yaml for each end of submission.
AUTHORIZED, COMPLETED, PENDED = "lung-high-pdl1", "lung-oral", "myeloma-custom"


def today() -> date:
    """Today at the plans."""
    return timezone.now().astimezone(ZoneInfo("America/New_York")).date()


def person(username: str) -> User:
    """One of the demo's people."""
    return User.objects.get(username=username)


def draft(name: str = AUTHORIZED, *, by: str = "practice") -> Order:
    """A draft with every step answered."""
    return demo.enter(demo.scenarios()[name], by=person(by), today=today())


def submitted(name: str = AUTHORIZED, *, by: str = "practice") -> Order:
    """A submitted order, judged."""
    return demo.submit(demo.scenarios()[name], by=person(by), today=today(), key=f"test-{name}")


def submitted_again(name: str = AUTHORIZED, *, by: str = "practice") -> Order:
    """The same order once more, as a second request of the same office."""
    return demo.submit(demo.scenarios()[name], by=person(by), today=today(), key=f"again-{name}")


def order_in(status: OrderStatus) -> Order:
    """An order in that status."""
    if status is OrderStatus.DRAFT:
        return draft()
    if status is OrderStatus.DETERMINED:
        return submitted()
    if status is OrderStatus.WITHDRAWN:
        order = draft()
        discard_draft(order, by=person("practice"))
        return order
    order = submitted(PENDED)
    if status is OrderStatus.PHYSICIAN_REVIEW:
        take_case(order, by=person("nurse"))
        escalate_to_physician(order, by=person("nurse"), why="Dose needs a physician’s look.")
    return order
