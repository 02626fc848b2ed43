"""Orders that an agent enters by POST, and what an agent types about a caller."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from members.models import Practice
from orders.actions.callers import Caller
from orders.actions.drafting import save_step
from orders.actions.submission import submit_order
from orders.models import Order
from portal import demo
from tests.factories import orders
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


#: The order of the demo's file that an agent enters.
BY_PHONE = "lung-by-phone"


def by_phone(like: str, **changes: Any) -> demo.Scenario:
    """A demo order entered for a caller of HARBOR instead of in the portal."""
    told = {"channel": "phone", "practice": "HARBOR", "name": "Dana Fox", "phone": "617-555-0100"}
    found = demo.scenarios()[like].found
    return demo.Scenario(f"{like}-called", {**found, "by": "agent", "caller": {**told, **changes}})


def called(like: str, **changes: Any) -> Order:
    """The same, submitted."""
    return demo.submit(by_phone(like, **changes), by=orders.person("agent"), today=orders.today())


def pended_by_phone(**changes: Any) -> Order:
    """An order in nurse review that the agent entered."""
    return called(orders.PENDED, **changes)


def taken_in_an_outage() -> Order:
    """An order of the plan that takes phone requests in outages only."""
    agent = orders.person("agent")
    order = demo.enter(by_phone(orders.AUTHORIZED), by=agent, today=orders.today())
    row = order.answers.get(step="plan")
    clean = {**row.cleaned, "outage_reason": "power"}
    save_step(order, "plan", raw={**row.raw, "outage_reason": ["power"]}, clean=clean, revision=1, by=agent)
    return submit_order(order, by=agent, idempotency_key="outage-on-the-line")
