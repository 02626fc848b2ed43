"""Judging an order, and concluding a case (DR-04 to DR-17, DR-20, DR-22, DR-23, DR-25).

`judge_order` is the whole decision at intake: facts, terms, content and earlier orders in, one
`Judgement` out.  It reads no clock and no database, so that the same inputs give the same judgement
years later (R-208).  It never denies: what is not plainly met waits for a person (R-204, D-07).

The facts are those of the criteria vocabulary and of the order; some more are optional:
`withdrawn_lines` (numbers of drug lines withdrawn after submission), `not_duplicate_of` (numbers of
orders that a reviewer compared and cleared, R-191), `pbm_name` (the member's pharmacy benefit manager),
and the measurements `height_cm`, `weight_kg` and `creatinine_clearance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from orders.rules import gates, radiation, rollup, scodes
from orders.rules.continuity import Continuity, continuity
from orders.rules.duplicates import DuplicateFlag, EarlierOrder, duplicates
from orders.rules.growth_factors import growth_factor_deviations
from orders.rules.lines import Content, JudgedLine, judge_lines, line_judgement, lines_outside_program
from orders.rules.pending import duplicate_question, effect_of, questions_of_criteria, questions_of_the_case
from orders.rules.problems import Blocker
from orders.rules.procedure_codes import with_codes
from orders.rules.radiation_course import RADIATION
from orders.rules.request import Request
from orders.rules.results import Conclusion, Judgement, LineJudgement, PendReason
from orders.rules.rollup import Decision, RolledLine
from orders.rules.schedule import course_days, valid_to, visits
from orders.rules.states import WITH_ORDER_ID, Disposition
from orders.rules.terms import DeviationEffect, Terms
from pathways.matching import PathwayMatch, match_regimen
from pathways.regimens import PathwayLibrary, RegimenRow

__all__ = [
    "ENGINE_VERSION",
    "Conclusion",
    "Content",
    "Judgement",
    "LineJudgement",
    "PendReason",
    "conclude",
    "conclude_duplicate",
    "judge_order",
]

#: Raised whenever a change of the rules can change a judgement.
ENGINE_VERSION = "3"

Facts = Mapping[str, Any]


def judge_order(facts: Facts, terms: Terms, content: Content, earlier: Sequence[EarlierOrder]) -> Judgement:
    """Judge an order at intake, a draft, or a case again after new answers (DR-14).

    1. Acceptance gates: a refused request gets its refusals and nothing else (DR-01).
    2. A minor in a program for adults: accepted, not reviewed, Completed (DR-22).
    3. Comparison with the regimen, routing, policy, growth factors, duplicates, continuity.
    4. Case status, and what an authorization would give.

    Raises ScheduleError for days or cycles that cannot be read.
    """
    refused = tuple(
        found for found in gates.refusals(facts, terms, form_rules=False) if isinstance(found, Blocker)
    )
    if refused:
        return Judgement(engine_version=ENGINE_VERSION, refusals=refused)
    request = Request.read(facts)
    if facts.get("solution") == RADIATION:
        return _radiation(request, terms, content, earlier)
    if scodes.is_outside_by_age(facts, terms):
        return _outside_program(request, terms, content)
    return _in_program(request, terms, content, earlier)


def _outside_program(request: Request, terms: Terms, content: Content) -> Judgement:
    lines = lines_outside_program(request, terms)
    award = scodes.off_pathway(request.facts, terms)
    case = _disposition(request, lines, open_question=False)
    last = valid_to(request.end_on, terms.grace_days)
    return Judgement(
        engine_version=ENGINE_VERSION,
        lines=_stored(lines, request, content, case=case, until=request.end_on),
        outside_by_age=True,
        disposition=case,
        pathway_eligible=False,
        scodes=award,
        scodes_when_final=award,
        course_days=_course_days(request),
        valid_from=request.start_on if case in WITH_ORDER_ID else None,
        valid_to=last if case in WITH_ORDER_ID else None,
        valid_from_when_final=request.start_on,
        valid_to_when_final=last,
        treatment_until_when_final=request.end_on,
    )


def _radiation(
    request: Request, terms: Terms, content: Content, earlier: Sequence[EarlierOrder]
) -> Judgement:
    """A radiation order: no Pathway, no S-codes, valid for 90 days (DR-20, DR-24, R-348)."""
    lines = radiation.judge_radiation(request, terms, content)
    flags = _duplicates(request, terms, earlier)
    care = continuity(request.facts, terms)
    by_criteria = radiation.open_questions(lines)
    continued = care.established and bool(by_criteria)
    reasons = (*duplicate_question(flags), *(() if continued else by_criteria))
    case = _disposition(request, lines, open_question=bool(reasons))
    award = scodes.off_pathway(request.facts, terms)
    stored = _stored(lines, request, content, case=case, until=request.end_on)
    last = radiation.valid_until(request.start_on, terms.radiation_days)
    final = case in WITH_ORDER_ID
    return Judgement(
        engine_version=ENGINE_VERSION,
        lines=with_codes(stored, request.facts, content),
        duplicates=tuple(flags),
        continuity=care,
        continuity_applied=continued,
        pend_reasons=reasons,
        disposition=case,
        pathway_eligible=_eligible(case, on_pathway=False),
        scodes=award if final else scodes.no_award(case),
        scodes_when_final=award,
        course_days=_course_days(request),
        deciding_rows=tuple(filter(None, (line.deciding for line in stored if line.reviewed))),
        valid_from=request.start_on if final else None,
        valid_to=last if final else None,
        valid_from_when_final=request.start_on,
        valid_to_when_final=last,
        treatment_until_when_final=last,
    )


def _in_program(
    request: Request, terms: Terms, content: Content, earlier: Sequence[EarlierOrder]
) -> Judgement:
    facts, library = request.facts, content.pathways
    cited = _cited(facts, earlier)
    match = match_regimen(library, facts, added_to=frozenset(cited.therapeutic_drugs if cited else ()))
    row = library.get(match.row_id)
    risk = _regimen_risk(request, match, cited, library)
    lines = judge_lines(request, terms, content, regimen_risk=risk)
    fn_deviations = growth_factor_deviations(facts, risk)
    flags = _duplicates(request, terms, earlier)
    standing = [line for line in lines if line.number in request.plan]
    by_criteria = questions_of_criteria(standing, match, fn_deviations, terms)
    care = continuity(facts, terms)
    continued = care.established and bool(by_criteria)
    pend_reasons = questions_of_the_case(match, flags) + ([] if continued else by_criteria)
    case = _disposition(request, lines, open_question=bool(pend_reasons))
    on_pathway = _on_pathway(request, match, terms)
    award = scodes.award(
        facts,
        terms,
        row,
        pathway_eligible=on_pathway,
        course_days=course_days(request.therapeutic),
        earlier=earlier,
    )
    until = _covered_until(request, care, applied=continued)
    last = valid_to(until, terms.grace_days)
    stored = _stored(lines, request, content, case=case, until=until)
    return Judgement(
        engine_version=ENGINE_VERSION,
        lines=stored,
        match=match,
        regimen_key=row.regimen_key if row else "",
        regimen_risk=risk,
        fn_deviations=tuple(fn_deviations),
        duplicates=tuple(flags),
        continuity=care,
        continuity_applied=continued,
        pend_reasons=tuple(pend_reasons),
        disposition=case,
        pathway_eligible=_eligible(case, on_pathway=on_pathway),
        pathway_eligible_when_final=on_pathway,
        scodes=award if case in WITH_ORDER_ID else scodes.no_award(case),
        scodes_when_final=award,
        course_days=_course_days(request),
        visits=_visits(lines, request, until=until),
        deciding_rows=tuple(
            filter(None, (match.row_id, *(line.deciding for line in stored if line.reviewed)))
        ),
        valid_from=request.start_on if case in WITH_ORDER_ID else None,
        valid_to=last if case in WITH_ORDER_ID else None,
        valid_from_when_final=request.start_on,
        valid_to_when_final=last,
        treatment_until_when_final=_treated_until(request, terms, row, until),
    )


# --- parts of a judgement ---------------------------------------------------------------------------


def _duplicates(request: Request, terms: Terms, earlier: Sequence[EarlierOrder]) -> list[DuplicateFlag]:
    """What this order may repeat; nothing when all of it is withdrawn, or the program does not ask."""
    if not terms.duplicate_enabled or not request.plan:
        return []
    return duplicates(request.facts, earlier, planned_end_on=request.end_on)


def _cited(facts: Facts, earlier: Sequence[EarlierOrder]) -> EarlierOrder | None:
    number = facts.get("references_order")
    return next((order for order in earlier if number in order.numbers), None)


def _regimen_risk(
    request: Request, match: PathwayMatch, cited: EarlierOrder | None, library: PathwayLibrary
) -> str | None:
    """The regimen's; in a supportive-only order that of the order it cites (DR-08, DR-23)."""
    row = library.get(match.row_id)
    if row is None and not request.therapeutic and cited:
        row = library.get(cited.regimen_id)
    return row.fn_risk if row else None


