"""Judging stored inputs again: years later the rules must still say what they said (R-208)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.actions.evaluation import canonical_hash
from orders.models import Evaluation
from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import judge_order
from orders.rules.terms import Terms
from orders.stored_content import StoredContent
from pathways import queries as content_queries


@dataclass(frozen=True)
class Replay:
    """One evaluation judged again."""

    evaluation: Evaluation
    judgement: dict[str, Any]

    @property
    def same(self) -> bool:
        """Whether all is as it was stored, and the rules say it today."""
        return not self.fault

    @property
    def fault(self) -> str:
        """What is wrong with the evaluation; "" when nothing is."""
        if not self._is_as_stored():
            return "is not as it was stored"
        return "" if self._is_said_again() else "differs"

    def _is_as_stored(self) -> bool:
        """Inputs and judgement fit the hashes kept beside them, and the lines say what the judgement says."""
        found = self.evaluation
        if canonical_hash(found.inputs) != found.inputs_hash:
            return False
        if canonical_hash(found.judgement) != found.judgement_hash:
            return False
        said = {line["number"]: (line["outcome"], line["deciding"]) for line in found.judgement["lines"]}
        kept = {row.line.number: (row.outcome, row.deciding_criterion) for row in found.lines.all()}
        return said == kept

    def _is_said_again(self) -> bool:
        """The engine's own version, and what a later one says besides, do not count."""
        stored = self.evaluation.judgement
        said = {**_common(self.judgement, stored), "engine_version": stored["engine_version"]}
        if len(said["lines"]) == len(stored["lines"]):
            said["lines"] = [_common(*pair) for pair in zip(said["lines"], stored["lines"], strict=True)]
        return bool(said == stored)


def _common(said: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What is said today under the names that were stored."""
    return {name: value for name, value in said.items() if name in stored}


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
