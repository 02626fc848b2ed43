"""Pathway regimens beside the clinical questions: each answer narrows them, one press takes one (R-087)."""

from __future__ import annotations

import pytest

from orders.steps import state_of
from portal.practice.forms.clinical import TAKES
from portal.practice.pathways_early import LISTED
from tests.portal.wizard.entry import CLINICAL, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: Pembrolizumab alone, for a PD-L1 of 50 % or more without a driver.
FITTING = "PW-NSC-007"


@pytest.fixture
def at_clinical(entry: Entry) -> Entry:
    return entry.reach("clinical")


def listed(answer) -> dict[str, str]:
    """Each regimen of the list with the answers that it still depends on."""
    early = answer.context["early"]
    return {f.found.row.id: f.open_answers for f in early.regimens} if early else {}


def how_many(answer) -> int:
    early = answer.context["early"]
    return len(early.regimens) + early.more


def test_r087_regimens_are_listed_before_any_dosing_is_asked_and_narrow_with_each_answer(at_clinical: Entry):
    begun = {name: CLINICAL[name] for name in ("histology", "stage")}
    first = at_clinical.post("clinical", begun, "so_far")
    assert len(listed(first)) == LISTED
    further = at_clinical.post("clinical", {**begun, "line_of_therapy": "L1", "ecog": "1"}, "so_far")
    assert how_many(further) < how_many(first)
    whole = at_clinical.post("clinical", CLINICAL, "so_far")
    assert listed(whole)[FITTING] == "", "nothing is left to answer"


def test_an_open_answer_is_named_and_one_that_speaks_against_a_regimen_takes_it_off(at_clinical: Entry):
    unknown = at_clinical.post("clinical", {**CLINICAL, "biomarker-PDL1_TPS": "unknown"}, "so_far")
    assert "PD-L1" in listed(unknown)[FITTING]
    low = at_clinical.post("clinical", {**CLINICAL, "biomarker-PDL1_TPS": "LT_1"}, "so_far")
    assert FITTING not in listed(low)


def test_each_regimen_has_its_risk_of_febrile_neutropenia_and_its_evidence(at_clinical: Entry):
    answer = at_clinical.post("clinical", CLINICAL, "so_far")
    row = answer.context["early"].regimens[0].found.row
    page = answer.content.decode()
    assert f"Febrile neutropenia risk: {row.fn_risk}." in page
    assert row.evidence[:40] in page


def test_one_press_takes_a_regimen_with_its_standard_dosing(at_clinical: Entry):
    answer = at_clinical.post("clinical", CLINICAL, f"{TAKES}{FITTING}")
    assert answer["Location"] == at_clinical.url("dosing")
    state = at_clinical.state
    assert state.get("regimen")["regimen_id"] == FITTING
    assert {"clinical", "regimen"} <= state.done
    lines = at_clinical.get("dosing").context["form"].lines
    assert [(line["drug"], line["dose"]) for line in lines] == [("pembrolizumab", "200")]


def test_the_regimen_that_is_chosen_is_marked_and_another_press_takes_another_one(at_clinical: Entry):
    at_clinical.post("clinical", CLINICAL, f"{TAKES}{FITTING}")
    early = at_clinical.get("clinical").context["early"]
    assert [f.found.row.id for f in early.regimens if f.chosen] == [FITTING]
    other = next(f.found.row.id for f in early.regimens if not f.chosen)
    at_clinical.post("clinical", CLINICAL, f"{TAKES}{other}")
    assert at_clinical.state.get("regimen")["regimen_id"] == other


def test_nothing_is_taken_while_the_answers_are_not_complete(at_clinical: Entry):
    answer = at_clinical.post("clinical", {**CLINICAL, "ecog": ""}, f"{TAKES}{FITTING}")
    assert answer["Location"].split("?")[0] == at_clinical.url("clinical")
    assert at_clinical.state.get("regimen") == {}
    page = at_clinical.get("clinical")
    assert "ecog" in page.context["form"].errors
    assert page.context["form"].typed("stage") == "IVA"


@pytest.mark.parametrize("wanted", ["PW-BRE-001", "nonsense", "", "custom"])
def test_a_regimen_that_is_not_offered_is_not_taken(at_clinical: Entry, wanted: str):
    answer = at_clinical.post("clinical", CLINICAL, f"{TAKES}{wanted}")
    assert answer["Location"] == at_clinical.url("regimen")
    assert state_of(at_clinical.order).get("regimen") == {}
