"""Content made for one test: a few regimen rows and one-criterion policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pathways.bundles import Bundle
from pathways.criteria import Policy, parse_policy
from pathways.matching import PathwayLibrary
from tests.rules.build import library

#: Met, not met and unknown for a facts mapping in which only the stage is given, as IV.
MET = {"fact": "stage", "is_one_of": ["IV"]}
NOT_MET = {"fact": "stage", "is_one_of": ["IIB"]}
UNKNOWN = {"fact": "biomarkers.EGFR", "is_one_of": ["wild_type"]}


def policy(drug: str, *criteria: Mapping[str, Any]) -> Policy:
    """A policy of one paragraph."""
    return parse_policy(
        {
            "policy": drug,
            "effective": "2021-07-01",
            "title": drug,
            "notice": "synthetic",
            "authored_by": "one person",
            "checked_by": "another person",
            "reviewed": "2021-06-01",
            "next_review": "2022-06-01",
            "paragraphs": [
                {"id": f"POL-{drug}", "title": drug, "source": "made for tests", "criteria": list(criteria)}
            ],
        },
        file="test",
    )


@dataclass(frozen=True)
class FakeContent:
    """A drug without a manager is reviewed; one without a policy has none."""

    pathways: PathwayLibrary = field(default_factory=library)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    managers: Mapping[str, str] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)

    def policy(self, drug: str) -> Policy | None:
        return self.policies.get(drug)

    def manager(self, drug: str, hcpcs: str) -> str:
        return self.managers.get(drug, "aim")

    def product(self, drug: str, hcpcs: str) -> tuple[Decimal, str] | None:
        return Decimal(10), "mg"

    def bundle(self, technique: str) -> Bundle:
        return self.bundles.get(technique, ())
