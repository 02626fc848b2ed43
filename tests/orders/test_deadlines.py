"""Clocks of an order and what happens when their time comes (D-01 to D-07, R-256 to R-267)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.utils import timezone

from notifications.models import AuditEvent
from orders.actions import deadlines
from orders.actions.determination import authorize
from orders.actions.review import take_case
from orders.models import Order
from orders.rules.states import OrderStatus
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_w01_three_business_days_end_at_the_closing_hour_of_the_plan():
    with time_machine.travel(datetime(2026, 11, 19, 15, 0, tzinfo=UTC), tick=False):  # Thursday
        order = orders.submitted("breast-her2-unknown")
    assert order.due_at == datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "Tuesday 6:00 PM ET"


def test_d07_a_case_near_its_limit_moves_to_a_physician_and_nobody_is_denied():
    order = orders.submitted("myeloma-custom")
    with time_machine.travel(order.due_at - timedelta(hours=3, minutes=59), tick=False):
        assert deadlines.sweep() == 1
    order.refresh_from_db()
    assert (order.status, order.disposition) == (OrderStatus.PHYSICIAN_REVIEW, "in_progress")
    assert order.work_items.get(closed_at__isnull=True).kind == "physician"
    assert AuditEvent.objects.filter(name="case.deadline_near").count() == 1


def test_r267_the_sweep_acts_once_however_often_it_runs():
    order = orders.submitted("myeloma-custom")
    with time_machine.travel(order.due_at + timedelta(days=3), tick=False):
        assert [deadlines.sweep(), deadlines.sweep()] == [1, 0]


def test_before_its_time_a_case_stays_with_the_nurses():
    order = orders.submitted("myeloma-custom")
    with time_machine.travel(order.due_at - timedelta(hours=4, minutes=1), tick=False):
        assert deadlines.sweep() == 0


def test_the_ledger_is_recomputed_before_anything_is_done_on_a_due_time():
    order = orders.submitted("myeloma-custom")
    right = order.escalate_at
    Order.objects.filter(pk=order.pk).update(escalate_at=timezone.now() - timedelta(hours=1))
    assert deadlines.sweep() == 0
    order.refresh_from_db()
    assert (order.status, order.escalate_at) == (OrderStatus.NURSE_REVIEW, right)


def test_a_case_decided_while_the_sweep_came_by_gets_no_due_time_back():
    read_before = orders.submitted("myeloma-custom")
    decided = Order.objects.get(pk=read_before.pk)
    take_case(decided, by=orders.person("nurse"))
    authorize(decided, by=orders.person("nurse"), rationale="Doses agree with the label.")
    assert not deadlines.handle_overdue(read_before, now=timezone.now())
    decided.refresh_from_db()
    assert (decided.due_at, decided.escalate_at) == (None, None)


def test_a_case_moved_up_while_the_sweep_came_by_is_not_moved_again():
    read_before = orders.submitted("myeloma-custom")
    assert read_before.status == OrderStatus.NURSE_REVIEW
    with time_machine.travel(read_before.due_at, tick=False):
        deadlines.sweep()
        assert not deadlines.handle_overdue(read_before, now=timezone.now())
    assert AuditEvent.objects.filter(name="case.escalated").count() == 1


def test_a_case_that_raises_stops_none_of_the_others():
    first, second = orders.submitted("myeloma-custom"), orders.submitted("breast-her2-unknown")
    real = deadlines.handle_overdue

    def poisoned(order, *, now):
        if order.pk == first.pk:
            raise RuntimeError("poisoned")
        return real(order, now=now)

    with (
        time_machine.travel(second.due_at + timedelta(days=1), tick=False),
        mock.patch.object(deadlines, "handle_overdue", poisoned),
    ):
        assert deadlines.sweep() == 1
    second.refresh_from_db()
    assert second.status == OrderStatus.PHYSICIAN_REVIEW


def test_a_nurse_who_holds_the_case_loses_it_when_the_clock_moves_it():
    order = orders.submitted("myeloma-custom")
    with time_machine.travel(order.due_at, tick=False):
        take_case(order, by=orders.person("nurse"))
        deadlines.sweep()
        assert take_case(order, by=orders.person("reviewer")).reviewer.username == "reviewer"
