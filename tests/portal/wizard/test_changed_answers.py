"""Answers changed after a verdict was shown are marked for the reviewer, and for nobody else."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from notifications.models import AuditEvent
from orders.changes import changes_since
from tests.factories import orders, people
from tests.portal.wizard.entry import CLINICAL, NOT_MET, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

HEADING = "Changed after the forecast was seen"


def case_page(entry: Entry) -> str:
    client = people.signed_in(orders.person("nurse"))
    page = client.get(reverse("case", args=[entry.order.reference]))
    assert page.status_code == 200
    return " ".join(html.unescape(page.content.decode()).split())


def test_a_changed_answer_is_marked_on_the_case_and_not_on_the_order(entry: Entry):
    """The regimen asks for ECOG 0 to 2: the first forecast is seen with 3, the order is sent with 1."""
    entry.reach("clinical").answer("clinical", {**NOT_MET, "ecog": "3"})
    entry.reach("review")
    assert entry.get("review").context["judgement"] is not None
    entry.answer("clinical", {**NOT_MET, "ecog": "1"})
    entry.reach("review").submit()
    assert entry.order.snapshot.changed == [{"fact": "ecog", "was": 3, "now": 1}]
    shown = case_page(entry)
    assert HEADING in shown
    assert "ECOG performance status: 3 → 1" in shown
    assert HEADING not in entry.client.get(f"/orders/{entry.order.reference}/").content.decode()


def test_what_was_changed_before_any_verdict_is_no_matter(entry: Entry):
    entry.reach("clinical").answer("clinical", {**NOT_MET, "ecog": "3"})
    entry.get("clinical")
    entry.get("regimen")
    entry.answer("clinical", NOT_MET)
    entry.reach("review").submit()
    assert entry.order.snapshot.changed is None or entry.order.snapshot.changed == []
    assert HEADING not in case_page(entry)


def test_the_panel_with_a_verdict_counts_as_a_forecast(entry: Entry):
    entry.reach("dosing").get("dosing")
    entry.answer("clinical", NOT_MET)
    entry.reach("review")
    entry.get("review")
    entry.submit()
    assert entry.order.snapshot.changed == [{"fact": "biomarkers.PDL1_TPS", "was": "GE_50", "now": "LT_1"}]
    assert "PD-L1 tumor proportion score (TPS): 50% or more → Below 1%" in case_page(entry)


def test_the_first_forecast_is_kept_and_written_once(entry: Entry):
    entry.reach("review")
    for step in ("dosing", "dates", "review"):
        entry.get(step)
    first = entry.order.forecast_facts
    entry.answer("clinical", NOT_MET)
    entry.get("dosing")
    assert entry.order.forecast_facts == first
    assert AuditEvent.objects.filter(name="order.forecast_shown").count() == 1


def test_a_change_that_was_taken_back_is_none(entry: Entry):
    entry.reach("dosing").get("dosing")
    entry.answer("clinical", NOT_MET)
    entry.answer("clinical", CLINICAL)
    entry.reach("review").submit()
    assert entry.order.snapshot.changed == []


@pytest.mark.parametrize(
    ("seen", "now", "changed"),
    [
        ({"ecog": 3}, {"ecog": 1}, ["ecog"]),
        ({"ecog": 3}, {"ecog": 3}, []),
        ({"ecog": 3}, {}, []),
        ({}, {"ecog": 3}, []),
        ({"biomarkers": {"EGFR": "unknown"}}, {"biomarkers": {"EGFR": "mutation"}}, ["biomarkers.EGFR"]),
        ({"biomarkers": {"EGFR": "mutation"}}, {"biomarkers": {"ALK": "positive"}}, []),
        ({"prior_therapies": []}, {"prior_therapies": ["platinum"]}, ["prior_therapies"]),
    ],
)
def test_only_answers_that_were_there_and_are_others_count(seen, now, changed):
    assert [found["fact"] for found in changes_since(seen, now) or ()] == changed


def test_without_a_forecast_nothing_is_said():
    assert changes_since(None, {"ecog": 1}) is None
