"""What the practice changes after submission (R-095, R-269, D-37, D-39, D-40)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from members.models import Site
from notifications.models import AuditEvent, OutboxMessage
from orders.actions import deadlines
from orders.actions.findings import NoSuchAnswer, record_information
from orders.actions.news import confirm_news
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.updates import (
    Addition,
    OtherNetwork,
    UrgentByPhone,
    add_information,
    change_contact,
)
from orders.models import ClockEvent, Order
from orders.queries import contact_phone
from orders.replay import replay
from orders.rules.refusals import MayNotOrder, NotChangeable, NotHolder, NotReviewable, StaleOrder
from orders.rules.states import Disposition, OrderStatus
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: HER2 is unknown: trastuzumab and pertuzumab cannot be judged.  Its plan takes urgent requests by phone.
UNKNOWN = "breast-her2-unknown"
POSITIVE, NEGATIVE = ({"biomarkers": {"HER2": value}} for value in ("positive", "negative"))


def pending() -> Order:
    return orders.submitted(UNKNOWN)


def add(order: Order, facts: dict[str, Any] | None = None, *, by: str = "practice", **more: Any) -> Any:
    seen = more.pop("seen", None)
    return add_information(order, Addition(facts or {}, **more), by=orders.person(by), seen=seen)


class TestInformation:
    def test_r095_an_answer_that_settles_everything_authorizes_the_order(self):
        order = pending()
        add(order, POSITIVE)
        order.refresh_from_db()
        assert (order.status, order.disposition) == (OrderStatus.DETERMINED, Disposition.AUTHORIZED)
        assert order.order_id
        assert order.news_at is None, "nothing is left to read"
        assert not order.work_items.filter(closed_at=None).exists()
        determination = order.lines.get(drug="trastuzumab").determinations.get()
        assert determination.decided_by is None, "the authorize rule decided"
        assert order.events.latest("id").by == orders.person("practice")
        assert OutboxMessage.objects.count() == 1

    def test_r095_it_is_kept_with_its_history_and_the_reviewer_is_told(self):
        order = pending()
        take_case(order, by=orders.person("nurse"))
        add(order, NEGATIVE, note="Repeated by the second laboratory.")
        finding = order.findings.get()
        assert (finding.facts, finding.source) == (NEGATIVE, "practice")
        assert (finding.note, finding.recorded_by) == (
            "Repeated by the second laboratory.",
            orders.person("practice"),
        )
        assert order.snapshot.facts["biomarkers"]["HER2"] == "unknown", "what was submitted stays"
        order.refresh_from_db()
        assert order.news_at == order.updated_at >= finding.recorded_at
        assert order.status == OrderStatus.NURSE_REVIEW, "nothing is denied by it"
        assert AuditEvent.objects.filter(name="case.information_added").count() == 1

    def test_dr03_it_is_judged_by_the_releases_of_the_submission_and_replays(self):
        order = pending()
        add(order, {"ecog": 2})
        first, again = order.evaluations.order_by("sequence")
        assert again.policy_release == first.policy_release
        assert again.inputs["facts"]["ecog"] == 2
        assert replay(again).same

    def test_what_stands_already_is_no_change(self):
        order = pending()
        assert add(order, {"ecog": 1, "biomarkers": {"HER2": "unknown"}}) is None
        assert order.evaluations.count() == 1
        order.refresh_from_db()
        assert order.news_at is None

    def test_a_second_click_adds_nothing(self):
        order = pending()
        for given in (
            {"facts": NEGATIVE, "note": "By fax."},
            {"note": "Once more."},
            {"phone": "617-555-0199"},
        ):
            for _ in range(2):
                add(order, seen=0, **given)
        assert order.findings.count() == 3
        assert order.evaluations.count() == 2

    def test_nobody_undoes_unawares_what_somebody_else_put_right(self):
        order = pending()
        theirs = add(order, NEGATIVE, by="physician")
        with pytest.raises(StaleOrder):
            add(order, POSITIVE, seen=0)
        add(order, {"ecog": 2}, seen=0)  # another answer does not stand against it
        add(order, POSITIVE, seen=theirs.pk)
        order.refresh_from_db()
        assert order.disposition == Disposition.AUTHORIZED

    def test_an_answer_of_the_nurse_is_not_undone_either(self):
        order = pending()
        take_case(order, by=orders.person("nurse"))
        record_information(order, NEGATIVE, by=orders.person("nurse"))
        with pytest.raises(StaleOrder):
            add(order, POSITIVE, seen=0)

    @pytest.mark.parametrize("facts", [{"drugs": []}, {"stage": "XI"}, {"withdrawn_lines": [1]}])
    def test_d40_anything_else_needs_a_new_order(self, facts):
        with pytest.raises(NoSuchAnswer):
            add(pending(), facts)

    @pytest.mark.parametrize("who", ["piedmont", "site", "nurse", "reviewer", "admin"])
    def test_r044_only_those_who_order_for_the_practice_add_to_its_orders(self, who):
        order = pending()
        with pytest.raises(MayNotOrder):
            add(order, NEGATIVE, by=who)
        assert not order.findings.exists()

    def test_r376_an_agent_adds_for_a_caller(self):
        order = pending()
        assert add(order, NEGATIVE, by="agent").source == "caller"

    def test_d40_a_decided_order_takes_no_answer(self):
        with pytest.raises(NotReviewable):
            add(orders.submitted(), {"ecog": 2})


class TestNews:
    def test_r095_the_mark_goes_when_the_reviewer_who_holds_the_case_has_read_it(self):
        order, nurse = pending(), orders.person("nurse")
        add(order, note="See the report.")
        with pytest.raises(NotHolder):
            confirm_news(order, by=nurse, seen=order.news_at)
        take_case(order, by=nurse)
        assert confirm_news(order, by=nurse, seen=order.news_at)
        order.refresh_from_db()
        assert order.news_at is None
        assert confirm_news(order, by=nurse, seen=order.updated_at), "a second click"

    def test_the_mark_stays_when_more_came_meanwhile(self):
        order, nurse = pending(), orders.person("nurse")
        take_case(order, by=nurse)
        with time_machine.travel(order.submitted_at + timedelta(minutes=1), tick=False):
            add(order, note="First.")
            shown = order.news_at
        with time_machine.travel(order.submitted_at + timedelta(minutes=2), tick=False):
            add(order, note="Second.")
            assert not confirm_news(order, by=nurse, seen=shown)
        order.refresh_from_db()
        assert order.news_at > shown

    def test_it_goes_along_to_the_physician(self):
        order, nurse = pending(), orders.person("nurse")
        add(order, note="See the report.")
        take_case(order, by=nurse)
        escalate_to_physician(order, by=nurse, why="Criteria are not met.")
        order.refresh_from_db()
        assert order.news_at is not None


class TestPhoneAndUrgency:
    def test_d40_the_phone_changes_and_the_one_before_is_kept(self):
        order = pending()
        before = contact_phone(order)
        finding = add(order, phone="617-555-0199")
        assert finding.changes == {"contact_phone": [before, "617-555-0199"]}
        assert contact_phone(Order.objects.get(pk=order.pk)) == "617-555-0199"
        assert order.evaluations.count() == 1, "nothing to judge"

    def test_d37_a_plan_that_takes_urgent_requests_by_phone_takes_them_from_an_agent(self):
        order = pending()
        with pytest.raises(UrgentByPhone):
            add(order, urgency="expedited")
        assert not order.findings.exists()
        add(order, urgency="expedited", by="agent")
        order.refresh_from_db()
        assert order.urgency == "expedited"

    def test_r269_the_limit_is_counted_anew_from_receipt(self):
        order = pending()
        standard = order.due_at
        with time_machine.travel(order.submitted_at + timedelta(hours=5), tick=False):
            add(order, urgency="expedited", by="agent")
        order.refresh_from_db()
        limit = order.clock_events.get(clock="limit", kind="changed")
        assert limit.due_at == order.submitted_at + timedelta(hours=order.terms.urgent_limit_hours)
        target = timedelta(hours=order.terms.urgent_target_hours)
        assert order.due_at == order.submitted_at + target < standard
        assert order.clock_events.get(clock="target").kind == "started"
        assert order.clock_events.get(clock="limit", kind="started").due_at == standard, "kept"

    def test_r269_back_to_standard_the_target_counts_no_more(self):
        order = pending()
        standard, escalation = order.due_at, order.escalate_at
        for urgency in ("expedited", "standard", "expedited", "standard"):
            add(order, urgency=urgency, by="agent")
        order.refresh_from_db()
        assert (order.due_at, order.escalate_at) == (standard, escalation)
        with time_machine.travel(order.escalate_at + timedelta(minutes=1), tick=False):
            assert deadlines.sweep() == 1
        assert order.clock_events.filter(kind=ClockEvent.Kind.STARTED).count() == 2

    def test_r269_the_sweep_goes_by_the_changed_limit(self):
        order = pending()
        add(order, urgency="expedited", by="agent")
        order.refresh_from_db()
        with time_machine.travel(order.escalate_at + timedelta(minutes=1), tick=False):
            assert deadlines.sweep() == 1
        order.refresh_from_db()
        assert order.status == OrderStatus.PHYSICIAN_REVIEW

    def test_the_clocks_of_an_order_whose_urgency_changed_stop_with_its_end(self):
        order = pending()
        add(order, urgency="expedited", by="agent")
        add(order, POSITIVE)
        kinds = sorted(order.clock_events.values_list("clock", "kind"))
        assert kinds == [
            ("limit", "changed"),
            ("limit", "started"),
            ("limit", "stopped"),
            ("target", "started"),
            ("target", "stopped"),
        ]
        order.refresh_from_db()
        assert order.due_at is None


class TestContactOfADecidedOrder:
    def other_site(self, order: Order) -> Site:
        return order.practice.sites.exclude(pk=order.servicing_site_id).first()

    def test_d40_servicing_provider_and_phone_change_in_one_action(self):
        order = orders.submitted()
        site, before = self.other_site(order), str(order.servicing_site)
        finding = change_contact(order, by=orders.person("practice"), phone="617-555-0199", site=site)
        order = Order.objects.get(pk=order.pk)
        assert order.servicing_site == site
        assert contact_phone(order) == "617-555-0199"
        assert finding.changes["servicing_site"] == [before, str(site)]
        assert finding.kind == "contact"
        assert AuditEvent.objects.get(name="order.contact_changed").details["changed"] == [
            "contact_phone",
            "servicing_site",
        ]
        assert order.disposition == Disposition.AUTHORIZED
        assert order.news_at is None, "no reviewer has it"

    def test_d40_not_to_a_site_of_another_network_status(self):
        order = orders.submitted()
        away = Site.objects.filter(practice__kind="facility").exclude(state__in=order.plan.states).first()
        before = order.servicing_site
        with pytest.raises(OtherNetwork):
            change_contact(order, by=orders.person("practice"), site=away)
        order.refresh_from_db()
        assert order.servicing_site == before
        near = Site.objects.filter(practice__kind="facility", state__in=order.plan.states).first()
        assert change_contact(order, by=orders.person("practice"), site=near)

    def test_a_second_click_changes_nothing(self):
        order = orders.submitted()
        for _ in range(2):
            done = change_contact(order, by=orders.person("practice"), phone="617-555-0199")
        assert done is None
        assert order.findings.count() == 1

    def test_d40_not_while_in_review(self):
        with pytest.raises(NotChangeable):
            change_contact(pending(), by=orders.person("practice"), phone="617-555-0199")

    @pytest.mark.parametrize("who", ["piedmont", "site", "nurse", "admin"])
    def test_r044_nobody_else_does(self, who):
        with pytest.raises(MayNotOrder):
            change_contact(orders.submitted(), by=orders.person(who), phone="617-555-0199")


def test_the_tables_stay_append_only_after_their_change():
    """SQLite drops a table's trigger when a migration alters the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
            assert {"orders_finding", "orders_clockevent"} <= {row[0] for row in cursor.fetchall()}
