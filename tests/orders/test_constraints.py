"""What the law says stands in the database too, one thing missing per row (R-204, R-246, R-296, DR-27)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.models import LineDetermination, Order
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
