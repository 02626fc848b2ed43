"""Step 1: plans of the four programs, what is taken elsewhere, and inpatient treatment."""

from __future__ import annotations

import html

import pytest

from tests.portal.wizard.entry import PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def errors(page, field: str) -> str:
    return html.unescape(" ".join(page.context["form"].errors.get(field, [])))


def test_r019_the_plans_with_a_program_are_offered(entry: Entry):
    choices = dict(entry.get("plan").context["form"].fields["plan"].choices)
    assert set(choices) == {"BCBSNC", "BCBSMA", "BCBSM"}


@pytest.mark.parametrize("plan", ["BCBSNC", "BCBSMA", "BCBSM"])
def test_r010_inpatient_treatment_stops_with_the_reason(entry: Entry, plan: str):
    page = entry.shown("plan", {**PLAN, "plan": plan, "setting": "inpatient"})
    assert "No request is needed through the program for treatment given to an inpatient" in errors(
        page, "setting"
    )
    assert entry.state.first_unfinished == "plan"


def test_radiation_at_massachusetts_names_the_contact_center_with_its_hours(entry: Entry):
    page = entry.shown("plan", {**PLAN, "plan": "BCBSMA", "solution": "radiation_oncology"})
    message = errors(page, "solution")
    assert "taken by phone" in message
    assert "1-866-745-1783, Monday to Friday, 8:00 AM to 6:00 PM ET" in message


def test_radiation_where_the_plan_has_none_says_so(entry: Entry):
    page = entry.shown("plan", {**PLAN, "plan": "BCBSNC", "solution": "radiation_oncology"})
    assert "has no radiation oncology program here" in errors(page, "solution")
