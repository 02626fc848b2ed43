"""Limits against what is ordered: units that compare, amounts a real order comes near to (R-125, D-56)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from pathways.criteria.nodes import Compared, Test
from pathways.criteria.treatment import DoseAtMost, OnePairOf, Scheduled
from pathways.doses import parse_unit, ratio
from pathways.lint.finding import Finding
from pathways.lint.formula import tests_of
from pathways.lint.shipped import PolicyFile, RegimenInRelease, ShippedContent
from pathways.regimens import DosingSchedule
from pathways.schedules import HIGHEST

#: Lowest and highest limit that makes sense, in the unit of the fact.
PLAUSIBLE: dict[str, tuple[int, int]] = {
    "age": (1, 110),
    "ecog": (0, 4),
    "labs.hemoglobin": (4, 18),
    "labs.ferritin": (5, 2000),
    "labs.tsat": (5, 60),
    "radiation_fractions": (1, 50),
    "boost_fractions": (0, 20),
}
#: A year of cycles, of days apart or of a cycle's length; two years in all.
PLAUSIBLE_SCHEDULE = {"total_days_at_most": 2 * HIGHEST}
#: A limit so many times above or below every regimen's dose is a slip of the unit.
FACTOR = 10
#: What doses are measured in that billing units are counted in too.
MEASURED = ("mg", "units")

Ordered = dict[str, list[tuple[RegimenInRelease, DosingSchedule]]]


def check_units(content: ShippedContent) -> Iterator[Finding]:
    """Limits that compare with no ordered dose, or lie far from all; doses that cannot be billed."""
    ordered: Ordered = defaultdict(list)
    for found in content.regimens:
        for part in found.row.components:
            ordered[part.drug] += [(found, schedule) for schedule in part.schedules]
            yield from _billed(content, found, part.drug, part.schedules)
    for policy in content.policies:
        for paragraph in policy.policy.paragraphs:
            place = policy.place(paragraph)
            for test in tests_of(paragraph):
                yield from _limits(content, ordered, policy, place, test)


def _limits(
    content: ShippedContent, ordered: Ordered, policy: PolicyFile, place: str, test: Test
) -> Iterator[Finding]:
    if isinstance(test, DoseAtMost):
        yield from _dose(content, ordered, policy, place, test.limit, test.unit)
    elif isinstance(test, OnePairOf):
        for pair in test.pairs:
            yield from _dose(content, ordered, policy, place, pair.limit, test.unit)
    elif isinstance(test, Compared | Scheduled):
        limit = test.limit if isinstance(test, Compared) else Decimal(test.amount)
        highest = PLAUSIBLE_SCHEDULE.get(test.limit, HIGHEST) if isinstance(test, Scheduled) else 0
        low, high = PLAUSIBLE.get(test.fact.name, (1, highest))
        if not low <= limit <= high:
            message = f"{test.claim()}: such a limit lies from {low} to {high}."
            yield Finding(policy.file, place, "range", message)


def _dose(
    content: ShippedContent, ordered: Ordered, policy: PolicyFile, place: str, limit: Decimal, unit: str
) -> Iterator[Finding]:
    """A dose limit against the regimens and products of the drug."""
    drug, measure = policy.policy.drug, parse_unit(unit).measure
    billed = {parse_unit(product.unit_kind).measure for product in content.products.get(drug, [])}
    if billed & set(MEASURED) and measure not in billed:
        message = f"{drug} is billed in {', '.join(sorted(billed))}; the limit is in {unit}."
        yield Finding(policy.file, place, "unit", message, f"drugs/products.csv {drug}")
    ratios = []
    for found, schedule in ordered.get(drug, []):
        if parse_unit(schedule.unit).measure != measure:
            message = f"{found.row.id} orders {drug} in {schedule.unit}; the limit is in {unit}."
            yield Finding(policy.file, place, "unit", message, f"{found.file} {found.row.id}")
            return
        same = ratio(limit, unit, schedule.dose, schedule.unit)
        if same is not None:
            ratios.append(same)
    if ratios and (min(ratios) > FACTOR or max(ratios) * FACTOR < 1):
        message = f"{limit} {unit} is far from every dose of {drug} in a regimen."
        yield Finding(policy.file, place, "range", message)


def _billed(
    content: ShippedContent, found: RegimenInRelease, drug: str, schedules: tuple[DosingSchedule, ...]
) -> Iterator[Finding]:
    """A dose in units of one measure, with products all counted in another."""
    kinds = {parse_unit(product.unit_kind).measure for product in content.products.get(drug, [])}
    for unit in sorted({schedule.unit for schedule in schedules}):
        measure = parse_unit(unit).measure
        if kinds <= set(MEASURED) and measure in MEASURED and measure not in kinds:
            message = f"{drug} is ordered in {unit} and billed in {', '.join(sorted(kinds))}."
            yield Finding(found.file, found.row.id, "unit", message, f"drugs/products.csv {drug}")
