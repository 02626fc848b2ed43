"""What an approval carries: its numbers, days and S-codes; an order that has none gets nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orders.models import DrugLine, Order, SCodeGrant
from orders.queries import regimen_ends_on
from orders.rules.judgement import Judgement
from orders.rules.request import Request
from orders.rules.schedule import case_visits
from orders.rules.scodes import earliest_monthly_dates
from orders.rules.states import WITH_ORDER_ID, DrugStatus, OrderStatus
from portal.summaries import words


@dataclass(frozen=True)
class Approval:
    """What an order with an Order ID carries, and an order without one does not.

    Treatments are covered until `covered_until`; `grace` follows it up to `valid_to` and is "" where
    there is none.  `ended_on` is the last day before another order replaced this one; it may be before the
    first (DR-11).
    """

    order_id: str
    pathway_eligible_id: str
    valid_from: date
    valid_to: date
    covered_until: date
    until_what: str
    grace: str
    visits: int
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last valid day as it stands."""
        return min(self.valid_to, self.ended_on or self.valid_to)

    @property
    def given_until(self) -> date:
        """The last day on which treatment is given under the order."""
        return min(self.covered_until, self.ended_on or self.covered_until)


@dataclass(frozen=True)
class SCodes:
    """How often each code with its `earliest` days, or why none (R-286, R-304 to R-325).  Never an amount."""

    label: str
    onset_code: str
    monthly_code: str
    onset: int
    months: int
    earliest: tuple[date, ...]
    reasons: tuple[str, ...]
    billing: str
    duration: str
    #: Void from this day on: another regimen, or another order for this one, is given (R-318).
    void_from: date | None = None
    #: The last day for which a regimen without planned end has them (R-320, D-21).
    last_day: date | None = None

    @property
    def standing(self) -> tuple[date, ...]:
        """The earliest days that another regimen has not made void."""
        return tuple(day for day in self.earliest if self.void_from is None or day < self.void_from)

    @property
    def void(self) -> int:
        """How many of the monthly codes are void."""
        return len(self.earliest) - len(self.standing)

    @property
    def awarded(self) -> bool:
        """Whether any code may be billed."""
        return bool(self.onset or self.months)


def approval_of(
    order: Order, lines: list[DrugLine], judgement: Judgement, facts: dict[str, Any]
) -> Approval | None:
    """The approval of an order as it stands; None for one that has no Order ID (R-209, R-292, R-296)."""
    if order.disposition not in WITH_ORDER_ID or order.status != OrderStatus.DETERMINED:
        return None
    assert order.order_id
    assert order.valid_from
    assert order.valid_to
    assert order.terms
    approved = [line.number for line in lines if line.status == DrugStatus.AUTHORIZED]
    request = Request.read(facts)
    radiates = order.solution == Order.Solution.RADIATION_ONCOLOGY
    # A radiation approval lasts so many days and has no grace (DR-20).
    grace_days = 0 if radiates else order.terms.grace_days
    covered_until = request.end_on if radiates else order.valid_to - timedelta(days=grace_days)
    return Approval(
        order_id=order.order_id,
        pathway_eligible_id=order.pathway_eligible_id or "",
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        covered_until=covered_until,
        until_what=words.until_what(
            continued=judgement.continuity_applied and covered_until < request.end_on
        ),
        grace=words.grace(grace_days) if grace_days else "",
        visits=case_visits(request.facts, approved, until=covered_until),
        ended_on=order.ended_on,
    )


def scodes_of(order: Order, approval: Approval, *, bills: bool) -> SCodes | None:
    """The S-codes of an approval; None for radiation, which has none (R-324).

    Which of them are void is worked out for who `bills` them (R-318; one query).
    """
    grant: SCodeGrant | None = getattr(order, "scode_grant", None)
    terms = order.terms
    if grant is None or terms is None or order.solution != Order.Solution.MEDICAL_ONCOLOGY:
        return None
    return SCodes(
        label=terms.scode_label,
        onset_code=terms.scode_onset_code,
        monthly_code=terms.scode_monthly_code,
        onset=grant.s0353,
        months=grant.s0354,
        earliest=tuple(earliest_monthly_dates(order.start_on, grant.s0354)) if order.start_on else (),
        reasons=tuple(words.reason(found) for found in grant.reasons),
        billing=terms.scode_billing_text,
        duration=terms.scode_duration_text,
        void_from=regimen_ends_on(order) if bills and grant.s0354 else None,
        last_day=_last_day(order, approval),
    )


def _last_day(order: Order, approval: Approval) -> date | None:
    """The end of the months of an indefinite regimen, where the plan of treatment goes on beyond it."""
    until = order.treatment_until
    return until if until is not None and until < approval.covered_until else None
