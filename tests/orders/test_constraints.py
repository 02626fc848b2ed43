"""What the law says stands in the database too, one thing missing per row (R-204, R-246, R-296, DR-27)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.models import CallerRequest, CallTask, LineDetermination, Order
from orders.rules.states import WITH_ORDER_ID, Disposition, OrderStatus
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def _denial(**changes: object) -> LineDetermination:
    """A denial that the law allows, apart from `changes`."""
    order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    now = timezone.now()
    physician = orders.person("reviewer")
    values = {
        "line": order.lines.get(drug="bortezomib"),
        "outcome": "adverse",
        "evaluation": order.evaluations.get(),
        "basis": "reviewer",
        "rationale": "Not medically necessary because of a synthetic reason.",
        "decided_at": now,
        "decided_by": physician,
        "physician": physician,
        "peer_to_peer_offered_at": now - timedelta(hours=3),
    }
    return LineDetermination(**values | changes)


def test_the_denial_of_the_table_below_is_allowed_when_nothing_is_missing():
    _denial().save()


@pytest.mark.parametrize(
    "changes",
    [
        {"physician": None},
        {"decided_by": None},
        {"peer_to_peer_offered_at": None},
        {"peer_to_peer_offered_at": timezone.now() + timedelta(days=1)},
        {"rationale": ""},
        {"rationale": "   "},
        {"physician": None, "peer_to_peer_offered_at": None},
    ],
    ids=[
        "no physician",
        "nobody decided",
        "no offer",
        "offer after the decision",
        "no rationale",
        "blanks",
        "neither",
    ],
)
def test_dr27_no_denial_without_physician_offer_and_rationale(changes):
    with pytest.raises(IntegrityError, match=r"no_denial_without|says_why"), transaction.atomic():
        _denial(**changes).save()


@pytest.mark.parametrize("rationale", ["", " "])
def test_a_person_who_authorizes_says_why(rationale):
    with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
        _denial(outcome="authorized", rationale=rationale).save()


@pytest.mark.parametrize(
    "disposition",
    [
        "",
        *sorted(
            set(Disposition) - {Disposition.AUTHORIZED, Disposition.COMPLETED, Disposition.MULTIPLE_DECISIONS}
        ),
    ],
)
def test_dr19_no_order_id_on_anything_but_authorized_completed_or_multiple(disposition):
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    with pytest.raises(IntegrityError, match="an_order_id_only"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(disposition=disposition, order_id="123456789")


def test_a_pathway_eligible_id_needs_an_eligible_order_with_an_order_id():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    for columns in ({}, {"pathway_eligible": False}, {"pathway_eligible": True}):
        with pytest.raises(IntegrityError, match="a_pathway_eligible_id"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(pathway_eligible_id="PEAAAAAAAA", **columns)


@pytest.mark.parametrize(
    "column",
    [
        "submitted_at",
        "submitted_by",
        "terms",
        "pathway_release",
        "policy_release",
        "member",
        "ordering_provider",
        "start_on",
    ],
)
def test_a_submitted_order_is_bound_to_what_it_was_judged_by(column):
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**{column: None})


#: The case statuses that an order may have, by whose move it is (T1).
FITTING = {
    OrderStatus.DRAFT: {""},
    OrderStatus.NURSE_REVIEW: {Disposition.IN_PROGRESS},
    OrderStatus.PHYSICIAN_REVIEW: {Disposition.IN_PROGRESS},
    OrderStatus.DETERMINED: set(Disposition) - {Disposition.IN_PROGRESS, Disposition.WITHDRAWN},
    OrderStatus.WITHDRAWN: {Disposition.WITHDRAWN},
}


def _change(order: Order, **columns: object) -> None:
    with transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**columns)


@pytest.mark.parametrize("disposition", ["", *Disposition])
@pytest.mark.parametrize("status", OrderStatus)
def test_t1_the_case_status_fits_the_work_status(status, disposition):
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    approved = disposition in WITH_ORDER_ID
    columns = {
        "status": status,
        "disposition": disposition,
        "decided_at": timezone.now() if status is OrderStatus.DETERMINED else None,
        "order_id": "123456789" if approved else None,
        "valid_from": order.start_on if approved else None,
        "valid_to": order.planned_end_on if approved else None,
    }
    if disposition in FITTING[status]:
        _change(order, **columns)
    else:
        with pytest.raises(IntegrityError, match="the_case_status_fits"):
            _change(order, **columns)


def test_a_determined_order_has_its_moment_and_no_other_has_one():
    decided, open_ = orders.order_in(OrderStatus.DETERMINED), orders.order_in(OrderStatus.NURSE_REVIEW)
    for order, moment in ((decided, None), (open_, timezone.now())):
        with pytest.raises(IntegrityError, match="when_and_only_when"):
            _change(order, decided_at=moment)


@pytest.mark.parametrize(
    "columns",
    [{"valid_to": date(2000, 1, 1)}, {"valid_from": date(2100, 1, 1)}],
    ids=["ended before it began", "begins after its end"],
)
def test_dr20_the_valid_days_run_from_the_first_to_the_last(columns):
    order = orders.order_in(OrderStatus.DETERMINED)
    with pytest.raises(IntegrityError, match="the_valid_days_run"):
        _change(order, **columns)


@pytest.mark.parametrize("column", ["valid_from", "valid_to"])
def test_dr20_valid_days_come_as_two(column):
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    with pytest.raises(IntegrityError, match="the_valid_days_run"):
        _change(order, **{column: order.start_on})


def test_a_second_determination_of_a_line_in_one_round_is_refused():
    determination = _denial()
    determination.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LineDetermination.objects.create(
            line=determination.line,
            outcome="authorized",
            evaluation=determination.evaluation,
            basis="criteria met",
            decided_at=timezone.now(),
        )


@pytest.mark.parametrize(
    "columns",
    [
        {"received_at": None},
        {"received_at": timezone.now() + timedelta(days=1)},
    ],
    ids=["never received", "received after it was submitted"],
)
def test_r380_an_order_is_received_no_later_than_it_is_submitted(columns):
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    with pytest.raises(IntegrityError, match="received_no_later"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**columns)


def test_r380_a_draft_is_not_received_yet():
    draft = orders.draft()
    with pytest.raises(IntegrityError, match="received_no_later"), transaction.atomic():
        Order.objects.filter(pk=draft.pk).update(received_at=timezone.now())


@pytest.mark.parametrize(
    "columns", [{"name": ""}, {"phone": ""}, {"received_at": timezone.now() + timedelta(days=1)}]
)
def test_r376_a_caller_has_a_name_a_number_and_no_receipt_to_come(columns):
    told = {"name": "Dana Fox", "phone": "617-555-0100", "received_at": None, **columns}
    with pytest.raises(IntegrityError, match=r"a_caller_has|nothing_is_received"), transaction.atomic():
        CallerRequest.objects.create(
            order=orders.draft(), entered_by=orders.person("agent"), entered_at=timezone.now(), **told
        )


def _call(order: Order, **columns: object) -> CallTask:
    with transaction.atomic():
        values = {"kind": "call_back", "opened_at": timezone.now(), **columns}
        return CallTask.objects.create(order=order, **values)


def _closed(**columns: object) -> dict[str, object]:
    now = timezone.now()
    ended = {"closed_at": now, "closed_by": orders.person("agent"), "told_to": "Kim Lee", "told_at": now}
    return ended | columns


@pytest.mark.parametrize(
    "missing",
    [{"closed_by": None}, {"closed_at": None}, {"told_to": ""}, {"told_at": None}],
    ids=lambda missing: next(iter(missing)),
)
def test_d41_a_closed_call_says_who_was_told_when_and_by_whom(missing):
    order = orders.draft()
    _call(order, **_closed())
    with pytest.raises(IntegrityError, match=r"a_closed_call|a_call_back_ends"):
        _call(order, **_closed(**missing))


def test_d37_d41_one_call_of_a_kind_is_open_at_a_time():
    order = orders.draft()
    _call(order)
    _call(order, kind="urgent_draft")
    _call(order, **_closed())
    with pytest.raises(IntegrityError, match=r"one_open_call|UNIQUE"):
        _call(order)
