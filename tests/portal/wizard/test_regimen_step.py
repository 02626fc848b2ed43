"""Step 6: Pathways that fit come first; others, search, drugs and the custom plan follow."""

from __future__ import annotations

import html

import pytest

from tests.portal.wizard.entry import CLINICAL, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def at_regimen(entry: Entry) -> Entry:
    return entry.reach("regimen")


def ids(suggestions) -> list[str]:
    return [found.row.id for found in suggestions]


def test_r087_the_pathways_that_fit_stand_first_before_dosing(at_regimen: Entry):
    groups = at_regimen.get("regimen").context["groups"]
    assert groups[0].title == "Pathway regimens that fit, or may fit"
    assert not groups[0].folded
    assert "PW-NSC-007" in ids(groups[0].suggestions)
    assert all(found.on_pathway and found.fit == "fits" for found in groups[0].suggestions)
    assert all(group.folded for group in groups[1:])


def test_a_pathway_that_needs_an_answer_says_which(entry: Entry):
    entry.reach("clinical").answer("clinical", {**CLINICAL, "biomarker-EGFR": "unknown"})
    page = html.unescape(entry.get("regimen").content.decode())
    assert "Needs answers" in page
    assert "EGFR" in page


def test_r156_regimens_that_the_answers_speak_against_are_folded_and_can_be_chosen(at_regimen: Entry):
    [against] = [g for g in at_regimen.get("regimen").context["groups"] if "do not fit" in g.title]
    at_regimen.answer("regimen", {"pick": against.suggestions[0].row.id})
    [against] = [g for g in at_regimen.get("regimen").context["groups"] if "do not fit" in g.title]
    assert against.holds_chosen


def test_a_regimen_is_found_by_its_name(at_regimen: Entry):
    page = at_regimen.shown("regimen", {"find": "cemiplimab"}, "find")
    assert ids(page.context["by_name"]) != []
    assert at_regimen.shown("regimen", {"find": "xyzzy"}, "find").context["by_name"] == []


@pytest.mark.parametrize("typed", ["pembrolizumab", "Keytruda", "J9271"])
def test_r090_drugs_are_found_by_generic_name_brand_and_code(at_regimen: Entry, typed: str):
    page = at_regimen.shown("regimen", {"add_drug_text": typed, "add_drug": "pembrolizumab"}, "add_drug")
    assert page.context["drugs"] == ["pembrolizumab"]
    assert ids(page.context["exact"]) == ["PW-NSC-007"]
    assert page.context["nearest"]


def test_drugs_are_added_without_scripts(at_regimen: Entry):
    page = at_regimen.shown("regimen", {"add_drug_text": "platin"}, "add_drug")
    assert page.context["drugs"] == []
    assert "carboplatin" in [offer["value"] for offer in page.context["drug_picks"]]
    page = at_regimen.shown("regimen", {"add_drug_text": "platin", "add_drug": "carboplatin"}, "add_drug")
    assert page.context["drugs"] == ["carboplatin"]
    page = at_regimen.shown("regimen", {"drugs": ["carboplatin"]}, "remove_drug:carboplatin")
    assert page.context["drugs"] == []


def test_r090_the_order_of_the_drugs_does_not_matter(at_regimen: Entry):
    found = [
        ids(at_regimen.shown("regimen", {"drugs": drugs}, "find").context["exact"])
        for drugs in (["carboplatin", "paclitaxel"], ["paclitaxel", "carboplatin"])
    ]
    assert found[0] == found[1] != []


def test_a_regimen_found_is_taken_with_one_press(at_regimen: Entry):
    page = at_regimen.shown("regimen", {"find": "pembrolizumab"}, "take:PW-NSC-007")
    assert page.context["chosen"] == "PW-NSC-007"
    at_regimen.answer("regimen", {"pick": page.context["chosen"]})


def test_r172_drugs_that_match_no_regimen_make_a_custom_plan(at_regimen: Entry):
    page = at_regimen.get("regimen").content.decode()
    assert "Always reviewed by a nurse." in page
    at_regimen.answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    assert at_regimen.state.get("regimen") == {
        "choice": "custom",
        "regimen_id": None,
        "drugs": ["pembrolizumab", "eribulin"],
        "name": "Custom treatment plan",
    }


@pytest.mark.parametrize(
    ("drugs", "field", "message"),
    [
        ([], "add_drug", "Add the therapeutic drugs of the custom plan."),
        (["pembrolizumab"], "pick", "These drugs are the regimen “Pembrolizumab alone, TPS 50 or more”."),
        (["pembrolizumab", "no such drug"], "add_drug", "is not in the list of drugs"),
        (["pembrolizumab", "ondansetron"], "add_drug", "ondansetron is a supportive drug."),
    ],
)
def test_r172_a_custom_plan_is_for_therapeutic_drugs_without_a_regimen(
    at_regimen: Entry, drugs, field, message
):
    page = at_regimen.shown("regimen", {"pick": "custom", "drugs": drugs})
    assert message in " ".join(page.context["form"].errors[field])


def test_a_regimen_of_another_cancer_is_refused_though_posted(at_regimen: Entry):
    page = at_regimen.shown("regimen", {"pick": "PW-BRE-001"})
    assert "not offered for this cancer" in " ".join(page.context["form"].errors["pick"])


def test_the_drugs_of_a_regimen_say_on_which_days_and_how_often_they_are_given(at_regimen: Entry):
    """Once in 28 days and twice a day are not to be mistaken for each other."""
    page = at_regimen.get("regimen").content.decode()
    assert "alectinib 600 mg by mouth, days 1–28, 2 times a day, every 28 days" in page
