"""Every check of the content, and the findings that are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pathways.lint.cases import check_cases
from pathways.lint.codes import check_codes
from pathways.lint.dates import check_products, check_releases
from pathways.lint.finding import Accepted, Finding
from pathways.lint.paragraphs import check_paragraphs
from pathways.lint.radiation import check_radiation
from pathways.lint.regimens import check_regimens
from pathways.lint.routing import check_routing
from pathways.lint.shipped import ShippedContent
from pathways.lint.units import check_units

CHECKS: tuple[Callable[[ShippedContent], Iterator[Finding]], ...] = (
    check_paragraphs,
    check_regimens,
    check_routing,
    check_releases,
    check_products,
    check_units,
    check_codes,
    check_radiation,
    check_cases,
)


def lint(content: ShippedContent, accepted: Iterable[Accepted] = ()) -> list[Finding]:
    """Every finding that is not accepted, by file; an accepted one that does not occur is a finding too."""
    found = sorted({finding for check in CHECKS for finding in check(content)})
    accepted = list(accepted)
    gone = [
        Finding(
            "accepted_findings.yaml",
            f"{entry.rule} {entry.file} {entry.path}",
            "not-accepted",
            "This finding no longer occurs; take it off the list.",
        )
        for entry in accepted
        if not any(map(entry.is_about, found))
    ]
    open_ones = [finding for finding in found if not any(entry.is_about(finding) for entry in accepted)]
    return [*open_ones, *gone]
