"""What the panel and the review page say of a radiation order (R-179, R-339 to R-342)."""

from __future__ import annotations

from collections.abc import Iterator

from orders.rules.radiation_course import is_voluntary, name_of
from orders.rules.results import Judgement, LineJudgement
from pathways.criteria.explain import capital, joined, lowered
from pathways.criteria.outcome import Result
from pathways.criteria.vocabulary import FACTS
from portal.practice.findings import Finding
from portal.practice.forms.draft import Draft
from portal.practice.forms.radiation_asks import BOOST, FRACTIONS, REASONS

#: What is missing, where the name of the fact in a criterion says too little.
NEEDS = {
    FRACTIONS: "the number of fractions",
    BOOST: "the number of boost fractions",
    REASONS: "what calls for the course",
}


def course_findings(draft: Draft, judgement: Judgement) -> Iterator[Finding]:
    """How the technique's line stands."""
    site = str(draft.facts.get("radiation_site") or "")
    for line in judgement.lines:
        yield _finding(line, site)


def _finding(line: LineJudgement, site: str) -> Finding:
    course = capital(name_of(line.drug, site))
    if is_voluntary(line.drug, site):
        sentence = f"{course}: no authorization is needed. Sent all the same, it is marked voluntary."
        return Finding("quiet", "radio_button_unchecked", sentence)
    if line.outcome is None:
        return Finding("wait", "schedule", f"{course}: no policy covers it, so a nurse reviews it.")
    if line.outcome.result is Result.MET:
        return Finding("good", "check_circle", f"{course}: policy met. {_paragraph(line)}")
    if line.outcome.result is Result.UNKNOWN:
        facts = line.settling.ways[0].facts if line.settling.ways else line.outcome.ask_for
        needed = joined(dict.fromkeys(map(_needed, facts)), "and")
        return Finding("wait", "help", f"{course}: needs {needed}.", step=FACTS[facts[0]].step)
    against = line.settling.against
    why = " ".join(found.sentence for found in against if found.paragraph == against[0].paragraph)
    sentence = f"{course}: policy not met by these answers; a nurse looks at it. {why}"
    return Finding("bad", "cancel", sentence.strip())


def _paragraph(line: LineJudgement) -> str:
    """The paragraph that is met, by its title."""
    outcome = line.outcome
    met = outcome.children[0].sentence.partition(":")[0] if outcome and outcome.children else ""
    return f"{met}." if met else ""


def _needed(fact: str) -> str:
    return NEEDS.get(fact.partition(".")[0]) or lowered(FACTS[fact].label)
