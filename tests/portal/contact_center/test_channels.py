"""How an order may come: by phone in outages only, urgent ones by phone, on paper with its receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from members.clock import PLAN_ZONE
from members.models import ProgramTerms
from notifications.models import AuditEvent
from orders import calls
from orders.actions.callers import start_for_caller, take_up
from orders.actions.deadlines import count_by_urgency, handle_overdue
from orders.actions.drafting import save_step
from orders.actions.submission import SubmissionRefused, submit_order
from orders.models import CallerRequest, CallTask, Order
from orders.rules import ids
from orders.rules.deadlines import due_at
from orders.rules.refusals import MayNotOrder, NoOpenCall, NotAnAgent, WrongReceipt
from orders.terms import plan_calendar
from portal import demo
from tests.factories import orders, people
from tests.portal.contact_center.calls import (
    BY_PHONE,
    CALLER,
    CallEntry,
    by_phone,
    called,
    caller,
    harbor,
    taken_in_an_outage,
)
from tests.portal.wizard.entry import PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


def urgent(entry: Entry, *, reach: bool = True) -> str:
    """Choose urgent on the dates step, and read the page that follows."""
    typed = entry.reach("dates").typed_dates() if reach else entry.typed_dates()
    page = entry.shown("dates", {**typed, "urgency": "expedited", "expedited_attested": "on"})
    return " ".join(page.content.decode().split())


@pytest.fixture
def massachusetts(client_of_practice: Client) -> Entry:
    """A draft of the plan that takes urgent requests by phone, answered up to the dosing."""
    return Entry(client_of_practice, orders.draft("breast-adjuvant"))


# --- Outages (R-378, D-38, PD-14) -------------------------------------------------------------------
def test_r378_d38_an_agent_must_choose_an_outage_reason_where_the_plan_is_electronic(call: Entry):
    """PD-14."""
    page = call.shown("plan", {**PLAN, "outage_reason": ""})
    assert "Choose the outage reason." in page.content.decode()
    assert call.state.first_unfinished == "plan"
    call.answer("plan", {**PLAN, "outage_reason": "power"})
    assert CallerRequest.objects.get().outage_reason == "power"


def test_r378_the_portal_and_plans_with_a_free_choice_ask_for_no_outage(call: Entry, entry: Entry):
    call.answer("plan", {**PLAN, "plan": "BCBSMA", "outage_reason": "power"})
    assert "outage_reason" not in call.state.get("plan")
    assert CallerRequest.objects.get().outage_reason == ""
    assert "outage_reason" not in entry.get("plan").context["form"].fields


def test_d38_what_the_form_asks_is_asked_again_at_submission():
    agent = orders.person("agent")
    order = demo.enter(by_phone(orders.AUTHORIZED), by=agent, today=orders.today())
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(order, by=agent, idempotency_key="no-reason-given")
    assert [problem.code for problem in refused.value.problems] == ["OUTAGE_REASON_MISSING"]


def test_r378_outages_are_counted_by_month_and_reason(agent: Client):
    with time_machine.travel(NOW - timedelta(days=3), tick=False):
        taken_in_an_outage()
    [row] = calls.outages()
    assert (row.month.date().isoformat(), row.reason, row.count) == (
        "2026-02-01",
        "Power outage at the office",
        1,
    )
    for who in ("agent", "admin"):
        page = people.signed_in(orders.person(who)).get("/").content.decode()
        assert "February 2026" in page, who
        assert "Power outage at the office" in page, who


# --- Urgent requests (R-377, D-37, PD-19) -----------------------------------------------------------
def test_d37_r377_an_urgent_draft_is_kept_shows_the_number_and_waits_for_a_call(massachusetts: Entry):
    """PD-19."""
    order = massachusetts.order
    text = urgent(massachusetts, reach=False)
    assert "1-866-745-1783" in text
    assert order.reference in text
    assert massachusetts.state.raw["dates"]["urgency"] == ["expedited"]
    assert massachusetts.order.status == "draft"
    assert [task.order for task in calls.open_tasks(CallTask.Kind.URGENT_DRAFT)] == [order]
    urgent(massachusetts, reach=False)
    assert CallTask.objects.count() == 1, "one draft waits once"


def test_d37_a_draft_that_is_urgent_no_longer_waits_no_longer(massachusetts: Entry):
    urgent(massachusetts, reach=False)
    massachusetts.answer("dates", massachusetts.typed_dates())
    assert calls.open_tasks(CallTask.Kind.URGENT_DRAFT) == []


def test_d37_a_discarded_draft_waits_no_longer(massachusetts: Entry):
    urgent(massachusetts, reach=False)
    massachusetts.client.post(reverse("order_discard", args=[massachusetts.order.reference]))
    assert calls.open_task_count() == 0


def test_d37_other_plans_take_urgent_requests_online_with_an_attestation(entry: Entry):
    urgent(entry)
    assert entry.state.get("dates")["urgency"] == "expedited"
    assert not CallTask.objects.exists()


def test_d37_an_agent_finds_the_urgent_draft_and_finishes_it_by_phone(massachusetts: Entry, agent: Client):
    urgent(massachusetts, reach=False)
    reference = massachusetts.order.reference
    assert reference in agent.get("/").content.decode()
    # The caller gives the tracking number; the draft's own pages open when the call is noted.
    found = agent.post("/orders/status/", {"q": reference}, follow=True)
    assert found.redirect_chain[-1][0] == reverse("call_take", args=[reference])
    assert agent.get(reverse("step_dates", args=[reference])).status_code == 404
    taken = agent.post(reverse("call_take", args=[reference]), CALLER)
    assert taken["Location"] == reverse("step_dates", args=[reference])
    theirs = CallEntry(agent, massachusetts.order)
    assert theirs.get("dates").context["form"]["urgency"].value() == "expedited"
    theirs.answer("dates", {**theirs.typed_dates(), "urgency": "expedited", "expedited_attested": "on"})
    theirs.submit()
    order = theirs.order
    assert (order.channel, order.urgency, order.submitted_by) == (
        "phone",
        "expedited",
        orders.person("agent"),
    )
    assert calls.open_task_count() == 0


def test_d37_an_urgent_order_cannot_be_posted_around_the_form(massachusetts: Entry):
    urgent(massachusetts, reach=False)
    order, agent = massachusetts.order, orders.person("agent")
    take_up(order, caller(), by=agent)
    theirs = CallEntry(people.signed_in(agent), order)
    theirs.answer("dates", {**theirs.typed_dates(), "urgency": "expedited", "expedited_attested": "on"})
    massachusetts.client.post(reverse("order_continue", args=[order.reference]))
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(massachusetts.order, by=orders.person("practice"), idempotency_key="urgent-online")
    assert [problem.code for problem in refused.value.problems] == ["URGENT_BY_PHONE"]


def test_d37_of_two_agents_who_take_up_one_draft_the_second_is_told(massachusetts: Entry, agent: Client):
    urgent(massachusetts, reach=False)
    order = massachusetts.order
    take_up(order, caller(), by=orders.person("agent"))
    assert agent.post(reverse("call_take", args=[order.reference]), CALLER).status_code == 404
    with pytest.raises(NoOpenCall):
        take_up(order, caller(name="Somebody Else"), by=orders.person("agent"))
    assert CallerRequest.objects.get().name == "Dana Fox"


# --- Paper (R-380) ----------------------------------------------------------------------------------
FAX = {"channel": "fax", "received_on": "03/03/2026", "received_time": "8:00 AM"}


@pytest.mark.parametrize(
    ("received_at", "due_on"),
    [
        (datetime(2026, 3, 3, 13, 0, tzinfo=UTC), "2026-03-06"),
        # The day before, after the plan's closing hour: that day counts as the day of receipt.
        (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), "2026-03-05"),
        (datetime(2026, 2, 27, 13, 0, tzinfo=UTC), "2026-03-04"),
    ],
    ids=["two hours before", "the evening before", "on Friday"],
)
def test_r380_the_clocks_of_a_fax_run_from_its_receipt(received_at: datetime, due_on: str):
    """Keyed in on Tuesday, March 3, at 10:00 AM."""
    order = called("breast-her2-unknown", channel="fax", received_at=received_at)
    assert (order.received_at, order.submitted_at) == (received_at, NOW)
    started = order.clock_events.get(clock="limit", kind="started")
    assert started.at == received_at
    assert started.allowed == {"business_days": 3}
    assert order.due_at == due_at(received_at, started.allowed, plan_calendar(order.terms))
    assert order.due_at.astimezone(PLAN_ZONE).date().isoformat() == due_on
    assert order.events.latest("id").at == NOW


def test_r380_a_fax_that_nobody_decided_moves_up_by_its_receipt():
    """Whatever recomputes the clocks counts from receipt: the sweep, and a change of urgency (R-269)."""
    received = datetime(2026, 3, 2, 14, tzinfo=UTC)
    order = called("breast-her2-unknown", channel="fax", received_at=received)
    escalate_at = order.escalate_at
    assert escalate_at is not None
    assert not handle_overdue(order, now=escalate_at - timedelta(minutes=1))
    order.refresh_from_db()
    assert order.escalate_at == escalate_at
    order.urgency = Order.Urgency.EXPEDITED
    order.save(update_fields=["urgency"])
    count_by_urgency(order, by=orders.person("agent"))
    counting = [order.clock_events.filter(clock=clock).latest("id") for clock in ("limit", "target")]
    calendar = plan_calendar(order.terms)
    assert [event.due_at for event in counting] == [due_at(received, e.allowed, calendar) for e in counting]
    assert handle_overdue(order, now=order.escalate_at)


def test_r380_the_practice_reads_when_its_fax_was_received(client_of_practice: Client):
    order = called("breast-her2-unknown", channel="fax", received_at=NOW - timedelta(hours=2))
    page = client_of_practice.get(reverse("order", args=[order.reference])).content.decode()
    assert "Received Tue Mar 3, 2026, 8:00 AM ET; the decision time runs from then" in page


def test_r380_a_late_fax_that_was_received_in_time_is_in_the_retrospective_window(agent: Client):
    """The window is asked of the day of receipt, in the form and at submission."""
    received = {**FAX, "received_on": "02/17/2026"}
    fax = CallEntry(agent, None, **received)
    fax.answer("plan")
    started = datetime(2026, 2, 16, tzinfo=UTC).date()
    fax.answer("member", fax.typed_member(day=started))
    assert fax.state.get("member")["start_on"] == "2026-02-16"
    late = CallEntry(agent)
    late.answer("plan")
    late.post("member", late.typed_member(day=started))
    assert late.state.first_unfinished == "member"


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"received_on": "03/04/2026"}, "received_on", "in the future"),
        ({"received_time": "10:01 AM"}, "received_on", "in the future"),
        ({"received_on": "01/05/2026"}, "received_on", "more than 30 days ago"),
        ({"received_on": ""}, "received_on", "Enter the date"),
        ({"received_time": ""}, "received_time", "Enter the time"),
        ({"received_time": "8"}, "received_time", "AM or PM"),
        ({"received_time": "13 PM"}, "received_time", "Enter the time"),
        ({"received_time": "25:00"}, "received_time", "Enter the time"),
        ({"received_on": "soon"}, "received_on", "month/day/year"),
    ],
)
def test_r380_a_receipt_that_cannot_be_is_refused_and_kept_as_typed(agent: Client, typed, field, message):
    posted = {**CALLER, **FAX, "practice": harbor().pk, "practice_text": harbor().name, **typed}
    page = agent.post(reverse("call_new"), posted)
    assert page.status_code == 422
    assert message in page.context["form"].errors[field][0]
    for name, value in typed.items():
        assert page.context["form"][name].value() == value
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("told", "hour"), [("8 am", 13), ("8:00 A.M.", 13), ("0800", 13), ("12:30 AM", 5), ("09:59", 14)]
)
def test_r380_the_time_is_the_plans_wall_clock_however_it_is_typed(agent: Client, told: str, hour: int):
    fax = CallEntry(agent, None, **{**FAX, "received_time": told})
    assert fax.order.caller_request.received_at.hour == hour


def test_r380_a_call_has_no_receipt_of_its_own_and_a_fax_needs_one():
    agent = orders.person("agent")
    wrong = (
        caller(received_at=NOW),
        caller(channel=Order.Channel.FAX),
        caller(channel=Order.Channel.PORTAL),
        caller(channel=Order.Channel.MAIL, received_at=NOW + timedelta(minutes=1)),
    )
    for told in wrong:
        with pytest.raises(WrongReceipt):
            start_for_caller(harbor(), told, by=agent)
    assert not Order.objects.exists()


# --- Ways to an Order ID (R-298, R-301) -------------------------------------------------------------
def test_r298_r301_all_three_ways_give_order_ids_of_the_same_series(call: Entry, client_of_practice: Client):
    """Portal, phone, and a link on the plan's own site; a patient each, so that none repeats another."""
    page = client_of_practice.get("/start/BCBSM/")
    begun = client_of_practice.post("/orders/new/", {"plan": page.context["plan"].slug})
    linked = Entry(client_of_practice, Order.objects.get(reference=begun["Location"].split("/")[2]))
    first = linked.get("plan").context["form"]
    assert first["plan"].value() == "BCBSM"
    assert first.errors == {}
    members = ("ZMI400000013", "ZMI400000024", "ZMI400000035")
    numbers = set()
    for way, member in zip((linked, call, Entry(client_of_practice)), members, strict=True):
        way.reach("member").answer("member", way.typed_member(member))
        way.reach("review").submit()
        numbers.add(way.order.order_id)
    assert len(numbers) == 3
    assert all(ids.kind_of(number) for number in numbers), numbers


