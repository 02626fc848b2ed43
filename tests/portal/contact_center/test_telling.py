"""What is told to the caller and kept, and how the office hears of a later decision (R-311, D-41, D-42)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.delivery import deliver_message
from notifications.models import AuditEvent, OutboxMessage
from orders import calls
from orders.actions.callers import take_up
from orders.actions.calls import close_call_back, record_told, wait_for_call
from orders.actions.determination import authorize
from orders.actions.drafting import save_step
from orders.actions.review import take_case
from orders.actions.submission import submit_order
from orders.models import CallTask, Order, ToldItem
from orders.rules.refusals import NoOpenCall, NotAnAgent, WrongReceipt
from orders.steps import state_of
from portal import demo
from portal.access import Role
from tests.factories import orders, people
from tests.portal.contact_center.calls import (
    BY_PHONE,
    CALLER,
    CallEntry,
    by_phone,
    called,
    caller,
    harbor,
    pended_by_phone,
)
from tests.portal.wizard.entry import STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
Item = ToldItem.Item


def decided(order: Order) -> Order:
    """The case authorized by a nurse."""
    take_case(order, by=orders.person("nurse"))
    authorize(order, by=orders.person("nurse"), rationale="Doses agree with the label.")
    order.refresh_from_db()
    return order


def script(client: Client, order: Order):
    return client.get(reverse("order", args=[order.reference])).context["script"]


# --- The script (R-311) -------------------------------------------------------------------------------
def test_r311_the_script_says_what_was_decided_with_its_numbers_dates_and_codes(agent: Client):
    order = orders.submitted(BY_PHONE, by="agent")
    lines = {line.item: " ".join(line.sentences) for line in script(agent, order).lines}
    assert set(lines) == {Item.DECISION, Item.ORDER_ID, Item.VALID_DATES, Item.S_CODES}
    assert "Authorized." in lines[Item.DECISION]
    assert order.order_id in lines[Item.ORDER_ID].replace(" ", "")
    assert "Fri Mar 13, 2026" in lines[Item.VALID_DATES]
    assert "S0353" in lines[Item.S_CODES]
    assert "S0354 can be billed up to" in lines[Item.S_CODES]


def test_r311_without_an_award_no_code_is_read(agent: Client):
    lines = script(agent, decided(pended_by_phone())).lines
    assert Item.S_CODES not in {line.item for line in lines}


def test_r376_a_pending_order_tells_when_it_is_due_and_what_is_missing(agent: Client):
    order = called("breast-her2-unknown")
    lines = {line.item: " ".join(line.sentences) for line in script(agent, order).lines}
    assert set(lines) == {Item.DECISION, Item.DUE, Item.MISSING}
    assert order.reference in lines[Item.DECISION].replace(" ", "")
    assert "Fri Mar 6, 2026, 6:00 PM ET" in lines[Item.DUE]
    assert "HER2" in lines[Item.MISSING]


def test_r311_each_thing_told_is_kept_with_who_and_when(agent: Client):
    order = called("breast-her2-unknown")
    address = reverse("call_told", args=[order.reference])
    answer = agent.post(address, {"do": "told", "told": ["decision", "due", "no such thing"]})
    assert answer["Location"] == reverse("order", args=[order.reference])
    told = {line.item: line.told for line in script(agent, order).lines}
    assert told[Item.MISSING] is None
    assert (told[Item.DUE].told_by, told[Item.DUE].told_at) == (orders.person("agent"), NOW)
    assert AuditEvent.objects.get(name="caller.told").details == {"items": ["decision", "due"]}
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        agent.post(address, {"do": "told", "told": ["decision", "missing"]})
    assert ToldItem.objects.get(item="decision").told_at == NOW
    assert ToldItem.objects.get(item="missing").told_at == NOW + timedelta(minutes=9)


def test_r311_what_is_decided_later_is_told_anew(agent: Client):
    order = pended_by_phone()
    record_told(order, list(Item), by=orders.person("agent"))
    assert script(agent, order).is_told
    assert not script(agent, decided(order)).is_told


def test_r311_only_an_agent_notes_what_was_told():
    order = called("breast-her2-unknown")
    with pytest.raises(NotAnAgent):
        record_told(order, [Item.DECISION], by=orders.person("practice"))
    practice = people.signed_in(orders.person("practice"))
    assert script(practice, order) is None
    assert practice.post(reverse("call_told", args=[order.reference])).status_code == 403


def test_r385_an_order_of_the_portal_has_no_script_and_the_same_summary(agent: Client):
    order = orders.submitted()
    assert script(agent, order) is None
    told = agent.get(reverse("order", args=[order.reference])).context["summary"]
    own = people.signed_in(orders.person("practice")).get(reverse("order", args=[order.reference]))
    assert told == own.context["summary"]


# --- E-mail or a call (D-41, D-42) --------------------------------------------------------------------
def test_d41_the_offices_address_gets_the_mail_which_names_no_patient():
    """D-42."""
    order = decided(pended_by_phone(email="front.desk@harbor.example"))
    message = OutboxMessage.objects.get()
    deliver_message(message.pk)
    [sent] = mail.outbox
    assert sent.to == ["front.desk@harbor.example"]
    text = str(sent.message())
    assert order.reference in text
    assert "our contact center entered for your office" in text
    for secret in (order.member.last_name, order.member.first_name, order.member.member_number, "Dana"):
        assert secret not in text
    assert calls.open_task_count() == 0


def test_d41_the_callers_own_account_goes_before_the_offices_address(agent: Client):
    typed = {**CALLER, "account": "PRACTICE", "email": "front.desk@harbor.example"}
    entry = CallEntry(agent, None, **typed)
    assert entry.order.caller_request.account == orders.person("practice")
    order = demo.enter(
        by_phone(orders.PENDED, email="x@y.example"), by=orders.person("agent"), today=orders.today()
    )
    order.caller_request.account = orders.person("practice")
    order.caller_request.save()
    submit_order(order, by=orders.person("agent"), idempotency_key="with-an-account")
    decided(Order.objects.get(pk=order.pk))
    payload = OutboxMessage.objects.get().payload
    assert (payload["user"], payload["address"]) == (
        orders.person("practice").pk,
        orders.person("practice").email,
    )


@pytest.mark.parametrize("account", ["piedmont", "nurse", "nobody", "site"])
def test_d41_an_account_of_somebody_else_is_refused(agent: Client, account: str):
    posted = {**CALLER, "practice": harbor().pk, "practice_text": harbor().name, "account": account}
    page = agent.post(reverse("call_new"), posted)
    assert page.status_code == 422
    assert "has no account of this name" in page.context["form"].errors["account"][0]


def test_d41_with_neither_a_call_is_owed_and_the_agent_closes_it(agent: Client):
    order = decided(pended_by_phone())
    assert not OutboxMessage.objects.exists()
    home = agent.get("/").content.decode()
    assert f"Order {order.reference} decided" in home
    assert "617-555-0100" in home
    address = reverse("call_told", args=[order.reference])
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        typed = {"do": "close", "told": ["decision"], "told_to": "Kim Lee", "told_on": "03/03/2026"}
        assert agent.post(address, typed).status_code == 422
        wrong = agent.post(address, {**typed, "told_time": "11:00 AM"})
        assert "in the future" in wrong.context["script"].form.errors["told_time"][0]
        early = agent.post(address, {**typed, "told_time": "9:00 AM"})
        assert "not decided then" in early.context["script"].form.errors["told_time"][0]
        assert wrong.context["script"].form["told_to"].value() == "Kim Lee"
        assert agent.post(address, {**typed, "told_time": "10:05 AM"})["Location"] == "/"
    task = CallTask.objects.get()
    assert (task.told_to, task.told_at) == ("Kim Lee", NOW + timedelta(minutes=5))
    assert task.closed_by == orders.person("agent")
    assert ToldItem.objects.get().item == "decision"
    assert f"Order {order.reference} decided" not in agent.get("/").content.decode()


def test_d41_a_call_is_closed_once_by_an_agent_and_not_in_the_future():
    order, agent = decided(pended_by_phone()), orders.person("agent")
    with pytest.raises(NotAnAgent):
        close_call_back(order, by=orders.person("nurse"), told_to="Kim Lee", told_at=NOW)
    with pytest.raises(WrongReceipt):
        close_call_back(order, by=agent, told_to="Kim Lee", told_at=NOW + timedelta(minutes=1))
    close_call_back(order, by=agent, told_to="Kim Lee", told_at=NOW)
    with pytest.raises(NoOpenCall):
        close_call_back(order, by=agent, told_to="Kim Lee", told_at=NOW)


def test_d41_a_fax_that_is_decided_at_once_is_told_too():
    """Nobody is on the phone: the answer has to reach the office."""
    told = {"channel": "fax", "received_at": NOW - timedelta(hours=1)}
    called("lung-oral", email="front.desk@harbor.example", **told)
    assert OutboxMessage.objects.get().payload["address"] == "front.desk@harbor.example"
    owed = called("breast-adjuvant", **told)
    assert [task.order for task in calls.open_tasks(CallTask.Kind.CALL_BACK)] == [owed]


def test_d41_a_phone_order_that_is_decided_at_once_was_told_on_the_phone():
    orders.submitted(BY_PHONE, by="agent")
    assert not OutboxMessage.objects.exists()
    assert calls.open_task_count() == 0


def test_d41_who_began_an_urgent_draft_gets_its_mail_when_the_caller_gives_no_address():
    order = orders.draft(orders.PENDED, by="physician")
    wait_for_call(order, by=orders.person("physician"))
    take_up(order, caller(), by=orders.person("agent"))
    submit_order(order, by=orders.person("agent"), idempotency_key="taken-up-by-phone")
    decided(Order.objects.get(pk=order.pk))
    assert OutboxMessage.objects.get().payload["address"] == orders.person("physician").email


def test_d41_the_nurse_reads_to_whom_the_mail_goes_before_she_decides():
    nurse = people.signed_in(orders.person("nurse"))
    said = []
    for order in (pended_by_phone(email="front.desk@harbor.example"), called("breast-her2-unknown")):
        take_case(order, by=orders.person("nurse"))
        page = nurse.post(reverse("case_authorize", args=[order.reference]), {"rationale": "Doses agree."})
        said.append(" ".join(page.content.decode().split()))
    assert "front.desk@harbor.example" in said[0]
    assert "The contact center calls Dana Fox back." in said[1]


# --- Looking up (R-376, R-382) ------------------------------------------------------------------------
def test_r376_an_agent_finds_any_submitted_order_by_its_number_and_the_trail_says_caller(agent: Client):
    order = orders.submitted()
    for typed in (order.order_id, order.reference):
        found = agent.post("/orders/status/", {"q": typed}, follow=True)
        assert found.redirect_chain[-1][0] == reverse("order", args=[order.reference])
    read = AuditEvent.objects.filter(subject=f"order:{order.reference}", name="read.order").latest("pk")
    assert read.details == {"why": "caller", "role": Role.CONTACT_CENTER_AGENT}


def test_r376_a_member_id_needs_the_date_of_birth(agent: Client):
    order = orders.submitted()
    member = order.member
    box = agent.post("/orders/status/", {"q": member.member_number})
    assert box.status_code == 200
    assert order.reference not in box.content.decode()
    assert box.context["form"]["member_number"].value() == member.member_number
    born = member.birth_date
    typed = {
        "plan": member.plan.slug,
        "solution": "medical_oncology",
        "by": "member",
        "member_number": member.member_number,
        "member_birth_date_month": born.month,
        "member_birth_date_day": born.day,
        "member_birth_date_year": born.year,
    }
    assert agent.post("/orders/status/", typed)["Location"] == reverse("order", args=[order.reference])
    wrong = agent.post("/orders/status/", {**typed, "member_birth_date_day": born.day % 28 + 1})
    assert wrong.context["nothing"]
    assert AuditEvent.objects.filter(name="lookup.empty").latest("pk").details["why"] == "caller"


@pytest.mark.parametrize("by", ["name", "provider"])
def test_r376_agents_do_not_search_by_name_or_provider(agent: Client, by: str):
    """Minimum necessary: a caller names the order or the member."""
    orders.submitted()
    page = agent.post(
        "/orders/status/",
        {
            "plan": "BCBSM",
            "solution": "medical_oncology",
            "by": by,
            "provider": "2100000001",
            "from_on": "03/01/2026",
            "to_on": "04/01/2026",
        },
    )
    assert page.status_code == 422
    assert "by" in page.context["form"].errors


def test_an_agent_sees_no_draft_that_a_practice_has_in_hand(agent: Client):
    draft = orders.draft()
    assert agent.get(reverse("order", args=[draft.reference])).status_code == 404
    assert agent.get(reverse("step_plan", args=[draft.reference])).status_code == 404
    assert agent.post("/orders/status/", {"q": draft.reference}).context["nothing"]


def test_r382_one_click_opens_the_earlier_order_that_the_notes_cite(agent: Client):
    earlier = orders.submitted()
    order = orders.draft()
    notes = {"notes": f"First asked for under {earlier.order_id}: the same regimen.", "confirmed": True}
    save_step(order, "review", raw={}, clean=notes, revision=None, by=orders.person("practice"))
    assert state_of(order).get("review") == notes
    order = submit_order(order, by=orders.person("practice"), idempotency_key="cites-an-order")
    page = agent.get(reverse("order", args=[order.reference])).content.decode()
    address = reverse("order", args=[earlier.reference])
    assert f'<a class="usa-link" href="{address}">{earlier.order_id}</a>' in page


def test_r382_a_number_of_somebody_elses_order_opens_nothing(agent: Client):
    other = orders.submitted("lung-oral")
    order = orders.draft()
    notes = {"notes": f"See {other.order_id} and 123456789.", "confirmed": True}
    save_step(order, "review", raw={}, clean=notes, revision=None, by=orders.person("practice"))
    order = submit_order(order, by=orders.person("practice"), idempotency_key="cites-another")
    page = agent.get(reverse("order", args=[order.reference])).content.decode()
    assert other.order_id in page
    assert reverse("order", args=[other.reference]) not in page


def test_r376_an_agent_can_open_whatever_the_order_page_offers(agent: Client):
    """What the office asks for on the phone; following up with a new order stays the office's own."""
    for order in (orders.submitted(), called("breast-her2-unknown")):
        page = agent.get(reverse("order", args=[order.reference]))
        assert reverse("order_follow", args=[order.reference]) not in page.content.decode()
        offered = [offer.route for offer in page.context["later"].offers]
        assert offered
        for route in offered:
            assert agent.get(reverse(route, args=[order.reference])).status_code == 200, route


