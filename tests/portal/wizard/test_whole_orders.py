"""Rows of order entry that only a whole order shows: from what is typed to the answer and the reviewer."""

from __future__ import annotations

import html
import re

import pytest

from orders.models import Order
from pathways.models import TumorType
from portal import demo
from tests.factories import orders, people
from tests.portal.wizard.entry import CLINICAL, PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: A member without any order, of each plan.
MEMBERS = {"BCBSNC": "ZNC200000022", "BCBSM": "ZMI400000024"}
UNKNOWN_EGFR = {**CLINICAL, "biomarker-EGFR": "unknown", "prior_therapies": ["platinum"]}


def words(answer) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(text).split())


def at(entry: Entry, plan: str, step: str) -> Entry:
    """An order of a member of that plan, answered up to a step."""
    if plan != PLAN["plan"]:
        entry.post("plan", {**PLAN, "plan": plan})
        entry.answer("member", entry.typed_member(MEMBERS[plan]))
    return entry.reach(step)


def submitted(entry: Entry, **clinical: object) -> Order:
    """The lung cancer order with these clinical answers, submitted."""
    entry.reach("clinical").answer("clinical", {**CLINICAL, **clinical})
    entry.reach("review").submit()
    return entry.order


def deviations(order: Order) -> set[str]:
    return {found["code"] for found in order.evaluations.get().judgement["match"]["deviations"]}


# --- What is asked before an order may be sent --------------------------------------------------------
@pytest.mark.parametrize("plan", MEMBERS)
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("stage", "Choose the stage."),
        ("line_of_therapy", "Choose the line of therapy."),
        ("ecog", "Choose the ECOG performance status."),
    ],
)
def test_r080_r107_without_stage_line_or_ecog_an_order_is_refused_with_the_field_named(
    entry: Entry, plan: str, field: str, named: str
):
    """North Carolina's least, and everybody's: Submit leads back to the field, which says what is missing."""
    at(entry, plan, "review")
    review = entry.typed_review()
    entry.post("clinical", {**CLINICAL, field: None})
    page = entry.client.get(entry.submit(review)["Location"])
    assert entry.order.status == "draft"
    assert page.context["step"].key == "clinical"
    assert list(page.context["form"].errors) == [field]
    assert named in words(page)


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("member", "member_number"),
        ("providers", "ordering_provider"),
        ("providers", "servicing_site"),
        ("diagnosis", "primary"),
        ("clinical", "histology"),
        ("clinical", "biomarker-EGFR"),
        ("regimen", "pick"),
    ],
)
def test_r079_whatever_is_missing_is_named_and_nothing_is_submitted(entry: Entry, step: str, field: str):
    """Member, providers, pathology, biomarkers and drugs; stage, line and ECOG are above."""
    review = entry.reach("review").typed_review()
    entry.post(step, {**entry.typed(step), field: None})
    page = entry.client.get(entry.submit(review)["Location"])
    assert (entry.order.status, page.context["step"].key) == ("draft", step)
    assert field in page.context["form"].errors


def test_r081_r115_earlier_therapy_and_tumor_test_results_are_asked_and_reach_the_reviewer(entry: Entry):
    """The rationale that Michigan asks for: test results, staging and previous therapy."""
    page = words(entry.reach("clinical").get("clinical"))
    for asked in ("EGFR", "PD-L1 tumor proportion score (TPS)", "Stage", "Earlier therapy for this cancer"):
        assert asked in page
    order = submitted(entry, **UNKNOWN_EGFR)
    assert order.disposition == "in_progress"
    case = words(people.signed_in(orders.person("nurse")).get(f"/review/{order.reference}/"))
    for answer in (
        "EGFR Unknown",
        "PD-L1 tumor proportion score (TPS) 50% or more",
        "Stage IVA",
        "Earlier therapy A platinum drug",
    ):
        assert answer in case


def test_r082_the_start_is_the_first_day_of_treatment_and_no_approval_begins_before_it(entry: Entry):
    page = words(entry.reach("member").get("member"))
    assert "The day treatment is expected to begin; it must not be given earlier." in page
    order = submitted(entry)
    assert order.valid_from == order.start_on


def test_r084_a_regimen_of_several_drugs_is_one_case_with_a_line_for_each():
    order = orders.submitted("breast-her2-unknown")
    lines = [line.drug for line in order.lines.order_by("number")]
    assert len(lines) == 4
    assert set(lines) >= {"trastuzumab", "pertuzumab"}
    assert order.work_items.count() == 1
    assert Order.objects.filter(member=order.member).get() == order


def test_r135_after_the_dates_are_saved_the_trial_question_shows_with_yes_and_no(entry: Entry):
    typed = entry.reach("dates").typed_dates(trial=None)
    page = entry.shown("dates", typed)
    assert page.context["step"].key == "dates"
    assert entry.state.raw["dates"]["planned_end_on"] == [typed["planned_end_on"]]
    assert dict(page.context["form"].fields["trial"].choices) == {"yes": "Yes", "no": "No"}
    assert "Is the patient enrolled in an NCI-registered clinical trial for this treatment?" in words(page)
    assert "Choose whether this treatment is part of a clinical trial." in words(page)


