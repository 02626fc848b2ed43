"""From an order to the next one, by the pages: continue, change, add supportive drugs, start another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from orders.models import Order
from orders.rules.states import Disposition, OrderStatus
from tests.factories import orders, people
from tests.portal.wizard.entry import Entry, us

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

BREAST = "breast-adjuvant"
#: What an order is asked again whatever was copied.
PEGFILGRASTIM = {
    "dose": "6",
    "unit": "mg",
    "days": "2",
    "cycle_length_days": "21",
    "cycles": "1-4",
    "indication": "primary_prophylaxis",
}


@contextmanager
def on(day: date, *, who: str = "practice") -> Iterator[Client]:
    """Somebody signed in on a later day, at noon of the plans."""
    with time_machine.travel(datetime.combine(day, time(17), tzinfo=UTC), tick=False):
        yield people.signed_in(orders.person(who))


def follow(client: Client, order: Order, kind: str) -> Any:
    """Press a button of the order's page."""
    return client.post(reverse("order_follow", args=[order.reference]), {"kind": kind})


def begun(client: Client, order: Order, kind: str) -> Entry:
    """The draft that the button opens."""
    answer = follow(client, order, kind)
    assert answer.status_code == 302
    return Entry(client, Order.objects.get(reference=answer["Location"].split("/")[2]))


def go_on(entry: Entry, step: str, **changes: Any) -> None:
    """Continue with what a page shows."""
    form = entry.get(step).context["form"]
    raw = {name: values for name, values in form.raw.items() if name != "pressed"}
    if step == "member":
        raw |= {"member": form.data["member"], "looked_at": form.showing}
    entry.post(step, {**raw, **changes})
    assert entry.state.answers[step], entry.get(step).context["form"].errors


