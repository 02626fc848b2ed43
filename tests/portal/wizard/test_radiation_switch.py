"""Changing the kind of an order: nothing is lost, and nothing of the other kind counts (R-335, G-47)."""

from __future__ import annotations

import pytest

from tests.portal.wizard.entry import CLINICAL, DATES, DIAGNOSIS, PLAN, REGIMEN, Entry
from tests.portal.wizard.radiation import MEMBER, RADIATION_PLAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

DRUGS = {**PLAN, "plan": "BCBSMA"}


@pytest.fixture
def entry(client_of_practice) -> Entry:
    """A finished order of drugs in Massachusetts, which has both kinds."""
    found = Entry(client_of_practice)
    found.answer("plan", DRUGS)
    found.answer("member", found.typed_member(MEMBER))
    found.answer("providers")
    for step, typed in (("diagnosis", DIAGNOSIS), ("clinical", CLINICAL), ("regimen", REGIMEN)):
        found.answer(step, typed)
    found.answer("dosing")
    found.answer("dates", found.typed_dates())
    return found


def test_drugs_count_for_nothing_in_a_radiation_order(entry):
    entry.answer("plan", RADIATION_PLAN)
    assert entry.state.keys[4:] == ("clinical", "radiation", "dates", "review")
    assert entry.state.first_unfinished == "clinical"
    assert entry.order.regimen_name == ""
    assert {"regimen", "dosing"}.isdisjoint(entry.state.answers)
    assert entry.get("regimen")["Location"] == entry.url("clinical")


def test_what_was_entered_for_drugs_is_there_again_when_the_order_changes_back(entry):
    entry.answer("plan", RADIATION_PLAN)
    # The questions that both kinds ask show what was answered; the rest is kept out of sight.
    form = entry.get("clinical").context["form"]
    assert (form["stage"].value(), form["ecog"].value()) == ("IVA", "1")
    entry.answer("clinical", {"stage": "IIIA", "ecog": "1"})
    course = {"radiation_site": "nsclc", "radiation_technique": "2D", "for_site": "nsclc"}
    course |= {"for_course": "nsclc 2D", "radiation_fractions": "10"}
    entry.answer("radiation", {**course, "radiation_reasons": ["palliative_intent"]})
    end = {"planned_end_on": "3/25/2026", "urgency": "standard"}
    entry.answer("dates", end)
    assert (
        entry.order.regimen_name == "2D external beam radiation of non-small cell lung cancer, 10 fractions"
    )

    entry.answer("plan", DRUGS)
    assert entry.state.keys[4:] == ("clinical", "regimen", "dosing", "dates", "review")
    assert entry.order.regimen_name == "Pembrolizumab alone, TPS 50 or more"
    assert entry.state.recheck == {"clinical", "dates"}
    form = entry.get("clinical").context["form"]
    assert form["stage"].value() == "IIIA"
    assert form["biomarker-PDL1_TPS"].value() == "GE_50"
    entry.answer("clinical", {**CLINICAL, "stage": "IVA"})
    assert {"regimen", "dosing"} <= entry.state.done
    assert entry.get("dates").context["form"]["trial"].value() == DATES["trial"]

    entry.answer("plan", RADIATION_PLAN)
    assert entry.state.get("radiation")["radiation_fractions"] == 10
    assert entry.state.recheck >= {"clinical"}
