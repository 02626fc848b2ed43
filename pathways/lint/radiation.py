"""Radiation codes: what bundles name is managed, and what is managed is valid (R-337, R-345)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pathways.lint.finding import Finding
from pathways.lint.shipped import ShippedContent

DAY = timedelta(days=1)
Days = tuple[date, date]


def check_radiation(content: ShippedContent) -> Iterator[Finding]:
    """Codes managed while they are not valid, and bundles with a code that some coverage has not managed."""
    valid: dict[str, list[Days]] = {}
    for code in content.radiation.codes:
        valid.setdefault(code.code, []).append(code.days)
    managed: dict[tuple[str, str], dict[str, list[Days]]] = {}
    for row in content.radiation.managed:
        own = managed.setdefault((row.plan, row.line_of_business), {})
        own.setdefault(row.code, []).append(row.days)
        if missing := _first_day_outside(row.days, valid[row.code]):
            message = f"It is managed for {row.line_of_business} on {missing}, when it is not valid."
            file = f"radiation/managed/{row.plan}.csv"
            yield Finding(file, row.code, "not-valid", message, "radiation/codes.csv")
    for (plan, business), codes in managed.items():
        yield from _bundles(content, plan, business, codes)


def _bundles(
    content: ShippedContent, plan: str, business: str, managed: dict[str, list[Days]]
) -> Iterator[Finding]:
    """Codes of bundles that one coverage has not managed, from the day on which it has anything managed."""
    begins = min(first for days in managed.values() for first, _ in days)
    for file in content.radiation.bundles:
        first, last = content.bundle_window(file)
        if last < begins:
            continue
        for technique, bundle in file.bundles.items():
            for entry in bundle:
                missing = _first_day_outside((max(first, begins), last), managed.get(entry.code, ()))
                if missing:
                    message = f"{entry.code} is not managed for {plan} {business} on {missing}."
                    other = f"radiation/managed/{plan}.csv"
                    yield Finding(file.file, f"bundles.{technique}", "not-managed", message, other)


def _first_day_outside(days: Days, spans: Iterable[Days]) -> date | None:
    """The first of the days that lies in none of the spans; None when they cover all."""
    day, last = days
    for first, until in sorted(spans):
        if first <= day <= until:
            if until >= last:
                return None
            day = until + DAY
    return day
