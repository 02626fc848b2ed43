"""Tests of the treatment itself: companions, earlier therapy, dose and schedule (DR-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from pathways.criteria.case import Case
from pathways.criteria.explain import count, joined, lowered, quantity
from pathways.criteria.nodes import NOT_REPORTED, Test, truth
from pathways.criteria.outcome import Result, all_of, any_of
from pathways.criteria.schedules import DrugSchedule
from pathways.criteria.terms import THERAPY_CLASSES
from pathways.criteria.vocabulary import FACTS

Dose = tuple[Decimal, str]

LABEL_DAYS = "Planned: the days of the label; state them."


def _planned(companions: tuple[str, ...] | None) -> str:
    if companions is None:
        return "The drugs of the order are not reported."
    return f"Planned with {joined(companions, 'and') or 'no other therapeutic drug'}."


@dataclass(frozen=True, kw_only=True)
class WithOneOf(Test):
    """One of these drugs is among the order's therapeutic drugs."""

    drugs: tuple[str, ...]

    def read(self, case: Case) -> tuple[str, ...] | None:
        return case.companions

    def holds(self, value: tuple[str, ...] | None) -> Result:
        return truth(None if value is None else not set(self.drugs).isdisjoint(value))

    def claim(self) -> str:
        return f"{'Not given' if self.negated else 'Given'} with {joined(self.drugs, 'or')}"

    def found(self, value: tuple[str, ...] | None) -> str:
        return _planned(value)

    def expected(self) -> list[str]:
        return list(self.drugs)


@dataclass(frozen=True, kw_only=True)
class Alone(Test):
    """No other therapeutic drug, investigational ones apart."""

    def read(self, case: Case) -> tuple[str, ...] | None:
        return case.companions

    def holds(self, value: tuple[str, ...] | None) -> Result:
        return truth(None if value is None else not value)

    def claim(self) -> str:
        return f"{'Not given' if self.negated else 'Given'} alone, investigational drugs apart"

    def found(self, value: tuple[str, ...] | None) -> str:
        return _planned(value)

    def expected(self) -> bool:
        return True


def had_therapy(needed: str, reported: tuple[str, ...] | frozenset[str] | None) -> Result:
    """Whether an earlier therapy was given, by what was reported.

    A class such as platinum is met by any of its drugs.  A drug of which only the class was
    reported is unknown: the practice can say which drug it was.
    """
    if reported is None:
        return Result.UNKNOWN
    if needed in reported or not THERAPY_CLASSES.get(needed, frozenset()).isdisjoint(reported):
        return Result.MET
    if any(needed in THERAPY_CLASSES.get(item, ()) for item in reported):
        return Result.UNKNOWN
    return Result.NOT_MET


@dataclass(frozen=True, kw_only=True)
class HadTherapy(Test):
    """An earlier therapy, or a drug of its class, was given."""

    therapy: str

    def read(self, case: Case) -> tuple[str, ...] | None:
        return case.prior_therapies

    def holds(self, value: tuple[str, ...] | None) -> Result:
        return had_therapy(self.therapy, value)

    def claim(self) -> str:
        words = self.fact.words(self.therapy)
        if self.negated:
            return f"Earlier therapy did not include {words}"
        return f"Earlier therapy included {words}"

    def found(self, value: tuple[str, ...] | None) -> str:
        if value is None:
            return NOT_REPORTED
        return f"Reported: {joined(map(self.fact.words, value), 'and') or 'none'}."

    def expected(self) -> str:
        return self.therapy


class Planned(NamedTuple):
    """The dose as planned, and its amount in the unit of the policy where that can be told.

    `missing` are the measurements without which it cannot.
    """

    dose: Dose | None
    amount: Decimal | None
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case, unit: str) -> Planned:
        """The dose of the case, and its amount in `unit`."""
        amount = case.dose_in(unit)
        return cls(case.dose, amount, case.body_missing_for(unit) if amount is None else ())

    def words(self, unit: str) -> str:
        """What was found, as a sentence."""
        if self.dose is None:
            return NOT_REPORTED
        planned = quantity(*self.dose)
        if self.missing:
            measurements = joined([lowered(FACTS[fact].label) for fact in self.missing], "and")
            return f"Planned: {planned}, which cannot be compared without {measurements}."
        if self.amount is None:
            return f"Planned: {planned}, which cannot be compared; state the dose in {unit}."
        if self.dose[1] == unit:
            return f"Planned: {planned}."
        return f"Planned: {planned}, which is {quantity(self.amount, unit)}."


@dataclass(frozen=True, kw_only=True)
class DoseAtMost(Test):
    """One dose is not above a limit."""

    limit: Decimal
    unit: str

    def read(self, case: Case) -> Planned:
        return Planned.of(case, self.unit)

    def asks(self, value: Planned) -> tuple[str, ...]:
        return value.missing or ("dose",)

    def holds(self, value: Planned) -> Result:
        return truth(None if value.amount is None else value.amount <= self.limit)

    def claim(self) -> str:
        return f"Dose is {'above' if self.negated else 'at most'} {quantity(self.limit, self.unit)}"

    def found(self, value: Planned) -> str:
        return value.words(self.unit)

    def expected(self) -> str:
        return quantity(self.limit, self.unit)


