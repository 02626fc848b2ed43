"""Starting and stopping an order's clocks, and what happens when their time comes."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from members.models import ProgramTerms
from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import lock_case
from orders.actions.review import escalate_to_physician
from orders.models import ClockEvent, Order
from orders.rules import deadlines
from orders.rules.calendars import Calendar
from orders.rules.states import OrderStatus
from orders.terms import allowances, citation_of, plan_calendar

if TYPE_CHECKING:
    from portal.models import User

log = logging.getLogger(__name__)

Clock = ClockEvent.Clock
Kind = ClockEvent.Kind


@transaction.atomic
def start_clocks(order: Order, terms: ProgramTerms, *, by: User | None) -> None:
    """Start the limit and target clocks from receipt (D-05, R-380) and write their projections."""
    assert order.received_at is not None
    calendar, allowed = plan_calendar(terms), allowances(terms, order.urgency)
    due = {clock: deadlines.due_at(order.received_at, allowed[clock], calendar) for clock in allowed}
    ClockEvent.objects.bulk_create(
        ClockEvent(
            order=order,
            clock=clock,
            kind=Kind.STARTED,
            at=order.received_at,
            allowed=allowed[clock],
            due_at=due[clock],
            citation=citation_of(terms, clock, order.urgency),
            by=by,
        )
        for clock in due
    )
    order.due_at = min(due.values())
    order.escalate_at = _escalate_at(terms, due[Clock.LIMIT], allowed[Clock.LIMIT], calendar)
    Order.objects.filter(pk=order.pk).update(due_at=order.due_at, escalate_at=order.escalate_at)


def _escalate_at(
    terms: ProgramTerms, due: datetime, allowed: deadlines.Allowance, calendar: Calendar
) -> datetime:
    return deadlines.escalate_at(
        due,
        allowed,
        calendar,
        business_hours=terms.escalation_business_hours,
        hours=terms.escalation_hours,
    )


@transaction.atomic
def count_by_urgency(order: Order, *, by: User) -> None:
    """Let every clock count by the order's urgency as it now is, from receipt all the same (R-269).

    The ledger keeps what was allowed before; a clock that the urgency does not have counts no more.
    """
    assert order.received_at is not None
    assert order.terms is not None
    calendar, allowed = plan_calendar(order.terms), allowances(order.terms, order.urgency)
    started = set(order.clock_events.filter(kind=Kind.STARTED).values_list("clock", flat=True))
    due = {name: deadlines.due_at(order.received_at, allowed[name], calendar) for name in allowed}
    now = clock.now()
    ClockEvent.objects.bulk_create(
        ClockEvent(
            order=order,
            clock=name,
            kind=Kind.CHANGED if name in started else Kind.STARTED,
            at=now if name in started else order.received_at,
            allowed=allowed.get(name),
            due_at=due.get(name),
            citation=citation_of(order.terms, name, order.urgency) if name in allowed else "",
            by=by,
        )
        for name in Clock
        if name in started or name in allowed
    )
    order.due_at = min(due.values())
    order.escalate_at = _escalate_at(order.terms, due[Clock.LIMIT], allowed[Clock.LIMIT], calendar)
    Order.objects.filter(pk=order.pk).update(due_at=order.due_at, escalate_at=order.escalate_at)


@transaction.atomic
def stop_clocks(order: Order, *, at: datetime, by: User | None) -> None:
    """Stop every running clock: the order is determined."""
    ClockEvent.objects.bulk_create(
        ClockEvent(order=order, clock=started.clock, kind=Kind.STOPPED, at=at, by=by)
        for started in order.clock_events.filter(kind=Kind.STARTED)
    )
    order.due_at = order.escalate_at = None
    Order.objects.filter(pk=order.pk).update(due_at=None, escalate_at=None)


def sweep(now: datetime | None = None) -> int:
    """Move every case whose time is near up to a physician, oldest first; return how many moved (D-07).

    A row that raises is logged and left for the next sweep, and never stops the others.
    """
    now = now or clock.now()
    overdue = Order.objects.filter(status=OrderStatus.NURSE_REVIEW, escalate_at__lte=now)
    moved = 0
    # By key, all of them: rows that fail each time must not stand in front of the others for ever.
    for pk in list(overdue.order_by("escalate_at", "pk").values_list("pk", flat=True)):
        order = Order.objects.get(pk=pk)
        try:
            moved += handle_overdue(order, now=now)
        except Exception:
            log.exception("deadline sweep: order %s is left for the next sweep", order.reference)
    return moved


@transaction.atomic
def handle_overdue(order: Order, *, now: datetime) -> bool:
    """Escalate one case if, recomputed from its ledger, its time really has come.

    Nobody is denied by a clock (D-07, R-204): the case moves to a physician.  Whoever decides it at the
    same time comes first or finds it moved: a decided case gets no due time back.
    """
    lock_case(order)
    if order.status != OrderStatus.NURSE_REVIEW or order.terms is None:
        return False
    counting = _counting(order)
    received_at = order.received_at
    assert received_at is not None
    allowed = counting[Clock.LIMIT]
    calendar = plan_calendar(order.terms)
    due = deadlines.due_at(received_at, allowed, calendar)
    escalate_at = _escalate_at(order.terms, due, allowed, calendar)
    if escalate_at > now:
        # The projection was early (a calendar changed): put it right and wait.
        due_at = min(deadlines.due_at(received_at, given, calendar) for given in counting.values())
        Order.objects.filter(pk=order.pk).update(escalate_at=escalate_at, due_at=due_at)
        return False
    escalate_to_physician(order, by=None, why="The decision limit is near and criteria are still open.")
    audit.record(
        AuditName.CASE_DEADLINE_NEAR,
        actor=None,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        due_at=due.isoformat(),
    )
    return True


def _counting(order: Order) -> dict[str, deadlines.Allowance]:
    """What each clock allows now, from receipt: its last start or change (one query)."""
    entries = order.clock_events.exclude(kind=Kind.STOPPED).values_list("clock", "allowed")
    return {name: allowed for name, allowed in dict(entries).items() if allowed is not None}
