"""From an order to the next one, by the pages: continue, change, add supportive drugs, start another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Practice
from notifications.models import AuditEvent
from notifications.names import AuditName
from orders.models import Order
from orders.rules import ids
from orders.rules.schedule import months_after
from orders.rules.states import Disposition, OrderStatus
from tests.factories import orders, people, radiation
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


# --- A number that is typed ------------------------------------------------------------------------------
class TestEarlierNumber:
    """R-091, R-300, DR-11, DR-23: the regimen step takes the number of this member's earlier order."""

    @pytest.fixture
    def earlier(self, entry: Entry) -> Order:
        entry.reach("review").submit()
        assert entry.order.order_id
        return entry.order

    @pytest.fixture
    def again(self, entry: Entry, earlier: Order) -> Entry:
        """A second draft of the same member, at its regimen."""
        return Entry(entry.client).reach("regimen")

    @pytest.mark.parametrize("number", ["order_id", "reference"])
    @pytest.mark.parametrize(
        ("relation", "fact", "kind"),
        [("goes_on", "references_order", "cited"), ("replaces", "replaces_order", "change")],
    )
    def test_r300_a_valid_number_links_the_orders(self, again, earlier, number, relation, fact, kind):
        typed = {"pick": "PW-NSC-007", "earlier_number": getattr(earlier, number), "earlier_is": relation}
        again.answer("regimen", typed)
        assert again.state.get("regimen")[fact] == earlier.order_id
        again.reach("review").submit()
        assert (again.order.follows, again.order.follows_as) == (earlier, kind)

    def test_r300_replacing_by_number_is_no_duplicate_and_ends_the_earlier(self, again, earlier):
        again.answer("member", again.typed_member(day=earlier.start_on + timedelta(days=5)))
        typed = {"pick": "PW-NSC-007", "earlier_number": earlier.order_id, "earlier_is": "replaces"}
        again.answer("regimen", typed)
        again.reach("review").submit()
        assert again.order.disposition == Disposition.AUTHORIZED
        earlier.refresh_from_db()
        assert earlier.ended_on == again.order.start_on - timedelta(days=1)

    def test_the_relation_is_asked_with_a_number_and_a_regimen_only(self, again, earlier):
        page = again.shown("regimen", {"pick": "PW-NSC-007", "earlier_number": earlier.order_id})
        assert page.context["form"].errors["earlier_is"]
        again.answer("regimen", {"pick": "PW-NSC-007"})
        again.answer("regimen", {"pick": "supportive_only", "earlier_number": earlier.order_id})
        assert again.state.get("regimen")["references_order"] == earlier.order_id

    def test_a_mistyped_digit_is_told(self, again, earlier):
        wrong = f"{earlier.order_id[:-1]}{(int(earlier.order_id[-1]) + 1) % 10}"
        page = again.shown("regimen", {"pick": "PW-NSC-007", "earlier_number": wrong})
        assert "one of its digits is mistyped" in str(page.context["form"].errors["earlier_number"])

    def test_another_practices_order_is_answered_like_none(self, again, earlier):
        """D-63."""
        typed = {"pick": "PW-NSC-007", "earlier_number": earlier.order_id, "earlier_is": "goes_on"}
        Order.objects.filter(pk=earlier.pk).update(practice=Practice.objects.exclude(code="HARBOR").first())
        foreign = again.shown("regimen", typed).context["form"].errors["earlier_number"]
        nobodys = {**typed, "earlier_number": ids.order_id(Random(3))}
        assert again.shown("regimen", nobodys).context["form"].errors["earlier_number"] == foreign

    def test_another_members_order_is_answered_like_none(self, again):
        other = orders.submitted(BREAST)
        typed = {"pick": "supportive_only", "earlier_number": other.order_id}
        assert again.shown("regimen", typed).context["form"].errors["earlier_number"]

    def test_dr23_supportive_drugs_that_cite_nothing_are_taken_with_a_warning(self, again):
        answer = again.post("regimen", {"pick": "supportive_only"})
        assert "risk of febrile neutropenia is not known" in told(answer)
        assert "references_order" not in again.state.get("regimen")


