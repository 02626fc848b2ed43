"""Statuses and the moves between them, as tables (R-209 to R-229, T1).

`OrderStatus` says whose move it is.  `Disposition` is the case status that people read, rolled up
from the drug lines by `rollup.py` and stored only so that constraints and queries can see it.
"""

from __future__ import annotations

from enum import StrEnum

from orders.rules.refusals import IllegalTransition


class OrderStatus(StrEnum):
    """Work status: whose move it is."""

    DRAFT = "draft"
    NURSE_REVIEW = "nurse_review"
    PHYSICIAN_REVIEW = "physician_review"
    DETERMINED = "determined"
    WITHDRAWN = "withdrawn"


class Disposition(StrEnum):
    """Case status (R-217: stable codes; D-67 for the two closures)."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    AUTHORIZED = "authorized"
    NON_AUTHORIZED = "non_authorized"
    MULTIPLE_DECISIONS = "multiple_decisions"
    REVIEW_CANCELLED = "review_cancelled"
    VOLUNTARILY_CANCELLED = "voluntarily_cancelled"
    WITHDRAWN = "withdrawn"


class DrugStatus(StrEnum):
    """Status of one drug line (R-220 to R-229, D-11)."""

    IN_PROGRESS = "in_progress"
    NOT_REQUIRED = "not_required"
    AUTHORIZED = "authorized"
    NON_AUTHORIZED = "non_authorized"
    OTHER_IMPACT = "other_impact"
    REFER_HEALTH_PLAN = "refer_health_plan"
    REFER_PBM = "refer_pbm"
    VOLUNTARILY_CANCELLED = "voluntarily_cancelled"
    NOT_REVIEWED = "not_reviewed"


#: A determined order stays so: what may become of its case status is said by `REVISIONS`.
TRANSITIONS: dict[OrderStatus, set[OrderStatus]] = {
    OrderStatus.DRAFT: {OrderStatus.NURSE_REVIEW, OrderStatus.DETERMINED, OrderStatus.WITHDRAWN},
    OrderStatus.NURSE_REVIEW: {OrderStatus.PHYSICIAN_REVIEW, OrderStatus.DETERMINED},
    OrderStatus.PHYSICIAN_REVIEW: {OrderStatus.DETERMINED},
    OrderStatus.DETERMINED: {OrderStatus.DETERMINED},
    OrderStatus.WITHDRAWN: set(),
}

STATUS_OWNER: dict[OrderStatus, str] = {
    OrderStatus.DRAFT: "practice",
    OrderStatus.NURSE_REVIEW: "nurse reviewer",
    OrderStatus.PHYSICIAN_REVIEW: "physician reviewer",
    OrderStatus.DETERMINED: "nobody",
    OrderStatus.WITHDRAWN: "nobody",
}

PRACTICE_LABEL: dict[OrderStatus, str] = {
    OrderStatus.DRAFT: "Draft",
    OrderStatus.NURSE_REVIEW: "In Progress",
    OrderStatus.PHYSICIAN_REVIEW: "In Progress",
    OrderStatus.DETERMINED: "Determined",
    OrderStatus.WITHDRAWN: "Withdrawn",
}

PENDING: frozenset[OrderStatus] = frozenset({OrderStatus.NURSE_REVIEW, OrderStatus.PHYSICIAN_REVIEW})

#: An order id exists only in these (DR-19, D-15); a database constraint says the same.
WITH_ORDER_ID: frozenset[Disposition] = frozenset(
    {Disposition.AUTHORIZED, Disposition.COMPLETED, Disposition.MULTIPLE_DECISIONS}
)

#: What a decided case may still become: an approval is cancelled by the practice (R-219, D-39).
REVISIONS: dict[Disposition, set[Disposition]] = {
    given: {Disposition.VOLUNTARILY_CANCELLED} for given in WITH_ORDER_ID
}

#: The case statuses in which a determined order ends (T1); a database constraint says the same.
FINAL: frozenset[Disposition] = frozenset(Disposition) - {Disposition.IN_PROGRESS, Disposition.WITHDRAWN}


def check_transition(reference: str, old: OrderStatus, new: OrderStatus) -> None:
    """Raise IllegalTransition unless the table allows the move."""
    if new not in TRANSITIONS[old]:
        raise IllegalTransition(f"order {reference} cannot go from {old} to {new}")


def check_revision(reference: str, old: Disposition, new: Disposition) -> None:
    """Raise IllegalTransition unless a decided case of that status may become the other."""
    if new not in REVISIONS.get(old, set()):
        raise IllegalTransition(f"order {reference} is {old} and cannot become {new}")
