"""The same rules in zen-engine, a rule engine of others: one decision table per kind of rule.

It knows two values only: an answer that is missing meets nothing, so it cannot say what to ask.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.benchmarks.library import BIOMARKERS, Clause, Library, Order, Rule

FIELDS = ("tumor", "regimen", "histology", "stage", "line", "ecog", "radiation", "age", "dose", *BIOMARKERS)


def build(library: Library, *, trace: bool) -> Callable[[Order], list[str]] | None:
    """What gives the ids of the rules that an order meets; None where zen-engine is not installed."""
    try:
        import zen
    except ImportError:
        return None
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_model(library))))
    options = {"trace": True} if trace else {}

    def decide(order: Order) -> list[str]:
        found = decision.evaluate(order, options)["result"]
        return [row["rule"] for kind in ("pathway", "policy") for row in found[kind]]

    return decide


def _model(library: Library) -> dict[str, Any]:
    tables = [_table(kind, [rule for rule in library.rules if rule.kind == kind]) for kind in _KINDS]
    ends = [_node("asked", "inputNode"), _node("answered", "outputNode")]
    ways = [pair for kind in _KINDS for pair in (("asked", kind), (kind, "answered"))]
    return {
        "nodes": [*ends, *tables],
        "edges": [
            {"id": f"{begin}-{end}", "sourceId": begin, "targetId": end, "type": "edge"}
            for begin, end in ways
        ],
    }


_KINDS = ("pathway", "policy")


def _node(name: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **parts}


def _table(kind: str, rules: list[Rule]) -> dict[str, Any]:
    inputs = [{"id": field, "name": field, "field": field} for field in FIELDS]
    content = {
        "hitPolicy": "collect",
        "inputs": [*inputs, {"id": "free", "name": "free"}],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [_row(rule) for rule in rules],
        "outputPath": kind,
        "passThrough": False,
    }
    return _node(kind, "decisionTableNode", content=content)


def _row(rule: Rule) -> dict[str, str]:
    """One row: a cell for each plain comparison, an expression for what no cell can say."""
    row = dict.fromkeys(FIELDS, "") | {"_id": rule.id, "rule": json.dumps(rule.id)}
    free = []
    for clause in rule.clauses:
        if len(clause) == 1 and clause[0].fact in FIELDS:
            row[clause[0].fact] = _cell(clause)
        else:
            free.append(" or ".join(_expression(*criterion) for criterion in clause))
    return row | {"free": " and ".join(f"({text})" for text in free)}


def _cell(clause: Clause) -> str:
    _, comparison, value = clause[0]
    if comparison == "in":
        return ", ".join(map(json.dumps, value))
    sign = {"is": "", "at_most": "<= ", "at_least": ">= "}[comparison]
    return f"{sign}{json.dumps(value)}"


def _expression(fact: str, comparison: str, value: Any) -> str:
    if comparison == "holds":
        return f"{json.dumps(value)} in ({fact} ?? [])"
    return f"{fact} == {json.dumps(value)}"