def test_r193_the_notice_leads_to_the_order_and_going_on_is_logged(entry: Entry):
    entry.reach("review").submit()
    again = Entry(entry.client).reach("review")
    page = again.get("review").content.decode()
    assert f'href="/orders/{entry.order.reference}/">Open order {entry.order.order_id}' in page
    assert "You may go on" in page
    assert reverse("order_discard", args=[again.order.reference]) in page
    again.submit()
    event = AuditEvent.objects.get(name=AuditName.ORDER_SUBMITTED, subject=f"order:{again.order.reference}")
    assert event.details["despite_duplicates"] == [entry.order.reference]


def test_r193_another_practices_order_is_named_without_a_link(entry: Entry):
    entry.reach("review").submit()
    Order.objects.filter(pk=entry.order.pk).update(practice=Practice.objects.exclude(code="HARBOR").first())
    page = Entry(entry.client).reach("review").get("review").content.decode()
    assert "Another practice has an order" in page
    assert entry._order.reference not in page
    assert "Open order" not in page


# --- Near the end and after it ---------------------------------------------------------------------------
def test_r317_beyond_its_months_a_new_request_is_offered():
    earlier = orders.submitted()
    assert earlier.treatment_until
    with on(earlier.start_on + timedelta(days=200)) as client:
        page = client.get(f"/orders/{earlier.reference}/")
        assert next(offer.kind for offer in page.context["next"].offers) == "continuation"


def test_r320_r332_an_indefinite_regimen_is_renewed_after_six_months():
    """R-320, D-20, D-21: planned for a year, it has its codes for six months, and is then asked for again."""
    earlier = orders.submitted()
    limit = months_after(earlier.start_on, 6)
    Order.objects.filter(pk=earlier.pk).update(
        planned_end_on=earlier.start_on + timedelta(days=364),
        valid_to=earlier.start_on + timedelta(days=385),
        treatment_until=limit,
    )
    with on(limit - timedelta(days=20)) as client:
        page = client.get(f"/orders/{earlier.reference}/")
        assert "Treatment is authorized until" in page.context["next"].renewal
        assert "The last day with enhanced reimbursement is" in page.content.decode()
        entry = begun(client, earlier, "continuation")
        go_on(entry, "member")
        assert entry.state.get("member")["start_on"] == (limit + timedelta(days=1)).isoformat()
        # It takes over what is left of the year, so that the two do not overlap.
        assert entry.state.get("regimen")["replaces_order"] == earlier.order_id


def test_r344_a_radiation_order_is_asked_for_again_after_its_90_days():
    """R-344, DR-20: on day 91 it is covered no longer, and a new request is offered."""
    earlier = radiation.submitted(radiation.PENDED, radiation=radiation.SHORT)
    assert earlier.start_on
    last = earlier.start_on + timedelta(days=89)
    assert (earlier.valid_to, earlier.treatment_until) == (last, last)
    with on(last) as client:
        found = client.get(f"/orders/{earlier.reference}/").context["next"]
        assert "Treatment is authorized until" in found.renewal
    with on(last + timedelta(days=1)) as client:
        page = client.get(f"/orders/{earlier.reference}/")
        assert [offer.kind for offer in page.context["next"].offers] == ["continuation", "another"]
        entry = begun(client, earlier, "continuation")
        assert entry.state.raw["member"]["start_on"] == [f"{last + timedelta(days=1):%m/%d/%Y}"]


@pytest.mark.parametrize("kind", ["continuation", "change", "supportive", "another"])
def test_a_draft_that_follows_costs_few_queries_a_page(kind: str):
    earlier = orders.submitted(BREAST)
    assert earlier.planned_end_on
    with on(earlier.planned_end_on) as client:
        entry = begun(client, earlier, kind)
        for step in ("plan", "member"):
            entry.get(step)
            with CaptureQueriesContext(connection) as found:
                assert entry.get(step).status_code == 200
            assert len(found) <= 15, step


def test_the_servicing_site_is_offered_nothing():
    earlier = orders.submitted(BREAST)
    page = people.signed_in(orders.person("site")).get(f"/orders/{earlier.reference}/")
    assert page.status_code == 200
    assert page.context["next"] is None
    refused = follow(people.signed_in(orders.person("site")), earlier, "another")
    assert refused.status_code == 403
