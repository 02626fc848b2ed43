"""What an approved radiation order is billed by: procedures, codes and quantities (R-283, R-345)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orders.models import DrugLine
from orders.rules.judgement import Judgement
from orders.rules.procedure_codes import ApprovedCode
from orders.rules.states import DrugStatus
from pathways.criteria.explain import capital, count
from pathways.criteria.terms import RADIATION_TECHNIQUES
from pathways.criteria.vocabulary import number


@dataclass(frozen=True)
class Procedures:
    """One approved technique: what it is called, its course, and its codes as the evaluation stored them."""

    technique: str
    course: str
    codes: tuple[ApprovedCode, ...]


def procedures_of(
    lines: Iterable[DrugLine], judgement: Judgement, facts: Mapping[str, Any]
) -> tuple[Procedures, ...]:
    """The authorized techniques of an approved order; no other line has codes (R-293)."""
    approved = {line.number for line in lines if line.status == DrugStatus.AUTHORIZED}
    return tuple(
        Procedures(
            capital(RADIATION_TECHNIQUES.get(line.drug, line.drug)),
            _course(facts),
            line.codes,
        )
        for line in judgement.lines
        if line.codes and line.number in approved
    )


def _course(facts: Mapping[str, Any]) -> str:
    """How many fractions: 28 fractions and a boost of 5."""
    fractions, boost = (
        int(number(facts.get(name)) or 0) for name in ("radiation_fractions", "boost_fractions")
    )
    course = count(fractions, "fraction")
    return f"{course} and a boost of {boost}" if boost else course
