"""Answers that could still be given to a missing fact, and a case with one of them put in.

For each fact there is one answer of every kind that the tests at hand can tell apart: on, just below
and just above each limit; every choice; every set of drugs that matters.  What the practice
documented is never changed: a class of earlier therapy is at most made precise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any, NamedTuple

from pathways.criteria import vocabulary
from pathways.criteria.case import AGE_FACTOR, THERAPEUTIC, Case
from pathways.criteria.nodes import Compared, Dated, OneOf, RiskFactors, Test
from pathways.criteria.terms import ECOG, THERAPY_CLASSES, UNKNOWN_ANSWERS
from pathways.criteria.treatment import DoseAtMost, HadTherapy, OnePairOf, Scheduled, WithOneOf
from pathways.criteria.vocabulary import FACTS, FactKind
from pathways.schedules import LABEL

#: Families whose members are all answered at once: what is not on the list was not stated.
LISTS = frozenset({"attestations", "radiation_reasons"})
#: Numbers that come whole.
WHOLE = frozenset({"age", "ecog", "radiation_fractions", "boost_fractions"})
#: Smaller than any difference between two limits of content.
SLIGHTLY = Decimal("0.0001")
#: The parts of a schedule.
SCHEDULE = ("days", "cycle_length_days", "cycles", "per_day")
#: A value that no criterion names, for a fact whose values are not listed.
ANOTHER = "(another)"


class Wish(NamedTuple):
    """A test that is to find what it looks for, or not to."""

    test: Test
    finds: bool


def group_of(fact: str) -> str:
    """What is answered together with the fact: the fact itself, or its whole list."""
    family = fact.partition(".")[0]
    return family if family in LISTS else fact


def missing(test: Test, case: Case) -> tuple[str, ...]:
    """The facts whose answer could settle a test that is unknown."""
    if isinstance(test, RiskFactors):
        attested = vocabulary.listed(case.facts.get("fn_risk_factors")) is not None
        age = vocabulary.number(case.facts.get("age")) is not None
        return ("fn_risk_factors",) * (not attested) + ("age",) * (not age)
    asked = test.asks(test.read(case))
    # A dose that was stated in a unit that does not compare is documented; nobody is asked to change it.
    return tuple(fact for fact in asked if fact != "dose" or case.dose is None)


def possible(group: str, wishes: Sequence[Wish], case: Case) -> Iterator[Any]:
    """Answers to a missing fact, or list of facts, that could fulfil these wishes."""
    reading = [wish.test for wish in wishes]
    special = _SPECIAL.get(group)
    if special is not None:
        yield from special(reading, case)
    elif group in LISTS:
        yield sorted({wish.test.fact.name.partition(".")[2] for wish in wishes if wish.finds})
    elif group == "prior_therapies":
        yield from _therapies(wishes, case)
    elif FACTS[group].kind is FactKind.FLAG:
        yield from (True, False)
    elif FACTS[group].kind is FactKind.NUMBER:
        yield from _numbers(group, [test.limit for test in reading if isinstance(test, Compared)])
    elif FACTS[group].kind is FactKind.DATE:
        limits = [test.limit for test in reading if isinstance(test, Dated)]
        yield from sorted({limit + timedelta(days=apart) for limit in limits for apart in (-1, 0)})
    else:
        named = [value for test in reading if isinstance(test, OneOf) for value in test.values]
        yield from dict.fromkeys([*named, *FACTS[group].values, ANOTHER])


def put(case: Case, group: str, answer: Any) -> Case:
    """The case with this answer to a missing fact, all else as it is."""
    family, _, member = group.partition(".")
    if group in ("dose", "schedule"):
        return Case(case.facts, {**case.line, **answer})
    if group == "indication":
        return Case(case.facts, {**case.line, group: answer})
    if group == "trial.cms_identified":
        return Case(
            {**case.facts, "trial": {**_own(case, family), "enrolled": True, member: answer}}, case.line
        )
    if member:
        return Case({**case.facts, family: {**_own(case, family), member: answer}}, case.line)
    return Case({**case.facts, group: answer}, case.line)


def _own(case: Case, family: str) -> Mapping[str, Any]:
    found = case.facts.get(family)
    return found if isinstance(found, Mapping) else {}


def _numbers(fact: str, limits: Sequence[Decimal]) -> Iterator[Decimal]:
    if fact == "ecog":
        yield from map(Decimal, ECOG)
        return
    step = Decimal(1) if fact in WHOLE else SLIGHTLY
    around = {limit + apart for limit in limits for apart in (-step, 0, step)}
    yield from sorted(value for value in around if value >= 0)


def _stated(case: Case, name: str) -> set[str]:
    """What stands in a list beside "unknown": documented, though the list as a whole is not."""
    found = case.facts.get(name)
    items = found if isinstance(found, list | tuple | set | frozenset) else ()
    return {str(item) for item in items} - UNKNOWN_ANSWERS.keys()


# --- Facts that several kinds of tests read -----------------------------------------------------------
def _ages(tests: Sequence[Test], _case: Case) -> Iterator[Decimal]:
    limits = [test.limit for test in tests if isinstance(test, Compared)]
    if any(isinstance(test, RiskFactors) for test in tests):
        limits.append(Decimal(65))
    yield from _numbers("age", limits)


def _factors(tests: Sequence[Test], case: Case) -> Iterator[list[str]]:
    """Lists of as many risk factors as are asked for; age counts by itself, so it is not among them."""
    stated = sorted(_stated(case, "fn_risk_factors"))
    others = [name for name in FACTS["fn_risk_factors"].values if name not in {AGE_FACTOR, *stated}]
    most = max(test.least for test in tests if isinstance(test, RiskFactors))
    yield from ([*stated, *others[:number]] for number in range(min(most, len(others)) + 1))


def _therapies(wishes: Sequence[Wish], case: Case) -> Iterator[list[str]]:
    """Lists of earlier therapies that have what is looked for; of a class reported, which drug it was.

    The drugs of a class that no test names by itself are all alike: one stands for the rest.
    """
    tests = [wish.test for wish in wishes]
    asked = {test.therapy for test in tests if isinstance(test, HadTherapy)}

    def alike(name: str) -> list[str]:
        members = set(THERAPY_CLASSES.get(name, ()))
        return sorted(members & asked) + sorted(members - asked)[:1] if members else [name]

    reported = case.prior_therapies
    if reported is None:
        stated = _stated(case, "prior_therapies")
        needed = [wish.test.therapy for wish in wishes if wish.finds and isinstance(wish.test, HadTherapy)]
        for drugs in product(*(alike(name) for name in needed)):
            yield sorted(stated.union(drugs))
        return
    precise = {name for name in reported if name not in THERAPY_CLASSES}
    classes = [_some_of(alike(name)) for name in reported if name in THERAPY_CLASSES]
    for chosen in product(*classes):
        yield sorted(precise.union(*chosen))


def _some_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Every choice of at least one, the fewest first."""
    return [chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size)]


