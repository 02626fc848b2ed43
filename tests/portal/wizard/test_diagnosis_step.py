"""Step 4: real ICD-10-CM codes by code or words, and where other diagnoses go (R-096, R-425 to R-438)."""

from __future__ import annotations

import html

import pytest

from tests.portal.wizard.entry import PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

MEMBERS = {"BCBSM": "ZMI400000024", "BCBSMA": "ZMA300000014", "BCBSNC": "ZNC200000011"}


@pytest.fixture
def at_diagnosis(entry: Entry) -> Entry:
    return entry.reach("diagnosis")


def at_plan(entry: Entry, plan: str) -> Entry:
    entry.post("plan", {**PLAN, "plan": plan})
    entry.answer("member", entry.typed_member(MEMBERS[plan]))
    entry.answer("providers")
    return entry


def errors(page, field: str = "primary") -> str:
    return html.unescape(" ".join(page.context["form"].errors.get(field, [])))


@pytest.mark.parametrize("typed", ["C50.911", "c50911", " C50.911 "])
def test_a_code_is_taken_in_any_spelling(at_diagnosis: Entry, typed: str):
    at_diagnosis.post("diagnosis", {"primary": "", "primary_text": typed})
    assert at_diagnosis.state.get("diagnosis")["primary"] == "C50.911"
    assert at_diagnosis.state.get("diagnosis")["tumor"] == "breast"


def test_the_chosen_code_comes_with_its_words(at_diagnosis: Entry):
    """What the search box posts with scripts."""
    words = "C50.911 Malignant neoplasm of unspecified site of right female breast"
    at_diagnosis.post("diagnosis", {"primary": "C50.911", "primary_text": words})
    assert at_diagnosis.state.get("diagnosis")["primary"] == "C50.911"


def test_words_offer_codes_to_choose_among_without_scripts(at_diagnosis: Entry):
    page = at_diagnosis.shown("diagnosis", {"primary": "", "primary_text": "upper lobe right"})
    offers = page.context["primary_pick"].offers
    assert "C34.11" in [offer["value"] for offer in offers]
    assert errors(page) == "Choose one of the diagnoses found."
    page = at_diagnosis.shown("diagnosis", {"primary": "C34.11", "primary_text": "upper lobe right"})
    assert page.context["form"]["tumor"] is not None


def test_a_code_left_over_from_other_words_does_not_count(at_diagnosis: Entry):
    at_diagnosis.post("diagnosis", {"primary": "C50.911", "primary_text": "lung"})
    assert at_diagnosis.state.answers["diagnosis"] is None


def test_a_code_of_two_cancers_asks_which(at_diagnosis: Entry):
    page = at_diagnosis.shown("diagnosis", {"primary": "C34.11"})
    assert "Choose which cancer it is." in errors(page, "tumor")
    assert {"nsclc", "sclc"} == {value for value, _ in page.context["form"].fields["tumor"].choices}


def test_a_group_of_codes_offers_its_codes(at_diagnosis: Entry):
    page = at_diagnosis.shown("diagnosis", {"primary_text": "C34"})
    assert page.context["primary_pick"].offers[0]["value"].startswith("C34.")


def test_r426_secondary_diagnoses_are_kept(at_diagnosis: Entry):
    at_diagnosis.post(
        "diagnosis", {"primary": "C50.911", "secondary_1_text": "D70.1", "secondary_3_text": "C79.51"}
    )
    assert at_diagnosis.state.get("diagnosis")["secondary"] == ["D70.1", "C79.51"]


@pytest.mark.parametrize("code", ["D70.9", "D64.81"])
@pytest.mark.parametrize("plan", ["BCBSM", "BCBSMA", "BCBSNC"])
def test_r425_r434_a_diagnosis_that_is_no_cancer_is_routed_as_the_plan_says(
    entry: Entry, plan: str, code: str
):
    at_plan(entry, plan)
    page = entry.shown("diagnosis", {"primary_text": code})
    message = errors(page)
    assert "must be the cancer that is treated" in message
    assert page.context["draft"].terms.diagnosis_routing_text in message
    assert entry.state.answers["diagnosis"] is None


def test_r435_michigan_names_the_fax_for_other_diagnoses(entry: Entry):
    page = at_plan(entry, "BCBSM").shown("diagnosis", {"primary_text": "D70.9"})
    assert "1-877-325-5979" in errors(page)


def test_r097_a_missing_diagnosis_names_whom_to_call(entry: Entry):
    page = at_plan(entry, "BCBSMA").shown("diagnosis", {"primary_text": "xyzzy"})
    assert "1-800-252-2021" in errors(page)


#: Kaposi sarcoma: a malignancy for which the content has no tumor type.
UNLISTED = "C46.0"


def test_r096_a_cancer_outside_the_list_is_refused_with_contacts(entry: Entry):
    page = at_plan(entry, "BCBSMA").shown("diagnosis", {"primary_text": UNLISTED})
    assert "not on the program's list" in errors(page)


@pytest.mark.parametrize(
    ("plan", "is_offered"), [("BCBSMA", False), ("BCBSM", False), ("BCBSNC", True)], ids=str
)
def test_r096_a_search_offers_only_what_the_program_takes(entry: Entry, plan: str, is_offered: bool):
    at_plan(entry, plan)
    source = entry.get("diagnosis").context["primary_source"]
    found = entry.client.get(source, {"q": "kaposi"}).content.decode()
    assert (UNLISTED in found) is is_offered
    page = entry.shown("diagnosis", {"primary_text": "kaposi sarcoma"})
    offers = [offer["value"] for offer in page.context["primary_pick"].offers]
    assert any(code.startswith("C46") for code in offers) is is_offered
    anything = entry.client.get("/orders/lookups/diagnoses/", {"q": "D70.1"})
    assert "D70.1" in anything.content.decode(), "a secondary diagnosis may be any (R-426)"
    assert "D70.1" not in entry.client.get(source, {"q": "D70.1"}).content.decode()


def test_r438_north_carolina_takes_every_malignancy_with_general_questions(entry: Entry):
    at_plan(entry, "BCBSNC").answer("diagnosis", {"primary_text": UNLISTED})
    assert entry.state.get("diagnosis")["tumor"] == ""
    page = entry.get("clinical")
    form = page.context["form"]
    assert form.biomarkers == []
    assert page.context["early"] is None, "there are no Pathways to list"
    typed = {
        "histology": "other",
        "stage": "IV",
        "line_of_therapy": "L1",
        "ecog": "1",
        "prior_therapies": "none",
    }
    entry.answer("clinical", typed)
    page = entry.get("regimen")
    assert page.context["groups"] == []
    assert "no regimen in the library for this cancer" in page.content.decode()


def test_r437_the_page_reminds_to_confirm_the_primary_diagnosis(at_diagnosis: Entry):
    assert (
        "Confirm the primary diagnosis with the ordering provider. It is the cancer that is treated"
        in at_diagnosis.get("diagnosis").content.decode()
    )


def test_no_sentence_stands_twice_on_the_page(entry: Entry):
    """A hint says why; the message beside it says what to do, and not the reason again."""
    entry.reach("diagnosis")
    page = entry.shown("diagnosis", {"primary": "C34.11"})
    shown = html.unescape(page.content.decode())
    assert page.context["form"].errors["tumor"] == ["Choose which cancer it is."]
    assert shown.count("used for more than one cancer") == 1
    refused = html.unescape(
        entry.shown("diagnosis", {"primary": "", "primary_text": "D70.1"}).content.decode()
    )
    assert "must be the cancer that is treated" in refused
    assert "It is the cancer that is treated" not in refused
