"""Comparing an order with the regimens of a release (DR-05 to DR-07; R-143 to R-158, R-171 to R-180).

- `suggest` ranks the regimens of the tumor by how they fit the patient;
- `match_regimen` compares the order with the regimen that was chosen for it, and gives for each
  deviation the step and field of the form where it can be put right;
- `find_by_drugs` finds the regimens for a set of drugs.

Supportive drugs are no part of a regimen (R-147), nor are investigational ones (DR-05).  Drugs go by
their generic name: biosimilars are products of one drug.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.criteria.explain import capital, joined
from pathways.criteria.outcome import Result
from pathways.deviations import (
    Deviation,
    DoseWarning,
    Timing,
    clinical_deviation,
    compare_schedule,
)
from pathways.factors import Answers, Factor, clinical_factors
from pathways.regimens import DrugMatches, NearRow, PathwayLibrary, RegimenRow, find_by_drugs

__all__ = [
    "Answers",
    "Deviation",
    "DoseWarning",
    "DrugMatches",
    "Factor",
    "NearRow",
    "PathwayLibrary",
    "PathwayMatch",
    "RegimenRow",
    "Suggestion",
    "clinical_factors",
    "find_by_drugs",
    "match_regimen",
    "suggest",
]

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A regimen for this patient: it fits, needs answers, or something stands against it."""

    row: RegimenRow
    fit: str
    missing: tuple[Factor, ...]
    against: tuple[Factor, ...]

    @property
    def on_pathway(self) -> bool:
        """Is it a pathway row of the release?"""
        return self.row.on_pathway

    @property
    def sentence(self) -> str:
        """Why it stands where it stands."""
        if self.fit == "fits":
            return "Fits what was entered."
        if self.fit == "needs_answers":
            wanted = (f"{factor.label} {factor.expected}" for factor in self.missing)
            return f"Fits if these are confirmed: {'; '.join(wanted)}."
        return " ".join(factor.sentence for factor in self.against)


_FITS = ("fits", "needs_answers", "does_not_fit")


def suggest(library: PathwayLibrary, facts: Facts) -> list[Suggestion]:
    """All regimens of the tumor, best first: fit, then pathway rows, then what is in the way (R-087)."""
    answers = Answers.of(facts)
    found = [_suggestion(row, answers) for row in library.of_tumor(facts.get("tumor"))]
    found.sort(key=_rank)
    return found


def _suggestion(row: RegimenRow, answers: Answers) -> Suggestion:
    factors = clinical_factors(row, answers)
    missing = tuple(factor for factor in factors if factor.result is Result.UNKNOWN)
    against = tuple(factor for factor in factors if factor.result is Result.NOT_MET)
    fit = "does_not_fit" if against else "needs_answers" if missing else "fits"
    return Suggestion(row, fit, missing, against)


def _rank(found: Suggestion) -> tuple[int, bool, int, int, str]:
    fit = _FITS.index(found.fit)
    return (fit, not found.on_pathway, len(found.against), len(found.missing), found.row.id)


@dataclass(frozen=True, slots=True)
class PathwayMatch:
    """How an order compares with the regimen chosen for it.

    `row_id` is None for a custom plan and for an order without therapeutic drugs.
    """

    row_id: str | None = None
    title: str = ""
    on_pathway_row: bool = False
    custom: bool = False
    deviations: tuple[Deviation, ...] = ()
    warnings: tuple[DoseWarning, ...] = ()
    factors: tuple[Factor, ...] = ()

    @property
    def on_pathway(self) -> bool:
        """Is a pathway row followed with no clinical and no schedule deviation (DR-16)?"""
        return self.on_pathway_row and not self.deviations


def match_regimen(
    library: PathwayLibrary, facts: Facts, *, added_to: frozenset[str] = frozenset()
) -> PathwayMatch:
    """Compare an order with the regimen chosen for it (DR-05 to DR-07).

    `added_to` holds the therapeutic drugs of the earlier order that this one refers to: a new drug
    entered alone beside them is a custom plan.  While no drug is entered at all, only the clinical
    factors are compared.  Raises `ScheduleError` for days or cycles that cannot be read.
    """
    lines = facts.get("drugs") or []
    timings: dict[str, list[Timing]] = defaultdict(list)
    for line in lines:
        if line["role"] == "therapeutic":
            timings[line["drug"]].append(Timing.from_line(line))
    row = library.get(facts.get("regimen_id"))
    if not lines and row is not None and row.tumor == facts.get("tumor"):
        return _match(row, facts, {})
    if not timings:
        return PathwayMatch()
    drugs = frozenset(timings)
    if why := _why_custom(library, facts, row, drugs, added_to):
        return PathwayMatch(custom=True, deviations=(_custom_plan(drugs, why),))
    assert row is not None
    return _match(row, facts, timings)


def _match(row: RegimenRow, facts: Facts, timings: Mapping[str, list[Timing]]) -> PathwayMatch:
    factors = clinical_factors(row, Answers.of(facts))
    parts = {part.drug: part for part in row.components}
    compared = [compare_schedule(found, parts[drug]) for drug, found in timings.items()]
    clinical = [clinical_deviation(factor) for factor in factors if factor.result is not Result.MET]
    return PathwayMatch(
        row_id=row.id,
        title=row.title,
        on_pathway_row=row.on_pathway,
        deviations=(*clinical, *(deviation for found in compared for deviation in found.deviations)),
        warnings=tuple(warning for found in compared for warning in found.warnings),
        factors=factors,
    )


def _why_custom(
    library: PathwayLibrary,
    facts: Facts,
    row: RegimenRow | None,
    drugs: frozenset[str],
    added_to: frozenset[str],
) -> str:
    """Why the order is a custom plan, or "" (DR-05, R-092, R-172)."""
    if added_to and drugs - added_to and added_to - drugs:
        return (
            f"{capital(_names(drugs - added_to))} was entered without the other drugs of the earlier order; "
            "a new therapeutic drug needs the whole treatment plan."
        )
    if row is None or row.tumor != facts.get("tumor"):
        known = library.with_drugs(facts.get("tumor"), drugs)
        if not known:
            return "No evidence-based regimen for this cancer has these drugs."
        return f"These are the drugs of “{known[0].title}”: choose it to be compared with it."
    if row.drugs == drugs:
        return ""
    missing, extra = row.drugs - drugs, drugs - row.drugs
    parts = [f"{_names(missing)} missing"] * bool(missing) + [f"{_names(extra)} added"] * bool(extra)
    return f"The drugs are not those of “{row.title}”: {' and '.join(parts)}."


def _custom_plan(drugs: frozenset[str], why: str) -> Deviation:
    return Deviation(
        code="CUSTOM_PLAN",
        kind="custom",
        step="regimen",
        field="regimen_id",
        drug="",
        entered=_names(drugs),
        expected="the drugs of one regimen for this cancer",
        sentence=f"Custom treatment plan. {why}",
    )


def _names(drugs: frozenset[str]) -> str:
    return joined(sorted(drugs), "and")