def _disposition(request: Request, lines: Sequence[JudgedLine], *, open_question: bool) -> Disposition | None:
    """The case status at intake (DR-13); None for a draft without any drug."""
    if not lines:
        return None
    return rollup.disposition(
        [
            RolledLine(
                line.drug["role"],
                line.reviewed,
                Decision.AUTHORIZED if line.number in request.plan else Decision.WITHDRAWN,
            )
            for line in lines
        ],
        open_question=open_question,
    )


def _on_pathway(request: Request, match: PathwayMatch, terms: Terms) -> bool:
    """DR-16, as far as it can be said before the case is final; "no effect" deviations do not count."""
    departs = any(effect_of(found, terms) is not DeviationEffect.NONE for found in match.deviations)
    return match.on_pathway_row and bool(request.therapeutic) and not departs


def _eligible(case: Disposition | None, *, on_pathway: bool) -> bool | None:
    if case is None or case is Disposition.IN_PROGRESS:
        return None
    return on_pathway and case in WITH_ORDER_ID


def _covered_until(request: Request, care: Continuity, *, applied: bool) -> date:
    """The planned end, or the end of what continuity of care covers where that decides (D-34)."""
    if applied and care.approved_through:
        return min(request.end_on, care.approved_through)
    return request.end_on


def _treated_until(request: Request, terms: Terms, row: RegimenRow | None, until: date) -> date:
    """The last covered day; a regimen without planned end is renewed after its months (R-320, D-20)."""
    if row is None or row.duration.type == "fixed":
        return until
    return min(until, scodes.last_eligible_day(request.start_on, terms.indefinite_months))


