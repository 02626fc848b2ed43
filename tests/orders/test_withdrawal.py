"""Taking back a drug, the case, or an approval (R-101, R-219, R-226, D-13, D-39, T1)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from notifications.models import AuditEvent, OutboxMessage
from orders.actions.determination import decide
from orders.actions.findings import confirm_duplicate
from orders.actions.review import take_case
from orders.actions.withdrawal import cancel_order, withdraw_case, withdraw_drug, withdraw_lines
from orders.models import LineDetermination, Order, SCodeGrant
from orders.replay import replay
from orders.rules.refusals import (
    MayNotOrder,
    NotCancellable,
    NothingToWithdraw,
    NotReviewable,
    PartlyDecided,
    ReasonMissing,
    TreatmentStarted,
)
from orders.rules.states import Disposition, DrugStatus, OrderStatus
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

UNKNOWN = "breast-her2-unknown"
REASON = "The patient chose another treatment."


def number(order: Order, drug: str) -> int:
    return order.lines.get(drug=drug).number


class TestADrug:
    def test_r101_r226_it_is_voluntarily_cancelled_and_the_rest_goes_on(self):
        order = orders.submitted(UNKNOWN)
        withdraw_lines(order, [number(order, "pertuzumab")], by=orders.person("practice"), note=REASON)
        order.refresh_from_db()
        statuses = dict(order.lines.values_list("drug", "status"))
        assert statuses["pertuzumab"] == DrugStatus.VOLUNTARILY_CANCELLED
        assert statuses["trastuzumab"] == DrugStatus.IN_PROGRESS
        assert order.disposition == Disposition.IN_PROGRESS
        finding = order.findings.get()
        assert (finding.note, finding.recorded_by) == (REASON, orders.person("practice"))
        assert finding.recorded_at is not None
        assert order.news_at is not None, "its reviewer is told"

    def test_r226_several_lines_go_together(self):
        order = orders.submitted(UNKNOWN)
        lines = [number(order, drug) for drug in ("pertuzumab", "trastuzumab")]
        withdraw_lines(order, lines, by=orders.person("practice"), note=REASON)
        order.refresh_from_db()
        gone = order.lines.filter(status=DrugStatus.VOLUNTARILY_CANCELLED)
        assert {line.number for line in gone} == set(lines)
        assert order.disposition == Disposition.IN_PROGRESS, "the rest is no regimen any more: a custom plan"

    def test_a_second_click_finds_nothing_to_withdraw(self):
        order = orders.submitted(UNKNOWN)
        line = number(order, "pertuzumab")
        withdraw_drug(order, line, by=orders.person("practice"))
        with pytest.raises(NothingToWithdraw):
            withdraw_drug(order, line, by=orders.person("practice"))
        assert order.findings.count() == 1


class TestTheCase:
    def test_r101_r226_every_drug_and_the_case_are_voluntarily_cancelled(self):
        order = orders.submitted(UNKNOWN)
        take_case(order, by=orders.person("nurse"))
        withdraw_case(order, by=orders.person("practice"), reason=REASON)
        order.refresh_from_db()
        assert (order.status, order.disposition) == (
            OrderStatus.DETERMINED,
            Disposition.VOLUNTARILY_CANCELLED,
        )
        assert set(order.lines.values_list("status", flat=True)) == {DrugStatus.VOLUNTARILY_CANCELLED}
        assert order.order_id is None
        assert order.due_at is None
        event = order.events.latest("id")
        assert (event.by, event.why) == (orders.person("practice"), "withdrawn by the practice")
        assert order.findings.get().note == REASON
        assert not order.work_items.filter(closed_at=None).exists()
        assert not LineDetermination.objects.filter(line__order=order).exists()
        assert OutboxMessage.objects.count() == 1
        assert AuditEvent.objects.filter(name="case.withdrawn").count() == 1
        assert replay(order.evaluations.latest("sequence")).same

    def test_a_possible_duplicate_can_be_withdrawn_too(self):
        orders.submitted(UNKNOWN)
        again = orders.submitted_again(UNKNOWN)
        assert "DUPLICATE" in [reason["code"] for reason in again.work_items.get().reasons]
        withdraw_case(again, by=orders.person("practice"), reason="Entered twice.")
        again.refresh_from_db()
        assert again.disposition == Disposition.VOLUNTARILY_CANCELLED

    def test_a_case_with_a_decided_drug_is_withdrawn_drug_by_drug(self):
        order = orders.submitted(UNKNOWN)
        take_case(order, by=orders.person("nurse"))
        decided = {number(order, "trastuzumab"): "authorized"}
        decide(order, decided, by=orders.person("nurse"), rationale="Shown by phone.")
        with pytest.raises(PartlyDecided):
            withdraw_case(order, by=orders.person("practice"), reason=REASON)
        withdraw_drug(order, number(order, "pertuzumab"), by=orders.person("practice"), note=REASON)
        order.refresh_from_db()
        assert order.disposition == Disposition.AUTHORIZED

    def test_physician_review_ends_as_well(self):
        order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
        withdraw_case(order, by=orders.person("physician"), reason=REASON)
        order.refresh_from_db()
        assert order.disposition == Disposition.VOLUNTARILY_CANCELLED

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_r226_a_reason_is_needed(self, reason):
        order = orders.submitted(UNKNOWN)
        with pytest.raises(ReasonMissing):
            withdraw_case(order, by=orders.person("practice"), reason=reason)

    @pytest.mark.parametrize("who", ["piedmont", "site", "nurse", "admin"])
    def test_r044_nobody_else_does(self, who):
        order = orders.submitted(UNKNOWN)
        with pytest.raises(MayNotOrder):
            withdraw_case(order, by=orders.person(who), reason=REASON)

    def test_not_a_decided_order(self):
        with pytest.raises(NotReviewable):
            withdraw_case(orders.submitted(), by=orders.person("practice"), reason=REASON)


class TestAnApproval:
    def test_d39_before_the_start_date_it_is_given_back_with_all_it_gave(self):
        order = orders.submitted()
        given = (order.order_id, order.pathway_eligible_id, order.valid_to)
        grant = order.scode_grant
        assert grant.s0353
        gone = cancel_order(order, by=orders.person("practice"), reason=REASON)
        order.refresh_from_db()
        assert (order.status, order.disposition) == (
            OrderStatus.DETERMINED,
            Disposition.VOLUNTARILY_CANCELLED,
        )
        assert (order.order_id, order.pathway_eligible_id, order.valid_to) == (None, None, None)
        assert (gone.voided_order_id, gone.voided_pathway_eligible_id, gone.valid_to) == given
        assert (gone.voided_s0353, gone.voided_s0354) == (grant.s0353, grant.s0354)
        assert (gone.reason, gone.cancelled_by) == (REASON, orders.person("practice"))
        assert set(order.lines.values_list("status", flat=True)) == {DrugStatus.VOLUNTARILY_CANCELLED}
        assert LineDetermination.objects.filter(line__order=order).exists(), "the decision stays on record"

    def test_d39_it_is_told_and_kept(self):
        order = orders.submitted()
        cancel_order(order, by=orders.person("practice"), reason=REASON)
        assert OutboxMessage.objects.get().payload["reference"] == order.reference
        event = order.events.latest("id")
        assert (event.old_status, event.new_status) == ("determined", "determined")
        assert event.disposition == Disposition.VOLUNTARILY_CANCELLED
        assert AuditEvent.objects.filter(name="order.cancelled").count() == 1

    def test_d39_the_onset_code_is_free_for_the_next_order(self):
        first = orders.submitted()
        cancel_order(first, by=orders.person("practice"), reason=REASON)
        second = orders.submitted_again()
        assert second.disposition == Disposition.AUTHORIZED, "it repeats nothing"
        assert SCodeGrant.objects.get(order=second).s0353 == 1

    def test_d39_a_completed_order_can_be_cancelled_too(self):
        order = orders.submitted(orders.COMPLETED)
        cancel_order(order, by=orders.person("practice"), reason=REASON)
        order.refresh_from_db()
        assert order.disposition == Disposition.VOLUNTARILY_CANCELLED

    @pytest.mark.parametrize(("hour", "refused"), [(4, False), (6, True)])
    def test_d39_from_the_start_date_on_by_the_plans_calendar_only_an_agent_does(self, hour, refused):
        """The day begins at 5:00 UTC in winter, at 4:00 in summer, on the plan's wall clock."""
        order = orders.submitted()
        begins = datetime.combine(order.start_on, time(hour), UTC) - timedelta(minutes=30)
        with time_machine.travel(begins, tick=False):
            if not refused:
                cancel_order(order, by=orders.person("practice"), reason=REASON)
                return
            with pytest.raises(TreatmentStarted):
                cancel_order(order, by=orders.person("practice"), reason=REASON)
            cancel_order(order, by=orders.person("agent"), reason=REASON)
        order.refresh_from_db()
        assert order.disposition == Disposition.VOLUNTARILY_CANCELLED

    def test_r219_what_is_no_approval_cannot_be_cancelled_nor_twice(self):
        pending = orders.submitted(UNKNOWN)
        approved = orders.submitted()
        cancel_order(approved, by=orders.person("practice"), reason=REASON)
        for order in (pending, approved, orders.draft(orders.PENDED)):
            with pytest.raises(NotCancellable):
                cancel_order(order, by=orders.person("practice"), reason=REASON)

    @pytest.mark.parametrize("who", ["piedmont", "site", "nurse", "admin"])
    def test_r044_nobody_else_does(self, who):
        with pytest.raises(MayNotOrder):
            cancel_order(orders.submitted(), by=orders.person(who), reason=REASON)

    def test_a_void_number_is_never_given_out_again(self, monkeypatch):
        order = orders.submitted()
        void = order.order_id
        cancel_order(order, by=orders.person("practice"), reason=REASON)
        numbers = iter([void, "900000001"])
        monkeypatch.setattr("orders.actions.determination.ids.order_id", lambda rng: next(numbers))
        assert orders.submitted_again().order_id == "900000001"


def test_d13_a_confirmed_duplicate_holds_no_determination_and_is_no_withdrawal():
    """After submission the case is Review Cancelled; before it a draft is withdrawn."""
    orders.submitted(UNKNOWN)
    again = orders.submitted_again(UNKNOWN)
    take_case(again, by=orders.person("nurse"))
    confirm_duplicate(again, by=orders.person("nurse"), note="Same drugs, same dates.")
    again.refresh_from_db()
    assert again.disposition == Disposition.REVIEW_CANCELLED
    assert not LineDetermination.objects.filter(line__order=again).exists()
    before = orders.order_in(OrderStatus.WITHDRAWN)
    assert before.disposition == Disposition.WITHDRAWN
