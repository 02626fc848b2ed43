"""The panel beside the form: what can be decided at once, what is missing and who else reviews (R-179)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.rules import deadlines
from orders.rules.gates import calendar_of
from orders.rules.results import Judgement, LineJudgement
from orders.steps import BY_KEY
from pathways.criteria.outcome import Result
from pathways.criteria.vocabulary import FACTS
from pathways.matching import Suggestion, suggest
from portal.practice.forms import drug_lines
from portal.practice.forms.draft import Draft
from portal.practice.forms.regimen import CUSTOM

STEPS_WITH_PANEL = ("clinical", "regimen", "dosing", "dates")


@dataclass(frozen=True)
class Finding:
    """One line of the panel: a tone with its icon, a sentence, and the step where to answer."""

    tone: str
    icon: str
    sentence: str
    step: str = ""

    @property
    def link(self) -> str:
        """The words that lead to the step."""
        return f"Answer on {BY_KEY[self.step].title}" if self.step else ""


CUSTOM_PLAN = Finding("wait", "schedule", "Custom plan: a nurse reviews it.")


@dataclass(frozen=True)
class SoFar:
    """The panel: findings, and when a decision would be due if a nurse has to look."""

    findings: list[Finding]
    due_if_pends: datetime | None = None


def is_shown_on(step: str) -> bool:
    """From the clinical step on there is something to say."""
    return step in STEPS_WITH_PANEL


def of(draft: Draft, lines: Sequence[Mapping[str, Any]] | None = None) -> SoFar:
    """The panel for the answers so far; `lines` are drug lines as typed but not saved yet."""
    if not draft.answers("clinical"):
        return SoFar([])
    custom = is_custom(draft)
    if "regimen" not in draft.state.done and not custom:
        return SoFar([pathway_outlook(draft)])
    lines = planned_lines(draft) if lines is None else lines
    judgement = draft.judge(lines)
    if judgement is None and custom:
        return SoFar([CUSTOM_PLAN], due_if_pends=due_if_pends(draft))
    if judgement is None or judgement.refusals:
        return SoFar([])
    findings = [pathway_finding(draft, judgement), *line_findings(judgement)]
    waits = judgement.disposition == "in_progress" or CUSTOM_PLAN in findings
    return SoFar(findings, due_if_pends=due_if_pends(draft) if waits else None)


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
    if judgement.outside_by_age:
        text = draft.terms.pediatric_text if draft.terms else ""
        return Finding("quiet", "info_outline", text)
    if match.custom or is_custom(draft):
        return CUSTOM_PLAN
    if match.on_pathway:
        return Finding("good", "check_circle", f"On Pathway: {match.title}.")
    if match.on_pathway_row:
        first = match.deviations[0]
        return Finding(
            "wait",
            "help",
            f"A Pathway regimen, but {_deviations(len(match.deviations))}. {first.sentence}",
            step=first.step,
        )
    return Finding("quiet", "remove", "An evidence-based regimen, not on Pathway.")


def _deviations(count: int) -> str:
    return "1 entry differs" if count == 1 else f"{count} entries differ"


# --- Drugs ------------------------------------------------------------------------------------------
def line_findings(judgement: Judgement) -> Iterator[Finding]:
    """Per drug what would happen; what only differs by its line is said once."""
    said = set()
    for line in judgement.lines:
        finding = line_finding(line)
        if finding.sentence not in said:
            said.add(finding.sentence)
            yield finding


def line_finding(line: LineJudgement) -> Finding:
    """One drug: policy met, what it needs, or who else reviews it."""
    if not line.reviewed:
        if line.referral is not None and line.status != "not_required":
            return Finding("refer", "arrow_forward", f"{line.drug}: {line.referral.sentence}")
        return Finding("quiet", "radio_button_unchecked", f"{line.drug}: no review needed here.")
    if line.outcome is None:
        return Finding("wait", "schedule", f"{line.drug}: a nurse reviews it.")
    if line.outcome.result is Result.MET:
        return Finding("good", "check_circle", f"{line.drug}: policy met.")
    if line.outcome.result is Result.UNKNOWN and line.outcome.ask_for:
        fact = line.outcome.ask_for[0]
        return Finding(
            "wait",
            "help",
            f"{line.drug}: needs {_lowered(FACTS[fact].label)}.",
            step=FACTS[fact].step,
        )
    return Finding("bad", "cancel", f"{line.drug}: policy not met by these answers; a nurse looks at it.")


def _lowered(label: str) -> str:
    """A label within a sentence; abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
