"""Wrong or missing answers: a message beside the field and on top, and everything typed is kept."""

from __future__ import annotations

import html
import re

import pytest

from tests.portal.wizard.entry import STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: step -> what somebody types wrong, and the message that it gets.
WRONG: list[tuple[str, dict[str, object], str, str]] = [
    ("plan", {"setting": None}, "setting", "Choose the setting, outpatient or inpatient."),
    (
        "member",
        {"start_on": "13/45/2026"},
        "start_on",
        "Enter the planned start of treatment as month/day/year",
    ),
    (
        "member",
        {"member_number": "", "last_name": "Verbena"},
        "birth_date",
        "Enter the date of birth beside the name.",
    ),
    ("providers", {"p2p_phone": "555"}, "p2p_phone", "Enter a phone number of ten digits"),
    ("providers", {"ordering_provider": None}, "ordering_provider", "Choose the ordering provider."),
    ("diagnosis", {"primary": "", "primary_text": "xyzzy"}, "primary", "No oncology diagnosis has this code"),
    ("diagnosis", {"secondary_1_text": "xyzzy"}, "secondary_1", "No oncology diagnosis has this code"),
    ("clinical", {"stage": None}, "stage", "Choose the stage."),
    ("clinical", {"line_of_therapy": ""}, "line_of_therapy", "Choose the line of therapy."),
    ("clinical", {"biomarker-EGFR": None}, "biomarker-EGFR", "Choose an answer for “EGFR”."),
    (
        "clinical",
        {"concurrent_radiation": None},
        "concurrent_radiation",
        "Choose whether radiation is given during the same period.",
    ),
    (
        "clinical",
        {"prior_therapies": ["none", "platinum"]},
        "prior_therapies",
        "cannot stand beside another answer",
    ),
    ("regimen", {"pick": None}, "pick", "Choose a regimen, or a custom treatment plan."),
    (
        "regimen",
        {"pick": None, "add_drug_text": "xyzzy"},
        "add_drug",
        "No drug has this name, brand or code.",
    ),
    (
        "dosing",
        {"lines-0-dose": "two hundred"},
        "lines-0-dose",
        "Enter the dose of pembrolizumab as a number",
    ),
    ("dosing", {"lines-0-days": "22"}, "lines-0-days", "Day 22 is outside a cycle of 21 days."),
    ("dosing", {"lines-0-cycles": "4-1"}, "lines-0-cycles", "runs backward"),
    ("dosing", {"lines-0-cycles": "0"}, "lines-0-cycles", "count from 1"),
    ("dosing", {"lines-0-cycle_length_days": "three weeks"}, "lines-0-cycle_length_days", "a number of days"),
    (
        "dosing",
        {"no_supportive": None},
        "no_supportive",
        "Add the supportive drugs, or confirm that none is planned.",
    ),
    ("dates", {"planned_end_on": "3/1/2026"}, "planned_end_on", "Enter a day on or after the start"),
    ("dates", {"trial": None}, "trial", "Choose whether this treatment is part of a clinical trial."),
    ("review", {"confirmed": None}, "confirmed", "Confirm that the answers are in the patient’s chart."),
]


@pytest.mark.parametrize(("step", "change", "field", "message"), WRONG)
def test_wrong_input_is_kept_with_a_message(entry: Entry, step, change, field, message):
    entry.reach(step)
    typed = {**entry.typed(step), **change}
    page = entry.shown(step, typed, "submit" if step == "review" else "continue")
    form = page.context["form"]
    assert message in " ".join(form.errors[field])
    text = html.unescape(page.content.decode())
    assert text.count(message) >= 2, "beside the field and in the summary"
    assert "data-error-summary" in text
    assert "<title>Error: " in text
    # Nothing that was typed is lost.
    kept = entry.state.raw[step]
    for name, value in typed.items():
        if value is not None and name not in {"idempotency_key", "reviewed_hash"}:
            assert kept[name] == (value if isinstance(value, list) else [str(value)])
    assert entry.state.answers[step] is None
    assert step not in entry.state.done