# --- Answers and regimen ------------------------------------------------------------------------------
def test_r089_off_pathway_the_pathways_are_offered_and_one_may_keep_the_plan(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "LIB-NSC-005"})
    measures = {"height_cm": "170", "weight_kg": "70", "creatinine_clearance": "90"}
    entry.answer("dosing", entry.typed_dosing(**measures))
    panel = [finding.sentence for finding in entry.get("dosing").context["so_far"].findings]
    [offered] = [sentence for sentence in panel if sentence.startswith("Nearest on Pathway: ")]
    offers = entry.get("regimen").context["groups"][0]
    assert offers.title == "Pathway regimens that fit, or may fit"
    assert any(found.row.title in offered for found in offers.suggestions)
    entry.answer("dates")
    entry.submit()
    assert entry.order.disposition in {"authorized", "in_progress"}
    assert entry.order.evaluations.get().judgement["match"]["row_id"] == "LIB-NSC-005"


def test_r089_off_pathway_one_may_switch_to_a_pathway(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "LIB-NSC-005"})
    entry.answer("regimen", {"pick": "PW-NSC-007"})
    entry.reach("review").submit()
    assert entry.order.disposition == "authorized"
    assert entry.order.pathway_eligible


@pytest.mark.parametrize("answer", ["unknown", "not_reported"])
def test_r109_a_pathology_that_is_not_known_is_recorded_as_a_deviation(entry: Entry, answer: str):
    order = submitted(entry, histology=answer)
    assert "PATHOLOGY:UNKNOWN" in deviations(order)
    assert order.disposition == "in_progress"


def test_r112_trastuzumab_with_her2_negative_disease_is_a_deviation_and_not_approved_at_once():
    like = demo.scenarios()["breast-her2-unknown"].found
    clinical = {**like["clinical"], "biomarkers": {"HER2": "negative", "HR": "negative"}}
    scenario = demo.Scenario("her2-negative", {**like, "clinical": clinical})
    order = demo.submit(scenario, by=orders.person("practice"), today=orders.today(), key="her2-negative")
    assert "BIOMARKER:HER2" in deviations(order)
    assert order.lines.get(drug="trastuzumab").status == "in_progress"
    assert order.disposition == "in_progress"


def test_r113_a_first_line_regimen_in_second_line_shows_its_deviation_before_and_after(entry: Entry):
    """This program lets it lose the Pathway; what else may be configured is in tests/rules."""
    entry.reach("clinical").answer("clinical", {**CLINICAL, "line_of_therapy": "L2"})
    [(found, *_)] = entry.reach("review").get("review").context["deviations"]
    assert found.code == "LINE"
    entry.submit()
    assert deviations(entry.order) == {"LINE"}
    assert not entry.order.pathway_eligible


# --- The answer ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clinical", "status"),
    [({}, "Authorized. "), (UNKNOWN_EGFR, "In Progress. ")],
)
def test_r099_the_next_page_after_submit_says_how_the_order_stands(
    entry: Entry, clinical: dict[str, object], status: str
):
    entry.reach("clinical").answer("clinical", {**CLINICAL, **clinical})
    page = entry.reach("review").shown("review", entry.typed_review(), "submit")
    [headline] = re.findall(r"<h1[^>]*>(.*?)</h1>", page.content.decode())
    assert headline.startswith(status)
    assert "processing" not in words(page).lower()


@pytest.mark.parametrize("name", [orders.AUTHORIZED, orders.COMPLETED, orders.PENDED])
def test_r103_after_submission_the_page_advises_to_keep_the_summary_and_prints_it(name: str):
    order = orders.submitted(name)
    answer = people.signed_in(orders.person("practice")).get(f"/orders/{order.reference}/")
    page = answer.content.decode()
    assert "Save or print the Order Request Summary and keep it in the patient's chart." in words(answer)
    assert f'href="/orders/{order.reference}/summary.pdf"' in page
    assert "data-print" in page


# --- Content that changes -----------------------------------------------------------------------------
def test_r117_a_question_that_is_removed_is_not_asked_and_old_orders_keep_their_answers(entry: Entry):
    old = submitted(entry)
    tumor = TumorType.objects.get(slug="nsclc")
    tumor.content["biomarkers"].remove("ROS1")
    tumor.save()
    page = words(entry.client.get(f"/orders/{old.reference}/"))
    assert "ROS1 rearrangement Negative" in page
    assert old.snapshot.answers["clinical"]["biomarkers"]["ROS1"] == "negative"

    new = Entry(entry.client).reach("clinical")
    assert "ROS1" not in words(new.get("clinical"))
    new.answer("clinical", {**CLINICAL, "biomarker-ROS1": None})
    assert "ROS1" not in new.state.get("clinical")["biomarkers"]
