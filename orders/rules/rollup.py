"""From the drug lines to the case: table T1, DR-13 and DR-14 (R-209 to R-217).

One function says what a case status is; the database stores its answer only so that constraints and
queries can see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.rules.states import Disposition, DrugStatus


class Decision(StrEnum):
    """Where one drug line stands."""

    UNDECIDED = "undecided"
    AUTHORIZED = "authorized"
    ADVERSE = "adverse"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RolledLine:
    """What the roll-up reads of a drug line; `reviewed` = the administrator manages it ("M" in T1)."""

    role: str
    reviewed: bool
    decision: Decision


def disposition(
    lines: Iterable[RolledLine],
    *,
    withdrawn_before_submission: bool = False,
    confirmed_duplicate: bool = False,
    open_question: bool = False,
) -> Disposition:
    """The case status by T1, first rule that matches.

    `open_question`: a custom plan or a duplicate flag waits for a reviewer, or anything else that
    pends the case (rule 4, D-12).
    """
    if withdrawn_before_submission:
        return Disposition.WITHDRAWN
    if confirmed_duplicate:
        return Disposition.REVIEW_CANCELLED
    left = [line for line in lines if line.decision is not Decision.WITHDRAWN]
    if not left:
        return Disposition.VOLUNTARILY_CANCELLED
    managed = [line for line in left if line.reviewed]
    if open_question or any(line.decision is Decision.UNDECIDED for line in managed):
        return Disposition.IN_PROGRESS
    if not managed:
        return Disposition.COMPLETED
    return _decided(managed)


def _decided(managed: Sequence[RolledLine]) -> Disposition:
    """Rules 6 to 10, for a case whose managed lines are all decided."""
    denied = [line for line in managed if line.decision is Decision.ADVERSE]
    if not denied:
        return Disposition.AUTHORIZED
    if len(denied) == len(managed) or any(line.role == "therapeutic" for line in denied):
        return Disposition.NON_AUTHORIZED
    return Disposition.MULTIPLE_DECISIONS


def reviewed_status(decision: Decision, case: Disposition) -> DrugStatus:
    """The status of a reviewed line in a case (R-221, R-222, R-226; D-11, D-68).

    In a Non-Authorized case every reviewed line is non-authorized.  A line without a decision keeps
    waiting: in a cancelled duplicate it holds no determination (D-13).
    """
    if decision is Decision.WITHDRAWN:
        return DrugStatus.VOLUNTARILY_CANCELLED
    if case is Disposition.NON_AUTHORIZED:
        return DrugStatus.NON_AUTHORIZED
    if decision is Decision.UNDECIDED or case in (Disposition.IN_PROGRESS, Disposition.REVIEW_CANCELLED):
        return DrugStatus.IN_PROGRESS
    return DrugStatus.AUTHORIZED if decision is Decision.AUTHORIZED else DrugStatus.NON_AUTHORIZED


#: Dispositions in which a decision on reviewed drugs is final, so that letters go out (DR-26).
LETTERED = frozenset({Disposition.AUTHORIZED, Disposition.NON_AUTHORIZED, Disposition.MULTIPLE_DECISIONS})


def letters_to(case: Disposition, recipients: Sequence[str]) -> tuple[str, ...]:
    """Who gets a letter about this case status: the plan's recipients, or nobody (DR-26, R-272)."""
    return tuple(recipients) if case in LETTERED else ()
