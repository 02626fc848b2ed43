"""The radiation step: sites, techniques, and only the questions that they raise (R-336, R-339, R-340)."""

from __future__ import annotations

import html
import re

import pytest

from tests.portal.wizard.radiation import BONE, BREAST, LUNG, PROSTATE, SHORT_COURSE, RadiationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

FRACTIONS, BOOST, REASONS = "radiation_fractions", "boost_fractions", "radiation_reasons"


@pytest.fixture
def entry(client_of_practice) -> RadiationEntry:
    """A breast order that has come to the radiation step."""
    return RadiationEntry(client_of_practice).reach("radiation")


def words(response) -> str:
    """The text of a page or of a part of one."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def errors(page, field: str) -> str:
    return " ".join(page.context["form"].errors.get(field, []))


def course(site: str, technique: str, **more) -> dict:
    return {
        "radiation_site": site,
        "radiation_technique": technique,
        "for_site": site,
        "for_course": f"{site} {technique}",
        **more,
    }


# --- Site and technique -----------------------------------------------------------------------------
def test_r336_only_modalities_are_offered_and_no_procedure_code_is_taken(entry):
    offered = dict(entry.get("radiation").context["form"].fields["radiation_technique"].choices)
    assert set(offered) == {"2D", "3DCRT", "IMRT", "SBRT", "BRACHY", "PROTON"}
    page = entry.shown("radiation", course("breast", "77412"))
    assert errors(page, "radiation_technique") == "Choose the technique."
    assert "radiation" not in entry.state.done


@pytest.mark.parametrize(
    ("diagnosis", "own", "others"),
    [
        (BREAST, "breast", {"nsclc"}),
        (LUNG, "nsclc", {"breast", "lung_other"}),
        (PROSTATE, "", {"breast", "nsclc"}),
    ],
)
def test_a_site_that_belongs_to_another_cancer_is_not_offered(client_of_practice, diagnosis, own, others):
    clinical = {"stage": "IIIA"} if diagnosis is LUNG else {}
    entry = RadiationEntry(client_of_practice, diagnosis=diagnosis, clinical=clinical).reach("radiation")
    offered = set(dict(entry.get("radiation").context["form"].fields["radiation_site"].choices))
    assert others.isdisjoint(offered)
    assert {"bone_metastases", "prostate", own} - {""} <= offered
    site = min(others)
    assert errors(entry.shown("radiation", course(site, "3DCRT")), "radiation_site") == (
        "Choose the site that is treated."
    )


def test_without_a_script_the_first_continue_brings_the_questions_of_the_course(entry):
    chosen = {"radiation_site": "breast", "radiation_technique": "3DCRT"}
    page = entry.shown("radiation", {**chosen, "for_site": "", "for_course": ""})
    assert page.context["step"].key == "radiation"
    assert page.context["form"].errors == {}
    assert "3D conformal radiation of the breast" in words(page)
    assert entry.answer("radiation")["Location"] == entry.url("dates")


@pytest.mark.parametrize(
    ("diagnosis", "stage", "site", "technique", "asked"),
    [
        (BREAST, "", "breast", "3DCRT", {FRACTIONS, BOOST, REASONS}),
        (BREAST, "", "breast", "BRACHY", {FRACTIONS, BOOST, REASONS}),
        (BREAST, "", "bone_metastases", "3DCRT", {FRACTIONS, BOOST}),
        (BREAST, "", "bone_metastases", "SBRT", {FRACTIONS, REASONS}),
        (LUNG, "IIIA", "nsclc", "IMRT", {FRACTIONS, REASONS}),
        (PROSTATE, "", "prostate", "3DCRT", {FRACTIONS}),
        (PROSTATE, "", "prostate", "IMRT", {FRACTIONS, BOOST}),
    ],
)
def test_only_what_the_policy_of_the_site_and_technique_reads_is_asked_r109(
    client_of_practice, diagnosis, stage, site, technique, asked
):
    clinical = {"stage": stage} if stage else {}
    entry = RadiationEntry(client_of_practice, diagnosis=diagnosis, clinical=clinical).reach("radiation")
    page = entry.shown("radiation", course(site, technique), "course")
    assert set(page.context["form"].fields) == {"radiation_site", "radiation_technique", *asked}


@pytest.mark.parametrize(
    ("stage", "offered"),
    [
        ("IIIA", {"palliative_intent", "definitive_intent"}),
        ("IVA", {"palliative_intent"}),
        ("unknown", {"palliative_intent", "definitive_intent"}),
    ],
)
def test_reasons_follow_the_stage_that_is_known(client_of_practice, stage, offered):
    entry = RadiationEntry(client_of_practice, diagnosis=LUNG, clinical={"stage": stage}).reach("radiation")
    page = entry.shown("radiation", course("nsclc", "3DCRT"), "course")
    choices = dict(page.context["form"].fields[REASONS].choices)
    assert set(choices) == {*offered, "none"}


def test_r339_r340_beside_a_voluntary_technique_stands_that_no_authorization_is_needed(entry):
    page = entry.shown("radiation", course("prostate", "3DCRT"), "course")
    hints = page.context["hints"]
    assert hints["2D"] == hints["3DCRT"] == "No authorization needed for this site; may be sent voluntarily."
    assert hints["IMRT"] == "Reviewed by a nurse."
    assert "No authorization is needed for this technique at this site." in words(page)


@pytest.mark.parametrize(
    ("site", "technique", "says"),
    [
        (
            "breast",
            "PROTON",
            "The policy has no criteria for this technique at this site, so a nurse reviews",
        ),
        ("brain", "SBRT", "No policy covers this technique at this site, so a nurse reviews"),
    ],
)
def test_what_only_a_nurse_can_decide_is_said_before_it_is_sent(entry, site, technique, says):
    assert says in words(entry.shown("radiation", course(site, technique), "course"))


# --- The course ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["", "0", "201", "-3", "16.5", "sixteen", "9" * 4000])
def test_the_number_of_fractions_is_a_whole_number(entry, typed):
    page = entry.shown("radiation", entry.typed_course(radiation_fractions=typed))
    assert errors(page, FRACTIONS) == "Enter the number of fractions as a whole number from 1 to 200."
    assert page.context["form"][FRACTIONS].value() == typed


@pytest.mark.parametrize(
    ("ticked", "message"),
    [
        ([], "Tick what applies, or “None of these”."),
        (
            ["none", "post_mastectomy"],
            "“None of these” cannot stand beside another answer. Untick one of them.",
        ),
        (["definitive_intent"], "Tick what applies of the list, or “None of these”."),
    ],
)
def test_what_calls_for_the_course_is_ticked_or_denied(entry, ticked, message):
    page = entry.shown("radiation", entry.typed_course(radiation_reasons=ticked))
    assert errors(page, REASONS) == message


def test_the_answers_are_the_facts_that_the_rules_read(entry):
    entry.answer("radiation")
    assert entry.state.get("radiation") == {
        "radiation_site": "breast",
        "radiation_technique": "3DCRT",
        "radiation_fractions": 16,
        "boost_fractions": 4,
        "radiation_reasons": ["whole_breast_after_lumpectomy"],
        "name": "3D conformal radiation of the breast, 16 fractions",
    }


def test_none_of_these_is_an_answer_and_what_was_not_asked_is_none(entry):
    entry.answer("radiation", entry.typed_course(radiation_reasons=["none"]))
    assert entry.state.get("radiation")[REASONS] == []
    entry.answer("radiation", course("bone_metastases", "3DCRT", **{FRACTIONS: "5", BOOST: "0"}))
    assert REASONS not in entry.state.get("radiation")


# --- Beside the form ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "tone", "says"),
    [
        (SHORT_COURSE, "good", "policy met. Whole breast after lumpectomy, short course."),
        (
            {**SHORT_COURSE, FRACTIONS: "17", REASONS: ["none"]},
            "bad",
            "policy not met by these answers; a nurse looks at it.",
        ),
        (course("breast", "3DCRT"), "wait", "needs the number of fractions"),
        ({**SHORT_COURSE, REASONS: []}, "wait", "needs what calls for the course."),
        (course("brain", "IMRT"), "wait", "no policy covers it, so a nurse reviews it."),
        (course("brain", "3DCRT"), "quiet", "no authorization is needed."),
        (BONE, "good", "3D conformal radiation of bone metastases: policy met."),
    ],
)
def test_r179_the_panel_speaks_of_the_course(entry, typed, tone, says):
    page = entry.post("radiation", typed, "so_far")
    [finding] = page.context["so_far"].findings
    assert finding.tone == tone
    assert says in finding.sentence
    waits = tone in ("wait", "bad")
    assert (page.context["so_far"].due_if_pends is not None) is waits
    assert entry.state.answers["radiation"] is None


def test_the_panel_names_the_answer_that_speaks_against_the_policy(entry):
    page = entry.post("radiation", {**BONE, FRACTIONS: "12"}, "so_far")
    [finding] = page.context["so_far"].findings
    assert finding.sentence.endswith("Course is at most 10 fractions. Reported: 12 fractions.")


def test_a_missing_clinical_answer_is_linked_to_its_step(client_of_practice):
    entry = RadiationEntry(client_of_practice, clinical={"ecog": "unknown"}).reach("radiation")
    typed = course("bone_metastases", "SBRT", **{FRACTIONS: "3", REASONS: ["spine_reirradiation"]})
    [finding] = entry.post("radiation", typed, "so_far").context["so_far"].findings
    assert finding.sentence.endswith("needs ECOG performance status.")
    assert (finding.step, finding.link) == ("clinical", "Answer on Clinical")


def test_with_scripts_the_questions_come_with_the_panel_and_without_messages(entry):
    chosen = {"radiation_site": "prostate", "radiation_technique": "3DCRT"}
    part = entry.post("radiation", {**chosen, "for_site": "", "for_course": ""}, "so_far")
    answer = part.content.decode()
    assert answer.count('data-hx-swap-oob="true"') == 2
    assert 'name="radiation_fractions"' in answer
    assert "usa-error-message" not in answer
    settled = entry.post("radiation", course("prostate", "3DCRT"), "so_far").content.decode()
    assert "data-hx-swap-oob" not in settled
