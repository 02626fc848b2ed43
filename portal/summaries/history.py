"""An order's history in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import OrderEvent
from orders.rules.states import Disposition, OrderStatus
from portal import words


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what, by whom; as `components/timeline.html` shows it."""

    at: datetime
    title: str
    text: str
    by: str
    tone: str


WHAT = {
    OrderStatus.DRAFT: "Started",
    OrderStatus.NURSE_REVIEW: "Submitted; with a nurse reviewer",
    OrderStatus.PHYSICIAN_REVIEW: "Passed to a physician reviewer",
    OrderStatus.WITHDRAWN: "Withdrawn before it was submitted",
}


def history_of(events: Iterable[OrderEvent], *, names: bool) -> tuple[Entry, ...]:
    """The status changes, oldest first; reviewers' names and notes only where `names` allows."""
    return tuple(_entry(event, names=names) for event in events)


def _entry(event: OrderEvent, *, names: bool) -> Entry:
    status = OrderStatus(event.new_status)
    in_office = event.old_status in ("", OrderStatus.DRAFT)
    return Entry(
        at=event.at,
        title=_what(event, status),
        text=event.why if names and status == OrderStatus.PHYSICIAN_REVIEW else "",
        by=str(event.by) if event.by and (names or in_office) else ("" if in_office else "our reviewer"),
        tone=words.look_of(event.disposition or event.new_status).tone,
    )


def _what(event: OrderEvent, status: OrderStatus) -> str:
    if status != OrderStatus.DETERMINED:
        return WHAT.get(status, status.value)
    word = words.look_of(Disposition(event.disposition)).word
    return f"Submitted and decided at once: {word}" if event.old_status == OrderStatus.DRAFT else word
