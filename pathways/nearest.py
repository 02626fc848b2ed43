"""The Pathway regimens nearest to an order that follows none, each with what departs from it (R-090, R-179).

Only regimens that no documented answer stands against: another drug can still be chosen, a documented
result cannot.  Answers that are missing come second, since they may still turn out to fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.criteria.explain import capital, joined, lowered
from pathways.criteria.outcome import Result
from pathways.factors import Answers, Factor, clinical_factors
from pathways.regimens import PathwayLibrary, RegimenRow


@dataclass(frozen=True, slots=True)
class NearPathway:
    """A Pathway regimen; it also has the drugs `missing` and lacks those `extra`."""

    row: RegimenRow
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    open: tuple[Factor, ...]

    @property
    def shares_a_drug(self) -> bool:
        """Is any of its drugs on the order?"""
        return len(self.missing) < len(self.row.drugs)

    @property
    def departures(self) -> int:
        """How many drugs would have to be different."""
        return len(self.missing) + len(self.extra)

    @property
    def reason(self) -> str:
        """What departs from it, in sentences."""
        return " ".join(self._reasons())

    def _reasons(self) -> Iterator[str]:
        missing, extra = joined(self.missing, "and"), joined(self.extra, "and")
        if not self.shares_a_drug:
            yield f"{capital(missing)} in place of {extra}."
        elif parts := [f"also has {missing}"] * bool(missing) + [f"lacks {extra}"] * bool(extra):
            yield f"{capital(' and '.join(parts))}."
        else:
            yield "The same drugs."
        if self.open:
            labels = [lowered(factor.label) for factor in self.open]
            yield f"Not known yet: {joined(labels, 'and')}."


def nearest_pathways(
    library: PathwayLibrary, facts: Mapping[str, Any], drugs: Collection[str], *, limit: int = 3
) -> list[NearPathway]:
    """The Pathway regimens of the tumor that these answers allow, nearest to these drugs first.

    Those that share a drug come before those that share none; then counts how many drugs differ, and
    how many answers are missing.  Nothing is near to no drugs at all.
    """
    if not drugs:
        return []
    answers = Answers.of(facts)
    rows = [row for row in library.of_tumor(facts.get("tumor")) if row.on_pathway]
    found = [near for row in rows if (near := _compared(row, answers, frozenset(drugs)))]
    found.sort(key=lambda near: (not near.shares_a_drug, near.departures, len(near.open), near.row.id))
    return found[:limit]


def _compared(row: RegimenRow, answers: Answers, drugs: frozenset[str]) -> NearPathway | None:
    """The row against the drugs; None if a documented answer stands against it."""
    factors = clinical_factors(row, answers)
    if any(factor.result is Result.NOT_MET for factor in factors):
        return None
    return NearPathway(
        row=row,
        missing=tuple(sorted(row.drugs - drugs)),
        extra=tuple(sorted(drugs - row.drugs)),
        open=tuple(factor for factor in factors if factor.result is Result.UNKNOWN),
    )