def told(response: Any) -> str:
    """The messages of a response in one text."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- Continue -----------------------------------------------------------------------------------------
def test_r333_a_continuation_from_the_orders_page_to_its_answer():
    """R-333, D-14, DR-17: the day after the last planned one, no duplicate, no second onset code."""
    earlier = orders.submitted(BREAST)
    assert earlier.planned_end_on
    with on(earlier.planned_end_on - timedelta(days=10)) as client:
        entry = begun(client, earlier, "continuation")
        first = entry.get("member").context["form"]
        assert first.typed("start_on") == f"{earlier.planned_end_on + timedelta(days=1):%m/%d/%Y}"
        assert first.eligibility.in_program
        go_on(entry, "member")
        assert entry.state.first_unfinished == "clinical"
        go_on(entry, "clinical")
        go_on(entry, "dosing")
        entry.answer("dates")
        assert entry.get("review").context["judgement"].duplicates == ()
        entry.submit()
        order = entry.order
    assert order.disposition == Disposition.AUTHORIZED
    assert (order.follows, order.follows_as) == (earlier, "continuation")
    assert order.start_on == earlier.planned_end_on + timedelta(days=1)
    assert (earlier.scode_grant.s0353, order.scode_grant.s0353) == (1, 0)


def test_r333_what_may_have_changed_is_looked_at_again_and_ticks_are_not_copied():
    earlier = orders.submitted(BREAST)
    assert earlier.planned_end_on
    with on(earlier.planned_end_on) as client:
        entry = begun(client, earlier, "continuation")
        state = entry.state
        assert state.done == {"plan", "providers", "diagnosis", "regimen"}
        assert state.copied == {"clinical", "dosing"}
        assert "no_supportive" not in state.raw["dosing"]
        assert not {"dates", "review"} & set(state.raw)
        go_on(entry, "member")
        page = entry.get("clinical").content.decode()
        assert "copied from the earlier order" in page
        go_on(entry, "clinical")
        assert "clinical" not in entry.state.copied


def test_r333_every_step_says_what_the_draft_is_and_leads_to_the_earlier_order():
    earlier = orders.submitted(BREAST)
    assert earlier.planned_end_on
    with on(earlier.planned_end_on) as client:
        entry = begun(client, earlier, "continuation")
        for step in ("plan", "member"):
            page = entry.get(step).content.decode()
            assert "Continuation of" in page
            assert f'href="/orders/{earlier.reference}/">{earlier.order_id}' in page


def test_r333_an_answer_that_no_longer_fits_comes_up_and_is_not_kept_silently():
    """The prescriber has left since: the step is not taken over."""
    earlier = orders.submitted(BREAST)
    assert earlier.planned_end_on
    earlier.practice.affiliations.update(ends_on=earlier.planned_end_on - timedelta(days=30))
    with on(earlier.planned_end_on) as client:
        entry = begun(client, earlier, "continuation")
        assert entry.state.answers["providers"] is None
        go_on(entry, "member")
        assert entry.state.first_unfinished == "providers"
        assert entry.get("providers").context["form"].errors["ordering_provider"]


# --- Change -------------------------------------------------------------------------------------------
def changed(client: Client, earlier: Order) -> Entry:
    """A draft that replaces the lung order, ready to be submitted: another Pathway regimen."""
    entry = begun(client, earlier, "change")
    form = entry.shown(
        "member", {**entry.get("member").context["form"].raw, "start_on": us(_soon())}, "find"
    ).context["form"]
    raw = {name: values for name, values in form.raw.items() if name != "pressed"}
    entry.answer("member", {**raw, "member": form.data["member"], "looked_at": form.showing})
    go_on(entry, "clinical")
    return entry


def _soon() -> date:
    return orders.today() + timedelta(days=14)


def test_r092_a_change_is_a_new_full_plan_that_begins_with_the_old_drugs():
    earlier = orders.submitted()
    with on(earlier.start_on + timedelta(days=30)) as client:
        entry = changed(client, earlier)
        assert entry.state.first_unfinished == "regimen"
        context = entry.get("regimen").context
        assert context["drugs"] == ["pembrolizumab"]
        assert [found.row.id for found in context["exact"]]
        assert "Supportive drugs only" not in entry.get("regimen").content.decode()


def test_r318_an_approved_change_ends_the_earlier_order_and_voids_its_codes():
    """R-094, R-318, DR-11, DR-18: its range ends the day before, and no duplicate is flagged."""
    earlier = orders.submitted()
    with on(earlier.start_on + timedelta(days=30)) as client:
        entry = changed(client, earlier)
        entry.answer("regimen", {"pick": "PW-NSC-010"})
        entry.answer("dosing", entry.typed_dosing(height_cm="170", weight_kg="70", creatinine_clearance="90"))
        entry.answer("dates")
        review = entry.get("review")
        assert review.context["judgement"].duplicates == ()
        assert f"order {earlier.order_id} ends on" in review.content.decode()
        entry.submit()
        order = entry.order
        assert order.follows_as == "change"
        assert order.snapshot.facts["replaces_order"] == earlier.order_id
        assert order.status == OrderStatus.DETERMINED, order.disposition
        earlier.refresh_from_db()
        assert earlier.ended_on == order.start_on - timedelta(days=1)
        page = client.get(f"/orders/{earlier.reference}/").content.decode()
        assert f"Replaced by order {order.order_id}" in page
        assert "replaced this one" in page
        assert "void:</strong>" in page


# --- Supportive drugs alone ------------------------------------------------------------------------------
def test_r093_supportive_drugs_alone_cite_the_earlier_order():
    """R-093, DR-08, DR-11, DR-23: the cited regimen's risk counts, and it is no duplicate."""
    earlier = orders.submitted(BREAST)
    with on(earlier.start_on + timedelta(days=7)) as client:
        entry = begun(client, earlier, "supportive")
        assert entry.state.get("regimen") == {
            "choice": "supportive_only",
            "regimen_id": None,
            "drugs": [],
            "name": "Supportive drugs only",
            "references_order": earlier.order_id,
        }
        start = us(orders.today() + timedelta(days=7))
        form = entry.shown(
            "member", {**entry.get("member").context["form"].raw, "start_on": start}, "find"
        ).context["form"]
        raw = {name: values for name, values in form.raw.items() if name != "pressed"}
        entry.answer("member", {**raw, "member": form.data["member"], "looked_at": form.showing})
        go_on(entry, "clinical")
        assert entry.state.first_unfinished == "dosing"
        empty = entry.get("dosing").context["form"].raw
        assert entry.shown("dosing", empty).context["form"].errors["add_drug"]
        entry.post("dosing", {**empty, "add_drug_text": "pegfilgrastim"}, "add_drug")
        lines = {f"lines-0-{name}": value for name, value in PEGFILGRASTIM.items()}
        entry.answer("dosing", {**entry.get("dosing").context["form"].raw, **lines})
        entry.answer("dates")
        review = entry.get("review")
        assert review.context["judgement"].regimen_risk == "high"
        assert review.context["judgement"].duplicates == ()
        assert "no Pathway" in review.context["pathway"].sentence
        entry.submit()
        order = entry.order
        assert order.disposition == Disposition.AUTHORIZED
        page = client.get(f"/orders/{order.reference}/").content.decode()
        assert "Supportive drugs beside order" in page


def test_r092_a_therapeutic_drug_cannot_be_added_alone():
    earlier = orders.submitted(BREAST)
    with on(earlier.start_on) as client:
        entry = begun(client, earlier, "supportive")
        start = us(orders.today() + timedelta(days=7))
        form = entry.shown(
            "member", {**entry.get("member").context["form"].raw, "start_on": start}, "find"
        ).context["form"]
        raw = {name: values for name, values in form.raw.items() if name != "pressed"}
        entry.answer("member", {**raw, "member": form.data["member"], "looked_at": form.showing})
        go_on(entry, "clinical")
        page = entry.shown(
            "dosing", {**entry.get("dosing").context["form"].raw, "add_drug_text": "pembrolizumab"}
        )
        [message] = page.context["form"].errors["add_drug"]
        assert "needs a new treatment plan with all drugs" in message
