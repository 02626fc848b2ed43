"""Running the rules over an order, and keeping what they said."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders import queries
from orders.facts import Facts, amended
from orders.models import DrugLine, Evaluation, LineEvaluation, Order
from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import ENGINE_VERSION, Content, Judgement, judge_order
from orders.rules.terms import Terms
from orders.stored_content import StoredContent
from pathways import queries as content_queries
from pathways.content import ContentInForce

if TYPE_CHECKING:
    from portal.models import User


@dataclass(frozen=True)
class Ruling:
    """One run of the rules: everything it read and what it said.

    `releases` name the content; judging a case again, its hash is that of the first evaluation.
    """

    inputs: dict[str, Any]
    releases: ContentInForce
    judgement: Judgement


def canonical_hash(value: Any) -> str:
    """SHA-256 of a JSON value in one canonical spelling."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def rule_on(facts: Facts, terms: Terms, earlier: list[EarlierOrder]) -> Ruling:
    """Judge the facts of a request by the content in force for it (DR-03) and the member's earlier orders."""
    content = content_queries.content_on(
        plan=facts["plan"],
        line_of_business=facts["line_of_business"],
        submitted_on=date.fromisoformat(facts["submitted_on"]),
        start_on=date.fromisoformat(facts["start_on"]),
    )
    return _rule(facts, terms, content, earlier, releases=content)


def rule_again(order: Order) -> Ruling:
    """Judge a submitted order with what was found since, by the same versions (DR-03, DR-14).

    These are the terms, the releases, and what the first evaluation read of the drug catalog, which
    goes on changing.  Six queries.  The orders that count are those that came in before it.
    """
    first = order.evaluations.earliest("sequence")
    facts = facts_now(order)
    releases = content_queries.content_for(
        first.pathway_release,
        first.policy_release,
        plan=facts["plan"],
        line_of_business=facts["line_of_business"],
        start_on=date.fromisoformat(facts["start_on"]),
    )
    return _rule(
        facts,
        Terms.from_json(first.inputs["terms"]),
        StoredContent(releases, first.inputs["catalog"]),
        queries.orders_before(order),
        releases=replace(releases, content_hash=first.content_hash),
    )


def facts_now(order: Order) -> Facts:
    """The facts of a submitted order with every later finding (two queries)."""
    changes = order.findings.values_list("facts", flat=True)
    return amended(order.snapshot.facts, changes)


def _rule(
    facts: Facts, terms: Terms, content: Content, earlier: list[EarlierOrder], *, releases: ContentInForce
) -> Ruling:
    inputs = {
        "facts": facts,
        "terms": terms.to_json(),
        "earlier": [order.to_json() for order in earlier],
        "catalog": [catalog_entry(content, line) for line in facts["drugs"]],
    }
    return Ruling(inputs=inputs, releases=releases, judgement=judge_order(facts, terms, content, earlier))


def catalog_entry(content: Content, line: Facts) -> dict[str, Any]:
    """What the drug catalog says of a line, and the bundle of a technique: they are part of no release."""
    drug, hcpcs = line["drug"], line["hcpcs"]
    product = content.product(drug, hcpcs)
    bundle = content.bundle(drug)
    return {
        "drug": drug,
        "hcpcs": hcpcs,
        "manager": content.manager(drug, hcpcs),
        "unit_size": str(product[0]) if product else None,
        "unit_kind": product[1] if product else None,
        **({"bundle": [entry.to_json() for entry in bundle]} if bundle else {}),
    }


@transaction.atomic
def store_evaluation(
    order: Order, lines: list[DrugLine], ruling: Ruling, *, cause: str, by: User | None
) -> Evaluation:
    """Keep one run of the rules with all it read, so that it can be replayed (R-208)."""
    judgement = ruling.judgement.to_json()
    evaluation = Evaluation.objects.create(
        order=order,
        sequence=order.evaluations.count() + 1,
        cause=cause,
        inputs=ruling.inputs,
        inputs_hash=canonical_hash(ruling.inputs),
        judgement=judgement,
        judgement_hash=canonical_hash(judgement),
        engine_version=ENGINE_VERSION,
        pathway_release_id=ruling.releases.pathway_release_pk,
        policy_release_id=ruling.releases.policy_release_pk,
        content_hash=ruling.releases.content_hash,
        evaluated_at=clock.now(),
        evaluated_by=by,
    )
    by_number = {line.number: line for line in lines}
    LineEvaluation.objects.bulk_create(
        _line_evaluation(evaluation, by_number[judged.number], judged) for judged in ruling.judgement.lines
    )
    audit.record(
        AuditName.ORDER_EVALUATED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        sequence=evaluation.sequence,
        pathway_release=ruling.releases.pathway_release,
    )
    return evaluation


def _line_evaluation(evaluation: Evaluation, line: DrugLine, judged: Any) -> LineEvaluation:
    return LineEvaluation(
        evaluation=evaluation,
        line=line,
        result=judged.outcome.result if judged.outcome else "",
        policy=judged.policy or "",
        policy_effective_on=judged.policy_effective_on,
        deciding_criterion=judged.deciding or "",
        outcome=judged.outcome.to_json() if judged.outcome else None,
    )