class Pair(NamedTuple):
    """A dose that may be given no more often than every so many days."""

    limit: Decimal
    every_days: int


@dataclass(frozen=True, kw_only=True)
class OnePairOf(Test):
    """Dose and gap between doses fit one of several pairs; all doses are in one unit."""

    unit: str
    pairs: tuple[Pair, ...]

    def read(self, case: Case) -> tuple[Planned, DrugSchedule | None]:
        return Planned.of(case, self.unit), case.schedule

    def asks(self, value: tuple[Planned, DrugSchedule | None]) -> tuple[str, ...]:
        planned, schedule = value
        no_days = schedule is None or schedule.follows_label
        dose = planned.missing or ("dose",) if planned.amount is None else ()
        return (*dose, *(("schedule",) if no_days else ()))

    def holds(self, value: tuple[Planned, DrugSchedule | None]) -> Result:
        return any_of(all_of(self._parts(pair, *value)) for pair in self.pairs)

    @staticmethod
    def _parts(pair: Pair, planned: Planned, schedule: DrugSchedule | None) -> Iterator[Result]:
        yield truth(None if planned.amount is None else planned.amount <= pair.limit)
        yield truth(None if schedule is None else schedule.is_apart(pair.every_days))

    def claim(self) -> str:
        pairs = [f"{quantity(p.limit, self.unit)} every {count(p.every_days, 'day')}" for p in self.pairs]
        return f"{'Not up to' if self.negated else 'Up to'} {joined(pairs, 'or')}"

    def found(self, value: tuple[Planned, DrugSchedule | None]) -> str:
        planned, schedule = value
        return f"{planned.words(self.unit)} {_gap_found(schedule)}"

    def expected(self) -> list[dict[str, Any]]:
        return [{"dose": quantity(p.limit, self.unit), "every_days": p.every_days} for p in self.pairs]


def _gap_found(schedule: DrugSchedule | None) -> str:
    if schedule is None:
        return "Days or cycles are not reported."
    gap = schedule.smallest_gap_days
    if schedule.follows_label and gap is None:
        return LABEL_DAYS
    if gap is None:
        return "A single dose."
    return f"Doses as close as {count(gap, 'day')}." if gap else "More than one dose on a day."


def _doses_found(doses: int | None) -> str:
    return LABEL_DAYS if doses is None else f"Planned: {count(doses, 'dose')}."


class Limit(NamedTuple):
    """A limit on the schedule: its claim, its denial, whether it holds, and what was found."""

    claim: Callable[[int], str]
    denial: Callable[[int], str]
    holds: Callable[[DrugSchedule, int], bool | None]
    found: Callable[[DrugSchedule], str]


LIMITS: dict[str, Limit] = {
    "days_apart": Limit(
        lambda n: f"Doses are at least {count(n, 'day')} apart",
        lambda n: f"Doses are less than {count(n, 'day')} apart",
        lambda schedule, n: schedule.is_apart(n),
        _gap_found,
    ),
    "cycles_at_most": Limit(
        lambda n: f"At most {count(n, 'cycle')}",
        lambda n: f"More than {count(n, 'cycle')}",
        lambda schedule, n: schedule.cycles <= n,
        lambda schedule: f"Planned: {count(schedule.cycles, 'cycle')}.",
    ),
    "total_days_at_most": Limit(
        lambda n: f"At most {count(n, 'day')} of treatment",
        lambda n: f"More than {count(n, 'day')} of treatment",
        lambda schedule, n: schedule.total_days <= n,
        lambda schedule: f"Planned: {count(schedule.total_days, 'day')}.",
    ),
    "doses_per_cycle_at_most": Limit(
        lambda n: f"At most {count(n, 'dose')} per cycle",
        lambda n: f"More than {count(n, 'dose')} per cycle",
        lambda schedule, n: None if schedule.doses_per_cycle is None else schedule.doses_per_cycle <= n,
        lambda schedule: _doses_found(schedule.doses_per_cycle),
    ),
    "cycle_days_at_least": Limit(
        lambda n: f"A cycle is at least {count(n, 'day')} long",
        lambda n: f"A cycle is shorter than {count(n, 'day')}",
        lambda schedule, n: schedule.cycle_length_days >= n,
        lambda schedule: f"Planned: {count(schedule.cycle_length_days, 'day')}.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Scheduled(Test):
    """One limit on days, cycles or cycle length."""

    limit: str
    amount: int

    def read(self, case: Case) -> DrugSchedule | None:
        return case.schedule

    def holds(self, value: DrugSchedule | None) -> Result:
        return truth(None if value is None else LIMITS[self.limit].holds(value, self.amount))

    def claim(self) -> str:
        limit = LIMITS[self.limit]
        return (limit.denial if self.negated else limit.claim)(self.amount)

    def found(self, value: DrugSchedule | None) -> str:
        return _gap_found(None) if value is None else LIMITS[self.limit].found(value)

    def expected(self) -> dict[str, int]:
        return {self.limit: self.amount}
