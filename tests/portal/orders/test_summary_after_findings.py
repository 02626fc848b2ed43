"""The summary of an order says what was authorized, not what was submitted (DR-14, DR-10, D-34)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from orders.actions.findings import record_information
from orders.actions.review import take_case
from orders.models import Order
from orders.rules.judgement import Judgement
from portal.evaluate.play import Play
from portal.evaluate.reading import Node
from portal.evaluate.request import CaseRequest
from portal.evaluate.world import People
from tests.factories.people import signed_in
from tests.portal.evaluate.conftest import example
from tests.portal.orders.test_order_page import page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

PDL1 = {"PDL1_TPS": "1_49"}


@pytest.fixture
def found(pending, nurse, office):
    """Records findings on the pending order, which settle it, and gives its page."""

    def record(**facts: Any):
        take_case(pending, by=nurse)
        record_information(pending, {"biomarkers": PDL1, **facts}, by=nurse)
        response = page(office, pending)
        assert response.context["summary"].approval, "the answers settle the case"
        return response

    return record


def judged(order: Order) -> dict[str, Any]:
    """The judgement that stands, line by line."""
    judgement = Judgement.from_json(order.evaluations.latest("sequence").judgement)
    return {line.drug: line for line in judgement.lines}


def days_of(response) -> dict[str, tuple[date, ...] | None]:
    return dict(response.context["calendar"])


def test_an_answer_obtained_by_phone_is_in_the_clinical_picture(found):
    shown = words(found())
    assert "PD-L1 tumor proportion score (TPS) 1 to 49%" in shown
    assert "PD-L1 tumor proportion score (TPS) Not reported" not in shown


def test_a_corrected_weight_gives_the_units_that_were_authorized(found, pending):
    shown = words(found(weight_kg="110"))
    line = judged(pending)["pemetrexed"]
    submitted = pending.lines.get(drug="pemetrexed").billing_units
    assert line.billing_units != submitted
    assert re.search(rf"pemetrexed HCPCS J9305.*? 8 {line.billing_units:,.0f} Authorized", shown)


@pytest.fixture
def people(shipped) -> People:
    return People.create()


@pytest.fixture
def play(people):
    """Submits an example, changed, with its events, and gives the order's page."""

    def play(name: str, **changed: Any):
        scenario = example(name, **changed)
        played = Play(CaseRequest(Node.of(scenario["request"], "request")), people)
        for number, event in enumerate(scenario["events"]):
            played.happens(Node.of(event, f"events[{number}]"))
        return page(signed_in(people.office), played.order)

    return play


def test_a_denied_drug_is_not_on_the_calendar(play):
    response = play("EX-009")
    assert response.context["summary"].state == "multiple_decisions"
    assert "bevacizumab" in days_of(response)
    assert "pegfilgrastim" not in days_of(response)


def test_a_withdrawn_drug_is_not_on_the_calendar(play):
    response = play("EX-025")
    assert response.context["summary"].approval
    assert "pegfilgrastim" in {line.drug for line in response.context["summary"].lines}
    assert "pegfilgrastim" not in days_of(response)


class TestContinuityOfCare:
    """EX-008 with a longer plan: covered for as long as the program says, not to the planned end."""

    @pytest.fixture
    def response(self, play):
        (nivolumab,) = example("EX-008")["request"]["therapeutic"]
        longer = [{**nivolumab, "cycles": 20}]
        return play("EX-008", therapeutic=longer, planned_end="2022-04-17")

    def test_shows_the_visits_and_the_range_that_are_covered(self, response):
        summary = response.context["summary"]
        (line,) = summary.lines
        assert (line.visits, line.billing_units) == (14, 14 * 240)
        assert summary.approval.visits == 14
        assert "Valid Mon Jul 12, 2021 to Tue Feb 1, 2022" in words(response)

    def test_names_the_day_that_the_grace_follows(self, response):
        said = "three weeks after the end of what continuity of care covers (Tue Jan 11, 2022)"
        assert said in words(response)

    def test_the_answers_are_kept_with_who_gave_them_and_when(self, response):
        """R-200."""
        order = response.context["summary"].order
        evaluation = order.evaluations.get()
        assert evaluation.inputs["facts"]["continuity"] == {
            "attested": True,
            "same_regimen": True,
            "treatment_started_on": "2021-04-12",
            "last_dose_on": "2021-06-28",
        }
        assert evaluation.judgement["continuity_applied"]
        assert evaluation.evaluated_by == order.submitted_by
        assert evaluation.evaluated_at == order.submitted_at

    def test_ends_the_calendar_with_what_is_covered(self, response):
        (days,) = days_of(response).values()
        assert (len(days), days[-1]) == (14, date(2022, 1, 10))
