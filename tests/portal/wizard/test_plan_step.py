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


@pytest.mark.parametrize(
    ("plan", "opens"),
    [("BCBSMA", "radiation"), ("BCBSM", ""), ("BCBSNC", "")],
)
def test_r335_radiation_opens_its_flow_where_a_program_of_the_plan_takes_it(entry: Entry, plan, opens):
    page = entry.shown("plan", {**PLAN, "plan": plan, "solution": "radiation_oncology"})
    if opens:
        assert page.context["step"].key == "member"
        assert opens in entry.state.keys
    else:
        assert "has no radiation oncology program here. Check with the plan whom to ask." in errors(
            page, "solution"
        )
        assert entry.state.first_unfinished == "plan"
