"""What may be answered, fact by fact: to anything at all, or in the form of one cancer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.criteria import terms
from pathways.criteria.nodes import Compared, Dated, IsSo, OneOf, RiskFactors, Test
from pathways.criteria.treatment import Alone, DoseAtMost, HadTherapy, Planned, Scheduled, WithOneOf
from pathways.criteria.vocabulary import FACTS
from pathways.lint.formula import Wish
from pathways.lint.schedules import schedule_exists
from pathways.lint.sets import companions_exist, therapies_exist

#: Stands for any value that no criterion names.
ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Form:
    """What may be answered.  Left empty, whatever the vocabulary knows.

    `choices` are the values offered for a fact; `unasked` the facts nobody asks, so that they stay
    unknown; `therapies` the earlier therapies offered; `companions` the therapeutic drugs that may stand
    beside the drug that is judged.
    """

    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()
    therapies: frozenset[str] | None = None
    companions: frozenset[str] | None = None

    def allow(self, wishes: Sequence[Wish]) -> bool:
        """Can one set of answers fulfil all of these?"""
        groups: dict[tuple[str, str], list[Wish]] = defaultdict(list)
        for wish in wishes:
            groups[wish.test.fact.name, _unit(wish.test)].append(wish)
        return all(self._allow_fact(name, found) for (name, _), found in groups.items())

    def _allow_fact(self, name: str, wishes: list[Wish]) -> bool:
        first = wishes[0].test
        if isinstance(first, WithOneOf | Alone):
            return companions_exist(wishes, self.companions)
        if isinstance(first, HadTherapy):
            return therapies_exist(wishes, self.therapies)
        if isinstance(first, Scheduled):
            return schedule_exists(wishes)
        values = [None] if name in self.unasked else self._values(name, wishes)
        return any(all(wish.test.holds(value) in wish.want for wish in wishes) for value in values)

    def _values(self, name: str, wishes: list[Wish]) -> Iterable[Any]:
        """Values one of which fulfils the wishes if any value does, the missing one among them."""
        tests = [wish.test for wish in wishes]
        for kind, values in _VALUES.items():
            if isinstance(tests[0], kind):
                return values(name, tests)
        if isinstance(tests[0], OneOf):
            known = tests[0].fact.values or _named(tests)
            return [None, *self.choices.get(name, known)]
        raise TypeError(f"no answers are known for {tests[0]!r}")


def _unit(test: Test) -> str:
    """What a dose is measured in; doses in another unit are taken to be another fact."""
    return test.unit if isinstance(test, DoseAtMost) else ""


def _named(tests: Sequence[Test]) -> list[str]:
    return [value for test in tests if isinstance(test, OneOf) for value in test.values] + [ANOTHER]


def _numbers(name: str, tests: Sequence[Test]) -> Iterator[Decimal | None]:
    yield None
    limits = [test.limit for test in tests if isinstance(test, Compared)]
    if name == "ecog":
        yield from map(Decimal, terms.ECOG)
    elif FACTS[name].whole:
        yield from (point for limit in limits for near in (-1, 0, 1) if (point := limit // 1 + near) >= 0)
    else:
        yield from _points(limits)


def _points(limits: Iterable[Decimal]) -> Iterator[Decimal]:
    """Each limit, a number between each two, and one on either side; none below 0."""
    ordered = sorted({Decimal(0), *limits})
    for low, high in zip(ordered, [*ordered[1:], ordered[-1] + 2], strict=True):
        yield low
        yield (low + high) / 2


def _doses(_: str, tests: Sequence[Test]) -> Iterator[Planned]:
    yield Planned(None, None)
    for point in _points(test.limit for test in tests if isinstance(test, DoseAtMost)):
        if point > 0:
            yield Planned(None, point)


def _risk_factors(_: str, tests: Sequence[Test]) -> Iterator[tuple[tuple[str, ...], bool]]:
    every = tuple(terms.RISK_FACTORS)
    for number in range(len(every) + 1):
        yield every[:number], False
        yield every[:number], True


def _days(_: str, tests: Sequence[Test]) -> Iterator[date | None]:
    yield None
    for test in tests:
        if isinstance(test, Dated):
            yield from (test.limit - timedelta(days=1), test.limit)


_VALUES: dict[type[Test], Callable[[str, Sequence[Test]], Iterable[Any]]] = {
    IsSo: lambda _name, _tests: (None, True, False),
    Compared: _numbers,
    Dated: _days,
    DoseAtMost: _doses,
    RiskFactors: _risk_factors,
}
