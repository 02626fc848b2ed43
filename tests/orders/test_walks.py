"""Random lives of a case through the actions: the states and refusals of the rules alone (R-219, DR-27)."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from notifications import clock
from orders.actions import determination, drafting, findings, review, submission, updates, withdrawal
from orders.actions._standing import lines_of
from orders.models import ClockEvent, LineDetermination, Order, ReviewAssignment
from orders.queries import standing_judgement
from orders.rules.cases import Case
from orders.rules.refusals import Refused
from orders.rules.states import PENDING, Disposition
from portal.models import StaffRole
from tests.factories import orders
from tests.rules import walks
from tests.rules.walks import ACTS, ENDED, FORMER_NURSE, NURSE, PRACTICE, STARTED, Step

#: How many lives; another number by the environment, for a longer run.
LIVES, STEPS = int(os.environ.get("LIVES", "60")), 30
WORDS = "Said by phone."
UNKNOWN = "breast-her2-unknown"


class Undone(Exception):
    """Ends a life, and with it everything it wrote."""


def _submit(order: Order, step: Step, by: Any) -> None:
    submission.submit_order(order, by=by, idempotency_key=uuid4().hex)


def _inform(order: Order, step: Step, by: Any) -> None:
    answers: list[dict[str, Any]] = [{"ecog": "2"}, {"biomarkers": {"HER2": "positive"}}]
    findings.record_information(order, answers[step.number % 2], by=by)


def _add(order: Order, step: Step, by: Any) -> None:
    answers: list[dict[str, Any]] = [{"ecog": 2}, {"biomarkers": {"HER2": "positive"}}]
    given = updates.Addition(answers[step.number % 2], note=uuid4().hex)
    updates.add_information(order, given, by=by)


def _cancel(order: Order, step: Step, by: Any) -> None:
    """Before the start date, or on it."""
    on_it = datetime.combine(order.start_on, time(17), UTC) if order.start_on else clock.now()
    with clock.standing_at(on_it if step.number == STARTED else clock.now()):
        withdrawal.cancel_order(order, by=by, reason=step.words)


def _offer(order: Order, step: Step, by: Any) -> None:
    findings.offer_peer_to_peer(order, by=by, phone="617-555-0110", reached="voicemail", outcome="waits")


DOORS: dict[str, Callable[[Order, Step, Any], Any]] = {
    "submit": _submit,
    "discard": lambda order, step, by: drafting.discard_draft(order, by=by),
    "take": lambda order, step, by: review.take_case(order, by=by),
    "release": lambda order, step, by: review.release_case(order, by=by),
    "inform": _inform,
    "clear duplicate": lambda order, step, by: findings.clear_duplicate(order, by=by),
    "confirm duplicate": lambda order, step, by: findings.confirm_duplicate(order, by=by, note=step.words),
    "withdraw all": lambda order, step, by: withdrawal.withdraw_case(order, by=by, reason=step.words),
    "add": _add,
    "contact": lambda order, step, by: updates.change_contact(order, by=by, phone="617-555-0199"),
    "cancel": _cancel,
    "withdraw": lambda order, step, by: withdrawal.withdraw_drug(order, step.number, by=by),
    "offer": _offer,
    "decide": lambda order, step, by: determination.decide(order, step.outcomes, by=by, rationale=step.words),
    "escalate": lambda order, step, by: review.escalate_to_physician(order, by=by, why=WORDS),
    "clock": lambda order, step, by: review.escalate_to_physician(order, by=None, why=WORDS),
}


def act(order: Order, step: Step) -> str:
    """Do it by the action; the code of its refusal, or "" when it was done."""
    if step.by is FORMER_NURSE:
        StaffRole.objects.filter(user__username=step.by.who).update(kind=StaffRole.Kind.ADMINISTRATOR)
    try:
        with clock.standing_at(step.at):
            DOORS[step.act](order, step, orders.person(str(step.by.who)))
    except Refused as refused:
        return refused.code
    finally:
        if step.by is FORMER_NURSE:
            StaffRole.objects.filter(user__username=step.by.who).update(kind=StaffRole.Kind.NURSE)
    return ""


def judged(order: Order, case: Case, step: Step) -> Step:
    """The step with what the rules found when it was done."""
    if step.act not in ("submit", "inform", "clear duplicate", "withdraw", "add"):
        return step
    judgement = standing_judgement(order)
    return step._replace(
        lines=lines_of(judgement, case.decisions),
        flagged=bool(judgement.duplicates),
        settled=judgement.disposition != Disposition.IN_PROGRESS,
    )


def by_rules(case: Case, step: Step) -> tuple[Case, str]:
    """The case after the step by the rules alone, and the code of a refusal."""
    try:
        return ACTS[step.act](case, step), ""
    except Refused as refused:
        return case, refused.code


def expected(case: Case) -> dict[str, object]:
    """What of a case stands in the database."""
    return {
        "status": case.status,
        "disposition": case.disposition or "",
        "order id": case.order_id,
        "clocks run": case.clocks_running,
        "in a queue": case.status in PENDING,
        "decisions": case.decisions,
        "hold": tuple(case.hold) if case.hold else None,
        "offered at": case.offered_at,
    }


def stored(order: Order) -> dict[str, object]:
    """The same, read from the tables."""
    order.refresh_from_db()
    kinds = Counter(order.clock_events.values_list("kind", flat=True))
    made = LineDetermination.objects.filter(line__order=order).values_list("line__number", "outcome")
    holds = ReviewAssignment.objects.filter(work_item__order=order, released_at=None)
    return {
        "status": order.status,
        "disposition": order.disposition,
        "order id": order.order_id is not None,
        "clocks run": kinds[ClockEvent.Kind.STARTED] > kinds[ClockEvent.Kind.STOPPED],
        "in a queue": order.work_items.filter(closed_at=None).exists(),
        "decisions": dict(made),
        "hold": holds.values_list("reviewer__username", "expires_at").first(),
        "offered at": order.peer_to_peer_offers.values_list("offered_at", flat=True).first(),
    }


#: Too seldom by chance: how the lives of some seeds begin.
BEGINNINGS = {
    0: (("submit", PRACTICE), ("take", NURSE), ("confirm duplicate", NURSE)),
    1: (("submit", PRACTICE), ("take", NURSE), ("release", NURSE)),
    4: (("submit", PRACTICE), ("contact", PRACTICE), ("cancel", PRACTICE)),
}


def live(order: Order, seed: int, seen: Counter[str]) -> None:
    """One life, both ways; it is over soon after its end."""
    rng, at = random.Random(seed), clock.now()
    case, left = Case(order.reference), 5
    for number in range(STEPS):
        step = walks.random_step(rng, case, at)
        if number < len(begins := BEGINNINGS.get(seed, ())):
            act_now, by = begins[number]
            step = Step(act_now, by, at, words=WORDS)
        at = step.at
        code = act(Order.objects.get(pk=order.pk), step)
        case, by_the_rules = by_rules(case, step if code else judged(order, case, step))
        where = f"seed {seed}, step {number}: {step.act} by {step.by.who}"
        assert code == by_the_rules, where
        seen[code or step.act] += 1
        left -= case.status in ENDED
        last = number == STEPS - 1 or not left
        if not code or last:  # what a refusal changed shows at the next act
            assert stored(order) == expected(case), where
        if last:
            break
    seen[case.disposition or case.status] += 1


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
def test_g20_the_actions_do_and_refuse_what_the_rules_do_and_refuse():
    StaffRole.objects.create(user=orders.person(str(PRACTICE.who)), kind=StaffRole.Kind.NURSE)
    orders.submitted()
    # The first of these is the same order entered twice.
    drafts = [orders.draft(name) for name in (orders.AUTHORIZED, UNKNOWN, UNKNOWN, orders.PENDED)]
    drafts.append(orders.draft(orders.COMPLETED))
    seen: Counter[str] = Counter()
    for seed in range(LIVES):
        try:
            with transaction.atomic():
                live(drafts[seed % len(drafts)], seed, seen)
                raise Undone
        except Undone:
            continue
    ends = {Disposition.AUTHORIZED, Disposition.NON_AUTHORIZED, Disposition.REVIEW_CANCELLED}
    assert {*ACTS, *ends} <= seen.keys(), seen
