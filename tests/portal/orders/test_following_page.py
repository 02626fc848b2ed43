"""What an order's page offers next, and the orders around it (R-091 to R-094, R-300, R-318, R-332, R-333)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import AuditEvent
from notifications.names import AuditName
from orders.actions.following import follow_order
from orders.models import Order
from orders.rules.following import FollowOn
from tests.factories.people import signed_in
from tests.portal.orders import samples
from tests.portal.orders.test_order_page import page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

CONTINUE, CHANGE, NEW, SUPPORT, ANOTHER = (
    "Continue treatment",
    "Change the regimen",
    "New request from this order",
    "Add supportive drugs",
    "Start another for this patient",
)
ALL = (CONTINUE, CHANGE, NEW, SUPPORT, ANOTHER)


def buttons(response) -> list[str]:
    found = response.context["next"]
    return [offer.label for offer in found.offers] if found else []


def later(day: date):
    return time_machine.travel(day, tick=False)


def no_reading(order, step, raw, state, *, check):
    """Takes nothing over."""
    return {}, None


class TestOffers:
    @pytest.mark.parametrize(
        ("plan", "expected"),
        [
            ("BCBSMA", [CHANGE, SUPPORT, ANOTHER]),
            ("BCBSNC", [CHANGE, SUPPORT, ANOTHER]),
            ("BCBSM", [NEW, ANOTHER]),
        ],
    )
    def test_pd34_follow_the_program(self, plan, expected, office, practice, practice_user):
        """R-092, R-093, R-094: the terms say what a change needs."""
        order = samples.submitted(by=practice_user, practice=practice, plan=plan)
        assert order.order_id
        response = page(office, order)
        assert buttons(response) == expected
        assert all(label in words(response) for label in expected)

    def test_r094_says_that_any_change_is_a_new_request(self, office, practice, practice_user):
        order = samples.submitted(by=practice_user, practice=practice, plan="BCBSM")
        assert "Any change in treatment needs a new order request" in words(page(office, order))

    def test_a_pending_order_offers_another_for_the_patient(self, office, pending):
        assert buttons(page(office, pending)) == [ANOTHER]

    def test_r333_continuing_is_offered_when_its_start_may_be_asked_for(self, practice_user, authorized):
        with later(date(2022, 1, 3)):
            assert buttons(page(signed_in(practice_user), authorized))[0] == CONTINUE

    def test_are_for_the_practice_alone(self, authorized, nurse):
        shown = page(signed_in(nurse), authorized)
        assert shown.context["next"] is None
        assert not any(label in words(shown) for label in ALL)


class TestRenewal:
    """R-332, D-20."""

    @pytest.mark.parametrize(
        ("today", "expected"),
        [
            (date(2022, 2, 25), ""),
            (date(2022, 2, 27), "Treatment is authorized until Mon Mar 28, 2022."),
            (date(2022, 4, 2), "Treatment was authorized until Mon Mar 28, 2022."),
            (date(2022, 4, 20), ""),
        ],
    )
    def test_r332_the_prompt_stands_near_the_end(self, today, expected, practice_user, authorized):
        assert authorized.treatment_until == date(2022, 3, 28)
        with later(today):
            office = signed_in(practice_user)
            assert page(office, authorized).context["next"].renewal == expected
            listed = office.get(reverse("worklist")).context["rows"]
            assert [row.renewal for row in listed] == [expected]
            ending = office.get(reverse("home")).context["ending"]
            assert [row.renewal for row in ending] == [expected] * bool(expected)

    def test_r332_a_continuation_under_way_silences_it(self, practice_user, authorized):
        with later(date(2022, 3, 10)):
            follow_order(authorized, FollowOn.CONTINUATION, by=practice_user, read=no_reading)
            office = signed_in(practice_user)
            assert page(office, authorized).context["next"].renewal == ""
            assert office.get(reverse("home")).context["ending"] == []


class TestPressing:
    def test_r333_a_double_click_makes_one_draft(self, office, authorized):
        address = reverse("order_follow", args=[authorized.reference])
        first, second = (office.post(address, {"kind": "change"}) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert authorized.follow_ons.count() == 1

    def test_is_audited(self, office, authorized):
        office.post(reverse("order_follow", args=[authorized.reference]), {"kind": "another"})
        [event] = AuditEvent.objects.filter(name=AuditName.ORDER_COPIED)
        assert event.details == {"follows": authorized.reference, "kind": "another"}
        assert event.member == str(authorized.member_id)

    @pytest.mark.parametrize("kind", ["continuation", "cited", "everything", ""])
    def test_what_is_not_offered_makes_nothing(self, kind, office, authorized):
        answer = office.post(
            reverse("order_follow", args=[authorized.reference]), {"kind": kind}, follow=True
        )
        assert "not possible any more" in words(answer)
        assert not Order.objects.filter(follows=authorized).exists()

    def test_a_stranger_gets_what_a_missing_order_gives(self, authorized, stranger):
        client = signed_in(stranger)
        foreign = client.post(reverse("order_follow", args=[authorized.reference]), {"kind": "another"})
        missing = client.post(reverse("order_follow", args=["T000000000"]), {"kind": "another"})
        assert foreign.status_code == missing.status_code == 404
        assert words(foreign) == words(missing)

    def test_a_nurse_may_not(self, authorized, nurse):
        answer = signed_in(nurse).post(
            reverse("order_follow", args=[authorized.reference]), {"kind": "another"}
        )
        assert answer.status_code == 403

    def test_another_for_the_patient_copies_who_and_what_cancer(self, office, authorized):
        office.post(reverse("order_follow", args=[authorized.reference]), {"kind": "another"})
        draft = authorized.follow_ons.get()
        steps = set(draft.answers.values_list("step", flat=True))
        assert steps <= {"plan", "member", "providers", "diagnosis"}
        assert (draft.member, draft.plan) == (authorized.member, authorized.plan)


class TestNotes:
    """R-091, R-300, R-382: a number of ours in a note leads to the order."""

    @pytest.fixture
    def citing(self, authorized, practice, practice_user) -> Order:
        number = f"{authorized.order_id[:3]} {authorized.order_id[3:]}"
        note = f"First asked as order {number}.\nTracking {authorized.reference}. Not 123456789."
        return samples.submitted(
            samples.changed(samples.UNKNOWN, review={"notes": note}),
            by=practice_user,
            practice=practice,
            member=authorized.member,
        )

    def test_r091_the_reviewer_reads_it_with_a_link(self, citing, authorized, nurse):
        shown = signed_in(nurse).get(reverse("case", args=[citing.reference]))
        assert "First asked as order" in words(shown)
        link = f'href="{reverse("case", args=[authorized.reference])}"'
        assert shown.content.decode().count(link) >= 2
        assert "Not 123456789." in words(shown)

    def test_r382_the_practice_opens_it_with_one_click(self, citing, authorized, office):
        shown = page(office, citing).content.decode()
        assert f'href="/orders/{authorized.reference}/">{authorized.reference}</a>' in shown

    def test_a_foreign_number_stays_a_number(self, citing, authorized, office, other_practice):
        Order.objects.filter(pk=authorized.pk).update(practice=other_practice)
        shown = page(office, citing).content.decode()
        assert authorized.reference in words(page(office, citing))
        assert f"/orders/{authorized.reference}/" not in shown

    def test_costs_no_more_queries_with_more_numbers(
        self, citing, authorized, office, practice, practice_user
    ):
        def cost(order: Order) -> int:
            page(office, order)
            with CaptureQueriesContext(connection) as found:
                page(office, order)
            return len(found)

        plain = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)
        # The event that says which orders were listed.
        assert cost(citing) <= cost(plain) + 1
