"""The Pathway regimens nearest to an order that follows none, with the reason (R-090, R-179)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pathways.nearest import nearest_pathways
from tests.rules.build import component, library, row
from tests.rules.content import library as released


def regimen(name, *drugs, **own):
    return row(*(component(drug) for drug in drugs), id=name, title=f"Regimen {name}", **own)


def nearest(rows, drugs, limit=3, **facts):
    return nearest_pathways(library(*rows), {"tumor": "nsclc", **facts}, drugs, limit=limit)


def test_fewest_departures_first():
    rows = [regimen("PW-1", "a", "b", "c"), regimen("PW-2", "a"), regimen("PW-3", "a", "b", stages=["IV"])]
    found = nearest(rows, ["a", "b"], stage="IV")
    assert [(near.row.id, near.departures) for near in found] == [("PW-3", 0), ("PW-1", 1), ("PW-2", 1)]


def test_a_regimen_that_a_documented_answer_excludes_is_not_near():
    """A documented result is not offered for change: the regimen is."""
    rows = [regimen("PW-1", "a", "b", stages=["IV"]), regimen("PW-2", "a", "x", "y")]
    assert [near.row.id for near in nearest(rows, ["a", "b"], stage="IIIA")] == ["PW-2"]
    assert nearest(rows[:1], ["a", "b"], stage="IIIA") == []


def test_the_reason_names_the_drugs_that_differ():
    (near,) = nearest([regimen("PW-1", "a", "b")], ["a", "c"])
    assert near.reason == "Also has b and lacks c."
    (near,) = nearest([regimen("PW-1", "a")], ["a"])
    assert near.reason == "The same drugs."


def test_a_regimen_without_a_common_drug_comes_after_all_that_share_one():
    rows = [regimen("PW-1", "docetaxel"), regimen("PW-2", "nivolumab", "b", "c", "d")]
    shares, other = nearest(rows, ["nivolumab"])
    assert (shares.row.id, other.row.id) == ("PW-2", "PW-1")
    assert other.reason == "Docetaxel in place of nivolumab."


def test_several_drugs_and_open_answers_are_named_one_after_the_other():
    rows = [regimen("PW-1", "a", "b", "c", stages=["IV"], ecog_max=1)]
    (near,) = nearest(rows, ["a", "d", "e"])
    assert near.reason == (
        "Also has b and c and lacks d and e. Not known yet: stage and ECOG performance status."
    )
    assert (near.missing, near.extra) == (("b", "c"), ("d", "e"))
    assert [factor.name for factor in near.open] == ["stage", "ecog"]


def test_three_are_named_where_no_number_is_asked_for():
    rows = library(*(regimen(f"PW-{number}", "a") for number in range(5)))
    assert [near.row.id for near in nearest_pathways(rows, {"tumor": "nsclc"}, ["a"])] == [
        "PW-0",
        "PW-1",
        "PW-2",
    ]


def test_a_missing_answer_is_no_departure_and_comes_after_what_fits():
    rows = [regimen("PW-1", "a", "b", stages=["IV"]), regimen("PW-2", "a", "c")]
    first, second = nearest(rows, ["a"])
    assert (first.row.id, second.row.id) == ("PW-2", "PW-1")
    assert (second.departures, second.reason) == (1, "Also has b. Not known yet: stage.")


def test_regimens_off_pathway_or_of_other_cancers_are_not_near_and_none_is_to_no_drugs():
    rows = [regimen("LB-1", "a", kind="library"), regimen("PW-2", "a", tumor="breast")]
    assert nearest(rows, ["a"]) == []
    assert nearest([regimen("PW-3", "a")], []) == []


def test_before_surgery_is_not_near_to_metastatic_disease():
    """Carboplatin and nivolumab are given together before surgery; in stage IVA that is no help."""
    facts = {"tumor": "nsclc", "stage": "IVA", "line_of_therapy": "L1", "histology": "nonsquamous"}
    near = nearest_pathways(released("PW-2026Q4"), facts, ["carboplatin", "nivolumab"])
    assert near
    assert all("L1" in found.row.lines for found in near)


def test_no_more_than_asked_for():
    assert len(nearest([regimen(f"PW-{n}", "a") for n in range(5)], ["a"], limit=2)) == 2


@given(st.permutations(["carboplatin", "pemetrexed", "pembrolizumab"]))
def test_the_order_of_drugs_does_not_matter(drugs):
    facts = {"tumor": "nsclc", "stage": "IV"}
    rows = released("PW-2026Q4")
    assert nearest_pathways(rows, facts, drugs) == nearest_pathways(rows, facts, sorted(drugs))
