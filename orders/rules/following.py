"""Orders that follow on an earlier one: which may be made when, and what each cites (D-14, DR-11, DR-23).

What a program allows is its change rule (PD-34): either supportive drugs may be asked for alone, or every
change is a new order with all drugs (R-092 to R-094).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from orders.rules.states import WITH_ORDER_ID, Disposition


class FollowOn(StrEnum):
    """What an order is to the earlier one that it follows."""

    CONTINUATION = "continuation"
    CHANGE = "change"
    SUPPORTIVE = "supportive"
    #: A new order for the same patient: what is known of him is copied, nothing else.
    ANOTHER = "another"
    #: The earlier order's number was typed in order entry (R-300).
    CITED = "cited"


class ChangeRule(StrEnum):
    """What a change of treatment needs (PD-34)."""

    NEW_PLAN_FOR_THERAPEUTIC = "new_plan_for_therapeutic"
    ANY_CHANGE_NEW_ORDER = "any_change_new_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An order that others may follow on.

    `treatment_until` is the last day of treatment that was authorized, and `ended_on` the day before an
    order that replaced it; both are None without an Order ID, `ended_on` mostly.  `regimen` says whether
    it has therapeutic drugs.
    """

    disposition: Disposition | None
    planned_end_on: date
    treatment_until: date | None = None
    ended_on: date | None = None
    medical: bool = True
    regimen: bool = True

    @property
    def last_day(self) -> date:
        """The last day that is planned for, after which a continuation begins (D-14)."""
        days = (self.planned_end_on, self.treatment_until, self.ended_on)
        return min(day for day in days if day is not None)

    @property
    def next_day(self) -> date:
        """The day after the last planned one."""
        return self.last_day + timedelta(days=1)

    def continued_on(self, today: date) -> date:
        """The start that is proposed for a continuation: no day in the past (R-353)."""
        return max(self.next_day, today)


def offers(earlier: Earlier, rule: ChangeRule, *, today: date, start_ahead_days: int) -> list[FollowOn]:
    """What the practice may make of a submitted order today, most likely first.

    - a continuation as soon as its first day is not too far ahead (R-333, D-36);
    - a change while there is treatment left to replace (R-092, R-094);
    - supportive drugs alone beside a running regimen, where the program takes them (R-093);
    - another order for the patient, always.
    """
    if earlier.disposition not in WITH_ORDER_ID or earlier.ended_on:
        return [FollowOn.ANOTHER]
    runs = today <= earlier.last_day
    found = []
    if earlier.next_day <= today + timedelta(start_ahead_days):
        found.append(FollowOn.CONTINUATION)
    if earlier.regimen and runs:
        found.append(FollowOn.CHANGE)
    alone = earlier.medical and rule is ChangeRule.NEW_PLAN_FOR_THERAPEUTIC
    if earlier.regimen and runs and alone:
        found.append(FollowOn.SUPPORTIVE)
    return [*found, FollowOn.ANOTHER]


def renewal_due(until: date | None, *, today: date, notice_days: int, valid_to: date | None) -> bool:
    """Whether to ask for the continuation now: some days before the end, up to the last valid day (R-332)."""
    if until is None or valid_to is None:
        return False
    return until - timedelta(days=notice_days) <= today <= max(until, valid_to)


class Cites(NamedTuple):
    """The facts by which the rules know an earlier order: at most one is given (DR-08, DR-11)."""

    references_order: str | None = None
    replaces_order: str | None = None


def cites(kind: FollowOn | None, number: str, earlier: Earlier, *, start_on: date | None) -> Cites:
    """How an order names the earlier one to the rules.

    A continuation begins after the last planned day and names nothing (D-14): were its drugs others, the
    rules would take them as added to the earlier plan (R-092).  One that begins after the months of an
    indefinite regimen, but before its planned end, takes over what is left (R-320, D-20).
    """
    if kind is FollowOn.CHANGE:
        return Cites(replaces_order=number)
    if kind is FollowOn.SUPPORTIVE:
        return Cites(references_order=number)
    if (
        kind is FollowOn.CONTINUATION
        and start_on
        and earlier.treatment_until
        and earlier.treatment_until < start_on <= earlier.planned_end_on
    ):
        return Cites(replaces_order=number)
    return Cites()


def ends_on(start_on: date, *, planned_end_on: date) -> date:
    """The last planned day of an order that another replaces from `start_on` on (DR-11)."""
    return min(planned_end_on, start_on - timedelta(days=1))
