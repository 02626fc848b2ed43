"""What a regimen asks of the patient, compared with the clinical answers (DR-06; R-144, R-158, R-177)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathways.criteria import terms
from pathways.criteria.explain import joined
from pathways.criteria.outcome import Result, all_of
from pathways.criteria.treatment import had_therapy
from pathways.criteria.vocabulary import FACTS, flag, known, listed, number
from pathways.regimens import BiomarkerRule, RegimenRow

Facts = Mapping[str, Any]

#: Deviation code of each clinical fact; a biomarker's is BIOMARKER:<name> (DR-06).
_CODES = {
    "line_of_therapy": "LINE",
    "stage": "STAGE",
    "histology": "PATHOLOGY",
    "ecog": "ECOG",
    "prior_therapies": "PRIOR_THERAPY",
    "concurrent_radiation": "CONCURRENT_RT",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing a regimen asks, and how the answer compares (R-158).

    `name` is the fact, which is also its field in the wizard; `entered` and `expected` are words.
    """

    name: str
    code: str
    label: str
    result: Result
    entered: str
    expected: str
    sentence: str

    @property
    def step(self) -> str:
        """The wizard step that asks for the fact."""
        return FACTS[self.name].step


def clinical_factors(row: RegimenRow, facts: Facts) -> tuple[Factor, ...]:
    """Everything the row asks, each met, not met or unknown (DR-06).

    An answer of "unknown" or "not reported" is met only where the row accepts that.
    """
    found = [
        _one_of("line_of_therapy", row.lines, facts.get("line_of_therapy")),
        _one_of("stage", row.stages, facts.get("stage")),
        _one_of("histology", row.histology, facts.get("histology")),
        _ecog(row.ecog_max, facts.get("ecog")),
        *(_biomarker(rule, (facts.get("biomarkers") or {}).get(rule.name)) for rule in row.biomarkers),
        _prior_therapies(row.prior_therapies, facts.get("prior_therapies")),
        _concurrent_radiation(row.concurrent_radiation, facts.get("concurrent_radiation")),
    ]
    return tuple(factor for factor in found if factor is not None)


def _one_of(name: str, allowed: Sequence[str], answer: Any) -> Factor | None:
    if not allowed:
        return None
    return _factor(name, _judge(answer, allowed), answer, joined(map(FACTS[name].words, allowed), "or"))


def _ecog(highest: int | None, answer: Any) -> Factor | None:
    if highest is None:
        return None
    value = number(answer)
    result = Result.UNKNOWN if value is None else _met(value <= highest)
    return _factor("ecog", result, answer, f"0 to {highest}" if highest else "0")


def _biomarker(rule: BiomarkerRule, answer: Any) -> Factor:
    name = f"biomarkers.{rule.name}"
    expected = joined(map(FACTS[name].words, rule.values), "or")
    result = _judge(answer, rule.values)
    if rule.accept_unknown:
        expected += ", or not reported"
        result = Result.MET if result is Result.UNKNOWN else result
    return _factor(name, result, answer, expected)


def _prior_therapies(required: Sequence[str], answer: Any) -> Factor | None:
    if not required:
        return None
    fact, received = FACTS["prior_therapies"], listed(answer)
    result = all_of(had_therapy(item, received) for item in required)
    reported = None if received is None else joined(map(fact.words, sorted(received)), "and") or "none"
    return _factor(fact.name, result, reported, joined(map(fact.words, required), "and"))


def _concurrent_radiation(required: bool | None, answer: Any) -> Factor | None:
    if required is None:
        return None
    fact, value = FACTS["concurrent_radiation"], flag(answer)
    result = Result.UNKNOWN if value is None else _met(value is required)
    return _factor(fact.name, result, value, fact.words(required))


def _judge(answer: Any, allowed: Sequence[str]) -> Result:
    return Result.UNKNOWN if known(answer) is None else _met(answer in allowed)


def _met(truth: bool) -> Result:
    return Result.MET if truth else Result.NOT_MET


def _factor(name: str, result: Result, answer: Any, expected: str) -> Factor:
    fact = FACTS[name]
    if known(answer) is None:
        entered = terms.UNKNOWN_ANSWERS.get(str(answer), "not entered").lower()
    else:
        entered = fact.words(answer)
    asks = "this regimen is for" if result is Result.NOT_MET else "this regimen asks for"
    return Factor(
        name=name,
        code=_CODES.get(name) or f"BIOMARKER:{name.removeprefix('biomarkers.')}",
        label=fact.label,
        result=result,
        entered=entered,
        expected=expected,
        sentence=f"{fact.label}: {entered}; {asks} {expected}.",
    )
