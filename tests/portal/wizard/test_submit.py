"""The review page: every answer, what would happen, and one order however often Submit is pressed."""

from __future__ import annotations

import html

import pytest
import time_machine

from orders.models import Order
from portal.practice.summary import line_words
from tests.factories import orders
from tests.portal.wizard.entry import CLINICAL, STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r162_the_order_is_submitted_and_decided_on_the_next_page(entry: Entry):
    entry.reach("review")
    answer = entry.submit()
    assert answer["Location"] == f"/orders/{entry.order.reference}/"
    assert entry.order.disposition == "authorized"
    assert entry.order.snapshot.answers["review"]["notes"] == "Please call after 2 PM."


def test_a_double_click_makes_one_order(entry: Entry):
    entry.reach("review")
    typed = entry.typed_review()
    before = Order.objects.count()
    first, second = (entry.submit({**typed}) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/orders/{entry.order.reference}/"
    assert Order.objects.count() == before
    assert entry.order.evaluations.count() == 1
    assert "no longer a draft" not in entry.client.get(second["Location"]).content.decode()


def test_another_window_that_submits_later_is_told(entry: Entry):
    entry.reach("review")
    older, newer = entry.typed_review(), entry.typed_review()
    assert older["idempotency_key"] != newer["idempotency_key"]
    entry.submit(newer)
    answer = entry.submit(older)
    assert "no longer a draft" in entry.client.get(answer["Location"]).content.decode()
    assert entry.order.evaluations.count() == 1


def test_answers_changed_in_another_window_are_not_submitted_unseen(entry: Entry):
    entry.reach("review")
    typed = entry.typed_review()
    entry.post("clinical", {**CLINICAL, "ecog": "2"})
    answer = entry.submit(typed)
    assert answer.status_code == 422
    assert "changed in another window" in answer.content.decode()
    assert entry.order.status == "draft"
    # The page shows the new answers; sent again as it now is, the order goes through.
    again = {name: answer.context[name] for name in ("idempotency_key", "reviewed_hash")}
    entry.submit({**typed, **again})
    assert entry.order.status == "determined"


def test_the_confirmation_counts_for_the_answers_it_was_given_for(entry: Entry):
    """R-091: who confirms has seen these very answers; after a change the tick is to be set again."""
    entry.reach("review")
    entry.post("review", entry.typed_review(), "back")
    assert entry.get("review").context["form"]["confirmed"].value() is True
    entry.post("clinical", {**CLINICAL, "ecog": "2"})
    form = entry.get("review").context["form"]
    assert form["confirmed"].value() is False
    assert form["notes"].value() == "Please call after 2 PM."
    assert not form.errors


def test_answers_changed_in_another_window_are_confirmed_again(entry: Entry):
    entry.reach("review")
    typed = entry.typed_review()
    entry.post("clinical", {**CLINICAL, "ecog": "2"})
    assert entry.submit(typed).context["form"]["confirmed"].value() is False


@pytest.mark.parametrize("missing", ["idempotency_key", "reviewed_hash"])
def test_a_submission_without_what_the_page_carries_is_shown_again(entry: Entry, missing: str):
    entry.reach("review")
    answer = entry.submit({**entry.typed_review(), missing: None})
    assert answer.status_code == 422
    assert entry.order.status == "draft"


def test_what_stands_against_it_is_listed_all_at_once(entry: Entry):
    """A start that has become too old while the draft lay is refused at submission (DR-02)."""
    entry.reach("review")
    typed = entry.typed_review()
    with time_machine.travel("2026-03-20T15:00:00+00:00", tick=False):
        entry.client.force_login(orders.person("practice"))
        answer = entry.submit(typed)
    assert answer.status_code == 422
    assert "could be made until" in html.unescape(answer.content.decode())
    assert entry.order.status == "draft"


def test_every_answer_is_listed_with_a_link_that_returns(entry: Entry):
    entry.reach("review")
    page = html.unescape(entry.get("review").content.decode())
    assert [section.step for section in entry.get("review").context["sections"]] == STEP_KEYS[:-1]
    for text in (
        "Verbena, Lee",
        "C34.11",
        "Nonsquamous",
        "50% or more",
        "200 mg IV",
        "617-555-0110",
        "In network",
    ):
        assert text in page
    assert f"{entry.url('clinical')}?return=review#id_stage" in page


def test_dr25_each_line_names_the_phase_whose_cycles_it_counts():
    line = {"hcpcs": "", "role": "therapeutic", "days": "1", "cycle_length_days": 14, "cycles": "1-4"}
    line |= {"dose": "175", "unit": "mg/m2", "route": "IV", "per_day": 1}
    assert "cycles 1–4 of phase 2" in line_words({**line, "phase": 2}, phased=True)
    assert "cycles 1–4, along the whole course" in line_words({**line, "phase": 0}, phased=True)
    assert "phase" not in line_words({**line, "phase": 1})


def test_every_change_link_leads_to_a_field_of_its_step(entry: Entry):
    entry.reach("review")
    for section in entry.get("review").context["sections"]:
        page = entry.get(section.step).content.decode()
        for row in section.rows:
            assert f'id="id_{row.field}"' in page, (section.step, row.field)


def test_the_forecast_says_a_missing_answer_with_its_drug_and_as_a_deviation_and_no_third_time(entry: Entry):
    entry.reach("review")
    entry.post("clinical", {**CLINICAL, "biomarker-EGFR": "unknown"})
    page = entry.get("review")
    assert page.context["outcome_sentence"] == "A nurse will look at it."
    assert page.context["reasons"] == []
    assert html.unescape(page.content.decode()).count("EGFR: unknown; this regimen asks for wild type.") == 2
    assert [found.code for found, *_ in page.context["deviations"]] == ["BIOMARKER:EGFR:UNKNOWN"]


def test_the_forecast_says_what_submitting_leads_to(entry: Entry):
    entry.reach("review")
    page = entry.get("review").content.decode()
    assert "Authorized at once, if you submit it like this." in page
    assert "pembrolizumab: policy met." in page


def test_r179_deviations_are_listed_with_a_link_to_the_field(entry: Entry):
    entry.reach("review")
    entry.post("dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    entry.answer("dates", entry.typed_dates())
    context = entry.get("review").context
    [(deviation, url, action)] = context["deviations"]
    assert action == "Change"
    assert deviation.code == "CYCLE_LENGTH:pembrolizumab"
    assert url == f"{entry.url('dosing')}?return=review#id_lines-0-cycle_length_days"
    assert 'id="id_lines-0-cycle_length_days"' in entry.get("dosing").content.decode()
    assert "A nurse will look at it." in entry.get("review").content.decode()
    entry.post("dosing", entry.typed_dosing(**{"lines-0-cycle_length_days": "21"}))
    entry.answer("dates", entry.typed_dates())
    assert entry.get("review").context["deviations"] == []


def test_r111_an_unknown_biomarker_is_a_deviation_that_links_to_its_question(entry: Entry):
    entry.reach("review")
    entry.post("clinical", {**CLINICAL, "biomarker-EGFR": "unknown"})
    [(deviation, url, action)] = entry.get("review").context["deviations"]
    assert deviation.code == "BIOMARKER:EGFR:UNKNOWN"
    assert (url.endswith("#id_biomarker-EGFR"), action) == (True, "Answer")
    # The drug that needs the answer is named too.
    findings = [finding.sentence for finding, _ in entry.get("review").context["findings"]]
    assert any(sentence.startswith("pembrolizumab: needs EGFR") for sentence in findings)


def test_r323_a_documented_result_is_not_offered_for_change_and_costs_the_pathway(entry: Entry):
    """The policies accept a high PD-L1, the Pathway row does not: authorized, without extra payment."""
    entry.reach("regimen").answer("regimen", {"pick": "PW-NSC-010"})
    entry.answer("dosing", entry.typed_dosing(height_cm="170", weight_kg="70", creatinine_clearance="90"))
    entry.answer("dates")
    page = entry.get("review")
    [(deviation, url, action)] = page.context["deviations"]
    assert (deviation.code, action) == ("BIOMARKER:PDL1_TPS", "Choose another regimen")
    assert url == f"{entry.url('regimen')}?return=review#id_pick"
    assert page.context["outcome_sentence"] == "Authorized at once, off Pathway, if you submit it like this."
    assert page.context["pathway"].sentence.endswith("Policy decides; no enhanced reimbursement.")


def test_r151_the_extra_payment_is_told_before_submitting(entry: Entry):
    entry.reach("review")
    said = [finding.sentence for finding, _ in entry.get("review").context["findings"]]
    assert said == [
        "No enhanced reimbursement. Providers in MA are not eligible.",
        "pembrolizumab: policy met.",
    ]


def test_a_custom_plan_leads_to_the_choice_of_a_regimen(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    dosing = {"dose": "10", "unit": "mg", "days": "1", "cycle_length_days": "21", "cycles": "1-4"}
    typed = {f"lines-{n}-{name}": value for n in (0, 1) for name, value in dosing.items()}
    entry.answer("dosing", entry.typed_dosing(**typed))
    entry.answer("dates")
    [(deviation, url, action)] = entry.get("review").context["deviations"]
    assert (deviation.code, action) == ("CUSTOM_PLAN", "Choose a regimen")
    assert url == f"{entry.url('regimen')}?return=review#id_pick"


def test_r188_a_possible_duplicate_is_told_before_submitting(entry: Entry):
    entry.reach("review")
    entry.submit()
    again = Entry(entry.client).reach("review")
    context = again.get("review").context
    assert [flag.shared for flag in context["judgement"].duplicates] == [("pembrolizumab",)]
    page = again.get("review").content.decode()
    assert "Possible duplicate" in page
    [flag] = context["judgement"].duplicates
    assert html.unescape(page).count(flag.sentence) == 1
    assert context["due_if_pends"] is not None


def test_r188_the_headline_says_when_nothing_but_a_possible_duplicate_is_open(entry: Entry):
    entry.reach("review")
    entry.submit()
    again = Entry(entry.client).reach("review")
    headline = "A nurse will compare it with the other order; nothing else is open."
    assert again.get("review").context["outcome_sentence"] == headline
    again.answer("dosing", again.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    again.answer("dates")
    assert again.get("review").context["outcome_sentence"] == "A nurse will look at it."
