"""The Pathway verdict: determined or not, and if not on Pathway, why (R-157, R-158, R-285, DR-16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orders.models import Order
from orders.rules.judgement import Judgement
from orders.rules.states import Disposition, OrderStatus
from pathways.criteria.outcome import Outcome, Result, all_of
from pathways.queries import pathway_library
from portal.summaries import words


@dataclass(frozen=True)
class Pathway:
    """`state` is on_pathway, off_pathway or undetermined; `reasons` are the factors that failed.

    `compared` is the regimen held against the patient and the schedule, as a tree (R-158); None for a
    custom plan, which no regimen is compared with.  `duration` is how long the regimen is expected to take
    (R-331).
    """

    state: str
    regimen: str
    release: str
    reasons: tuple[str, ...]
    compared: Outcome | None = None
    duration: str = ""


def pathway_of(order: Order, judgement: Judgement | None, facts: Mapping[str, Any]) -> Pathway | None:
    """The verdict of a submitted order; None where Pathways are no matter (R-324) or nothing was judged.

    What the practice took back has none either (T1 rule 3).
    """
    if judgement is None or order.solution != Order.Solution.MEDICAL_ONCOLOGY:
        return None
    if order.disposition == Disposition.VOLUNTARILY_CANCELLED:
        return None
    release = order.pathway_release.label if order.pathway_release else ""
    regimen = judgement.match.title or order.regimen_name
    state, reasons = "undetermined", tuple[str, ...]()
    if order.status == OrderStatus.DETERMINED and order.pathway_eligible is not None:
        state = "on_pathway" if order.pathway_eligible else "off_pathway"
        reasons = () if order.pathway_eligible else _against(judgement, facts)
    return Pathway(state, regimen, release, reasons, _compared(judgement), _duration(order, judgement))


def _duration(order: Order, judgement: Judgement) -> str:
    """The expected duration by the release that judged; "" for a plan that is no regimen."""
    if order.pathway_release is None or not judgement.match.row_id:
        return ""
    row = pathway_library(order.pathway_release).get(judgement.match.row_id)
    return row.duration.words if row else ""


def _compared(judgement: Judgement) -> Outcome | None:
    """What the regimen asks, each with the answer; the schedule counts as one (DR-06, DR-07)."""
    match = judgement.match
    if not match.row_id:
        return None
    asked = [
        Outcome(
            result=factor.result,
            sentence=factor.sentence or f"{factor.label}: {factor.entered}",
            kind="factor",
            fact=factor.name,
            value=factor.entered,
        )
        for factor in match.factors
    ]
    departures = [found for found in match.deviations if found.kind == "schedule"]
    asked += [Outcome(Result.NOT_MET, found.sentence, "factor") for found in departures]
    if not departures:
        asked.append(Outcome(Result.MET, "Days, cycles and cycle length are those of the regimen.", "factor"))
    result = all_of(leaf.result for leaf in asked)
    return Outcome(result, f"{match.title} {_FITS[result]}", "all", children=tuple(asked))


_FITS = {
    Result.MET: "fits this patient in everything it asks.",
    Result.NOT_MET: "does not fit in everything it asks.",
    Result.UNKNOWN: "cannot be compared in everything it asks.",
}


def _against(judgement: Judgement, facts: Mapping[str, Any]) -> tuple[str, ...]:
    match = judgement.match
    if facts.get("supportive_only"):
        return ("Pathways are for cancer treatment; supportive drugs alone have none.",)
    found = list(words.sentences(match.deviations))
    if match.row_id and not match.on_pathway_row:
        found.insert(0, "The regimen is evidence based, and it is not one of the Pathways for this cancer.")
    return tuple(found) or ("The program’s Pathways do not apply to this order.",)
