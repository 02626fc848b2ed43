"""Both judgements of a request in one shape, and the first thing in which they differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

from orders.rules.judgement import Judgement, judge_order
from orders.rules.results import LineJudgement
from pathways.content import Catalog, ContentInForce
from pathways.criteria.outcome import Outcome
from tests.rules.content import content_on
from tests.rules.naive import raw
from tests.rules.naive.coverage import Coverage
from tests.rules.naive.decision import decide
from tests.rules.naive.requests import FIRST_DAY, Drawn, draw

Raw = dict[str, Any]


@cache
def _pharmacy() -> frozenset[str]:
    return frozenset(row["name"] for row in raw.DRUGS if row["benefit"] == "pharmacy")


def content_of(drawn: Drawn) -> ContentInForce:
    """The shipped content in force for a request (DR-03); before the first policy release, that one."""
    facts = drawn.facts
    found = content_on(
        plan=facts["plan"],
        line_of_business=facts["line_of_business"],
        submitted_on=date.fromisoformat(facts["submitted_on"]),
        start_on=max(FIRST_DAY, date.fromisoformat(facts["start_on"])),
    )
    return replace(found, catalog=Catalog(found.catalog.products, _pharmacy(), ""))


def product_judges(drawn: Drawn) -> Judgement:
    """What `judge_order` says of the request."""
    return judge_order(drawn.facts, drawn.terms, content_of(drawn), drawn.earlier)


def of_product(found: Judgement) -> Raw:
    """A judgement of the product, in the shape of `decision.decide`."""
    if found.refusals:
        return {"refusals": [refusal.code for refusal in found.refusals]}
    return {
        "refusals": [],
        "row": found.match.row_id,
        "custom": found.match.custom,
        "deviations": sorted(deviation.code for deviation in found.deviations),
        "warned": sorted(int(warning.field.split(".")[1]) for warning in found.warnings),
        "risk": found.regimen_risk,
        "duplicates": sorted(flag.order_id for flag in found.duplicates),
        "continuity": found.continuity_applied,
        "pends": {reason.code: sorted(reason.lines) or [0] for reason in found.pend_reasons},
        "case": found.disposition and found.disposition.value,
        "eligible": found.pathway_eligible,
        "s_codes": (found.scodes.s0353, found.scodes.s0354),
        "course_days": found.course_days,
        "visits": found.visits,
        "valid": (found.valid_from, found.valid_to),
        "valid_when_final": (found.valid_from_when_final, found.valid_to_when_final),
        "lines": {line.number: _of_line(line, outside=found.outside_by_age) for line in found.lines},
    }


def _of_line(line: LineJudgement, *, outside: bool) -> Raw:
    if line.withdrawn:
        return {"status": line.status.value}
    paragraphs = line.outcome.children if line.outcome else ()
    return {
        "reviewed": line.reviewed,
        "policy": line.policy_effective_on and line.policy_effective_on.isoformat(),
        "result": line.outcome and line.outcome.result.value,
        "paragraphs": {found.id: (found.result.value, _leaves(found)) for found in paragraphs},
        "manager": None if outside or line.role == "investigational" else line.manager,
        "status": line.status.value,
        "visits": line.visits,
        "units": line.billing_units,
    }


def _leaves(paragraph: Outcome) -> list[tuple[str, str]]:
    return [(leaf.fact, leaf.result.value) for leaf in paragraph.leaves()]


def difference(ours: Any, theirs: Any, path: str = "") -> str:
    """The first path at which the two differ, with both values; empty when they agree."""
    if path.count("/") == 4 and "/paragraphs/" in path:
        return "" if _same_paragraph(ours, theirs) else f"{path}: naive {ours}, product {theirs}"
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{path}: naive {list(ours)}, product {list(theirs)}"
        found = (difference(ours[key], theirs[key], f"{path}/{key}") for key in ours)
        return next((one for one in found if one), "")
    return "" if ours == theirs else f"{path}: naive {ours}, product {theirs}"


def _same_paragraph(ours: tuple[str, Any], theirs: tuple[str, Any]) -> bool:
    """The same result, and the same tests; of a paragraph about others the product reads only a part."""
    if ours[0] != theirs[0]:
        return False
    mine, product = Counter(ours[1]), Counter(theirs[1])
    return mine == product or (theirs[0] == "not_met" and product <= mine and len(theirs[1]) > 0)


def compare(drawn: Drawn, coverage: Coverage) -> str:
    """Judge a request both ways: the first difference, or nothing."""
    ours = decide(drawn.facts, drawn.terms, drawn.earlier)
    coverage.add(ours, raw.release_on(date.fromisoformat(drawn.facts["submitted_on"])).slug)
    return difference(ours, of_product(product_judges(drawn)))


def compare_many(requests: int, *, seed: int) -> tuple[list[tuple[int, str]], Coverage]:
    """The differences among so many random requests, each with its number, and what they covered."""
    rng, coverage = Random(seed), Coverage()
    found = [(number, compare(draw(rng), coverage)) for number in range(requests)]
    return [(number, text) for number, text in found if text], coverage
