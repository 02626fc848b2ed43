"""Regimen rows from content, and finding them by drugs (R-090, R-126, R-145, R-159)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.criteria.terms import TUMORS
from pathways.matching import PathwayLibrary, find_by_drugs
from pathways.regimens import CycleRule
from tests.rules.build import FIXED_4, UP_TO_8, component, library, row
from tests.rules.content import library as released


@pytest.mark.parametrize(
    ("content", "accepted", "refused", "usual", "words"),
    [
        (FIXED_4, [4], [3, 5], 4, "4 cycles"),
        ({"type": "fixed", "allowed": [6, 12]}, [6, 12], [5, 7, 13], 6, "6 or 12 cycles"),
        ({"type": "fixed", "allowed": [1]}, [1], [2], 1, "1 cycle"),
        ({"type": "range", "min": 4, "max": 6}, [4, 5, 6], [3, 7], 6, "4 to 6 cycles"),
        (UP_TO_8, [1, 5, 8], [0, 9], 8, "1 to 8 cycles per order, until progression"),
    ],
)
def test_how_many_cycles_a_row_allows_dr_07(content, accepted, refused, usual, words):
    rule = CycleRule.from_content(content)
    assert all(map(rule.accepts, accepted))
    assert not any(map(rule.accepts, refused))
    assert (rule.usual, rule.describe()) == (usual, words)


def test_an_alternative_schedule_inherits_what_it_does_not_say():
    other = {"dose": "400", "cycle_length_days": 42, "cycles": {**UP_TO_8, "max_per_order": 4}}
    part = row(component("pembrolizumab", alternative_schedules=[other])).components[0]
    assert [schedule.dose for schedule in part.schedules] == [Decimal(200), Decimal(400)]
    assert part.schedules[1].unit == "mg"
    assert part.schedules[1].days == (1,)
    assert part.schedule.cycle_length_days == 21


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"components": [component("a"), component("a")]}, "PW-1: a drug is named twice"),
        ({"prior_therapy": {"any": ["platinum"]}}, "knows only “all”"),
        ({"components": [component("a", days="1,22")]}, "Day 22 is outside"),
        ({"components": [component("a", cycles={"type": "some"})]}, "'some'"),
    ],
)
def test_content_that_cannot_be_read_names_the_row(own, message):
    with pytest.raises(ValueError, match=message):
        row(component("a"), **own)


def test_a_release_holds_each_row_once():
    with pytest.raises(ValueError, match="PW-1 twice"):
        PathwayLibrary("PW-TEST", [row(component("a")), row(component("b"))])


def test_rows_are_found_by_their_drugs_in_any_order_r_090():
    found = find_by_drugs(released("PW-2021Q3"), "colorectal", ["leucovorin", "oxaliplatin", "fluorouracil"])
    assert [match.id for match in found.exact] == ["PW-CRC-001"]


def test_the_nearest_rows_say_what_is_missing_and_what_is_extra_r_090():
    rows = library(
        row(component("a"), component("b"), id="PW-AB"),
        row(component("a"), component("b"), component("c"), id="PW-ABC"),
        row(component("a"), component("x"), id="LIB-AX", kind="library"),
        row(component("z"), id="PW-Z"),
    )
    found = find_by_drugs(rows, "nsclc", ["a", "b"])
    assert [match.id for match in found.exact] == ["PW-AB"]
    near = [(match.row.id, match.missing, match.extra) for match in found.nearest]
    assert near == [("PW-ABC", ("c",), ()), ("LIB-AX", ("x",), ("b",))]


def test_a_retired_row_is_a_library_row_of_the_next_release_dr_05():
    assert released("PW-2021Q2").get("PW-OVA-003").on_pathway
    assert not released("PW-2021Q3").get("PW-OVA-003").on_pathway


@pytest.mark.parametrize("slug", ["PW-2021Q2", "PW-2021Q3", "PW-2026Q4"])
def test_every_row_of_a_release_allows_its_own_schedule(slug):
    rows = [match for tumor in TUMORS for match in released(slug).of_tumor(tumor)]
    assert len(rows) == len(released(slug)) > 100
    for match in rows:
        assert match.fn_risk in {"low", "intermediate", "high"}
        assert all(part.schedule.cycles.accepts(part.schedule.cycles.usual) for part in match.components)
