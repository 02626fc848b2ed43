"""Opening a draft that follows an order, and ending an order that another replaces."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from notifications.models import AuditEvent
from notifications.names import AuditName
from orders.actions import determination
from orders.actions.drafting import discard_draft, save_step
from orders.actions.following import follow_order
from orders.actions.review import take_case
from orders.actions.submission import submit_order
from orders.actions.withdrawal import cancel_order
from orders.models import Order
from orders.queries import is_continued, orders_before, regimen_ends_on
from orders.rules.following import FollowOn
from orders.rules.refusals import MayNotOrder, NotOffered
from orders.rules.states import Disposition, OrderStatus
from orders.steps import state_of
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: A change that begins in the third cycle, and one that waits for a nurse.
NEW_START = "2021-11-30"


@pytest.fixture(autouse=True)
def _in_october_2021():
    with time_machine.travel(samples.NOW, tick=False):
        yield


@pytest.fixture
def earlier(practice, practice_user) -> Order:
    return samples.submitted(by=practice_user, practice=practice)


def as_it_is(order, step, raw, state, *, check):
    """Takes everything over as it was typed, whatever it is worth."""
    return {**raw, "typed": ["before"]}, None


def begin(order: Order, kind: FollowOn, *, by) -> Order:
    return follow_order(order, kind, by=by, read=as_it_is)[0]


@pytest.mark.parametrize(
    ("kind", "copied"),
    [
        (FollowOn.CHANGE, "plan member providers diagnosis clinical regimen dosing"),
        (FollowOn.SUPPORTIVE, "plan member providers diagnosis clinical regimen"),
        (FollowOn.ANOTHER, "plan member providers diagnosis"),
    ],
)
def test_r333_what_each_kind_copies(earlier, practice_user, kind, copied):
    """R-092, R-093, R-333: dates, and what was confirmed on the review page, never."""
    draft = begin(earlier, kind, by=practice_user)
    assert set(state_of(draft).raw) == set(copied.split())
    assert (draft.follows, draft.follows_as, draft.member) == (earlier, kind, earlier.member)
    assert draft.start_on is draft.planned_end_on is None
    assert draft.events.get().why.endswith(f"order {earlier.order_id}")


def test_a_second_click_finds_the_open_draft(earlier, practice_user):
    first = follow_order(earlier, FollowOn.CHANGE, by=practice_user, read=as_it_is)
    second = follow_order(earlier, FollowOn.CHANGE, by=practice_user, read=as_it_is)
    assert first == (second[0], True)
    assert second[1] is False
    assert AuditEvent.objects.filter(name=AuditName.ORDER_COPIED).count() == 1


def test_the_database_refuses_a_second_open_draft(earlier, practice_user):
    draft = begin(earlier, FollowOn.CHANGE, by=practice_user)
    twin = samples.draft(by=practice_user, practice=earlier.practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=twin.pk).update(follows=draft.follows, follows_as=draft.follows_as)


def test_after_a_discarded_draft_another_is_begun(earlier, practice_user):
    first = begin(earlier, FollowOn.CHANGE, by=practice_user)
    discard_draft(first, by=practice_user)
    assert begin(earlier, FollowOn.CHANGE, by=practice_user) != first


def test_two_kinds_are_two_drafts(earlier, practice_user):
    drafts = {begin(earlier, kind, by=practice_user) for kind in (FollowOn.CHANGE, FollowOn.ANOTHER)}
    assert len(drafts) == 2


@pytest.mark.parametrize("kind", [FollowOn.CONTINUATION, FollowOn.CITED])
def test_what_is_not_offered_is_refused(earlier, practice_user, kind):
    """D-36: the end is half a year ahead."""
    with pytest.raises(NotOffered):
        begin(earlier, kind, by=practice_user)
    assert not earlier.follow_ons.exists()


def test_a_stranger_is_refused(earlier, stranger):
    with pytest.raises(MayNotOrder):
        begin(earlier, FollowOn.ANOTHER, by=stranger)


def test_nothing_is_left_of_a_copy_that_fails(earlier, practice_user):
    def breaks(order, step, raw, state, *, check):
        raise RuntimeError(step)

    with pytest.raises(RuntimeError):
        follow_order(earlier, FollowOn.ANOTHER, by=practice_user, read=breaks)
    assert not earlier.follow_ons.exists()


# --- Replacing ------------------------------------------------------------------------------------------
def replacing(earlier: Order, *, by, answers=samples.OFF_PATHWAY, start=NEW_START) -> Order:
    """A submitted order that replaces an earlier one, by its number."""
    changed = samples.changed(
        answers,
        regimen={"replaces_order": earlier.order_id or earlier.reference},
        dates={"planned_end_on": "2022-03-28"},
    )
    draft = samples.draft(changed, by=by, practice=earlier.practice, member=earlier.member)
    member = state_of(draft).get("member")
    revision = state_of(draft).revisions["member"]
    save_step(draft, "member", raw={}, clean={**member, "start_on": start}, revision=revision, by=by)
    dates, revision = state_of(draft).get("dates"), state_of(draft).revisions["dates"]
    save_step(draft, "dates", raw={}, clean=dates, revision=revision, by=by)
    return submit_order(draft, by=by, idempotency_key=f"replacing-{draft.reference}", form_rules=False)


def test_r318_dr11_an_approved_change_ends_the_earlier_order_in_the_same_transaction(earlier, practice_user):
    new = replacing(earlier, by=practice_user)
    assert new.disposition == Disposition.AUTHORIZED
    earlier.refresh_from_db()
    assert earlier.ended_on == date(2021, 11, 29)
    # What was approved stays on record; it has its status, too.
    assert earlier.valid_to == date(2022, 4, 18)
    assert earlier.status == OrderStatus.DETERMINED
    last = earlier.events.latest("id")
    assert (last.old_status, last.new_status) == (earlier.status, earlier.status)
    assert last.why == f"replaced by order {new.order_id}"
    [event] = AuditEvent.objects.filter(name=AuditName.ORDER_REPLACED)
    assert event.details == {"replaced_by": new.reference, "ended_on": "2021-11-29"}


def test_dr11_a_change_that_waits_ends_nothing_until_it_is_approved(earlier, practice_user, nurse):
    new = replacing(earlier, by=practice_user, answers=samples.CUSTOM)
    assert new.disposition == Disposition.IN_PROGRESS
    earlier.refresh_from_db()
    assert earlier.ended_on is None
    take_case(new, by=nurse)
    determination.authorize(new, by=nurse, rationale="Discussed with the office.")
    earlier.refresh_from_db()
    assert earlier.ended_on == date(2021, 11, 29)


def test_dr11_an_order_replaced_while_it_waits_ends_as_soon_as_it_is_decided(practice, practice_user, nurse):
    waiting = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)
    replacing(waiting, by=practice_user)
    waiting.refresh_from_db()
    assert waiting.ended_on is None
    take_case(waiting, by=nurse)
    determination.authorize(waiting, by=nurse, rationale="The result came by phone.")
    waiting.refresh_from_db()
    assert waiting.ended_on == date(2021, 11, 29)


def test_d39_a_cancelled_change_lets_the_earlier_order_run_on(earlier, practice_user):
    new = replacing(earlier, by=practice_user)
    cancel_order(new, by=practice_user, reason="The patient stays on the first regimen.")
    earlier.refresh_from_db()
    assert earlier.ended_on is None
    assert regimen_ends_on(earlier) is None, "its S-codes are not void any more"
    last = earlier.events.latest("id")
    assert last.why == f"runs on: order {new.reference}, which replaced it, was cancelled"
    [event] = AuditEvent.objects.filter(name=AuditName.ORDER_RESTORED)
    assert event.details == {"cancelled": new.reference, "ended_on": ""}


def test_a_draft_that_is_given_another_patient_follows_and_ends_nothing(earlier, practice_user):
    draft = begin(earlier, FollowOn.CHANGE, by=practice_user)
    other = samples.draft(by=practice_user, practice=earlier.practice, last_name="Other")
    for step in ("plan", "member", "providers", "diagnosis", "clinical", "regimen", "dosing", "dates"):
        row = other.answers.get(step=step)
        revision = state_of(draft).revisions.get(step)
        save_step(draft, step, raw=row.raw, clean=row.cleaned, revision=revision, by=practice_user)
    draft.refresh_from_db()
    assert "replaces_order" not in state_of(draft).get("regimen")
    new = submit_order(draft, by=practice_user, idempotency_key="another-patient", form_rules=False)
    assert new.disposition == Disposition.AUTHORIZED
    assert (new.follows, new.follows_as) == (None, "")
    earlier.refresh_from_db()
    assert earlier.ended_on is None


def test_r332_a_continuation_that_was_taken_back_continues_nothing(earlier, practice_user):
    with time_machine.travel(datetime(2022, 3, 20, 15, tzinfo=UTC), tick=False):
        draft = begin(earlier, FollowOn.CONTINUATION, by=practice_user)
        assert is_continued(earlier)
        Order.objects.filter(pk=draft.pk).update(
            status=OrderStatus.DETERMINED,
            disposition=Disposition.VOLUNTARILY_CANCELLED,
            decided_at=samples.NOW,
            submitted_at=samples.NOW,
            submitted_by=practice_user,
            received_at=samples.NOW,
            terms=earlier.terms,
            pathway_release=earlier.pathway_release,
            policy_release=earlier.policy_release,
            ordering_provider=earlier.ordering_provider,
            start_on=earlier.start_on,
        )
        assert not is_continued(earlier)


def test_r093_supportive_drugs_alone_end_nothing(practice, practice_user, nurse):
    waiting = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)
    alone = samples.changed(
        samples.LUNG,
        regimen={
            "choice": "supportive_only",
            "regimen_id": None,
            "drugs": [],
            "references_order": waiting.reference,
        },
        dosing={"lines": [samples.line("ondansetron", "J2405", "16", "mg", role="supportive")]},
    )
    beside = samples.submitted(alone, by=practice_user, practice=practice, member=waiting.member)
    assert (beside.follows, beside.follows_as) == (waiting, FollowOn.SUPPORTIVE)
    assert beside.order_id
    take_case(waiting, by=nurse)
    determination.authorize(waiting, by=nurse, rationale="The result came by phone.")
    waiting.refresh_from_db()
    assert waiting.ended_on is None


def test_dr11_a_third_order_after_the_end_is_no_duplicate_of_the_replaced_one(earlier, practice_user):
    replacing(earlier, by=practice_user)

    again = samples.submitted(by=practice_user, practice=earlier.practice, member=earlier.member)
    found = {order.reference: order for order in orders_before(again)}
    assert found[earlier.reference].planned_end_on == date(2021, 11, 29)


def test_the_database_ends_no_order_without_an_order_id(practice, practice_user):
    waiting = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=waiting.pk).update(ended_on=date(2021, 11, 29))


def test_the_database_wants_to_know_as_what_an_order_follows(earlier, practice, practice_user):
    draft = samples.draft(by=practice_user, practice=practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=draft.pk).update(follows=earlier)
