"""A case as its life so far has made it, and who acts on it; `lifecycle` says what may happen to it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import NamedTuple

from orders.rules.reviewing import Reviewer
from orders.rules.rollup import Decision, RolledLine
from orders.rules.states import Disposition, OrderStatus

_DECIDED = (Decision.AUTHORIZED, Decision.ADVERSE)


class Person(NamedTuple):
    """Whoever acts: what he is to reviews, and to this order's practice; `agent` acts for those who call."""

    who: Hashable
    reviews: frozenset[Reviewer] = frozenset()
    orders: bool = False
    entered: bool = False
    agent: bool = False


class Hold(NamedTuple):
    """A reviewer's hold on a case; at `until` it has run out (D-62)."""

    who: Hashable
    until: datetime


class Case(NamedTuple):
    """An order as its life so far has made it; a draft has no lines yet.

    `flagged`: the rules found an earlier order that it may repeat.  `offered_at`: the first offer of a
    peer-to-peer talk.  `order_id`: whether it has one.
    """

    reference: str
    status: OrderStatus = OrderStatus.DRAFT
    lines: Mapping[int, RolledLine] = {}
    hold: Hold | None = None
    flagged: bool = False
    offered_at: datetime | None = None
    disposition: Disposition | None = None
    order_id: bool = False
    clocks_running: bool = False

    @property
    def open_lines(self) -> set[int]:
        """The drug lines that wait for a decision: reviewed, not withdrawn, not decided."""
        return {
            number
            for number, line in self.lines.items()
            if line.reviewed and line.decision is Decision.UNDECIDED
        }

    @property
    def decisions(self) -> dict[int, Decision]:
        """What was decided, by drug line."""
        return {number: line.decision for number, line in self.lines.items() if line.decision in _DECIDED}
