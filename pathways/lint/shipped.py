"""All shipped content as the lint sees it: parsed, and each piece with the place it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from pathways.catalog import CodeRow, DrugCatalog, ProductRow, TumorFile
from pathways.criteria import Policy
from pathways.criteria.policy import Paragraph
from pathways.policy_cases import PolicyCase
from pathways.radiation_content import BundleFile, RadiationContent
from pathways.regimens import RegimenRow
from pathways.routing_content import RoutingRow

THERAPEUTIC = "therapeutic"


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """A release: its kind ("pathways" or "policy"), and the days it begins and is to be reviewed."""

    file: str
    kind: str
    slug: str
    effective: date
    next_review: date


@dataclass(frozen=True, slots=True)
class RegimenInRelease:
    """A regimen row of one release."""

    file: str
    release: str
    row: RegimenRow


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy file; `cases` is the file with its cases."""

    file: str
    cases: str
    policy: Policy

    def place(self, paragraph: Paragraph) -> str:
        """The path of a paragraph."""
        return f"paragraphs[{self.policy.paragraphs.index(paragraph)}] {paragraph.id}"


@dataclass(frozen=True)
class ShippedContent:
    """Everything an order is judged by.  `cases` are those of each file with cases."""

    releases: Sequence[ReleaseHead]
    regimens: Sequence[RegimenInRelease]
    policies: Sequence[PolicyFile]
    cases: Mapping[str, Sequence[PolicyCase]]
    routing: Sequence[RoutingRow]
    catalog: DrugCatalog
    tumors: Sequence[TumorFile]
    codes: Sequence[CodeRow]
    radiation: RadiationContent = field(default_factory=RadiationContent)

    @cached_property
    def asked(self) -> dict[str, Mapping[str, Any]]:
        """The questions of each cancer."""
        return {tumor.slug: tumor.content for tumor in self.tumors}

    @cached_property
    def therapeutic(self) -> frozenset[str]:
        """The drugs that can be ordered as therapeutic."""
        return frozenset(drug.name for drug in self.catalog.drugs if drug.role == THERAPEUTIC)

    @cached_property
    def products(self) -> dict[str, list[ProductRow]]:
        """The products of each drug."""
        found: dict[str, list[ProductRow]] = {drug.name: [] for drug in self.catalog.drugs}
        for product in self.catalog.products:
            found.setdefault(product.drug, []).append(product)
        return found

    def window(self, head: ReleaseHead) -> tuple[date, date]:
        """The first and the last day a release is in force."""
        return head.effective, _day_before_next(head.effective, self.begins(head.kind))

    def policy_window(self, found: PolicyFile) -> tuple[date, date]:
        """The first and the last day a policy file is in force."""
        own = found.policy
        begins = [other.policy.effective for other in self.policies if other.policy.drug == own.drug]
        return own.effective, _day_before_next(own.effective, begins)

    def routing_window(self, row: RoutingRow) -> tuple[date, date]:
        """The first and the last day a routing row decides."""
        key = (row.plan, row.line_of_business, row.drug, row.hcpcs)
        begins = [
            date.fromisoformat(other.effective)
            for other in self.routing
            if (other.plan, other.line_of_business, other.drug, other.hcpcs) == key
        ]
        first = date.fromisoformat(row.effective)
        return first, _day_before_next(first, begins)

    def bundle_window(self, found: BundleFile) -> tuple[date, date]:
        """The first and the last day that the bundles of a file are in force."""
        begins = [other.effective for other in self.radiation.bundles]
        return found.effective, _day_before_next(found.effective, begins)

    def begins(self, kind: str) -> list[date]:
        """The days on which releases of a kind begin, in order."""
        return sorted(head.effective for head in self.releases if head.kind == kind)


def _day_before_next(day: date, begins: Iterable[date]) -> date:
    later = [other for other in begins if other > day]
    return min(later) - timedelta(days=1) if later else date.max
