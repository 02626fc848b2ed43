"""The panel beside the form: what can be decided at once, what is missing, who else reviews (R-179)."""

from __future__ import annotations

import html

import pytest

from tests.portal.wizard.entry import CLINICAL, PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def sentences(page) -> list[str]:
    return [finding.sentence for finding in page.context["so_far"].findings]


def live(entry: Entry, step: str, typed: dict[str, object]) -> str:
    """What htmx gets while the page is being filled in."""
    answer = entry.post(step, typed, "so_far")
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    return " ".join(html.unescape(answer.content.decode()).split())


def test_the_panel_begins_on_the_clinical_step(entry: Entry):
    entry.reach("clinical")
    assert "so_far" not in entry.get("diagnosis").context
    assert sentences(entry.get("clinical")) == []


def test_the_number_of_pathways_that_are_possible_is_said(entry: Entry):
    entry.reach("regimen")
    [sentence] = sentences(entry.get("regimen"))
    assert sentence.startswith("Pathway possible: ")
    assert sentence.endswith(" regimens.")


def test_missing_answers_are_named_with_a_link(entry: Entry):
    entry.reach("clinical").answer(
        "clinical", {**CLINICAL, "biomarker-EGFR": "unknown", "biomarker-ALK": "unknown"}
    )
    [finding] = entry.get("regimen").context["so_far"].findings
    assert "if confirmed: EGFR" in finding.sentence
    assert finding.step == "clinical"


def test_each_drug_says_whether_its_policy_is_met(entry: Entry):
    entry.reach("dosing")
    assert sentences(entry.get("dosing")) == [
        "On Pathway: Pembrolizumab alone, TPS 50 or more.",
        "pembrolizumab: policy met.",
    ]


def test_an_answer_that_a_drug_needs_links_to_its_step(entry: Entry):
    entry.reach("dosing")
    entry.post("clinical", {**CLINICAL, "biomarker-EGFR": "unknown"})
    findings = entry.get("dosing").context["so_far"].findings
    [needs] = [found for found in findings if found.sentence.startswith("pembrolizumab: needs")]
    assert needs.sentence == "pembrolizumab: needs EGFR."
    assert needs.step == "clinical"


def test_who_else_reviews_is_named(entry: Entry):
    entry.post("plan", {**PLAN, "plan": "BCBSNC"})
    entry.answer("member", entry.typed_member("ZNC200000011"))
    entry.reach("clinical")
    entry.answer("clinical", {**CLINICAL, "biomarker-EGFR": "mutation", "biomarker-PDL1_TPS": "unknown"})
    entry.answer("regimen", {"pick": "PW-NSC-011"})
    said = " ".join(sentences(entry.get("dosing")))
    assert "osimertinib:" in said
    assert "Pharmacy Benefit" in said


def test_a_custom_plan_is_always_reviewed(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    dosing = {"dose": "10", "unit": "mg", "days": "1", "cycle_length_days": "21", "cycles": "1-4"}
    typed = {f"lines-{n}-{name}": value for n in (0, 1) for name, value in dosing.items()}
    entry.answer("dosing", entry.typed_dosing(**typed))
    panel = entry.get("dates").context["so_far"]
    assert "Custom plan: a nurse reviews it." in [f.sentence for f in panel.findings]
    assert panel.due_if_pends is not None


def test_r172_a_custom_plan_waits_for_a_nurse_as_soon_as_it_is_chosen(entry: Entry):
    """On the regimen step, with or without its drugs, and on the dosing step before any dose."""
    entry.reach("regimen")
    for drugs in ([], ["pembrolizumab", "eribulin"]):
        panel = live(entry, "regimen", {"pick": "custom", "drugs": drugs})
        assert "Custom plan: a nurse reviews it." in panel
        assert "a decision is due" in panel
        assert "evidence-based" not in panel
    entry.answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    page = entry.get("dosing")
    assert sentences(page) == ["Custom plan: a nurse reviews it."]
    assert page.context["so_far"].due_if_pends is not None


def test_the_panel_follows_each_answer_and_writes_nothing(entry: Entry):
    entry.reach("clinical")
    assert "Pathway possible" in live(entry, "clinical", CLINICAL)
    assert "if confirmed" in live(entry, "clinical", {**CLINICAL, "biomarker-EGFR": None})
    assert "clinical" not in entry.state.raw
    entry.reach("dosing")
    changed = live(entry, "dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    assert "A Pathway regimen, but 1 entry differs." in changed
    assert "On Pathway" in live(entry, "dosing", entry.typed_dosing())
    assert entry.state.answers["dosing"] is None


@pytest.mark.parametrize("step", ["clinical", "regimen", "dosing", "dates"])
def test_the_panel_bears_whatever_is_typed(entry: Entry, step: str):
    entry.reach(step)
    typed = entry.typed(step)
    live(entry, step, {})
    for name in typed:
        live(entry, step, {**typed, name: "xyzzy"})


def test_the_page_shows_the_panel_of_what_it_holds(entry: Entry):
    """A dose changed but not accepted yet is judged as it stands on the page."""
    entry.reach("review")
    entry.post("dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "28", "no_supportive": None}))
    assert sentences(entry.get("dosing"))[0].startswith("A Pathway regimen, but 1 entry differs.")
