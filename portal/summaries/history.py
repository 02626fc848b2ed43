"""An order's history in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.actions.drafting import STARTED
from orders.models import OrderEvent
from orders.rules.states import Disposition, OrderStatus
from pathways.criteria.explain import capital
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
    found, before = [], ""
    for event in events:
        same = (event.old_status, before) == (event.new_status, event.disposition)
        moved = not same or event.new_status == OrderStatus.DRAFT
        found.append(_entry(event, names=names) if moved else _unmoved(event))
        before = event.disposition
    return tuple(found)


def _entry(event: OrderEvent, *, names: bool) -> Entry:
    status = OrderStatus(event.new_status)
    # Set by orders.queries.timeline; what the office adds or takes back can end a case.
    in_office = event.by_id is not None and not getattr(event, "by_reviewer", 0)
    return Entry(
        at=event.at,
        title=_what(event, status),
        text=_text(event, status, names=names),
        by=str(event.by) if event.by and (names or in_office) else _unnamed(event),
        tone=words.look_of(event.disposition or event.new_status).tone,
    )


def _unnamed(event: OrderEvent) -> str:
    return "" if event.old_status in ("", OrderStatus.DRAFT) else "our reviewer"


def _text(event: OrderEvent, status: OrderStatus, *, names: bool) -> str:
    """A note for reviewers; of a draft the order it came from, or whose hands it is in (R-333, R-376)."""
    if status == OrderStatus.DRAFT and event.why != STARTED:
        return f"{capital(event.why)}."
    return event.why if names and status == OrderStatus.PHYSICIAN_REVIEW else ""


def _unmoved(event: OrderEvent) -> Entry:
    """What changed an order without changing its status: another order replaced it (DR-11)."""
    return Entry(at=event.at, title=capital(event.why), text="", by="", tone="quiet")


def _what(event: OrderEvent, status: OrderStatus) -> str:
    if status == OrderStatus.DRAFT and event.old_status:
        return "Handed over"
    if status != OrderStatus.DETERMINED:
        return WHAT.get(status, status.value)
    word = words.look_of(Disposition(event.disposition)).word
    return f"Submitted and decided at once: {word}" if event.old_status == OrderStatus.DRAFT else word
