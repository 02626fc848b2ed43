"""Orders that follow on an earlier one: opening the draft, and ending what is replaced."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction

from members.clock import plan_today
from notifications import audit, clock
from notifications.names import AuditName
from orders import steps
from orders.actions._record import one_at_a_time
from orders.actions._standing import case_of, orderer
from orders.actions.drafting import project, start_order
from orders.links import earlier_of
from orders.models import Order, OrderEvent, StepAnswers
from orders.queries import offers_for
from orders.rules import following, lifecycle
from orders.rules.following import FollowOn
from orders.rules.refusals import NotOffered
from orders.rules.states import OrderStatus
from orders.steps import Answers, DraftState, Step, Subject

if TYPE_CHECKING:
    from portal.models import User

Raw = dict[str, list[str]]


class Reader(Protocol):
    """Reads what was typed for an earlier order as its step takes it today, under the answers so far."""

    def __call__(
        self, order: Order, step: str, raw: Raw, state: DraftState, *, check: bool
    ) -> tuple[Raw, Answers | None]:
        """What of it is kept, and its clean answers, or None where it is to be completed.

        Without `check` there are no clean answers: the step rests on one that is not answered yet.
        """


#: What of an earlier order is copied (R-333, R-092 to R-094); all else is asked anew.
COPIED: dict[FollowOn, frozenset[Subject]] = {
    FollowOn.CONTINUATION: frozenset({Subject.PATIENT, Subject.CLINICAL, Subject.TREATMENT, Subject.COURSE}),
    # Of the treatment only its drugs, to begin the new plan with.
    FollowOn.CHANGE: frozenset({Subject.PATIENT, Subject.CLINICAL, Subject.TREATMENT, Subject.COURSE}),
    FollowOn.SUPPORTIVE: frozenset({Subject.PATIENT, Subject.CLINICAL, Subject.TREATMENT}),
    FollowOn.ANOTHER: frozenset({Subject.PATIENT}),
}
#: What may have changed since: copied, and to be looked at before it counts.
LOOKED_AT_AGAIN = frozenset({Subject.CLINICAL, Subject.COURSE})

WHY: dict[FollowOn, str] = {
    FollowOn.CONTINUATION: "continues order {number}",
    FollowOn.CHANGE: "replaces order {number}",
    FollowOn.SUPPORTIVE: "supportive drugs beside order {number}",
    FollowOn.ANOTHER: "for the patient of order {number}",
}


@transaction.atomic
def follow_order(earlier: Order, kind: FollowOn, *, by: User, read: Reader) -> tuple[Order, bool]:
    """Open a draft that follows on an earlier order, with its answers as far as they still hold.

    Gives the draft and whether it is new: a second click, or a colleague's, finds the one that is open.
    Dates, ticks and attestations are not copied; what no longer fits today's content, or may have
    changed since, comes up as a step to look at again (R-092 to R-094, R-333).

    Raises MayNotOrder, NotOffered.
    """
    lifecycle.check_orderer(case_of(earlier), orderer(earlier, by))
    one_at_a_time(earlier)
    open_draft = earlier.follow_ons.filter(follows_as=kind, status=OrderStatus.DRAFT).first()
    if open_draft is not None:
        return open_draft, False
    today = plan_today()
    if kind not in offers_for(earlier, today=today):
        raise NotOffered(f"order {earlier.reference} cannot be followed by a {kind} now")
    draft = start_order(
        earlier.practice, by=by, why=WHY[kind].format(number=earlier.number), **_columns(earlier, kind)
    )
    _copy(earlier, draft, kind, today=today, by=by, read=read)
    audit.record(
        AuditName.ORDER_COPIED,
        actor=by,
        subject=f"order:{draft.reference}",
        practice=str(draft.practice_id),
        member=draft.member_id or "",
        follows=earlier.reference,
        kind=kind.value,
    )
    return draft, True


def _columns(earlier: Order, kind: FollowOn) -> dict[str, Any]:
    """What lists show of the draft before its steps are confirmed."""
    return {
        "follows": earlier,
        "follows_as": kind,
        "solution": earlier.solution,
        "plan": earlier.plan,
        "program": earlier.program,
        "member": earlier.member,
    }


def _copy(earlier: Order, draft: Order, kind: FollowOn, *, today: date, by: User, read: Reader) -> None:
    """Copy the steps one by one, each read under those before it."""
    source = steps.state_of(earlier)
    state = _assumed(source, steps.state_of(draft), kind, earlier=earlier, today=today)
    for step in source.steps:
        if step.subject not in COPIED[kind]:
            continue
        ready = all(state.answers.get(key) for key, _ in step.rests_on)
        raw, clean = read(draft, step.key, source.raw.get(step.key, {}), state, check=ready)
        if not raw:
            continue
        StepAnswers.objects.create(
            order=draft,
            step=step.key,
            raw=raw,
            cleaned=clean,
            basis=_basis(step, state, earlier),
            saved_at=clock.now(),
            saved_by=by,
        )
        project(draft, step.key, clean)
        if clean is not None:
            state.answers[step.key] = clean


def _assumed(
    source: DraftState, own: DraftState, kind: FollowOn, *, earlier: Order, today: date
) -> DraftState:
    """The draft's answers with the member as of the proposed start, which somebody has yet to confirm."""
    start_on = earlier_of(earlier).continued_on(today) if kind is FollowOn.CONTINUATION else today
    member = {**source.get("member"), "start_on": start_on.isoformat()}
    return DraftState(answers={**own.answers, "member": member}, raw={}, revisions={}, recheck=frozenset())


