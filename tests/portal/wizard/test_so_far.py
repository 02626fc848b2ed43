"""The panel beside the form: what can be decided at once, what is missing, who else reviews (R-179)."""

from __future__ import annotations

import html

import pytest

from members.models import Site
from orders.rules.growth_factors import growth_factor_deviations
from portal.practice.so_far import remedy
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


#: What a provider in Massachusetts is told at a plan that pays in eighteen states.
NO_EXTRA = "No enhanced reimbursement. Providers in MA are not eligible."


def test_each_drug_says_whether_its_policy_is_met(entry: Entry):
    entry.reach("dosing")
    assert sentences(entry.get("dosing")) == [
        "On Pathway: Pembrolizumab alone, TPS 50 or more.",
        NO_EXTRA,
        "pembrolizumab: policy met.",
    ]


def test_r151_r321_the_extra_payment_is_told_once_a_pathway_regimen_is_selected(entry: Entry):
    entry.reach("dosing")
    Site.objects.filter(pk=entry.state.get("providers")["ordering_site"]).update(state="OH")
    promised = "Enhanced reimbursement, if approved: S0353 once and S0354 up to 5 times."
    assert promised in sentences(entry.get("dosing"))
    off = live(entry, "dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    assert "reimbursement" not in off


def test_an_answer_that_a_drug_needs_links_to_its_step(entry: Entry):
    entry.reach("dosing")
    entry.post("clinical", {**CLINICAL, "biomarker-EGFR": "unknown"})
    findings = entry.get("dosing").context["so_far"].findings
    [needs] = [found for found in findings if found.sentence.startswith("pembrolizumab: needs")]
    assert needs.sentence == "pembrolizumab: needs EGFR."
    assert needs.step == "clinical"


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        (["EGFR"], "EGFR not answered; without it a nurse reviews the order."),
        (["EGFR", "ALK"], "EGFR and ALK rearrangement not answered; without them a nurse reviews the order."),
    ],
)
def test_r181_missing_answers_are_named_and_what_happens_without_them(entry: Entry, unknown, said):
    entry.reach("dosing")
    entry.post("clinical", {**CLINICAL, **{f"biomarker-{name}": "unknown" for name in unknown}})
    finding = entry.get("dosing").context["so_far"].findings[0]
    assert finding.sentence == f"Not yet on Pathway: {said}"
    assert (finding.step, finding.link) == ("clinical", "Answer on Clinical")


def test_r181_a_documented_result_leads_to_another_regimen_and_not_to_its_question(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "PW-NSC-010"})
    finding = entry.get("dosing").context["so_far"].findings[0]
    assert finding.sentence == (
        "Off Pathway as entered: PD-L1 tumor proportion score (TPS): 50% or more; "
        "this regimen is for below 1% or 1 to 49%. Policy decides; no enhanced reimbursement."
    )
    assert (finding.step, finding.link) == ("regimen", "Choose another regimen")


def test_of_several_results_off_pathway_the_first_is_named_and_the_others_counted(entry: Entry):
    entry.reach("dosing")
    entry.post(
        "clinical", {**CLINICAL, "stage": "IIA", "biomarker-ALK": "positive", "biomarker-EGFR": "unknown"}
    )
    said = sentences(entry.get("dosing"))[0]
    assert said.startswith("Off Pathway as entered: ")
    assert "And 1 more entry differs." in said
    assert said.endswith("EGFR not answered; without it a nurse reviews the order.")


def test_r323_a_regimen_off_pathway_says_that_there_is_no_extra_payment(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "LIB-NSC-005"})
    said = sentences(entry.get("dosing"))[0]
    assert said == "An evidence-based regimen, not on Pathway. No enhanced reimbursement."


def test_r186_a_growth_factor_that_departs_is_left_to_the_reviewer():
    line = {"number": 4, "drug": "pegfilgrastim", "indication": "primary_prophylaxis"}
    [departure] = growth_factor_deviations({"drugs": [line], "fn_risk_factors": []}, "intermediate")
    assert remedy(departure) == ("", "")


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
    assert sentences(page)[0] == "Custom plan: a nurse reviews it."
    assert page.context["so_far"].due_if_pends is not None


def test_a_plan_off_pathway_names_the_nearest_pathway_regimen_and_what_departs_from_it(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    nearest = entry.get("dosing").context["so_far"].findings[1]
    assert nearest.sentence == "Nearest on Pathway: Pembrolizumab alone, TPS 50 or more. Lacks eribulin."
    assert (nearest.step, nearest.link) == ("regimen", "Choose on Regimen")


def test_the_panel_follows_each_answer_and_writes_nothing(entry: Entry):
    entry.reach("clinical")
    assert "Pathway possible" in live(entry, "clinical", CLINICAL)
    assert "if confirmed" in live(entry, "clinical", {**CLINICAL, "biomarker-EGFR": None})
    assert "clinical" not in entry.state.raw
    entry.reach("dosing")
    changed = live(entry, "dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    assert "Off Pathway as entered: Pembrolizumab, cycle length: 28 days entered" in changed
    assert "A nurse looks at it." in changed
    assert "Policy decides" not in changed
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
    assert sentences(entry.get("dosing"))[0].startswith("Off Pathway as entered: Pembrolizumab, cycle length")
