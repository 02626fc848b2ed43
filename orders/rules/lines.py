"""Judging each drug line: who manages it, what its policy says, visits and units (R-163, DR-04, DR-09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from orders.rules import routing
from orders.rules.billing_units import Product, billing_units
from orders.rules.request import Request
from orders.rules.results import LineJudgement
from orders.rules.rollup import Decision, reviewed_status
from orders.rules.routing import Manager, Message
from orders.rules.schedule import visits
from orders.rules.states import Disposition, DrugStatus
from orders.rules.terms import Terms
from pathways.bundles import Bundle
from pathways.criteria.outcome import Outcome
from pathways.criteria.policy import Policy, deciding, judge
from pathways.criteria.settling import Settling, settling
from pathways.regimens import PathwayLibrary


class Content(Protocol):
    """The releases an order is judged by, as in force for it (DR-03)."""

    @property
    def pathways(self) -> PathwayLibrary:
        """The regimens of the pathway release."""

    def policy(self, drug: str) -> Policy | None:
        """The medical policy in force for a drug, or None."""

    def manager(self, drug: str, hcpcs: str) -> str:
        """Who manages the product for the member's plan and line of business (DR-04)."""

    def product(self, drug: str, hcpcs: str) -> tuple[Decimal, str] | None:
        """Size and kind of the product's billing unit, or None."""

    def bundle(self, technique: str) -> Bundle:
        """The procedure codes of a radiation technique; empty when none is in force."""


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One drug line, routed and held against its policy; `policy` None = none is in force."""

    drug: Mapping[str, Any]
    manager: Manager
    reviewed: bool
    status: DrugStatus
    message: Message | None
    policy: Policy | None = None
    outcome: Outcome | None = None
    settling: Settling = field(default_factory=Settling)

    @property
    def waits(self) -> bool:
        """Does the line wait for a decision: reviewed, and not withdrawn?"""
        return self.status is DrugStatus.IN_PROGRESS

    @property
    def number(self) -> int:
        """The number of the drug line."""
        found: int = self.drug["number"]
        return found

    @property
    def name(self) -> str:
        """The drug."""
        found: str = self.drug["drug"]
        return found


def judge_lines(
    request: Request, terms: Terms, content: Content, *, regimen_risk: str | None
) -> list[JudgedLine]:
    """Route every line and judge the reviewed ones, withdrawn ones included in name only."""
    drugs = [_timed(line, request) for line in request.facts["drugs"]]
    facts = {**request.facts, "regimen_risk": regimen_risk, "drugs": drugs}
    return [_judge_line(line, facts, request, terms, content) for line in request.all_drugs]


def _timed(line: Mapping[str, Any], request: Request) -> Mapping[str, Any]:
    """The line with the start of its phase, which tells how far apart the doses on two lines lie (DR-25)."""
    return {**line, "starts_after_days": request.starts[request.plan[line["number"]].phase]}


def _judge_line(
    line: Mapping[str, Any], facts: Mapping[str, Any], request: Request, terms: Terms, content: Content
) -> JudgedLine:
    role = line["role"]
    investigational = role == "investigational"
    manager = (
        Manager.NONE if investigational else Manager(content.manager(line["drug"], line.get("hcpcs") or ""))
    )
    status, message = routing.route(manager, role, terms, pbm_name=facts.get("pbm_name") or "")
    if not routing.is_reviewed(manager, role):
        return JudgedLine(line, manager, False, status, message)
    if line["number"] not in request.plan:
        return JudgedLine(line, manager, True, DrugStatus.VOLUNTARILY_CANCELLED, None)
    judged = JudgedLine(_timed(line, request), manager, True, status, message)
    return held_against(content.policy(line["drug"]), judged, facts)


def held_against(policy: Policy | None, judged: JudgedLine, facts: Mapping[str, Any]) -> JudgedLine:
    """The line with what its policy says, and what would change that; as it is when none is in force."""
    if policy is None:
        return judged
    outcome = judge(policy, facts, judged.drug)
    change = settling(policy, facts, judged.drug, outcome)
    return replace(judged, policy=policy, outcome=outcome, settling=change)


def lines_outside_program(request: Request, terms: Terms) -> list[JudgedLine]:
    """Every line of a minor's order in a program for adults: not reviewed (DR-22)."""
    message = routing.outside_program(terms)
    return [
        JudgedLine(line, Manager.NONE, False, DrugStatus.NOT_REQUIRED, message) for line in request.all_drugs
    ]


def line_judgement(
    judged: JudgedLine,
    request: Request,
    content: Content,
    *,
    case: Disposition | None,
    within_days: int,
) -> LineJudgement:
    """The line as it is stored: status in this case, visits and units (DR-20).

    Both count the first `within_days` days of the course: a plan may end before its last cycle does.
    """
    line, given, units, note = request.plan.get(judged.number), None, None, ""
    if line is not None:
        if line.days is not None:
            given = visits([line], request.starts, within_days=within_days)
        product = content.product(line.drug, line.hcpcs)
        found = billing_units(
            dose=line.dose,
            unit=line.unit,
            product=Product(*product) if product else None,
            administrations=None if given is None else given * line.per_day,
            body=request.body,
        )
        units, note = found.units, found.reason or found.working
    message, policy = judged.message, judged.policy
    return LineJudgement(
        number=judged.number,
        drug=judged.name,
        hcpcs=judged.drug.get("hcpcs") or "",
        role=judged.drug["role"],
        manager=judged.manager.value,
        reviewed=judged.reviewed,
        withdrawn=line is None,
        status=_status(judged, case, withdrawn=line is None),
        message_code=message.code if message else "",
        message=message.sentence if message else "",
        referral=message if message and message.contact else None,
        outcome=judged.outcome,
        settling=judged.settling,
        deciding=deciding(judged.outcome) if judged.outcome else "",
        policy=f"{policy.drug} {policy.effective:%Y-%m-%d}" if policy else "",
        policy_effective_on=policy.effective if policy else None,
        visits=given,
        billing_units=units,
        units_note=note,
    )


def _status(judged: JudgedLine, case: Disposition | None, *, withdrawn: bool) -> DrugStatus:
    if withdrawn:
        return DrugStatus.VOLUNTARILY_CANCELLED
    if not judged.reviewed or case is None:
        return judged.status
    decision = Decision.UNDECIDED if case is Disposition.IN_PROGRESS else Decision.AUTHORIZED
    return reviewed_status(decision, case)