def _basis(step: Step, state: DraftState, earlier: Order) -> Answers:
    if step.subject in LOOKED_AT_AGAIN:
        return {steps.COPIED_FROM: earlier.reference}
    return steps.basis_of(step, state.answers)


# --- What an order that replaces another does to it ---------------------------------------------------


def end_replaced(order: Order, *, by: User | None) -> None:
    """End the order that this one, now approved, replaces: on the day before its start (DR-11, R-318).

    In the caller's transaction.  An order that was replaced while it waited ends as soon as it is decided.
    """
    if order.order_id is None:
        return
    if order.follows is not None and order.snapshot.facts.get("replaces_order"):
        _end(order.follows, order, by=by)
    later = order.follow_ons.filter(order_id__isnull=False).select_related("snapshot").order_by("start_on")
    for other in later:
        if other.snapshot.facts.get("replaces_order"):
            _end(order, other, by=by)


def restore_replaced(order: Order, *, by: User | None) -> None:
    """Let the order that this one, now cancelled, had replaced run on: as far as no other replaces it.

    In the caller's transaction (D-39, DR-11).
    """
    replaced = order.follows
    if replaced is None or replaced.ended_on is None or not order.snapshot.facts.get("replaces_order"):
        return
    assert replaced.planned_end_on is not None
    others = replaced.follow_ons.filter(order_id__isnull=False).exclude(pk=order.pk)
    ends = [
        following.ends_on(other.start_on, planned_end_on=replaced.planned_end_on)
        for other in others.select_related("snapshot")
        if other.start_on and other.snapshot.facts.get("replaces_order")
    ]
    last = min(ends, default=None)
    if last == replaced.ended_on:
        return
    why = f"runs on: order {order.reference}, which replaced it, was cancelled"
    _set_end(replaced, last, by=by, why=why)
    audit.record(
        AuditName.ORDER_RESTORED,
        actor=by,
        subject=f"order:{replaced.reference}",
        practice=str(replaced.practice_id),
        member=replaced.member_id or "",
        cancelled=order.reference,
        ended_on=last.isoformat() if last else "",
    )


def _end(replaced: Order, replacing: Order, *, by: User | None) -> None:
    if replaced.order_id is None:
        return
    assert replaced.member_id == replacing.member_id, "one patient's order never ends another's"
    assert replacing.start_on is not None
    assert replaced.planned_end_on is not None
    last = following.ends_on(replacing.start_on, planned_end_on=replaced.ended_on or replaced.planned_end_on)
    if replaced.ended_on is not None and replaced.ended_on <= last:
        return
    _set_end(replaced, last, by=by, why=f"replaced by order {replacing.number}")
    audit.record(
        AuditName.ORDER_REPLACED,
        actor=by,
        subject=f"order:{replaced.reference}",
        practice=str(replaced.practice_id),
        member=replaced.member_id or "",
        replaced_by=replacing.reference,
        ended_on=last.isoformat(),
    )


def _set_end(replaced: Order, last: date | None, *, by: User | None, why: str) -> None:
    """Write the last day of an order that another replaced, or that it runs on, with its history."""
    now = clock.now()
    replaced.ended_on, replaced.updated_at = last, now
    replaced.save(update_fields=["ended_on", "updated_at"])
    OrderEvent.objects.create(
        order=replaced,
        old_status=replaced.status,
        new_status=replaced.status,
        disposition=replaced.disposition,
        at=now,
        by=by,
        why=why,
    )
