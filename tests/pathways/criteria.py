"""Short ways to a policy and to facts, for the tests of the criteria engine."""

from __future__ import annotations

from typing import Any

from pathways.criteria import Outcome, Policy, judge, parse_policy

HEAD = {
    "policy": "pembrolizumab",
    "effective": "2021-07-01",
    "title": "Pembrolizumab",
    "notice": "Synthetic.",
    "authored_by": "author",
    "checked_by": "checker",
    "reviewed": "2021-06-17",
    "next_review": "2022-07-01",
}
LINE: dict[str, Any] = {
    "drug": "pembrolizumab",
    "role": "therapeutic",
    "dose": "200",
    "unit": "mg",
    "days": "1",
    "cycle_length_days": 21,
    "cycles": "1-8",
    "per_day": 1,
}


def paragraph(name: str = "P-01", **parts: list[Any]) -> dict[str, Any]:
    """The content of a paragraph with the parts given."""
    return {"id": name, "title": f"Paragraph {name}", "source": "general knowledge", **parts}


def content(*paragraphs: dict[str, Any], **head: Any) -> dict[str, Any]:
    """The content of a policy file."""
    return {**HEAD, **head, "paragraphs": list(paragraphs)}


def policy(*paragraphs: dict[str, Any]) -> Policy:
    """A policy with these paragraphs."""
    return parse_policy(content(*paragraphs), file="policy.yaml")


def judged(
    criterion: dict[str, Any], facts: dict[str, Any], *, part: str = "criteria", **line: Any
) -> Outcome:
    """The outcome of a single criterion."""
    own = {**LINE, **line}
    whole = judge(policy(paragraph(**{part: [criterion]})), {"drugs": [own], **facts}, own)
    return whole.children[0].children[0]


def with_drugs(*names: str, investigational: tuple[str, ...] = ()) -> dict[str, Any]:
    """Facts of an order of pembrolizumab with these other therapeutic drugs."""
    others = [{"drug": name, "role": "therapeutic"} for name in names]
    others += [{"drug": name, "role": "investigational"} for name in investigational]
    return {"drugs": [LINE, *others]}
