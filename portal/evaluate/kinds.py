"""The kinds of scenarios, and how each is run; whatever one writes is rolled back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from members.eligibility import program_for
from members.models import Plan, ProgramTerms
from orders.actions.drafting import discard_draft, save_step, start_order
from orders.rules.reviewing import Act, Reviewer, refusal
from orders.rules.schedule import check_use, valid_to
from orders.rules.scodes import MONTHLY, ONSET, SCodeAward, SCodeClaim, check_claims
from orders.rules.states import Disposition, DrugStatus
from pathways.queries import drugs_by_name
from portal.evaluate.drugs import DRUG
from portal.evaluate.play import Play
from portal.evaluate.reading import Invalid, Node, Scenario, id_of, read_scenario, scenarios_of, shown
from portal.evaluate.request import PLANS, CaseRequest, check_range
from portal.evaluate.results import CASE_LABELS, DRUG_LABELS, case_result, final_result, refused_result
from portal.evaluate.world import People

log = logging.getLogger(__name__)

#: DR-20, where the request names no plan.
GRACE_DAYS = 21


@dataclass(frozen=True)
class Run:
    """The results of a file; `broken` counts the scenarios that failed by no fault of their own."""

    results: list[dict[str, Any]]
    broken: int

    @property
    def share(self) -> str:
        """How many of the accepted cases were decided at intake, in a sentence (R-202)."""
        intakes = [found["result"]["intake"] for found in self.results if "intake" in found.get("result", {})]
        statuses = [intake["case_status"] for intake in intakes if intake["accepted"]]
        open_ones = statuses.count(CASE_LABELS[Disposition.IN_PROGRESS])
        return f"{len(statuses) - open_ones} of {len(statuses)} accepted cases were decided at intake."


def run(content: Any) -> Run:
    """Run every scenario of a file; raises Invalid when the file is none.  Nothing stays in the database.

    Each scenario has a transaction of its own: a portal at work waits for one at most, not for the file.
    """
    results, broken = [], 0
    for item in scenarios_of(content):
        result, failed = _run_one(item)
        results.append(result)
        broken += failed
    return Run(results=results, broken=broken)


def _run_one(item: Any) -> tuple[dict[str, Any], bool]:
    found = {"id": id_of(item)}
    try:
        with transaction.atomic():
            scenario = read_scenario(item, KINDS)
            result = KINDS[scenario.kind](scenario)
            transaction.set_rollback(True)
    except Invalid as problem:
        return {**found, "error": {"path": problem.path, "message": problem.message}}, False
    except Exception as failure:
        log.exception("a scenario could not be run")
        return {
            **found,
            "error": {"path": "", "message": f"could not be run: {type(failure).__name__}"},
        }, True
    return {**found, "result": result}, False


def _case(scenario: Scenario) -> dict[str, Any]:
    """A request and its events, by the actions of the screens."""
    play = Play(CaseRequest(scenario.request), People.create())
    if play.refused:
        return {"intake": refused_result(play)}
    result = {"intake": case_result(play)}
    for event in scenario.events:
        play.happens(event)
    return result | {"final": final_result(play)} if scenario.events else result


def _order_use_check(scenario: Scenario) -> dict[str, Any]:
    """Which treatments an order covers (DR-20)."""
    order = scenario.request.node("order")
    start_on, planned_end_on = order.day("start_date"), order.day("planned_end")
    check_range(order, start_on, planned_end_on)
    last = valid_to(planned_end_on, _grace_days(scenario.request, start_on))
    given_on = _days(scenario.request, "administrations")
    checks = check_use(
        given_on,
        valid_from=start_on,
        valid_to=last,
        visits_approved=order.whole("visits_approved"),
    )
    covered = _as_given(given_on, [check.covered for check in checks])
    return {"valid_to": last.isoformat(), "covered": covered}


def _grace_days(request: Node, day: date) -> int:
    """The grace by the program terms that hold on that day, or what is usual where no plan is named.

    The line of business tells a plan's programs apart.
    """
    if not request.has("plan"):
        return GRACE_DAYS
    plan = Plan.objects.get(slug=PLANS[request.text("plan", among=PLANS)]["plan"])
    line = request.text("lob", None, most=20)
    programs = plan.programs.all() if line is None else filter(None, [program_for(plan, line)])
    try:
        found = {program.terms_on(day).grace_days for program in programs}
    except ProgramTerms.DoesNotExist:
        raise Invalid(request.at("plan"), f"{plan.slug} had no program on {day}") from None
    if not found:
        raise Invalid(request.at("lob"), f"is in no program of {plan.slug}")
    if len(found) > 1:
        raise Invalid(request.at("lob"), f"is missing: the programs of {plan.slug} differ in their grace")
    return found.pop()


def _billing(scenario: Scenario) -> dict[str, Any]:
    """Which S-code bills are payable (DR-18)."""
    award = scenario.request.node("award")
    bills = [(node.day("date"), node) for node in scenario.request.nodes("claims")]
    claims = [
        SCodeClaim(
            on,
            node.text("code", most=5),
            professional=node.flag("professional", True),
            by_ordering_provider=node.flag("by_ordering_provider", True),
        )
        for on, node in bills
    ]
    checks = check_claims(claims, SCodeAward(s0353=award.whole(ONSET, 0), s0354=award.whole(MONTHLY, 0)))
    answers = [
        {
            "date": check.claim.on.isoformat(),
            "code": check.claim.code,
            "payable": check.payable,
            "reason": check.reason or None,
        }
        for check in checks
    ]
    return {"claims": _as_given([on for on, _ in bills], answers)}


def _review_permission(scenario: Scenario) -> dict[str, Any]:
    """Whether a reviewer may do something (DR-27)."""
    request = scenario.request
    reason = refusal(
        Reviewer(request.text("actor", among=dict.fromkeys(Reviewer))),
        Act(request.text("action", among=dict.fromkeys(Act))),
        peer_to_peer_offered=request.flag("peer_to_peer_offered", False),
    )
    return {"allowed": not reason, "reason": reason or None}


def _draft_withdrawal(scenario: Scenario) -> dict[str, Any]:
    """What becomes of a draft that is withdrawn before submission (R-100, R-227, D-13).

    A draft has no drug lines, so that its drugs have no status that is stored: that a withdrawn draft's
    are Not Reviewed/Error Entry is what D-13 says of them.
    """
    drugs = _drafted(scenario.request)
    people = People.create()
    draft = start_order(people.practice, by=people.office)
    regimen = {"choice": "custom", "regimen_id": None, "drugs": sorted(drugs)}
    save_step(draft, "regimen", raw={}, clean=regimen, revision=None, by=people.office)
    discard_draft(draft, by=people.office)
    return {
        "case_status": CASE_LABELS.get(Disposition(draft.disposition)),
        "drug_status": dict.fromkeys(drugs, DRUG_LABELS[DrugStatus.NOT_REVIEWED]),
        "order_id_issued": draft.order_id is not None,
    }


def _drafted(request: Node) -> list[str]:
    """The drugs of a draft; raises Invalid for one that the catalog does not have, or for none."""
    nodes = [*request.nodes("therapeutic"), *request.nodes("supportive")]
    if not nodes:
        raise Invalid(request.at("therapeutic"), "names no drug, nor does supportive")
    drugs = [node.text("drug", most=DRUG) for node in nodes]
    known = drugs_by_name(drugs)
    for node, drug in zip(nodes, drugs, strict=True):
        if drug not in known and not node.flag("investigational", False):
            raise Invalid(node.at("drug"), f"the drug catalog has no {shown(drug)}")
    return drugs


KINDS: dict[str, Callable[[Scenario], dict[str, Any]]] = {
    "case": _case,
    "order_use_check": _order_use_check,
    "billing": _billing,
    "review_permission": _review_permission,
    "draft_withdrawal": _draft_withdrawal,
}


def _days(node: Node, key: str) -> list[date]:
    days = {str(place): text for place, text in enumerate(node.texts(key))}
    return [Node(days, node.at(key)).day(place) for place in days]


def _as_given(days: Iterable[date], answers: list[Any]) -> list[Any]:
    """Answers in the order of the days, put back into the order of the file."""
    by_day = sorted(range(len(answers)), key=list(days).__getitem__)
    found = dict(zip(by_day, answers, strict=True))
    return [found[place] for place in range(len(answers))]
