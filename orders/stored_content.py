"""Content as an evaluation read it, for judging the same case by the same versions (DR-14, R-208)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pathways.bundles import Bundle, BundledCode
from pathways.content import ContentInForce
from pathways.criteria import Policy
from pathways.matching import PathwayLibrary


class StoredContent:
    """The stored releases, with products and managers as they were at the evaluation.

    The drug catalog changes between releases (a code ends, a product comes); the evaluation keeps
    what it read of it.
    """

    def __init__(self, releases: ContentInForce, catalog: Sequence[Mapping[str, Any]]) -> None:
        self._releases = releases
        self._catalog = {(entry["drug"], entry["hcpcs"]): entry for entry in catalog}

    @property
    def pathways(self) -> PathwayLibrary:
        """The regimens of the stored pathway release."""
        return self._releases.pathways

    def policy(self, drug: str) -> Policy | None:
        """The medical policy of the stored policy release."""
        return self._releases.policy(drug)

    def manager(self, drug: str, hcpcs: str) -> str:
        """Who managed the product then."""
        return str(self._catalog[drug, hcpcs]["manager"])

    def product(self, drug: str, hcpcs: str) -> tuple[Decimal, str] | None:
        """The billing unit as it was then."""
        entry = self._catalog[drug, hcpcs]
        return (Decimal(entry["unit_size"]), entry["unit_kind"]) if entry["unit_size"] else None

    def bundle(self, technique: str) -> Bundle:
        """The procedure codes as the bundle had them then; none in an evaluation from before bundles."""
        entry = next((entry for (drug, _), entry in self._catalog.items() if drug == technique), {})
        return tuple(map(BundledCode.from_json, entry.get("bundle", ())))
