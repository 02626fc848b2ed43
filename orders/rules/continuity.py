"""Continuity of care: treatment that began before the program, or before coverage (DR-10; R-194 to R-200)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.rules.schedule import months_after
from orders.rules.terms import Terms
from pathways.criteria.vocabulary import day

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Continuity:
    """Is the request established as continuity of care?  `reasons` says why not, answer by answer."""

    established: bool = False
    reasons: tuple[str, ...] = ()
    approved_through: date | None = None


def continuity(facts: Facts, terms: Terms) -> Continuity:
    """Judge the continuity answers (DR-10, D-33).  Anything not answered does not establish it.

    Nor do days that cannot be: doses follow one another, the last before the request and its start.

    It holds for the treatments planned until `approved_through`: some months from the start at most
    (D-34).
    """
    answers = facts.get("continuity")
    if not terms.continuity_enabled:
        return Continuity(reasons=(f"The {terms.program_name} has no continuity of care rule.",))
    if not answers:
        return Continuity()
    start_on = date.fromisoformat(facts["start_on"])
    reasons = tuple(_against(answers, facts, terms, start_on))
    if reasons:
        return Continuity(reasons=reasons)
    return Continuity(established=True, approved_through=months_after(start_on, terms.continuity_max_months))


def _against(answers: Mapping[str, Any], facts: Facts, terms: Terms, start_on: date) -> list[str]:
    began_on, last_dose_on = day(answers.get("treatment_started_on")), day(answers.get("last_dose_on"))
    submitted_on = date.fromisoformat(facts["submitted_on"])
    limits = [limit for limit in (terms.continuity_cutoff_on, day(facts.get("coverage_starts_on"))) if limit]
    found = []
    if answers.get("attested") is not True:
        found.append("The office has not attested that treatment is under way.")
    if answers.get("same_regimen") is not True:
        found.append("The regimen is not said to be the same as before.")
    if began_on is None or not limits or began_on >= max(limits):
        found.append("Treatment did not begin before the program or the member's coverage.")
    if last_dose_on is None or not 0 <= (start_on - last_dose_on).days <= terms.continuity_gap_days:
        found.append(f"The last dose was not within {terms.continuity_gap_days} days before the start date.")
    if last_dose_on and began_on and last_dose_on < began_on:
        found.append("The last dose lies before the first.")
    if last_dose_on and last_dose_on > submitted_on:
        found.append("The last dose lies after the day of the request.")
    return found
