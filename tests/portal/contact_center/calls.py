"""Orders that an agent enters by POST, and what an agent types about a caller."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from members.models import Practice
from orders.actions.callers import Caller
from orders.models import Order
from tests.portal.wizard.entry import PLAN, Entry, Typed

CALLER: Typed = {"channel": "phone", "name": "Dana Fox", "phone": "(617) 555 0100"}


def harbor() -> Practice:
    return Practice.objects.get(code="HARBOR")


def caller(**changes: Any) -> Caller:
    """Dana Fox on the phone."""
    told = {"channel": Order.Channel.PHONE, "name": "Dana Fox", "phone": "617-555-0100", **changes}
    return Caller(**told)


class CallEntry(Entry):
    """One draft in an agent's browser."""

    def __init__(self, client: Any, order: Order | None = None, **caller: Any) -> None:
        self._caller = caller
        super().__init__(client, order)

    def _start(self) -> Order:
        typed = {**CALLER, "practice": harbor().pk, "practice_text": harbor().name, **self._caller}
        response = self.client.post(reverse("call_new"), typed)
        assert response.status_code == 302, response.context["form"].errors
        return Order.objects.get(reference=response["Location"].split("/")[2])

    def typed(self, step: str) -> Typed:
        """The lung cancer order, with the outage that its plan wants to hear of."""
        return {**PLAN, "outage_reason": "power"} if step == "plan" else super().typed(step)

    @property
    def _plain(self) -> bool:
        """Every step by its page."""
        return False
