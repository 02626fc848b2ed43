"""Which comparisons each fact takes in content, and how a comparison is built from what is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.criteria.explain import nearest
from pathways.criteria.nodes import COMPARISONS, DATES, Node, RiskFactors, answer_test
from pathways.criteria.terms import ECOG, THERAPIES
from pathways.criteria.treatment import (
    LIMITS,
    Alone,
    DoseAtMost,
    HadTherapy,
    OnePairOf,
    Pair,
    Scheduled,
    WithOneOf,
)
from pathways.criteria.vocabulary import FACTS, FactKind
from pathways.doses import UNITS

Builder = Callable[..., Node]
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*(\S.*)?")


class BadExpectation(ValueError):
    """What a test asks for cannot be asked: the reason, and the name that may be meant."""

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(message)
        self.meant = meant


def _one_of(names: Any, known: Collection[str], what: str) -> tuple[str, ...]:
    """A list of known names; an empty `known` accepts any."""
    if not isinstance(names, list) or not names:
        raise BadExpectation(f"expected a list of {what}, found {names!r}.")
    for name in names:
        _name(name, known, what)
    if len(set(names)) < len(names):
        raise BadExpectation(f"a {what} is listed twice.")
    return tuple(names)


def _name(name: Any, known: Collection[str], what: str) -> str:
    if not isinstance(name, str):
        raise BadExpectation(f"{name!r} is not text; put it in quotes.")
    if known and name not in known:
        raise BadExpectation(f"{name!r} is not a known {what}.", nearest(name, known))
    return name


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadExpectation(f"expected a whole number from 1 up, found {value!r}.")
    return value


def quantity_of(value: Any, unit: str | None = None) -> tuple[Decimal, str]:
    """Amount and unit from a text such as "10.6 g/dL"; accepts `unit` alone, else any unit of doses."""
    match = _QUANTITY.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if match is None or isinstance(value, bool):
        example = f"2 {unit or ''}".rstrip() if unit is not None else "200 mg"
        raise BadExpectation(f'expected an amount such as "{example}", found {value!r}.')
    found = (match[2] or "").strip()
    if unit is not None and found != unit:
        raise BadExpectation(f"expected the unit {unit or '(none)'}, found {found or '(none)'}.", unit)
    if unit is None and not found:
        raise BadExpectation(f"the unit is missing after {value!r}.")
    if unit is None and found not in UNITS:
        raise BadExpectation(f"{found!r} is not a known unit.", nearest(found, UNITS))
    return Decimal(match[1]), found


def _choice(expected: Any, *, name: str, negated: bool, or_unknown: bool, **_: Any) -> Node:
    values = _one_of(expected, FACTS[name].values, "value")
    if negated and or_unknown:
        raise BadExpectation("or_unknown cannot stand under excludes.")
    return answer_test(name, values=values, negated=negated, or_unknown=or_unknown)


def _flag(expected: Any, *, name: str, negated: bool, **_: Any) -> Node:
    if not isinstance(expected, bool):
        raise BadExpectation(f"expected true or false, found {expected!r}.")
    return answer_test(name, wanted=expected, negated=negated)


def _number(expected: Any, *, name: str, operator: str, negated: bool, **_: Any) -> Node:
    limit, _unit = quantity_of(expected, FACTS[name].unit)
    if name == "ecog" and limit not in ECOG:
        raise BadExpectation(f"ECOG goes from 0 to 4, found {expected!r}.")
    return answer_test(name, comparison=operator, limit=limit, negated=negated)


def _date(expected: Any, *, name: str, operator: str, negated: bool, **_: Any) -> Node:
    try:
        limit = date.fromisoformat(expected)
    except (TypeError, ValueError):
        raise BadExpectation(f"expected a day such as '2027-01-01', found {expected!r}.") from None
    return answer_test(name, comparison=operator, limit=limit, negated=negated)


def _with_one_of(expected: Any, *, negated: bool, drugs: Collection[str], **_: Any) -> Node:
    return WithOneOf(fact=FACTS["drugs"], drugs=_one_of(expected, drugs, "drug"), negated=negated)


def _alone(expected: Any, *, negated: bool, **_: Any) -> Node:
    if expected is not True:
        raise BadExpectation(f"expected true, found {expected!r}.")
    return Alone(fact=FACTS["drugs"], negated=negated)


def _had(expected: Any, *, negated: bool, drugs: Collection[str], **_: Any) -> Node:
    known = {*THERAPIES, *drugs} if drugs else ()
    therapy = _name(expected, known, "therapy")
    return HadTherapy(fact=FACTS["prior_therapies"], therapy=therapy, negated=negated)


def _factors(expected: Any, *, negated: bool, **_: Any) -> Node:
    return RiskFactors(fact=FACTS["fn_risk_factors"], least=_whole(expected), negated=negated)


def _dose(expected: Any, *, negated: bool, **_: Any) -> Node:
    limit, unit = quantity_of(expected)
    return DoseAtMost(fact=FACTS["dose"], limit=limit, unit=unit, negated=negated)


def _pairs(expected: Any, *, negated: bool, **_: Any) -> Node:
    if not isinstance(expected, list) or not expected:
        raise BadExpectation(f"expected a list of doses with every_days, found {expected!r}.")
    found = [_pair(entry) for entry in expected]
    units = {unit for unit, _ in found}
    if len(units) > 1:
        raise BadExpectation(f"all doses must be in one unit, found {', '.join(sorted(units))}.")
    pairs = tuple(pair for _, pair in found)
    return OnePairOf(fact=FACTS["schedule"], unit=units.pop(), pairs=pairs, negated=negated)


def _pair(entry: Any) -> tuple[str, Pair]:
    if not isinstance(entry, Mapping) or set(entry) != {"dose", "every_days"}:
        raise BadExpectation(f"expected dose and every_days, found {entry!r}.")
    limit, unit = quantity_of(entry["dose"])
    return unit, Pair(limit, _whole(entry["every_days"]))


def _limit(expected: Any, *, operator: str, negated: bool, **_: Any) -> Node:
    return Scheduled(fact=FACTS["schedule"], limit=operator, amount=_whole(expected), negated=negated)


_BY_FACT: dict[str, Mapping[str, Builder]] = {
    "drugs": {"with_one_of": _with_one_of, "alone": _alone},
    "prior_therapies": {"include": _had},
    "fn_risk_factors": {"at_least": _factors},
    "dose": {"at_most": _dose},
    "schedule": {"one_of": _pairs, **dict.fromkeys(LIMITS, _limit)},
}
_BY_KIND: dict[FactKind, Mapping[str, Builder]] = {
    FactKind.CHOICE: {"is_one_of": _choice},
    FactKind.FLAG: {"is": _flag},
    FactKind.NUMBER: dict.fromkeys(COMPARISONS, _number),
    FactKind.DATE: dict.fromkeys(DATES, _date),
}

#: For each fact the comparisons content may use, and what builds their tests.
OPERATORS: dict[str, Mapping[str, Builder]] = {
    name: _BY_FACT.get(name) or _BY_KIND[fact.kind] for name, fact in FACTS.items()
}
