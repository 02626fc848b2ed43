"""Doors that must stay shut: what is posted, who asks, and what two orders do at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from orders.actions.determination import authorize, decide
from orders.actions.drafting import save_step
from orders.actions.review import release_case, take_case
from orders.actions.submission import SubmissionRefused, submit_order
from orders.actions.withdrawal import withdraw_drug
from orders.models import Order, ReviewAssignment, SCodeGrant, WorkItem
from orders.queues import next_free_case
from orders.replay import replay
from orders.rules.refusals import NotAReviewer, NotOpen, NotReviewable, OwnOrder
from orders.rules.states import OrderStatus
from orders.steps import state_of
from pathways import content
from pathways.models import DrugProduct, LoadedFile
from portal.models import StaffRole
from tests.factories import orders
from tests.factories.documents import add, pdf


def _with_lines(order: Order, lines: list[dict[str, object]]) -> Order:
    dosing = state_of(order).get("dosing") | {"lines": lines}
    revision = order.answers.get(step="dosing").revision
    save_step(order, "dosing", raw={}, clean=dosing, revision=revision, by=orders.person("practice"))
    dates = order.answers.get(step="dates")
    save_step(
        order, "dates", raw={}, clean=dates.cleaned, revision=dates.revision, by=orders.person("practice")
    )
    return order


def _submit(order: Order) -> Order:
    return submit_order(order, by=orders.person("practice"), idempotency_key=f"key-{order.reference}")


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
class TestOneAtATime:
    def test_dr09_one_drug_on_two_lines_of_the_same_cycles_goes_to_a_nurse(self):
        order = orders.draft()
        line = state_of(order).get("dosing")["lines"][0]
        order = _submit(_with_lines(order, [line, dict(line)]))
        assert order.status == OrderStatus.NURSE_REVIEW
        assert "two lines" in order.work_items.get().reasons[0]["sentence"]

    @pytest.mark.parametrize("role", ["investigational", "supportive"])
    def test_a_reviewed_drug_cannot_be_posted_under_a_role_that_is_not_reviewed(self, role):
        order = orders.draft()
        line = state_of(order).get("dosing")["lines"][0]
        with pytest.raises(SubmissionRefused) as refused:
            _submit(_with_lines(order, [line | {"role": role}]))
        assert "DRUG_ROLE" in [problem.code for problem in refused.value.problems]

    def test_r312_the_onset_code_is_given_once_although_two_orders_waited_together(self):
        first = orders.submitted()
        second = _submit(orders.draft())
        assert second.status == OrderStatus.NURSE_REVIEW, "a possible duplicate"
        take_case(second, by=orders.person("nurse"))
        authorize(second, by=orders.person("nurse"), rationale="Another site continues the course.")
        assert SCodeGrant.objects.filter(order__member=first.member, s0353=1).count() == 1

    @pytest.mark.parametrize("username", ["practice", "admin", "site"])
    def test_r240_only_reviewers_take_cases_whatever_calls_the_action(self, username):
        order = orders.order_in(OrderStatus.NURSE_REVIEW)
        with pytest.raises(NotAReviewer):
            take_case(order, by=orders.person(username))

    def test_a_nurse_takes_no_case_of_the_physicians(self):
        with pytest.raises(NotAReviewer):
            take_case(orders.order_in(OrderStatus.PHYSICIAN_REVIEW), by=orders.person("nurse"))

    @pytest.mark.parametrize("key", ["", "short", "x" * 65, "a key with spaces"])
    def test_a_key_that_tells_nothing_apart_is_refused(self, key):
        with pytest.raises(SubmissionRefused):
            submit_order(orders.draft(), by=orders.person("practice"), idempotency_key=key)

    def test_r208_an_order_replays_although_its_code_has_ended_since(self):
        evaluation = orders.submitted().evaluations.get()
        DrugProduct.objects.filter(hcpcs="J9271").update(effective_to="2020-01-01")
        LoadedFile.objects.filter(path=content.CATALOG).update(content_hash="another catalog")
        assert replay(evaluation).same

    def test_d63_another_practices_order_is_named_by_neither_number_nor_dates(self):
        earlier = orders.submitted()
        Order.objects.filter(pk=earlier.pk).update(
            practice=orders.person("piedmont").practice_roles.get().practice
        )
        reason = _submit(orders.draft()).work_items.get().reasons[0]
        assert reason["code"] == "DUPLICATE"
        assert earlier.order_id not in reason["sentence"]
        assert "Another practice has an order" in reason["sentence"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shipped_for_real")
def test_dr11_two_orders_of_one_member_at_the_same_moment_are_not_both_authorized():
    drafts = [orders.draft(), orders.draft()]
    barrier = threading.Barrier(2)

    def submit(order: Order) -> None:
        barrier.wait()
        try:
            _submit(order)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=[order]) for order in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = sorted(Order.objects.values_list("disposition", flat=True))
    assert ends == ["authorized", "in_progress"], connection.vendor
    assert SCodeGrant.objects.filter(s0353=1).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shipped_for_real")
def test_two_presses_of_authorize_at_the_same_moment_decide_once():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    take_case(order, by=orders.person("nurse"))
    barrier, told = threading.Barrier(2), []

    def press() -> None:
        read_before = Order.objects.get(pk=order.pk)
        barrier.wait()
        try:
            authorize(read_before, by=orders.person("nurse"), rationale="Doses agree with the label.")
            told.append("decided")
        except NotReviewable:
            told.append("decided before")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["decided", "decided before"], connection.vendor


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shipped_for_real")
def test_r235_nobody_holds_a_case_that_ended_while_it_was_taken():
    """The practice withdraws the last open drug; a nurse takes the case before that is committed."""
    order, nurse, told = orders.submitted("breast-her2-unknown"), orders.person("nurse"), []
    decided, open_drug = (order.lines.get(drug=drug).number for drug in ("trastuzumab", "pertuzumab"))
    take_case(order, by=nurse)
    decide(order, {decided: "authorized"}, by=nurse, rationale="Shown by phone.")
    release_case(order, by=nurse)

    def take() -> None:
        try:
            take_case(Order.objects.get(pk=order.pk), by=nurse)
            told.append("taken")
        except NotOpen:
            told.append("ended")
        finally:
            connections.close_all()

    taking = threading.Thread(target=take)
    with transaction.atomic():
        withdraw_drug(order, open_drug, by=orders.person("practice"))
        taking.start()
        taking.join(timeout=0.5)  # it waits, or has taken the case as it stood
    taking.join()
    order.refresh_from_db()
    assert order.status == OrderStatus.DETERMINED
    assert told == ["ended"], connection.vendor
    assert not ReviewAssignment.objects.filter(released_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shipped_for_real")
def test_the_same_file_twice_at_the_same_moment_is_stored_once(files):
    order = orders.submitted("breast-her2-unknown")
    barrier = threading.Barrier(2)
    found = []

    def press() -> None:
        read_before = Order.objects.get(pk=order.pk)
        barrier.wait()
        try:
            found.append(add(read_before, pdf(), by=orders.person("practice")).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
def test_nobody_reviews_an_order_of_his_own():
    order = orders.order_in(OrderStatus.NURSE_REVIEW)
    StaffRole.objects.create(user=order.created_by, kind=StaffRole.Kind.NURSE)
    with pytest.raises(OwnOrder):
        take_case(order, by=order.created_by)
    assert next_free_case([WorkItem.Kind.NURSE], at=timezone.now(), reviewer=order.created_by_id) is None
