"""Growth factors: the regimen's risk of febrile neutropenia decides (DR-08, T3; R-178, R-182 to R-187)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pathways.criteria.case import Case
from pathways.criteria.explain import capital
from pathways.criteria.terms import REGIMEN_RISKS
from pathways.deviations import Deviation

Facts = Mapping[str, Any]

GROWTH_FACTORS = frozenset({"pegfilgrastim", "filgrastim", "tbo-filgrastim"})
PRIMARY_PROPHYLAXIS = "primary_prophylaxis"


def risk_factors(facts: Facts) -> tuple[str, ...]:
    """The risk factors that count, sorted: those attested, and age by the birth date alone (DR-08)."""
    found, _ = Case(facts, {}).risk_factors
    return found


def growth_factor_deviations(facts: Facts, regimen_risk: str | None) -> list[Deviation]:
    """FN deviations of the growth factors given for primary prophylaxis; none changes pathway status.

    `regimen_risk` is "low", "intermediate", "high", or None where no regimen is known.
    """
    lines = [
        line
        for line in facts.get("drugs") or ()
        if line["drug"] in GROWTH_FACTORS and line.get("indication") == PRIMARY_PROPHYLAXIS
    ]
    code = _code(regimen_risk, risk_factors(facts))
    return [_deviation(code, line, regimen_risk) for line in lines if code]


def _code(regimen_risk: str | None, factors: Sequence[str]) -> str:
    """The rows of T3; "" where a growth factor is in order."""
    match regimen_risk:
        case "high":
            return ""
        case "low":
            return "FN_LOW"
        case "intermediate":
            return "" if factors else "FN_INTERMEDIATE"
    return "FN_UNKNOWN"


#: Code -> step, field, what is expected, and how the sentence ends (R-186).
_WORDS = {
    "FN_LOW": (
        "dosing",
        "lines.{number}.drug",
        "no growth factor",
        "is {risk}, which does not call for a growth factor.",
    ),
    "FN_INTERMEDIATE": (
        "dosing",
        "fn_risk_factors",
        "at least one risk factor of the member",
        "is {risk}; a risk factor of the member is needed too, and none was entered.",
    ),
    "FN_UNKNOWN": (
        "regimen",
        "regimen_id",
        "a regimen whose risk is known",
        "is not known, since no known regimen was chosen.",
    ),
}


def _deviation(code: str, line: Mapping[str, Any], regimen_risk: str | None) -> Deviation:
    step, field, expected, ending = _WORDS[code]
    risk = REGIMEN_RISKS[regimen_risk] if regimen_risk else "not known"
    return Deviation(
        code=code,
        kind="fn",
        step=step,
        field=field.format(number=line["number"]),
        drug=line["drug"],
        entered=f"risk {risk}",
        expected=expected,
        sentence=f"{capital(line['drug'])}: the regimen's risk of febrile neutropenia "
        + ending.format(risk=risk),
    )