def _course_days(request: Request) -> int:
    return course_days(request.therapeutic or list(request.plan.values()))


def _visits(lines: Sequence[JudgedLine], request: Request, *, until: date) -> int:
    """Distinct administration days over the reviewed lines (D-57)."""
    managed = [request.plan[line.number] for line in lines if line.waits]
    return visits(managed, request.starts, within_days=request.days_until(until))


def _stored(
    lines: Sequence[JudgedLine], request: Request, content: Content, *, case: Disposition | None, until: date
) -> tuple[LineJudgement, ...]:
    within = request.days_until(until)
    return tuple(line_judgement(line, request, content, case=case, within_days=within) for line in lines)


# --- after review -----------------------------------------------------------------------------------


def conclude(judgement: Judgement, line_outcomes: Mapping[int, str]) -> Conclusion:
    """The end of a case, from the decision on each reviewed line: "authorized" or "adverse" (DR-14).

    A reviewer who decides has settled custom plan and duplicate flag.  A reviewed line without a
    decision keeps the case In Progress.  Raises ValueError for a decision on a line nobody reviews.
    """
    decisions = {number: Decision(outcome) for number, outcome in line_outcomes.items()}
    open_to_decision = {line.number for line in judgement.lines if line.reviewed and not line.withdrawn}
    if stray := decisions.keys() - open_to_decision:
        raise ValueError(f"drug lines {sorted(stray)} are not reviewed, so nobody can decide on them")
    decided = {
        line.number: Decision.WITHDRAWN if line.withdrawn else decisions.get(line.number, Decision.UNDECIDED)
        for line in judgement.lines
    }
    case = rollup.disposition(
        RolledLine(line.role, line.reviewed, decided[line.number]) for line in judgement.lines
    )
    return _conclusion(judgement, case, decided)


def conclude_duplicate(judgement: Judgement) -> Conclusion:
    """The end of a case that a nurse confirmed to be a duplicate: Review Cancelled (T1 rule 2, D-13)."""
    decided = {
        line.number: Decision.WITHDRAWN if line.withdrawn else Decision.UNDECIDED for line in judgement.lines
    }
    return _conclusion(judgement, rollup.disposition((), confirmed_duplicate=True), decided)


def _conclusion(judgement: Judgement, case: Disposition, decided: Mapping[int, Decision]) -> Conclusion:
    final = case in WITH_ORDER_ID
    return Conclusion(
        disposition=case,
        pathway_eligible=_eligible(case, on_pathway=judgement.pathway_eligible_when_final),
        scodes=judgement.scodes_when_final if final else scodes.no_award(case),
        regimen_key=judgement.regimen_key,
        line_statuses={
            line.number: rollup.reviewed_status(decided[line.number], case)
            if line.reviewed or line.withdrawn
            else line.status
            for line in judgement.lines
        },
        valid_from=judgement.valid_from_when_final if final else None,
        valid_to=judgement.valid_to_when_final if final else None,
        treatment_until=judgement.treatment_until_when_final if final else None,
    )
