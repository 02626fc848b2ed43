"""The drugs of a summary, or its course of radiation, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orders.models import DrugLine, Order
from orders.rules.judgement import Judgement
from orders.rules.states import Disposition, DrugStatus
from portal.summaries import words
from portal.summaries.approval import Approval
from portal.summaries.radiation import Course
from portal.summaries.trees import judged_line
from portal.words import look_of


@dataclass(frozen=True)
class Line:
    """One drug as the summary lists it; what was not approved has neither visits nor units (R-293).

    `shown` is what people read as its status.
    """

    number: int
    drug: str
    role: str
    hcpcs: str
    dosing: str
    status: DrugStatus
    shown: DrugStatus | Disposition
    label: str
    message: str
    reviewed: bool
    custom: bool
    visits: int | None
    billing_units: Decimal | None
    units_note: str
    order_id: str

    @property
    def word(self) -> str:
        """The status in words, the plan's own where it has one."""
        return self.label or look_of(self.shown).word


def line_of(
    order: Order,
    line: DrugLine,
    approval: Approval | None,
    judgement: Judgement | None,
    *,
    phases: bool,
    course: Course | None,
) -> Line:
    """One line as it stands; `phases` is whether the course has more than one."""
    status = DrugStatus(line.status)
    judged = judged_line(judgement, line.number) if approval and status == DrugStatus.AUTHORIZED else None
    return Line(
        number=line.number,
        drug=course.name if course else line.drug,
        role=line.role,
        hcpcs=line.hcpcs,
        # Supportive drugs go along from the start; only a later phase is worth a word.
        dosing=course.fractions
        if course
        else words.dosing(line, phases=phases and (line.role == DrugLine.Role.THERAPEUTIC or line.phase > 1)),
        status=status,
        shown=_shown(order, status),
        label=_label(order, status),
        message=line.message,
        reviewed=line.reviewed,
        custom=bool(judgement and judgement.match.custom),
        visits=judged.visits if judged else None,
        billing_units=judged.billing_units if judged else None,
        units_note=judged.units_note if judged and judged.billing_units is None else "",
        order_id=_line_order_id(order, status, approval),
    )


def _shown(order: Order, status: DrugStatus) -> DrugStatus | Disposition:
    """The status of a drug, or that of its case where a cancelled duplicate left it undecided (D-13)."""
    cancelled = order.disposition == Disposition.REVIEW_CANCELLED
    return Disposition.REVIEW_CANCELLED if cancelled and status == DrugStatus.IN_PROGRESS else status


def _label(order: Order, status: DrugStatus) -> str:
    """The plan's own word for a status, empty where it is everybody's (R-217)."""
    if status == DrugStatus.NOT_REQUIRED and order.terms:
        return order.terms.not_required_label
    return ""


def _line_order_id(order: Order, status: DrugStatus, approval: Approval | None) -> str:
    """The Order ID on approved lines; on those nobody here reviews only where the program says so (D-15)."""
    if approval is None or order.terms is None:
        return ""
    unmanaged = status == DrugStatus.NOT_REQUIRED and order.terms.order_id_for_unmanaged
    return approval.order_id if status == DrugStatus.AUTHORIZED or unmanaged else ""
