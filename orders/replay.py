"""Judging stored inputs again: years later the rules must still say what they said (R-208)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from orders.actions.evaluation import canonical_hash
from orders.models import Evaluation
from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import judge_order
from orders.rules.terms import Terms
from pathways import queries as content_queries
from pathways.content import ContentInForce
from pathways.criteria import Policy
from pathways.matching import PathwayLibrary


@dataclass(frozen=True)
class Replay:
    """One evaluation judged again."""

    evaluation: Evaluation
    judgement: dict[str, Any]

    @property
    def same(self) -> bool:
        """Whether the rules say today what is stored."""
        return canonical_hash(self.judgement) == self.evaluation.judgement_hash


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


def replay(evaluation: Evaluation) -> Replay:
    """Judge the stored inputs by the stored releases."""
    inputs = evaluation.inputs
    facts = inputs["facts"]
    releases = content_queries.content_for(
        evaluation.pathway_release,
        evaluation.policy_release,
        plan=facts["plan"],
        line_of_business=facts["line_of_business"],
        start_on=date.fromisoformat(facts["start_on"]),
    )
    content = StoredContent(releases, inputs["catalog"])
    earlier = [EarlierOrder.from_json(order) for order in inputs["earlier"]]
    judgement = judge_order(facts, Terms.from_json(inputs["terms"]), content, earlier)
    return Replay(evaluation=evaluation, judgement=judgement.to_json())
