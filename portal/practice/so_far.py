"""The panel beside the form: what can be decided at once, what is missing and who else reviews (R-179)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orders.rules import deadlines
from orders.rules.gates import calendar_of
from orders.rules.pending import effect_of
from orders.rules.results import Judgement, LineJudgement
from orders.rules.states import Disposition
from orders.rules.terms import DeviationEffect
from orders.steps import BY_KEY
from pathways.criteria.explain import capital, joined, lowered
from pathways.criteria.outcome import Result
from pathways.criteria.vocabulary import FACTS
from pathways.deviations import Deviation
from pathways.matching import Suggestion, suggest
from pathways.nearest import nearest_pathways
from portal.practice.findings import Finding
from portal.practice.forms import drug_lines
from portal.practice.forms.draft import Draft
from portal.practice.forms.regimen import CUSTOM
from portal.practice.forms.words import in_full
from portal.practice.radiation_so_far import course_findings

STEPS_WITH_PANEL = ("clinical", "regimen", "dosing", "radiation", "dates", "continuity")
#: How many missing answers are named; the others are counted.
NAMED = 3


SUPPORTIVE_ONLY = Finding(
    "quiet", "info_outline", "Supportive drugs only: no Pathway, and each drug is judged by medical policy."
)
CUSTOM_PLAN = Finding("wait", "schedule", "Custom plan: a nurse reviews it.")


@dataclass(frozen=True)
class SoFar:
    """The panel: findings, and when a decision would be due if a nurse has to look.

    `judged` says whether it tells what the rules make of each drug.
    """

    findings: list[Finding]
    due_if_pends: datetime | None = None
    judged: bool = False


def is_shown_on(step: str) -> bool:
    """From the clinical step on there is something to say."""
    return step in STEPS_WITH_PANEL


def of(draft: Draft, lines: Sequence[Mapping[str, Any]] | None = None) -> SoFar:
    """The panel for the answers so far; `lines` are drug lines as typed but not saved yet."""
    if not draft.answers("clinical"):
        return SoFar([])
    if draft.radiates:
        return _of_radiation(draft)
    custom = is_custom(draft)
    if "regimen" not in draft.state.done and not custom:
        return SoFar([pathway_outlook(draft)])
    lines = planned_lines(draft) if lines is None else lines
    judgement = draft.judge(lines)
    if judgement is None and custom:
        return SoFar([CUSTOM_PLAN, *nearest_finding(draft)], due_if_pends=due_if_pends(draft))
    if judgement is None or judgement.refusals:
        return SoFar([])
    findings = [
        *continuity_finding(draft, judgement),
        pathway_finding(draft, judgement),
        *extra_payment(draft, judgement),
        *line_findings(judgement),
    ]
    if not (judgement.match.on_pathway_row or judgement.outside_by_age):
        after_pathway = findings.index(pathway_finding(draft, judgement)) + 1
        findings[after_pathway:after_pathway] = nearest_finding(draft, judgement)
    waits = judgement.disposition == "in_progress" or CUSTOM_PLAN in findings
    return SoFar(findings, due_if_pends=due_if_pends(draft) if waits else None, judged=True)


def _of_radiation(draft: Draft) -> SoFar:
    """The panel of a radiation order, once its site and technique are chosen."""
    lines = draft.facts.get("drugs")
    judgement = draft.judge(lines) if lines else None
    if judgement is None or judgement.refusals:
        return SoFar([])
    waits = judgement.disposition == Disposition.IN_PROGRESS
    due = due_if_pends(draft) if waits else None
    return SoFar(list(course_findings(draft, judgement)), due_if_pends=due, judged=True)


def is_custom(draft: Draft) -> bool:
    """Whether a custom plan is chosen; its doses need not be there yet (R-172)."""
    return bool(draft.answers("regimen").get("choice") == CUSTOM)


def planned_lines(draft: Draft) -> list[Mapping[str, Any]]:
    """The lines as saved; before that as the regimen fills them."""
    saved = draft.answers("dosing").get("lines")
    if saved is not None and "dosing" in draft.state.done:
        return list(saved)
    if draft.row is None:
        return []
    catalog = draft.catalog(component.drug for component in draft.row.components)
    return [drug_lines.read(drug_lines.filled(part, catalog))[0] for part in draft.row.components]


def due_if_pends(draft: Draft) -> datetime | None:
    """When a decision would be due if the order were submitted now."""
    terms, plain = draft.terms, draft.plain_terms
    if terms is None or plain is None:
        return None
    urgent = draft.answers("dates").get("urgency") == "expedited"
    allowance = terms.urgent_allowance if urgent else terms.standard_allowance
    return deadlines.due_at(draft.now, dict(allowance), calendar_of(plain))  # type: ignore[arg-type]


# --- Pathway ----------------------------------------------------------------------------------------
def pathway_outlook(draft: Draft) -> Finding:
    """Before a regimen is chosen: how many Pathway regimens fit."""
    on_pathway = [found for found in suggest(draft.library, draft.facts) if found.on_pathway]
    fitting = [found for found in on_pathway if found.fit == "fits"]
    open_ones = [found for found in on_pathway if found.fit == "needs_answers"]
    if fitting:
        return Finding("good", "check_circle", f"Pathway possible: {_regimens(len(fitting))}.")
    if open_ones:
        return Finding(
            "wait",
            "help",
            f"Pathway possible: {_regimens(len(open_ones))}, if confirmed: {_missing(open_ones)}.",
            step="clinical",
        )
    return Finding(
        "quiet", "remove", "No Pathway regimen fits these answers. Other regimens are judged by policy."
    )


def _regimens(count: int) -> str:
    return "1 regimen" if count == 1 else f"{count} regimens"


def _missing(found: Sequence[Suggestion]) -> str:
    labels = dict.fromkeys(factor.label for suggestion in found for factor in suggestion.missing)
    return ", ".join(list(labels)[:4])


def pathway_finding(draft: Draft, judgement: Judgement) -> Finding:
    """How the chosen regimen stands."""
    match = judgement.match
    if draft.is_supportive:
        return SUPPORTIVE_ONLY
    if judgement.outside_by_age:
        text = draft.terms.pediatric_text if draft.terms else ""
        return Finding("quiet", "info_outline", text)
    if match.custom or is_custom(draft):
        return CUSTOM_PLAN
    if match.on_pathway:
        return Finding("good", "check_circle", f"On Pathway: {match.title}.")
    if match.on_pathway_row:
        return _departure(draft, judgement)
    without = f" {capital(lost)}." if (lost := _extra_payment_lost(draft)) else ""
    return Finding("quiet", "remove", f"An evidence-based regimen, not on Pathway.{without}")


def remedy(found: Deviation) -> tuple[str, str]:
    """The step that settles a deviation, and what to do there; both "" where only a reviewer settles it.

    A documented result is not offered for change, only the regimen that it speaks against.
    """
    match found.kind:
        case "custom":
            return "regimen", "Choose a regimen"
        case "schedule":
            return found.step, "Change"
        case "clinical" if found.unknown:
            return found.step, "Answer"
        case "clinical":
            return "regimen", "Choose another regimen"
    return "", ""


def _departure(draft: Draft, judgement: Judgement) -> Finding:
    """Where a Pathway regimen is not followed, or cannot be compared, and what that leads to (R-181)."""
    deviations = judgement.match.deviations
    documented = [found for found in deviations if not found.unknown]
    step, action = remedy((documented or deviations)[0])
    if step != "regimen":
        action = f"{action} on {BY_KEY[step].title}"
    if not documented:
        missing = capital(_not_answered(draft, judgement))
        return Finding("wait", "help", f"Not yet on Pathway: {missing}", step, action)
    parts = [f"Off Pathway as entered: {documented[0].sentence}"]
    if rest := len(documented) - 1:
        parts.append(f"And {rest} more {'entry differs' if rest == 1 else 'entries differ'}.")
    if _waits_for(documented, draft, judgement):
        return Finding("wait", "schedule", " ".join([*parts, "A nurse looks at it."]), step, action)
    lost = _extra_payment_lost(draft)
    parts.append(f"{capital(_decided_by(judgement))}{f'; {lost}' if lost else ''}.")
    if len(documented) < len(deviations):
        parts.append(capital(_not_answered(draft, judgement)))
    return Finding("quiet", "remove", " ".join(parts), step, action)


def _not_answered(draft: Draft, judgement: Judgement) -> str:
    """The answers that the regimen asks for and that are missing, and who decides without them."""
    match = judgement.match
    labels = [factor.label for factor in match.factors if factor.result is Result.UNKNOWN]
    named = labels if len(labels) <= NAMED else [*labels[:NAMED], f"{len(labels) - NAMED} more"]
    unknown = [found for found in match.deviations if found.unknown]
    waits = _waits_for(unknown, draft, judgement)
    them = "it" if len(labels) == 1 else "them"
    return (
        f"{joined(named, 'and')} not answered; without {them} "
        f"{'a nurse reviews the order' if waits else _decided_by(judgement)}."
    )


def _decided_by(judgement: Judgement) -> str:
    """What decides where a regimen is not followed and no nurse has to look."""
    return "continuity of care covers it" if judgement.continuity_applied else "policy decides"


def _waits_for(deviations: Sequence[Deviation], draft: Draft, judgement: Judgement) -> bool:
    """Would the order wait for a nurse because of any of these?"""
    terms = draft.plain_terms
    if terms is None or judgement.disposition != Disposition.IN_PROGRESS:
        return False
    return any(effect_of(found, terms) is DeviationEffect.PENDS for found in deviations)


def _extra_payment_lost(draft: Draft) -> str:
    """That there is no extra payment off Pathway (R-151, R-323); "" where the program offers none."""
    offered = draft.terms is not None and draft.terms.scode_enabled
    return f"no {draft.terms.scode_label}" if offered and draft.terms else ""


def nearest_finding(draft: Draft, judgement: Judgement | None = None) -> Iterator[Finding]:
    """The Pathway regimen nearest to the drugs planned, or to those chosen before any dose is entered."""
    lines = judgement.lines if judgement else ()
    drugs = {line.drug for line in lines if line.role == "therapeutic"}
    chosen = draft.answers("regimen").get("drugs") or ()
    for near in nearest_pathways(draft.library, draft.facts, drugs or chosen, limit=1):
        sentence = f"Nearest on Pathway: {near.row.title}. {near.reason}"
        yield Finding("quiet", "info_outline", sentence, step="regimen", action="Choose on Regimen")


def extra_payment(draft: Draft, judgement: Judgement) -> list[Finding]:
    """The S-codes of a Pathway regimen, or why there are none (R-151, R-321)."""
    terms, award = draft.terms, judgement.scodes_when_final
    if terms is None or not judgement.match.on_pathway or judgement.outside_by_age:
        return []
    codes = [f"{terms.scode_onset_code} once"] * bool(award.s0353)
    codes += [f"{terms.scode_monthly_code} up to {award.s0354} times"] * bool(award.s0354)
    if codes:
        promised = f"{capital(terms.scode_label)}, if approved: {joined(codes, 'and')}."
        return [Finding("good", "check_circle", promised)]
    why = " ".join(reason["sentence"] for reason in award.reasons)
    return [Finding("quiet", "remove", f"No {terms.scode_label}. {why}".strip())]


# --- Continuity of care -----------------------------------------------------------------------------
def covered_through(draft: Draft, judgement: Judgement) -> date | None:
    """The last day that continuity of care covers: the planned end, or an earlier limit (D-34)."""
    limit, end = judgement.continuity.approved_through, draft.answers("dates").get("planned_end_on")
    return min(limit, date.fromisoformat(end)) if limit and end else limit


def continuity_finding(draft: Draft, judgement: Judgement) -> Iterator[Finding]:
    """What the answers on treatment under way lead to; nothing where they were not given (R-195, R-196)."""
    through = covered_through(draft, judgement)
    if judgement.continuity_applied and through:
        yield Finding("good", "check_circle", f"Continuity of care: covered through {in_full(through)}.")
    elif judgement.continuity.reasons and draft.answers("continuity").get("under_way") == "yes":
        why = " ".join(judgement.continuity.reasons)
        yield Finding(
            "wait",
            "schedule",
            f"Not continuity of care. {why}",
            step="continuity",
            action="Look at the answers",
        )


# --- Drugs ------------------------------------------------------------------------------------------
def line_findings(judgement: Judgement) -> Iterator[Finding]:
    """Per drug what would happen; what only differs by its line is said once."""
    said = set()
    for line in judgement.lines:
        finding = line_finding(line, continued=judgement.continuity_applied)
        if finding.sentence not in said:
            said.add(finding.sentence)
            yield finding


def line_finding(line: LineJudgement, *, continued: bool = False) -> Finding:
    """One drug: policy met, what it needs, or who else reviews it; `continued` by continuity of care."""
    if not line.reviewed:
        if line.referral is not None and line.status != "not_required":
            return Finding("refer", "arrow_forward", f"{line.drug}: {line.referral.sentence}")
        return Finding("quiet", "radio_button_unchecked", f"{line.drug}: no review needed here.")
    met = line.outcome is not None and line.outcome.result is Result.MET
    if continued and not met:
        return Finding("good", "check_circle", f"{line.drug}: covered as continuity of care.")
    if line.outcome is None:
        return Finding("wait", "schedule", f"{line.drug}: a nurse reviews it.")
    if met:
        return Finding("good", "check_circle", f"{line.drug}: policy met.")
    if line.outcome.result is Result.UNKNOWN and line.outcome.ask_for:
        facts = line.settling.ways[0].facts if line.settling.ways else line.outcome.ask_for[:1]
        if "indication" in facts:
            # The other questions are on the page only once it is known what the drug is given for.
            facts = ("indication",)
        needed = joined(dict.fromkeys(lowered(FACTS[fact].label) for fact in facts), "and")
        return Finding("wait", "help", f"{line.drug}: needs {needed}.", step=FACTS[facts[0]].step)
    return Finding("bad", "cancel", f"{line.drug}: policy not met by these answers; a nurse looks at it.")