def test_r301_the_link_asks_to_sign_in_and_comes_back_with_the_plan():
    asked = Client().get("/start/BCBSM/")
    assert asked.status_code == 302
    assert asked["Location"].endswith("next=%2Fstart%2FBCBSM%2F")


def test_r301_a_link_to_no_plan_of_ours_is_not_found(client_of_practice: Client):
    assert client_of_practice.get("/start/NOPLAN/").status_code == 404
    assert client_of_practice.post("/orders/new/", {"plan": "NOPLAN"}).status_code == 302


# --- Who may (R-043, R-045, R-376) ------------------------------------------------------------------
@pytest.mark.parametrize("who", ["practice", "nurse", "reviewer", "admin", "site"])
def test_r045_only_agents_enter_orders_for_callers(who: str):
    person = orders.person(who)
    browser = people.signed_in(person)
    assert browser.get(reverse("call_new")).status_code == 403
    assert browser.get(reverse("lookup_practices")).status_code == 403
    with pytest.raises(NotAnAgent):
        start_for_caller(harbor(), caller(), by=person)


def test_r043_an_agent_submits_nothing_that_a_practice_enters_itself():
    with pytest.raises(MayNotOrder):
        submit_order(orders.draft(), by=orders.person("agent"), idempotency_key="not-for-agents")


