"""Taking, releasing, authorizing and escalating a case (R-234 to R-240, D-62, DR-27)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.models import OutboxMessage
from orders.actions.determination import authorize
from orders.actions.review import escalate_to_physician, release_case, take_case
from orders.rules.refusals import AlreadyTaken, NotHolder, NotOpen, NotReviewable, RationaleMissing
from orders.rules.states import Disposition, OrderStatus
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r235_a_second_reviewer_cannot_take_the_case_and_is_told_who_has_it():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    with pytest.raises(AlreadyTaken, match="Nora Reed"):
        take_case(order, by=orders.person("nurse2"))


def test_taking_again_renews_the_hold_of_the_one_who_has_it():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    first = take_case(order, by=orders.person("nurse"))
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        again = take_case(order, by=orders.person("nurse"))
    assert again.pk == first.pk
    assert again.expires_at > first.expires_at


def test_d62_a_hold_left_idle_for_the_lease_is_free_for_the_next():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert take_case(order, by=orders.person("nurse2")).reviewer.username == "nurse2"
        with pytest.raises(NotHolder):
            authorize(order, by=orders.person("nurse"), rationale="Records show it.")


def test_a_released_case_can_be_taken_by_another():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    release_case(order, by=orders.person("nurse"))
    take_case(order, by=orders.person("nurse2"))
    with pytest.raises(NotHolder):
        release_case(order, by=orders.person("nurse"))


def test_a_decided_order_has_no_case_to_take():
    with pytest.raises(NotOpen):
        take_case(orders.submitted(), by=orders.person("nurse"))


def test_r239_dr16_a_nurse_authorizes_and_the_order_gets_its_ids_and_dates():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    nurse = orders.person("nurse")
    take_case(order, by=nurse)
    authorize(order, by=nurse, rationale="Plan discussed by phone; doses agree with the label.")
    order.refresh_from_db()
    assert (order.status, order.disposition) == (OrderStatus.DETERMINED, Disposition.AUTHORIZED)
    assert order.order_id
    assert order.valid_to
    assert order.pathway_eligible is False, "a custom plan is never on Pathway (DR-16)"
    determination = order.lines.get(drug="bortezomib").determinations.get()
    assert (determination.decided_by, determination.outcome) == (nurse, "authorized")
    assert not order.work_items.filter(closed_at__isnull=True).exists()
    assert order.due_at is None


def test_r271_the_person_who_entered_the_case_is_owed_one_mail_without_member_data():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    authorize(order, by=orders.person("nurse"), rationale="Records show it.")
    message = OutboxMessage.objects.get()
    assert message.payload["address"] == order.created_by.email
    assert message.payload["reference"] == order.reference
    assert order.member.last_name not in str(message.payload)


def test_an_authorization_without_its_reason_is_refused_and_changes_nothing():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    with pytest.raises(RationaleMissing):
        authorize(order, by=orders.person("nurse"), rationale="  ")
    order.refresh_from_db()
    assert order.status == OrderStatus.NURSE_REVIEW


def test_nobody_authorizes_a_case_that_he_has_not_taken():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    with pytest.raises(NotHolder):
        authorize(order, by=orders.person("nurse"), rationale="Records show it.")


def test_nobody_authorizes_a_decided_order_again():
    with pytest.raises(NotReviewable):
        authorize(orders.submitted(), by=orders.person("nurse"), rationale="Once more.")


def test_r234_an_escalated_case_is_in_the_physician_queue_with_the_nurses_words():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    escalate_to_physician(order, by=orders.person("nurse"), why="Dose needs a physician’s look.")
    item = order.work_items.get(closed_at__isnull=True)
    assert (order.status, item.kind) == (OrderStatus.PHYSICIAN_REVIEW, "physician")
    assert item.reasons[-1]["sentence"] == "Dose needs a physician’s look."
    with pytest.raises(NotOpen):
        escalate_to_physician(order, by=None, why="again")


def test_a_physician_authorizes_an_escalated_case():
    order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    take_case(order, by=orders.person("reviewer"))
    authorize(order, by=orders.person("reviewer"), rationale="Within the label.")
    assert order.disposition == Disposition.AUTHORIZED