# --- Cost ---------------------------------------------------------------------------------------------
def cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_contact_centers_pages_cost_the_same_however_much_waits(agent: Client):
    order = decided(pended_by_phone())
    pages = ["/", reverse("call_new"), "/contact-center/practices/?q=cancer"]
    pages.append(reverse("order", args=[order.reference]))
    before = [cost(agent, page) for page in pages]
    assert max(before) <= 15
    for name in ("breast-adjuvant", "lung-oral"):
        wait_for_call(orders.draft(name), by=orders.person("practice"))
        demo.enter(by_phone(name), by=orders.person("agent"), today=orders.today())
    decided(called("breast-her2-unknown"))
    assert [cost(agent, page) for page in pages] == before


@pytest.mark.parametrize("step", STEP_KEYS)
def test_a_step_of_an_agent_takes_at_most_15_queries(call: Entry, step: str):
    call.reach("review")
    assert cost(call.client, call.url(step)) <= 15


# --- The practice box ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("harbor", ["Harbor Oncology Associates"]),
        ("quincy", ["Harbor Oncology Associates"]),
        ("2100000001", ["Harbor Oncology Associates"]),
        ("(617) 555-0100", ["Harbor Oncology Associates"]),
        ("617-555-0130", ["Harbor Oncology Associates", "Hudson Cancer Care"]),
        ("555-0100", ["Harbor Oncology Associates"]),
        ("bayside infusion", []),
        ("12345", []),
        ("", []),
        ("%", []),
        ("cancer 7", []),
    ],
)
def test_r376_the_practice_is_found_by_name_city_phone_or_npi(agent: Client, typed: str, found: list[str]):
    page = agent.get(reverse("lookup_practices"), {"q": typed})
    assert [option["label"] for option in page.context["options"]] == found


def test_without_scripts_the_practices_found_are_offered(agent: Client):
    page = agent.post(reverse("call_new"), {**CALLER, "practice_text": "cancer"})
    assert page.status_code == 422
    assert len(page.context["form"].practice_pick.offers) > 5
    picked = agent.post(
        reverse("call_new"), {**CALLER, "practice_text": "harbor oncology", "practice": harbor().pk}
    )
    assert picked.status_code == 302