def test_r043_a_practice_submits_nothing_that_the_contact_center_has_in_hand(call: Entry):
    call.reach("review")
    with pytest.raises(MayNotOrder):
        submit_order(call.order, by=orders.person("practice"), idempotency_key="not-for-practice")


def test_the_office_sees_who_has_its_draft_and_may_go_on_with_it(call: Entry, client_of_practice: Client):
    reference = call.order.reference
    assert client_of_practice.get(call.url("plan"))["Location"] == reverse("order", args=[reference])
    page = client_of_practice.get(reverse("order", args=[reference])).content.decode()
    assert "The contact center enters order" in page
    assert "Dana Fox" in page
    client_of_practice.post(reverse("order_continue", args=[reference]))
    assert client_of_practice.get(call.url("plan")).status_code == 200
    assert call.get("plan").status_code == 404, "the agent's no longer"
    said = [event.why for event in call.order.events.all()]
    assert said == [
        "entered by the contact center for Dana Fox, by phone",
        "continued in the portal by the office",
    ]


def test_what_was_asked_for_whom_is_in_history_and_audit(call: Entry):
    event = AuditEvent.objects.get(name="order.entered_for_caller")
    assert event.details == {
        "channel": "phone",
        "said": "entered by the contact center for Dana Fox, by phone",
    }
    assert call.order.events.get().why == "entered by the contact center for Dana Fox, by phone"


def test_what_the_contact_center_noted_stays_after_submission():
    order = demo.submit(demo.scenarios()[BY_PHONE], by=orders.person("agent"), today=orders.today())
    before = CallerRequest.objects.values().get()
    with pytest.raises(NoOpenCall):
        take_up(order, caller(name="Somebody Else"), by=orders.person("agent"))
    with pytest.raises(Exception, match="no longer a draft"):
        save_step(order, "plan", raw={}, clean=None, revision=1, by=orders.person("agent"))
    assert CallerRequest.objects.values().get() == before


def test_the_policies_are_terms_of_the_programs():
    """PD-14, PD-19: only the terms know which plan it is."""
    assert set(ProgramTerms.objects.values_list("phone_policy", flat=True)) == {"free", "outage_only"}
    assert set(ProgramTerms.objects.values_list("urgent_channel", flat=True)) == {"online", "phone"}