@pytest.mark.parametrize("step", STEP_KEYS)
def test_the_summary_names_what_is_wrong_in_the_order_of_the_page(entry: Entry, step: str):
    entry.reach(step)
    typed = entry.typed(step)
    kept = ("for_regimen", "TOTAL_FORMS", "-drug", "-role", "-hcpcs", "-phase", "planned_end_on")
    empty = {name: value if name.endswith(kept) else "" for name, value in typed.items()}
    asked = {
        "dates": {"urgency": "expedited", "trial": "yes", "trial_id": "?"},
        "regimen": {"pick": "custom"},
    }
    page = entry.shown(step, {**empty, **asked.get(step, {})}, "submit" if step == "review" else "continue")
    text = page.content.decode()
    targets = re.findall(r'<li><a class="usa-link" href="#(id_[^"]+)"', text)
    assert len(targets) == len(page.context["form"].errors)
    places = [text.index(f' id="{target}"') for target in targets]
    assert places == sorted(places)


def test_r083_a_trial_question_that_the_page_does_not_ask_yet_is_not_missing(entry: Entry):
    entry.reach("dates")
    form = entry.shown("dates", {"planned_end_on": "", "urgency": "standard"}).context["form"]
    assert list(form.errors) == ["planned_end_on"]


def test_the_messages_of_a_drug_line_stand_together_and_belong_to_their_fields(entry: Entry):
    """Messages between label and box would push the fields of a line out of their rows."""
    entry.reach("dosing")
    wrong = {"lines-0-dose": "two", "lines-0-cycles": "4-1"}
    text = html.unescape(entry.shown("dosing", {**entry.typed("dosing"), **wrong}).content.decode())
    messages, fields = text.split("wz-line__messages")[1].split("wz-line__fields")
    assert re.findall(r'id="(id_lines[^"]*)-error"', messages) == ["id_lines-0-dose", "id_lines-0-cycles"]
    assert 'id="id_lines-0-dose-error"' not in fields
    assert 'aria-describedby="id_lines-0-dose-error"' in fields


def test_a_step_that_was_only_left_half_filled_shows_no_messages(entry: Entry):
    entry.reach("clinical")
    entry.post("clinical", {"stage": "IVA"}, "back")
    form = entry.get("clinical").context["form"]
    assert form["stage"].value() == "IVA"
    assert form.errors == {}


@pytest.mark.parametrize("step", STEP_KEYS)
def test_an_empty_post_is_refused_in_words(entry: Entry, step: str):
    entry.reach(step)
    page = entry.shown(step, {}, "submit" if step == "review" else "continue")
    assert page.context["form"].errors or page.context["refilled"]
    assert entry.state.answers[step] is None


@pytest.mark.parametrize("step", STEP_KEYS)
def test_hostile_values_do_no_harm(entry: Entry, step: str):
    """Any value in any field is an answer or a message, never a fault of the server (G-30)."""
    entry.reach(step)
    typed = entry.typed(step)
    for value in ("<script>alert(1)</script>", "\x00", "9" * 5000, "-1", "'; DROP TABLE", "💥", "{}"):
        for name in typed:
            page = entry.shown(step, {**typed, name: value}, "submit" if step == "review" else "continue")
            assert page.status_code == 200
            assert "<script>alert" not in page.content.decode()
        if entry.order.status != "draft":
            break


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²", "٣", "-1"])
@pytest.mark.parametrize("button", ["remove", "another", "schedule", "schedule:0"])
def test_a_button_for_a_line_that_cannot_be_does_nothing(entry: Entry, button: str, number: str):
    entry.reach("dosing")
    page = entry.shown("dosing", entry.typed("dosing"), f"{button}:{number}")
    assert len(page.context["lines"]) == 1


@pytest.mark.parametrize("revision", ["9" * 5000, "-1", "one"])
def test_a_revision_that_no_page_carried_is_a_conflict_not_a_fault(entry: Entry, revision: str):
    entry.reach("clinical")
    entry.answer("clinical")
    answer = entry.post("clinical", {**entry.typed("clinical"), "ecog": "2"}, revision=revision)
    assert answer.status_code == 409


def test_hostile_line_counts_are_bounded(entry: Entry):
    entry.reach("dosing")
    page = entry.shown("dosing", {**entry.typed("dosing"), "lines-TOTAL_FORMS": "99999999"})
    assert page.status_code == 200
    assert len(page.context["lines"]) <= 30
