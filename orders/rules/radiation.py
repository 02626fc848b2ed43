"""Radiation orders: which are reviewed, and by what (DR-24, R-338 to R-343)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orders.rules.lines import Content, JudgedLine, held_against
from orders.rules.radiation_course import is_voluntary
from orders.rules.request import Request
from orders.rules.results import PendReason
from orders.rules.routing import Manager, Message
from orders.rules.states import DrugStatus
from orders.rules.terms import Terms
from pathways.criteria.outcome import Result
from pathways.criteria.terms import RADIATION_POLICIES

#: An approval holds from the start date for 90 days, the first one counted.
VALID_DAYS = 90


def judge_radiation(request: Request, terms: Terms, content: Content) -> list[JudgedLine]:
    """The technique's line: held against the policy of its site, or not reviewed at all."""
    return [_judge(line, request, terms, content) for line in request.all_drugs]


def _judge(line: Mapping[str, Any], request: Request, terms: Terms, content: Content) -> JudgedLine:
    site = request.facts.get("radiation_site") or ""
    policy_name = RADIATION_POLICIES.get(site)
    if is_voluntary(line["drug"], site):
        reason = f"{terms.administrator} does not review external beam radiation of this site."
        message = Message("NOT_REVIEWED_BY_ADMINISTRATOR", "", reason, "", "")
        return JudgedLine(line, Manager.NONE, False, DrugStatus.NOT_REQUIRED, message)
    if line["number"] not in request.plan:
        return JudgedLine(line, Manager.AIM, True, DrugStatus.VOLUNTARILY_CANCELLED, None)
    judged = JudgedLine(line, Manager.AIM, True, DrugStatus.IN_PROGRESS, None)
    return held_against(content.policy(policy_name) if policy_name else None, judged, request.facts)


def open_questions(lines: Sequence[JudgedLine]) -> tuple[PendReason, ...]:
    """Why a radiation order waits: its criteria are not plainly met."""
    waiting = {
        line.number: line.outcome.sentence if line.outcome else "No policy for this site is in force."
        for line in lines
        if line.waits and (line.outcome is None or line.outcome.result is not Result.MET)
    }
    return (PendReason("POLICY", " ".join(waiting.values()), tuple(waiting)),) if waiting else ()


def valid_until(start_on: date, days: int = VALID_DAYS) -> date:
    """The last day of an approval of so many days (DR-20, D-19, R-343)."""
    return start_on + timedelta(days=days - 1)
