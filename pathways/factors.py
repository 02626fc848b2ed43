"""What a regimen asks of the patient, compared with the clinical answers (DR-06; R-144, R-158, R-177).

Many rows ask the same and the answers are few, so that the same factor is the answer time and again:
each is worked out once and kept, by what is asked and what was answered.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from pathways.criteria import terms
from pathways.criteria.explain import joined
from pathways.criteria.outcome import Result, all_of
from pathways.criteria.treatment import had_therapy
from pathways.criteria.vocabulary import FACTS, flag, known, listed, number
from pathways.regimens import AgeLimit, BiomarkerRule, RegimenRow

Facts = Mapping[str, Any]

#: Deviation code of each clinical fact; a biomarker's is BIOMARKER:<name> (DR-06).
_CODES = {
    "line_of_therapy": "LINE",
    "stage": "STAGE",
    "histology": "PATHOLOGY",
    "ecog": "ECOG",
    "age": "AGE",
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


class Answers(NamedTuple):
    """The clinical answers of an order, read once for all rows that they are compared with."""

    line: Any
    stage: Any
    histology: Any
    ecog: Any
    age: Any
    biomarkers: Mapping[str, Any]
    therapies: frozenset[str] | None
    radiation: bool | None

    @classmethod
    def of(cls, facts: Facts) -> Answers:
        """What the facts say."""
        return cls(
            line=facts.get("line_of_therapy"),
            stage=facts.get("stage"),
            histology=facts.get("histology"),
            ecog=facts.get("ecog"),
            age=facts.get("age"),
            biomarkers=facts.get("biomarkers") or {},
            therapies=listed(facts.get("prior_therapies")),
            radiation=flag(facts.get("concurrent_radiation")),
        )


def clinical_factors(row: RegimenRow, answers: Answers) -> tuple[Factor, ...]:
    """Everything the row asks, each met, not met or unknown (DR-06).

    An answer of "unknown" or "not reported" is met only where the row accepts that.
    """
    found = []
    if row.lines:
        found.append(_one_of("line_of_therapy", row.lines, answers.line))
    if row.stages:
        found.append(_one_of("stage", row.stages, answers.stage))
    if row.histology:
        found.append(_one_of("histology", row.histology, answers.histology))
    if row.ecog_max is not None:
        found.append(_ecog(row.ecog_max, answers.ecog))
    if row.ages is not None:
        found.append(_age(row.ages, answers.age))
    for rule in row.biomarkers:
        found.append(_biomarker(rule, answers.biomarkers.get(rule.name)))
    if row.prior_therapies:
        found.append(_prior_therapies(row.prior_therapies, answers.therapies))
    if row.concurrent_radiation is not None:
        found.append(_concurrent_radiation(row.concurrent_radiation, answers.radiation))
    return tuple(found)


#: `typed`, because True is not 1 in words.
_kept = lru_cache(maxsize=8192, typed=True)


@_kept
def _one_of(name: str, allowed: tuple[str, ...], answer: Hashable) -> Factor:
    return _factor(name, _judge(answer, allowed), answer, joined(map(FACTS[name].words, allowed), "or"))


@_kept
def _ecog(highest: int, answer: Hashable) -> Factor:
    value = number(answer)
    result = Result.UNKNOWN if value is None else _met(value <= highest)
    return _factor("ecog", result, answer, f"0 to {highest}" if highest else "0")


@_kept
def _age(limit: AgeLimit, answer: Hashable) -> Factor:
    value = number(answer)
    result = Result.UNKNOWN if value is None else _met(limit.accepts(value))
    return _factor("age", result, answer, limit.describe())


@_kept
def _biomarker(rule: BiomarkerRule, answer: Hashable) -> Factor:
    name = f"biomarkers.{rule.name}"
    expected = joined(map(FACTS[name].words, rule.values), "or")
    result = _judge(answer, rule.values)
    if rule.accept_unknown:
        expected += ", or not reported"
        result = Result.MET if result is Result.UNKNOWN else result
    return _factor(name, result, answer, expected)


@_kept
def _prior_therapies(required: tuple[str, ...], received: frozenset[str] | None) -> Factor:
    fact = FACTS["prior_therapies"]
    result = all_of([had_therapy(item, received) for item in required])
    reported = None if received is None else joined(map(fact.words, sorted(received)), "and") or "none"
    return _factor(fact.name, result, reported, joined(map(fact.words, required), "and"))


@_kept
def _concurrent_radiation(required: bool, value: bool | None) -> Factor:
    fact = FACTS["concurrent_radiation"]
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
