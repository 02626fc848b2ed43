"""Cases of policies: each comes out as told, and none is missing (R-170)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pathways.criteria.nodes import Compared, RiskFactors, Test
from pathways.criteria.outcome import Result
from pathways.criteria.policy import Paragraph
from pathways.criteria.treatment import DoseAtMost, OnePairOf, Scheduled
from pathways.lint.finding import Finding
from pathways.lint.formula import tests_of
from pathways.lint.shipped import PolicyFile, ShippedContent
from pathways.policy_cases import MET, PolicyCase

LIMITS = (Compared, DoseAtMost, OnePairOf, RiskFactors, Scheduled)


def check_cases(content: ShippedContent) -> Iterator[Finding]:
    """Cases that come out otherwise, and dates, paragraphs and limits without theirs."""
    for file, cases in content.cases.items():
        policies = [found.policy for found in content.policies if found.cases == file]
        for case in cases:
            if wrong := case.wrong(policies):
                yield Finding(file, case.name, "case-wrong", f"It comes out {wrong}.")
    for found in content.policies:
        cases = content.cases.get(found.cases, ())
        yield from _dates(found, cases)
        for paragraph in found.policy.paragraphs:
            yield from _paragraph(found, paragraph, cases)


def _missing(found: PolicyFile, path: str, message: str) -> Finding:
    return Finding(found.file, path, "case-missing", message, found.cases)


def _dates(found: PolicyFile, cases: Sequence[PolicyCase]) -> Iterator[Finding]:
    begins = found.policy.effective
    days = {case.as_of for case in cases}
    for day in (begins - timedelta(days=1), begins):
        if day not in days:
            yield _missing(found, "effective", f"No case is of {day}.")


def _paragraph(found: PolicyFile, paragraph: Paragraph, cases: Sequence[PolicyCase]) -> Iterator[Finding]:
    """A case that meets the paragraph, one that does not by one change, and one beyond each limit."""
    met = [case for case in cases if case.by == paragraph.id]
    changed = [case for case in cases if case.base in met and case.outcome != MET]
    place = found.place(paragraph)
    if not met:
        yield _missing(found, place, "No case meets it.")
    elif not changed:
        yield _missing(found, place, "No case fails to meet it by one change.")
    else:
        for test in tests_of(paragraph):
            if isinstance(test, LIMITS):
                yield from _limit(found, place, test, met, changed)


def _limit(
    found: PolicyFile, place: str, test: Test, met: Sequence[PolicyCase], changed: Sequence[PolicyCase]
) -> Iterator[Finding]:
    beyond = Result.MET if test.negated else Result.NOT_MET
    if not any(test.holds(test.read(case.read)) is beyond for case in changed):
        yield _missing(found, place, f"No case goes beyond a limit by one change: {test.claim()}.")
    values = [test.read(case.read) for case in (*met, *changed)]
    for limit in _on_limit(test, values):
        yield _missing(found, place, f"No case stands on the limit {limit}: {test.claim()}.")


def _on_limit(test: Test, values: Sequence[Any]) -> Iterator[Decimal]:
    """The limits of an amount that none of the values is equal to; courses are counted in whole cycles."""
    if isinstance(test, Compared):
        yield from {test.limit} - set(values)
    elif isinstance(test, DoseAtMost):
        yield from {test.limit} - {dose.amount for dose in values}
    elif isinstance(test, OnePairOf):
        yield from {pair.limit for pair in test.pairs} - {dose.amount for dose, _ in values}
