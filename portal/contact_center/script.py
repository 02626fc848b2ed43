"""What an agent reads to the caller, and which of it was told (R-311, R-376)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orders.models import CallTask, Order, ToldItem
from orders.rules.states import Disposition
from pathways.criteria.explain import count
from portal.contact_center.forms import CalledBackForm
from portal.summaries.approval import SCodes
from portal.summaries.content import Summary
from portal.words import day, moment

Item = ToldItem.Item


@dataclass(frozen=True)
class Line:
    """One thing to read aloud; `told` is when and by whom it was, None until then."""

    item: ToldItem.Item
    label: str
    sentences: tuple[str, ...]
    told: ToldItem | None


@dataclass(frozen=True)
class Script:
    """The lines for one order as it is now, and the call back that is owed for it, if one is."""

    order: Order
    lines: tuple[Line, ...]
    call_back: CallTask | None
    form: CalledBackForm | None

    @property
    def is_told(self) -> bool:
        """Whether everything was told."""
        return all(line.told for line in self.lines)


def script_of(summary: Summary, *, form: CalledBackForm | None = None) -> Script:
    """The script for an order that the contact center entered (two queries).

    `form` is the one that an agent sent about a call back, to be shown again with its messages.
    """
    order = summary.order
    told = {
        found.item: found
        for found in order.told_items.select_related("told_by").filter(case_status=order.disposition)
    }
    call_back = order.call_tasks.filter(kind=CallTask.Kind.CALL_BACK, closed_at__isnull=True).first()
    if call_back is not None and form is None:
        form = CalledBackForm(owed_since=call_back.opened_at)
    lines = tuple(
        Line(item, _label(item, summary), tuple(said), told.get(item))
        for item, said in _said(summary)
        if said
    )
    return Script(order, lines, call_back, form)


def _label(item: ToldItem.Item, summary: Summary) -> str:
    """What a line is about."""
    undecided = summary.state == Disposition.IN_PROGRESS
    return "How it stands" if undecided and item is Item.DECISION else str(item.label)


def _said(summary: Summary) -> Iterator[tuple[ToldItem.Item, list[str]]]:
    order = summary.order
    if summary.state == Disposition.IN_PROGRESS:
        yield Item.DECISION, [*_pending(summary), *summary.lead]
        yield Item.DUE, _due(summary)
        yield Item.MISSING, list(summary.pending.settles) if summary.pending else []
        return
    yield Item.DECISION, [summary.headline, *summary.lead]
    if summary.approval is None:
        return
    numbers = [f"The Order ID is {_spaced(summary.approval.order_id)}."]
    if eligible := summary.approval.pathway_eligible_id:
        numbers.append(f"The Pathway Eligible ID is {eligible}.")
    yield Item.ORDER_ID, numbers
    yield (
        Item.VALID_DATES,
        [f"It is valid from {day(order.valid_from)} to {day(summary.approval.last_day)}."],
    )
    yield Item.S_CODES, _s_codes(summary.scodes)


def _pending(summary: Summary) -> list[str]:
    """That nothing is decided, and by which number to ask; the due time is a line of its own."""
    reviewer = summary.pending.who if summary.pending else "One of our reviewers"
    return [
        f"Your request is in progress. {reviewer} looks at it.",
        f"The tracking number is {_spaced(summary.order.reference)}.",
    ]


def _due(summary: Summary) -> list[str]:
    pending = summary.pending
    if pending is None or pending.due_at is None:
        return []
    where = f" at {pending.calls}" if pending.calls else ""
    return [
        f"The decision is due by {moment(pending.due_at, zone=pending.zone)}.",
        f"We call your office{where} if anything is needed.",
    ]


def _s_codes(codes: SCodes | None) -> list[str]:
    """The codes, how often and from when; nothing where none is awarded."""
    if codes is None or not codes.awarded:
        return []
    found = [f"{codes.onset_code} can be billed once, at the start of treatment."] if codes.onset else []
    if left := codes.months - codes.void:
        first = f", the first time on {day(codes.standing[0])} at the earliest" if codes.standing else ""
        found.append(f"{codes.monthly_code} can be billed up to {count(left, 'time')}{first}.")
    if codes.void and codes.void_from:
        found.append(f"From {day(codes.void_from)} on {codes.monthly_code} is void: another order took over.")
    return found


def _spaced(number: str) -> str:
    """A number in groups of three, as it is said on the phone: T123 456 789."""
    digits = number.removeprefix("T")
    groups = " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))
    return f"{'T' if digits != number else ''}{groups}"
