"""A case: take, release, pass on, authorize; and nothing that denies (R-235 to R-240, DR-27)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent, OutboxMessage
from notifications.names import AuditName
from orders.actions.review import take_case
from orders.models import LineDetermination, Order, ReviewAssignment
from orders.rules.states import Disposition, OrderStatus
from portal.review import urls
from tests.factories.people import signed_in
from tests.portal.orders import samples
from tests.portal.review.conftest import RATIONALE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def words(response) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))


def act(client, order, action, **posted):
    return client.post(f"/review/{order.reference}/{action}/", posted)


def confirm(client, order, rationale=RATIONALE):
    return act(client, order, "authorize", rationale=rationale, confirmed="yes")


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


class TestThePage:
    def test_shows_what_is_open_the_order_its_clock_and_its_history(self, pending, nurse):
        response = signed_in(nurse).get(f"/review/{pending.reference}/")
        shown = words(response)
        assert "PD-L1 tumor proportion score (TPS): not reported" in shown
        assert "What is the PD-L1 tumor proportion score (TPS)?" in shown
        assert "pembrolizumab HCPCS J9271 In Progress 200 mg IV, day 1" in shown
        assert "3 days 7 h left due Fri Oct 8, 2021, 6:00 PM ET" in shown
        assert "Ana Rivera · 04/18/1960" in shown
        assert "Phone on the order 617-555-0147" in shown
        assert "Submitted; with a nurse reviewer" in shown

    def test_the_criteria_tree_of_each_reviewed_drug_is_there(self, practice, practice_user, nurse):
        order = samples.submitted(samples.CUSTOM, by=practice_user, practice=practice)
        shown = words(signed_in(nurse).get(f"/review/{order.reference}/"))
        assert "Not met No paragraph of the medical policy for pembrolizumab is met." in shown
        assert "Not met Given with pemetrexed." in shown

    def test_offers_to_take_a_free_case_and_nothing_else(self, pending, nurse):
        body = signed_in(nurse).get(f"/review/{pending.reference}/").content.decode()
        assert f"/review/{pending.reference}/take/" in body
        assert f"/review/{pending.reference}/authorize/" not in body

    def test_a_decided_order_shows_its_outcome_and_no_action(self, authorized, nurse):
        response = signed_in(nurse).get(f"/review/{authorized.reference}/")
        assert authorized.order_id in words(response)
        main = response.content.decode()
        main = main[main.index("<main") : main.index("</main")]
        assert "<form" not in main

    def test_nothing_denies(self, escalated, physician_reviewer, nurse):
        """R-240, DR-27: no control and no address, for anybody, in this part."""
        take_case(escalated, by=physician_reviewer)
        for who in (nurse, physician_reviewer):
            body = signed_in(who).get(f"/review/{escalated.reference}/").content.decode().lower()
            assert not re.search(r"<(button|a)[^>]*>[^<]*(deny|denial|non-author|adverse)", body)
        assert not [p for p in urls.urlpatterns if re.search("den|adverse", str(p.pattern))]

    def test_a_draft_is_no_case(self, practice, practice_user, nurse):
        order = samples.draft(by=practice_user, practice=practice)
        assert signed_in(nurse).get(f"/review/{order.reference}/").status_code == 404

    def test_costs_a_fixed_number_of_queries(self, pending, nurse, django_assert_max_num_queries):
        """session, user, roles, order, read audited; order with what hangs on it, evaluation, its lines,
        diagnosis, events, findings; related orders; open item, holder; cases counted for the rail: 15."""
        client = signed_in(nurse)
        client.get(f"/review/{pending.reference}/")
        with django_assert_max_num_queries(15), CaptureQueriesContext(connection) as queries:
            client.get(f"/review/{pending.reference}/")
        assert len(queries) == 15


class TestTaking:
    def test_the_first_gets_it(self, pending, nurse):
        client = signed_in(nurse)
        assert act(client, pending, "take").status_code == 302
        assert "You hold this case until Tue Oct 5, 2021, 11:00 AM ET" in words(
            client.get(f"/review/{pending.reference}/")
        )

    def test_the_second_sees_who_has_it(self, pending, nurse, other_nurse):
        """R-235."""
        take_case(pending, by=other_nurse)
        client = signed_in(nurse)
        response = client.post(f"/review/{pending.reference}/take/", follow=True)
        assert "Noel Nurse has this case. Take the next one." in words(response)
        assert "not in your queue" not in words(response)
        assert ReviewAssignment.objects.get(released_at__isnull=True).reviewer == other_nurse

    def test_a_second_click_changes_nothing(self, pending, nurse):
        client = signed_in(nurse)
        act(client, pending, "take")
        act(client, pending, "take")
        assert ReviewAssignment.objects.count() == 1

    def test_a_nurse_cannot_take_a_case_of_the_physicians(self, escalated, nurse):
        response = signed_in(nurse).post(f"/review/{escalated.reference}/take/", follow=True)
        assert "not in your queue" in words(response)
        assert not ReviewAssignment.objects.filter(released_at__isnull=True).exists()

    def test_a_physician_takes_what_was_passed_on_and_reads_why(self, escalated, physician_reviewer):
        """R-234."""
        client = signed_in(physician_reviewer)
        act(client, escalated, "take")
        shown = words(client.get(f"/review/{escalated.reference}/"))
        assert "You hold this case" in shown
        assert "Passed on. PD-L1 was never tested." in shown

    def test_a_decided_case_cannot_be_taken(self, authorized, nurse):
        act(signed_in(nurse), authorized, "take")
        assert not ReviewAssignment.objects.exists()


class TestReleasing:
    def test_gives_it_back(self, pending, nurse):
        take_case(pending, by=nurse)
        response = signed_in(nurse).post(f"/review/{pending.reference}/release/", follow=True)
        assert "is back in the queue" in words(response)
        assert not ReviewAssignment.objects.filter(released_at__isnull=True).exists()

    def test_of_somebody_elses_case_changes_nothing(self, pending, nurse, other_nurse):
        take_case(pending, by=other_nurse)
        act(signed_in(nurse), pending, "release")
        assert ReviewAssignment.objects.get(released_at__isnull=True).reviewer == other_nurse


class TestAuthorizing:
    @pytest.fixture
    def holder(self, pending, nurse):
        take_case(pending, by=nurse)
        return signed_in(nurse)

    def test_needs_a_note(self, holder, pending):
        response = act(holder, pending, "authorize", rationale="  ")
        assert response.status_code == 422
        assert "Say which records or answers settled the case" in words(response)
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW

    def test_first_shows_exactly_what_is_decided_and_sent(self, holder, pending):
        response = act(holder, pending, "authorize", rationale=RATIONALE)
        shown = words(response)
        assert "Case status Authorized" in shown
        assert "Pembrolizumab Authorized 200 mg IV" in shown
        assert "Valid Tue Oct 12, 2021 to Mon Apr 18, 2022" in shown
        assert RATIONALE in shown
        assert "One e-mail to Pat Clerk , pat.clerk@example.test" in shown
        assert f"Status changed: {pending.reference}" in shown
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW
        assert not OutboxMessage.objects.exists()

    def test_what_was_shown_is_what_is_done(self, holder, pending):
        """R-239, R-271: authorized with an Order ID; one e-mail to the person who entered it."""
        shown = words(act(holder, pending, "authorize", rationale=RATIONALE))
        response = confirm(holder, pending)
        assert response.status_code == 302
        order = fresh(pending)
        assert (order.status, order.disposition) == (OrderStatus.DETERMINED, Disposition.AUTHORIZED)
        assert order.order_id
        assert f"{order.valid_from:%b} {order.valid_from.day}, {order.valid_from.year}" in shown
        assert ("A Pathway Eligible ID is given out" in shown) == bool(order.pathway_eligible_id)
        message = OutboxMessage.objects.get()
        assert message.payload["address"] == "pat.clerk@example.test"

    def test_keeps_the_note_and_the_nurse_with_each_determination(self, holder, pending, nurse):
        confirm(holder, pending)
        kept = LineDetermination.objects.filter(line__order=pending)
        assert kept.count() == 2
        assert {(found.rationale, found.decided_by) for found in kept} == {(RATIONALE, nurse)}
        assert RATIONALE in words(holder.get(f"/review/{pending.reference}/"))

    def test_going_back_keeps_the_note(self, holder, pending):
        response = act(holder, pending, "authorize", rationale=RATIONALE, confirmed="yes", edit="yes")
        assert RATIONALE in words(response)
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW

    def test_a_second_click_changes_nothing(self, holder, pending):
        confirm(holder, pending)
        number = fresh(pending).order_id
        response = holder.post(
            f"/review/{pending.reference}/authorize/",
            {"rationale": "again", "confirmed": "yes"},
            follow=True,
        )
        assert "This case is decided" in words(response)
        assert fresh(pending).order_id == number
        assert LineDetermination.objects.filter(rationale="again").count() == 0
        assert OutboxMessage.objects.count() == 1

    def test_without_holding_the_case_nothing_happens_and_the_note_stays(self, pending, nurse):
        response = confirm(signed_in(nurse), pending)
        assert response.status_code == 409
        assert "Take it, then send your note again" in words(response)
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW

    def test_a_hold_that_ran_out_does_not_authorize(self, holder, pending):
        """D-62."""
        with time_machine.travel(samples.NOW + timedelta(minutes=31), tick=False):
            assert confirm(holder, pending).status_code == 409
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW

    def test_a_physician_authorizes_what_was_passed_on(self, escalated, physician_reviewer):
        take_case(escalated, by=physician_reviewer)
        assert confirm(signed_in(physician_reviewer), escalated).status_code == 302
        assert fresh(escalated).disposition == Disposition.AUTHORIZED

    def test_a_nurse_does_not_authorize_what_is_with_a_physician(self, escalated, nurse, physician_reviewer):
        take_case(escalated, by=physician_reviewer)
        assert confirm(signed_in(nurse), escalated).status_code == 409
        assert fresh(escalated).status == OrderStatus.PHYSICIAN_REVIEW

    def test_the_practice_sees_the_change(self, holder, pending, practice_user):
        confirm(holder, pending)
        shown = words(signed_in(practice_user).get(f"/orders/{pending.reference}/"))
        assert "Authorized. 2 of 2 reviewed drugs approved" in shown
        assert RATIONALE not in shown
        assert "Nora Nurse" not in shown


class TestPassingOn:
    def test_moves_the_case_with_its_reason(self, pending, nurse):
        """R-234, R-240."""
        take_case(pending, by=nurse)
        response = act(signed_in(nurse), pending, "escalate", why="PD-L1 was never tested.")
        assert response["Location"] == "/review/"
        assert fresh(pending).status == OrderStatus.PHYSICIAN_REVIEW

    def test_needs_a_reason(self, pending, nurse):
        take_case(pending, by=nurse)
        response = act(signed_in(nurse), pending, "escalate", why="")
        assert response.status_code == 422
        assert "Say what is unmet or unclear" in words(response)

    def test_needs_the_case_in_ones_hands(self, pending, nurse):
        assert act(signed_in(nurse), pending, "escalate", why="Look.").status_code == 409
        assert fresh(pending).status == OrderStatus.NURSE_REVIEW

    def test_a_second_click_changes_nothing(self, pending, nurse):
        take_case(pending, by=nurse)
        client = signed_in(nurse)
        act(client, pending, "escalate", why="First.")
        act(client, pending, "escalate", why="Second.")
        assert pending.events.filter(new_status=OrderStatus.PHYSICIAN_REVIEW).count() == 1


@pytest.mark.parametrize(
    "who", ["practice_user", "ordering_physician", "servicing_site_user", "administrator", "stranger"]
)
@pytest.mark.parametrize("action", ["", "take/", "release/", "authorize/", "escalate/"])
def test_others_are_refused(who, action, pending, request):
    """R-240: also by address."""
    client = signed_in(request.getfixturevalue(who))
    address = f"/review/{pending.reference}/{action}"
    response = (
        client.post(address, {"rationale": "x", "why": "x", "confirmed": "yes"})
        if action
        else client.get(address)
    )
    assert response.status_code == 403
    assert fresh(pending).status == OrderStatus.NURSE_REVIEW


def test_actions_answer_only_to_posts(pending, nurse):
    client = signed_in(nurse)
    for action in ("take", "release", "authorize", "escalate"):
        assert client.get(f"/review/{pending.reference}/{action}/").status_code == 405


def test_each_act_is_audited(pending, nurse):
    client = signed_in(nurse)
    act(client, pending, "take")
    confirm(client, pending)
    names = set(
        AuditEvent.objects.filter(subject=f"order:{pending.reference}", actor_id=nurse.pk).values_list(
            "name", flat=True
        )
    )
    assert {AuditName.CASE_TAKEN, AuditName.ORDER_DETERMINED, AuditName.READ_ORDER} <= names
