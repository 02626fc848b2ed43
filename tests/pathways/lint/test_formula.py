"""Schedules and earlier therapies that exist by a hair, or do not."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.criteria.nodes import Node
from pathways.lint.answers import Form
from pathways.lint.formula import MET, NOT_MET, OPEN_OR_NOT_MET, Want, possible
from tests.pathways.criteria import policy
from tests.pathways.lint.small import paragraph


def limits(**wanted: Any) -> bool:
    """Is there a schedule that keeps the limits given, and breaks those that begin with `over_`?"""
    kept = [{"fact": "schedule", name: n} for name, n in wanted.items() if not name.startswith("over_")]
    broken = [
        {"fact": "schedule", name.removeprefix("over_"): n}
        for name, n in wanted.items()
        if name.startswith("over_")
    ]
    found = policy(paragraph(includes=[], criteria=kept, excludes=broken)).paragraphs[0]
    return possible([(node, MET) for node in found.tests], Form())


@pytest.mark.parametrize(
    ("wanted", "exists"),
    [
        # A single dose is apart from all others.
        ({"cycles_at_most": 1, "doses_per_cycle_at_most": 1, "days_apart": 14}, True),
        ({"cycles_at_most": 1, "doses_per_cycle_at_most": 1, "over_days_apart": 14}, False),
        ({"cycles_at_most": 1, "doses_per_cycle_at_most": 2, "over_days_apart": 14}, True),
        # Two cycles of up to 27 days are 54 days at most.
        ({"cycles_at_most": 2, "over_cycle_days_at_least": 28, "over_total_days_at_most": 53}, True),
        ({"cycles_at_most": 2, "over_cycle_days_at_least": 28, "over_total_days_at_most": 54}, False),
        # Two doses 14 days apart need a cycle of 15 days: day 1 and day 15.
        ({"days_apart": 14, "over_doses_per_cycle_at_most": 1, "over_cycle_days_at_least": 16}, True),
        ({"days_apart": 14, "over_doses_per_cycle_at_most": 1, "over_cycle_days_at_least": 15}, False),
    ],
)
def test_a_schedule_exists_or_not(wanted: dict[str, int], exists: bool) -> None:
    assert limits(**wanted) is exists


def had(therapy: str, *, excluded: bool = False) -> Node:
    part = "excludes" if excluded else "criteria"
    criterion = {"fact": "prior_therapies", "include": therapy}
    return policy(paragraph(includes=[], **{part: [criterion]})).paragraphs[0].tests[0]


CLASS_ONLY = Form(therapies=frozenset({"platinum"}))


@pytest.mark.parametrize(
    ("node", "want", "can_be"),
    [
        (had("cisplatin"), MET, False),
        (had("cisplatin"), NOT_MET, False),
        (had("cisplatin"), OPEN_OR_NOT_MET, True),
        (had("cisplatin", excluded=True), MET, False),
        (had("cisplatin", excluded=True), OPEN_OR_NOT_MET, True),
    ],
)
def test_a_drug_of_which_only_the_class_is_reported_stays_unknown(
    node: Node, want: Want, can_be: bool
) -> None:
    assert possible([(had("platinum"), MET), (node, want)], CLASS_ONLY) is can_be
