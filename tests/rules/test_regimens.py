"""Regimen rows from content, and finding them by drugs (R-090, R-126, R-145, R-159)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.criteria.terms import TUMORS
from pathways.matching import PathwayLibrary, find_by_drugs
from pathways.regimens import (
    BiomarkerRule,
    CycleRule,
    DosingSchedule,
    Duration,
    RegimenRow,
    SCodeSchedule,
)
from tests.rules.build import FIXED_4, UP_TO_8, component, library, row
from tests.rules.content import library as released


@pytest.mark.parametrize(
    ("content", "accepted", "refused", "usual", "words"),
    [
        (FIXED_4, [4], [3, 5], 4, "4 cycles"),
        ({"type": "fixed", "allowed": [6, 12]}, [6, 12], [5, 7, 13], 6, "6 or 12 cycles"),
        ({"type": "fixed", "allowed": [1]}, [1], [2], 1, "1 cycle"),
        ({"type": "fixed", "allowed": [2]}, [2], [1], 2, "2 cycles"),
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
        (
            {"components": [component("a"), component("a")]},
            "^regimen PW-1: a drug is named twice; give it one component with alternative schedules$",
        ),
        ({"prior_therapy": {"any": ["platinum"]}}, r"prior_therapy knows only “all”, not \['any'\]$"),
        ({"components": [component("a", days="1,22")]}, "Day 22 is outside"),
        (
            {"components": [component("a", cycles={"type": "some"})]},
            "^regimen PW-1: cycles of type 'some'; known are fixed, range, until_progression$",
        ),
        ({"components": [{"drug": "a"}]}, "PW-1"),
        ({"duration": None}, "PW-1"),
        ({"duration": {"type": "long", "planned_days": 84}}, "known are fixed and indefinite"),
        ({"duration": {"type": "fixed"}}, "planned_days"),
    ],
)
def test_content_that_cannot_be_read_names_the_row(own, message):
    """R-159: a duration, fixed or indefinite, and the cycles of each drug are no option."""
    with pytest.raises(ValueError, match=message):
        row(component("a"), **own)


def test_a_row_is_read_whole_r_145_r_159():
    found = row(
        component("b", route="SC", phase=2, days="1,8", per_day=2, cycle_length_days=28, unit="mg/m2"),
        component("a"),
        id="PW-9",
        tumor="breast",
        setting="adjuvant",
        histology=["ductal"],
        stages=["IIB", "IIIA"],
        lines=["L1"],
        biomarkers=[
            {"name": "ER", "in": ["positive"], "accept_unknown": True},
            {"name": "HER2", "in": ["negative", "low"]},
        ],
        ecog_max=2,
        prior_therapy={"all": ["platinum"]},
        concurrent_radiation=False,
        fn_risk="high",
        duration={"type": "indefinite", "planned_days": "168"},
        s_codes={"s0353": 1, "s0354_max": 3, "months": 4},
        evidence="2A",
        source={"title": "A trial"},
    )
    assert (found.id, found.kind, found.tumor, found.title) == ("PW-9", "pathway", "breast", "Regimen one")
    assert (found.setting, found.histology, found.stages, found.lines) == (
        "adjuvant",
        ("ductal",),
        ("IIB", "IIIA"),
        ("L1",),
    )
    assert found.biomarkers == (
        BiomarkerRule("ER", ("positive",), accept_unknown=True),
        BiomarkerRule("HER2", ("negative", "low"), accept_unknown=False),
    )
    assert (found.ecog_max, found.prior_therapies, found.concurrent_radiation) == (2, ("platinum",), False)
    assert (found.regimen_key, found.drugs) == ("nsclc:a+b", frozenset({"a", "b"}))
    assert (found.fn_risk, found.duration) == ("high", Duration("indefinite", 168))
    assert found.s_codes == SCodeSchedule(s0353=1, s0354_max=3, months=4)
    assert (found.evidence, found.source) == ("2A", {"title": "A trial"})
    first = found.components[0]
    assert (first.drug, first.route, first.phase) == ("b", "SC", 2)
    assert first.schedule == DosingSchedule(
        Decimal(200), "mg/m2", (1, 8), 28, CycleRule("fixed", 4, 4, (4,)), per_day=2
    )


def test_what_a_row_does_not_say_it_does_not_ask():
    found = row(component("a"), s_codes=None)
    asked = (found.histology, found.stages, found.lines, found.biomarkers, found.prior_therapies)
    assert asked == ((), (), (), (), ())
    assert (found.ecog_max, found.concurrent_radiation, found.s_codes) == (None, None, None)
    assert (found.setting, found.evidence, found.source) == ("", "", {})


def test_a_row_without_its_id_is_refused_all_the_same():
    with pytest.raises(ValueError, match=r"^regimen \?: 'id'$"):
        RegimenRow.from_content({"components": []})


def test_rows_are_found_by_id_and_by_tumor_pathway_rows_first():
    other, own = row(component("a"), id="LIB-1", kind="library"), row(component("a"), id="PW-2")
    breast = row(component("a"), id="PW-3", tumor="breast")
    rows = library(other, own, breast)
    assert (rows.release_id, len(rows)) == ("PW-TEST", 3)
    assert (rows.get("PW-3"), rows.get("PW-4"), rows.get(None)) == (breast, None, None)
    assert rows.of_tumor("nsclc") == rows.with_drugs("nsclc", frozenset({"a"})) == (own, other)
    assert rows.of_tumor(None) == rows.with_drugs(None, frozenset({"a"})) == ()


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


def test_five_rows_are_near_with_the_fewest_differences_and_pathway_rows_first_r_090():
    others = [row(component("a"), component(drug), id=f"PW-{drug}") for drug in "ubcdef"]
    rows = library(
        row(component("a"), component("b"), component("c"), id="PW-0"),
        row(component("a"), component("g"), id="LIB-0", kind="library"),
        *others,
    )
    near = find_by_drugs(rows, "nsclc", ["a"]).nearest
    assert [match.row.id for match in near] == ["PW-b", "PW-c", "PW-d", "PW-e", "PW-f"]
    near = find_by_drugs(rows, "nsclc", ["a"], limit=9).nearest
    assert [match.row.id for match in near][5:] == ["PW-u", "LIB-0", "PW-0"]


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


def test_pathways_of_a_cancer_are_kept_by_stage_subtype_line_and_biomarker_r_145():
    pathways = [match for match in released("PW-2026Q4").of_tumor("nsclc") if match.on_pathway]
    assert {match.tumor for match in pathways} == {"nsclc"}
    for key in ("stages", "histology", "lines", "biomarkers"):
        assert len({getattr(match, key) for match in pathways}) > 1, key