def _weights(tests: Sequence[Test], _case: Case) -> Iterator[Decimal]:
    """Weights from the lightest to the heaviest, for a dose that is counted per kg or m2."""
    yield from map(Decimal, (70, 1, 5, 20, 40, 100, 150, 250, 400, 650))
    yield from _numbers("weight_kg", [test.limit for test in tests if isinstance(test, Compared)])


def _heights(tests: Sequence[Test], _case: Case) -> Iterator[Decimal]:
    yield from map(Decimal, (170, 30, 60, 100, 140, 200, 240, 272))
    yield from _numbers("height_cm", [test.limit for test in tests if isinstance(test, Compared)])


def _companions(tests: Sequence[Test], case: Case) -> Iterator[list[Mapping[str, Any]]]:
    named = sorted({drug for test in tests if isinstance(test, WithOneOf) for drug in test.drugs})
    for drugs in [(), *_some_of(named or [ANOTHER])]:
        yield [case.line, *({"drug": drug, "role": THERAPEUTIC} for drug in drugs)]


def _doses(tests: Sequence[Test], _case: Case) -> Iterator[Mapping[str, str]]:
    limits = {(test.limit, test.unit) for test in tests if isinstance(test, DoseAtMost)}
    for test in tests:
        if isinstance(test, OnePairOf):
            limits |= {(pair.limit, test.unit) for pair in test.pairs}
    for limit, unit in sorted(limits):
        for apart in (Decimal(0), SLIGHTLY):
            yield {"dose": str(limit + apart), "unit": unit}


def _schedules(tests: Sequence[Test], case: Case) -> Iterator[Mapping[str, Any]]:
    """Schedules on both sides of each limit, the lightest first; what is stated of it stays."""
    asked: dict[str, list[int]] = defaultdict(list)
    for test in tests:
        if isinstance(test, Scheduled):
            asked[test.limit].append(test.amount)
        elif isinstance(test, OnePairOf):
            asked["days_apart"] += [pair.every_days for pair in test.pairs]
    apart = asked["days_apart"]
    stated = {name: case.line[name] for name in SCHEDULE if case.line.get(name) not in (None, "", LABEL)}
    twice = [2] * bool(apart)  # only two doses have a gap
    cycles = _around([*asked["cycles_at_most"], *twice])
    doses = _around([*asked["doses_per_cycle_at_most"], *twice])
    lengths = _around([*asked["cycle_days_at_least"], *apart, *asked["total_days_at_most"]])
    if "cycle_length_days" in stated:
        lengths = [stated["cycle_length_days"]]
    for length, cycle_count, dose_count, gap in product(lengths, cycles, doses, _around(apart)):
        if 1 + gap * (dose_count - 1) <= length:
            yield {
                "days": ",".join(str(1 + gap * number) for number in range(dose_count)),
                "cycle_length_days": length,
                "cycles": f"1-{cycle_count}" if cycle_count > 1 else "1",
                "per_day": 1,
                **stated,
            }


def _around(limits: Iterable[int]) -> list[int]:
    return sorted({1, *(n for limit in limits for n in (limit - 1, limit, limit + 1) if n >= 1)})


_SPECIAL: Mapping[str, Callable[[Sequence[Test], Case], Iterator[Any]]] = {
    "age": _ages,
    "fn_risk_factors": _factors,
    "drugs": _companions,
    "dose": _doses,
    "weight_kg": _weights,
    "height_cm": _heights,
    "schedule": _schedules,
}
