"""Step 5: the questions that this cancer needs, and the two answers that are no findings."""

from __future__ import annotations

import pytest

from pathways.models import TumorType
from tests.portal.wizard.entry import CLINICAL, DIAGNOSIS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def at_clinical(entry: Entry) -> Entry:
    return entry.reach("clinical")


def breast(entry: Entry) -> Entry:
    entry.reach("diagnosis")
    entry.post("diagnosis", {"primary": "C50.911"})
    return entry


def test_r088_only_this_cancers_biomarkers_are_asked(at_clinical: Entry):
    asked = at_clinical.get("clinical").context["form"].biomarkers
    assert set(asked) == {"EGFR", "PDL1_TPS", "ALK", "ROS1", "OTHER_DRIVER"}


def test_r110_breast_cancer_is_asked_her2(entry: Entry):
    form = breast(entry).get("clinical").context["form"]
    assert "HER2" in form.biomarkers
    assert "EGFR" not in form.biomarkers


def test_small_cell_cancer_has_its_own_stages_and_no_biomarkers(entry: Entry):
    entry.reach("diagnosis").post("diagnosis", {**DIAGNOSIS, "tumor": "sclc"})
    form = entry.get("clinical").context["form"]
    assert form.biomarkers == []
    assert {"limited", "extensive"} <= set(dict(form.fields["stage"].choices))


@pytest.mark.parametrize("field", ["histology", "stage", "line_of_therapy", "ecog", "biomarker-EGFR"])
def test_r106_unknown_and_not_reported_are_the_last_two_answers(at_clinical: Entry, field: str):
    choices = at_clinical.get("clinical").context["form"].fields[field].choices
    assert [value for value, _ in choices][-2:] == ["unknown", "not_reported"]


def test_unknown_and_not_reported_stand_apart_with_what_they_cost(at_clinical: Entry):
    page = at_clinical.get("clinical").content.decode()
    assert "pp-choices--apart" in page
    assert "the order may pend" in page


def test_r108_ecog_has_its_scale_of_five(at_clinical: Entry):
    choices = at_clinical.get("clinical").context["form"].fields["ecog"].choices
    assert [value for value, _ in choices] == ["0", "1", "2", "3", "4", "unknown", "not_reported"]


@pytest.mark.parametrize(
    "field", ["histology", "stage", "line_of_therapy", "ecog", "biomarker-ALK", "prior_therapies"]
)
def test_r079_every_clinical_answer_is_demanded(at_clinical: Entry, field: str):
    page = at_clinical.shown("clinical", {**CLINICAL, field: None})
    assert page.context["form"].errors[field]


@pytest.mark.parametrize("answer", ["unknown", "not_reported"])
def test_r111_an_unknown_answer_is_kept_as_such(at_clinical: Entry, answer: str):
    at_clinical.answer("clinical", {**CLINICAL, "ecog": answer, "biomarker-EGFR": answer})
    kept = at_clinical.state.get("clinical")
    assert (kept["ecog"], kept["biomarkers"]["EGFR"]) == (answer, answer)


def test_r115_earlier_therapy_is_kept(at_clinical: Entry):
    at_clinical.answer("clinical", {**CLINICAL, "prior_therapies": ["platinum", "pd1_pdl1"]})
    assert at_clinical.state.get("clinical")["prior_therapies"] == ["platinum", "pd1_pdl1"]


def test_questions_that_may_be_left_open_are_left_out(at_clinical: Entry):
    at_clinical.answer("clinical")
    assert "bone_metastases" not in at_clinical.state.get("clinical")
    at_clinical.post("clinical", {**CLINICAL, "bone_metastases": "yes", "treatment_intent": "curative"})
    assert at_clinical.state.get("clinical")["bone_metastases"] == "yes"


def test_r117_a_question_taken_out_of_the_content_is_not_asked(at_clinical: Entry):
    tumor = TumorType.objects.get(slug="nsclc")
    tumor.content["biomarkers"].remove("ROS1")
    tumor.save()
    assert "biomarker-ROS1" not in at_clinical.get("clinical").context["form"].fields
    at_clinical.answer("clinical", {**CLINICAL, "biomarker-ROS1": None})
