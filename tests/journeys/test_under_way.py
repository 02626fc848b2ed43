"""Treatment that was under way, in a browser: the questions, what they lead to, and the pages that follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import orders, people
from tests.journeys.screens import Portal
from tests.portal.wizard.entry import Entry

pytestmark = pytest.mark.browser


def _entry(portal: Portal) -> Entry:
    """A draft of the practice's staff, who are signed in in the browser too."""
    portal.sign_in("practice")
    return Entry(people.signed_in(orders.person("practice")))


def test_r194_r195_treatment_under_way_is_authorized_at_once(portal: Portal) -> None:
    # Given an order of the Massachusetts plan whose criteria are not met
    entry = _entry(portal).reach_continuity()
    reference = entry.order.reference
    portal.open(reverse("step_dates", args=[reference]))
    # When they go on from the dates, they are asked whether treatment was under way
    portal.go_on()
    portal.sees("Continuity of care", "Was this treatment already under way?")
    portal.looks_right("continuity")
    portal.choose("Was this treatment already under way?", "Yes")
    portal.choose("Is it the same regimen", "Yes")
    portal.fill("Date of the first dose", "05/10/2021")
    portal.fill("Date of the last dose so far", f"{orders.today() - timedelta(days=11):%m/%d/%Y}")
    portal.page.get_by_text("Our office attests that this treatment").click()
    # Then the panel says so while they type
    expect(portal.page.locator("#so-far")).to_contain_text("Continuity of care: covered through")
    portal.looks_right("continuity-under-way")
    portal.go_on()
    # And the review says what submitting leads to
    portal.sees("Authorized at once as continuity of care, through")
    portal.looks_right("continuity-review")
    portal.submit()
    portal.sees("Continuity of care: treatment was already under way.", "Mon May 10, 2021")
    portal.looks_right("continuity-authorized")
    portal.summary_pdf_says("Continuity of care", "Mon May 10, 2021")


def test_r120_r128_doses_and_calendar_follow_the_lines(portal: Portal) -> None:
    entry = _entry(portal).reach("dosing")
    portal.open(reverse("step_dosing", args=[entry.order.reference]))
    card = portal.page.locator("#dose-preview")
    expect(card).to_contain_text("8 treatment days from")
    portal.page.get_by_label("Cycles").fill("1,2")
    portal.page.get_by_label("Cycles").press("Tab")
    expect(card).to_contain_text("2 treatment days from")
    expect(card).to_contain_text("× 2 doses = 400 in all")
    portal.looks_right("dosing-preview")
