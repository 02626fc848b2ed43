"""The floor of the engine benchmark: hand-written closures that know nothing but the rules' bare shape.

Three-valued, behind an index of regimens by cancer and drugs and of policies by drug, equal criteria
shared, every criterion of a candidate judged and put into the trace.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.benchmarks.library import Criterion, Library, Order, Rule

#: Number of the clause, verdict of the criterion (None: unknown), value seen.
Step = tuple[int, bool | None, Any]
#: Rule, its verdict, and how each of its criteria was judged.
Found = tuple[str, bool | None, list[Step]]


def build(library: Library) -> Callable[[Order], list[Found]]:
    """The closure that judges an order by all rules it may fall under."""
    shared: dict[str, Callable[[Any], bool]] = {}
    index = defaultdict(list)
    for rule in library.rules:
        clauses = [
            [(number, item.fact, _shared(shared, item)) for item in clause]
            for number, clause in enumerate(rule.clauses)
        ]
        index[_key(rule)].append((rule.id, clauses))

    def decide(order: Order) -> list[Found]:
        candidates = list(index.get((order["tumor"], order["regimen"]), ()))
        for drug in order["drugs"]:
            candidates += index.get(drug, ())
        found = []
        for name, clauses in candidates:
            whole: bool | None = True
            trace: list[Step] = []
            for clause in clauses:
                met: bool | None = False
                for number, fact, holds in clause:
                    value = order[fact]
                    verdict = None if value is None else holds(value)
                    trace.append((number, verdict, value))
                    if verdict or (verdict is None and met is False):
                        met = verdict
                if met is False or (met is None and whole):
                    whole = met
            found.append((name, whole, trace))
        return found

    return decide


def _key(rule: Rule) -> Any:
    if rule.kind == "policy":
        return rule.value("drugs")
    return rule.value("tumor"), rule.value("regimen")


def _shared(shared: dict[str, Callable[[Any], bool]], criterion: Criterion) -> Callable[[Any], bool]:
    key = json.dumps(criterion[1:])
    if key not in shared:
        shared[key] = _closure(criterion)
    return shared[key]


def _closure(criterion: Criterion) -> Callable[[Any], bool]:
    _, comparison, wanted = criterion
    if comparison == "is":
        return lambda value: value == wanted
    if comparison == "in":
        accepted = frozenset(wanted)
        return lambda value: value in accepted
    if comparison == "at_most":
        return lambda value: value <= wanted
    if comparison == "at_least":
        return lambda value: value >= wanted
    return lambda value: wanted in value
