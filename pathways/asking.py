"""Which biomarkers an order still needs: those that tell apart the regimens that are possible (R-109, R-117).

The content decides: a result is asked for as long as a regimen of this cancer that the answers before it
leave possible turns on it, or the plan that is already chosen does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from pathways.criteria.outcome import Result
from pathways.factors import Answers, clinical_factors
from pathways.regimens import RegimenRow

Facts = Mapping[str, Any]
Further = Callable[[Facts], Collection[str]]


def _nothing_further(facts: Facts) -> Collection[str]:
    return ()


def biomarkers_asked(
    names: Iterable[str], rows: Iterable[RegimenRow], facts: Facts, *, further: Further = _nothing_further
) -> tuple[str, ...]:
    """The biomarkers to ask for, in the order of `names`, among `rows` of one cancer.

    Each is considered under the answers that come before it alone, so that no question goes away by being
    answered.  A regimen stays possible until a documented answer speaks against it; unknown never does.
    `further` names what else is wanted under some facts, such as by the policies of drugs already chosen.
    """
    results = facts.get("biomarkers") or {}
    known: dict[str, Any] = {**facts, "biomarkers": {}}
    possible, asked = list(rows), []
    for name in names:
        answers = Answers.of(known)
        possible = [row for row in possible if _is_possible(row, answers)]
        if name not in further(known) and not any(_turns_on(row, name) for row in possible):
            continue
        asked.append(name)
        if results.get(name):
            known["biomarkers"] = {**known["biomarkers"], name: results[name]}
    return tuple(asked)


def _is_possible(row: RegimenRow, answers: Answers) -> bool:
    return all(factor.result is not Result.NOT_MET for factor in clinical_factors(row, answers))


def _turns_on(row: RegimenRow, name: str) -> bool:
    return any(rule.name == name for rule in row.biomarkers)
