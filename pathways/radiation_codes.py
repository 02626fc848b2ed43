"""Radiation codes in the database: bringing them up to date, and what a plan has managed in a year.

Like the drug catalog these are no release: what an order was judged by is kept with its evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max, Min, Q

from pathways.models import CodeBundle, ManagedCode, RadiationCode
from pathways.radiation_content import PARTS, RadiationContent


@dataclass(frozen=True, slots=True)
class ManagedInYear:
    """A code as managed in a year; `begins_on` and `ends_on` are given where the year is not whole."""

    code: str
    description: str
    category: str
    part: str
    begins_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def load_radiation(found: RadiationContent) -> None:
    """Replace code list, managed codes and bundles by those read."""
    for model in (RadiationCode, ManagedCode, CodeBundle):
        model.objects.all().delete()
    RadiationCode.objects.bulk_create(
        RadiationCode(
            code=row.code,
            category=row.category,
            part=row.part,
            description=row.description,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            replaced_by=list(row.replaced_by),
        )
        for row in found.codes
    )
    ManagedCode.objects.bulk_create(
        ManagedCode(
            plan=row.plan,
            line_of_business=row.line_of_business,
            code=row.code,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
        )
        for row in found.managed
    )
    CodeBundle.objects.bulk_create(
        CodeBundle(
            technique=technique,
            effective_from=file.effective,
            content=[entry.to_json() for entry in bundle],
        )
        for file in found.bundles
        for technique, bundle in file.bundles.items()
    )


def managed_years(today: date) -> list[int]:
    """The years that the managed lists speak of, latest first; at least this one.  One query."""
    found = ManagedCode.objects.aggregate(first=Min("effective_from"), last=Max("effective_from"))
    first, last = found["first"] or today, found["last"] or today
    return list(range(max(last, today).year, min(first, today).year - 1, -1))


def managed_in(plan: str, line_of_business: str, year: int) -> list[ManagedInYear]:
    """The codes managed for a coverage on any day of a year, by code (R-337, R-349).  Two queries.

    A code whose meaning changes within the year is listed once for each meaning.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    within = Q(effective_from__lte=last) & (Q(effective_to__isnull=True) | Q(effective_to__gte=first))
    meanings: dict[str, list[RadiationCode]] = {}
    for row in RadiationCode.objects.filter(within):
        meanings.setdefault(row.code, []).append(row)
    managed = ManagedCode.objects.filter(within, plan=plan, line_of_business=line_of_business)
    found = []
    for managed_code in managed.order_by("code", "effective_from"):
        for meaning in meanings.get(managed_code.code, ()):
            begins = max(managed_code.effective_from, meaning.effective_from, first)
            ends = min(managed_code.effective_to or last, meaning.effective_to or last, last)
            if begins <= ends:
                found.append(
                    ManagedInYear(
                        meaning.code,
                        meaning.description,
                        meaning.category,
                        PARTS[meaning.part],
                        begins if begins > first else None,
                        ends if ends < last else None,
                    )
                )
    return found


def last_meaning(code: str) -> RadiationCode | None:
    """What a code stands for, or stood for last; None when it is none of radiation oncology.  One query."""
    return RadiationCode.objects.filter(code=code.upper()).order_by("effective_from").last()
