"""What came of a case, in the format of the file's `expected`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from notifications.models import OutboxMessage
from notifications.names import MessageName
from orders.models import ClockEvent, Evaluation, Order
from orders.rules.judgement import Judgement, LineJudgement
from orders.rules.rollup import letters_to
from orders.rules.states import Disposition, DrugStatus
from portal.evaluate.play import Play
from portal.evaluate.world import DISPOSITIONS

CASE_LABELS = {disposition: label for label, disposition in DISPOSITIONS.items()}
DRUG_LABELS: dict[DrugStatus, str | None] = {
    DrugStatus.IN_PROGRESS: None,
    DrugStatus.NOT_REQUIRED: "AIM Clinical Review Not Required",
    DrugStatus.AUTHORIZED: "Authorized",
    DrugStatus.NON_AUTHORIZED: "Non-authorized",
    DrugStatus.OTHER_IMPACT: "Other Impact",
    DrugStatus.REFER_HEALTH_PLAN: "Refer to Health Plan",
    DrugStatus.REFER_PBM: "Refer to PBM",
    DrugStatus.VOLUNTARILY_CANCELLED: "Voluntarily Cancelled",
    DrugStatus.NOT_REVIEWED: "Not Reviewed/Error Entry",
}
#: Of the lines of one drug, the first of these that one of them is counts.
LEAST_FAVORABLE = (
    DrugStatus.NON_AUTHORIZED,
    DrugStatus.NOT_REVIEWED,
    DrugStatus.VOLUNTARILY_CANCELLED,
    DrugStatus.IN_PROGRESS,
    DrugStatus.REFER_HEALTH_PLAN,
    DrugStatus.REFER_PBM,
    DrugStatus.OTHER_IMPACT,
    DrugStatus.NOT_REQUIRED,
    DrugStatus.AUTHORIZED,
)
#: A result's name for a minor's order in a program for adults (DR-22), which has no review to speak of.
ADULT_PROGRAM_ONLY = "ADULT_PROGRAM_ONLY"


def refused_result(play: Play) -> dict[str, Any]:
    """A request that did not become a case: the first gate it failed (DR-01)."""
    first = play.refused[0]
    return {
        "accepted": False,
        "reason": first.code,
        "case_status": None,
        "drug_status": {},
        "order_id_issued": False,
        "redirect": first.redirect or "refused",
    }


def case_result(play: Play) -> dict[str, Any]:
    """The case as it stands now."""
    order = Order.objects.select_related("terms", "scode_grant").get(pk=play.order.pk)
    evaluation = order.evaluations.select_related("pathway_release", "policy_release").latest("sequence")
    judgement = Judgement.from_json(evaluation.judgement)
    result = _of_every_case(order, judgement, evaluation)
    if judgement.outside_by_age:
        return {**result, "note": ADULT_PROGRAM_ONLY}
    if order.solution == Order.Solution.RADIATION_ONCOLOGY:
        del result["pathway_version"]
        return {**result, "deadline": _deadline(order)}
    disposition = Disposition(order.disposition)
    result |= {
        "letters_to": list(letters_to(disposition, play.request.letters)),
        "pathway_eligible_id_issued": order.pathway_eligible_id is not None,
        "deadline": _deadline(order),
        "continuity_of_care_applied": judgement.continuity_applied,
    }
    if order.order_id:
        result["approved"] = _approved(order, judgement)
    return result


def final_result(play: Play) -> dict[str, Any]:
    """The case after its last event; the office is told by e-mail once it is no longer In Progress."""
    result = case_result(play)
    if OutboxMessage.objects.filter(
        name=MessageName.CASE_STATUS_CHANGED, payload__reference=play.order.reference
    ).exists():
        result["status_email_to_submitter"] = True
    return result


def _of_every_case(order: Order, judgement: Judgement, evaluation: Evaluation) -> dict[str, Any]:
    grant = getattr(order, "scode_grant", None)
    result: dict[str, Any] = {
        "accepted": True,
        "pathway_version": evaluation.pathway_release.slug,
        "policy_version": evaluation.policy_release.slug,
        "case_status": CASE_LABELS[Disposition(order.disposition)],
        "drug_status": _drug_statuses(order),
        "pathway_eligible": order.pathway_eligible,
        "s_codes": {"S0353": grant.s0353 if grant else 0, "S0354": grant.s0354 if grant else 0},
        "deviations": [deviation.code for deviation in judgement.deviations],
        "warnings": [warning.code for warning in judgement.warnings],
        "pend_reasons": _pend_reasons(order, judgement),
        "order_id_issued": order.order_id is not None,
        "deciding_rows": list(judgement.deciding_rows),
    }
    if order.valid_from and order.valid_to:
        result |= {"valid_from": order.valid_from.isoformat(), "valid_to": order.valid_to.isoformat()}
    return result


def _pend_reasons(order: Order, judgement: Judgement) -> list[str]:
    """Why the case waits, or was cancelled; a reviewer's decision has settled them (DR-12)."""
    if order.disposition in (Disposition.IN_PROGRESS, Disposition.REVIEW_CANCELLED):
        return [reason.code for reason in judgement.pend_reasons]
    return []


def _deadline(order: Order) -> dict[str, Any] | None:
    """When the decision is due at the latest; None once it is made (DR-21)."""
    if order.due_at is None:
        return None
    clock = order.clock_events.get(clock=ClockEvent.Clock.LIMIT, kind=ClockEvent.Kind.STARTED)
    assert order.terms is not None
    assert clock.due_at is not None
    due_at = clock.due_at.astimezone(ZoneInfo(order.terms.time_zone))
    if "business_days" in (clock.allowed or {}):
        return {"kind": "business_days", "due_date": due_at.date().isoformat()}
    return {"kind": "hours", "due_at": due_at.isoformat()}


def _drug_statuses(order: Order) -> dict[str, str | None]:
    """The status of each drug."""
    found: dict[str, list[DrugStatus]] = {}
    for line in order.lines.all():
        found.setdefault(line.drug, []).append(DrugStatus(line.status))
    return {drug: DRUG_LABELS[least_favorable(each)] for drug, each in found.items()}


def least_favorable(statuses: Iterable[DrugStatus]) -> DrugStatus:
    """What several lines of one drug are said to be."""
    return min(statuses, key=LEAST_FAVORABLE.index)


def _approved(order: Order, judgement: Judgement) -> dict[str, Any]:
    """Visits and billing units of the authorized drugs, as far as they can be computed (DR-20).

    The lines of a drug, such as a loading dose, add up; where one has no units the drug has no sum.
    """
    authorized = {line.number for line in order.lines.all() if line.status == DrugStatus.AUTHORIZED}
    lines: dict[str, list[LineJudgement]] = {}
    for line in judgement.lines:
        if line.number in authorized:
            lines.setdefault(line.drug, []).append(line)
    return {
        drug: {
            "hcpcs": each[0].hcpcs,
            "visits": sum(line.visits or 0 for line in each),
            "billing_units": _plain(sum((line.billing_units or Decimal(0) for line in each), Decimal(0))),
        }
        for drug, each in lines.items()
        if all(line.billing_units is not None for line in each)
    }


def _plain(number: Decimal) -> int | float:
    """A number as JSON has it: whole ones without a fraction."""
    return int(number) if number == int(number) else float(number)
