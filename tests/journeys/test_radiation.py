"""A radiation order by hand in a browser, from New order to the result (R-335, R-336, R-339 to R-344)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.factories import orders
from tests.journeys.screens import Portal

pytestmark = pytest.mark.browser


def _start() -> date:
    return orders.today() + timedelta(days=9)


def _come_to_radiation(portal: Portal, member: str, diagnosis: str) -> str:
    """Enter everything up to the radiation step."""
    reference = portal.start_order()
    portal.choose("Health plan", "Massachusetts")
    portal.choose("Type of order", "Radiation oncology")
    portal.choose("Setting", "Outpatient")
    portal.go_on()
    portal.answer_member(member, _start())
    portal.answer_providers("Alder", "Boston", "Boston")
    portal.answer_diagnosis(diagnosis)
    portal.looks_right("radiation-clinical")
    portal.answer_clinical({"ECOG": re.compile("^1 ")})
    return reference


def _panel_says(portal: Portal, text: str) -> None:
    """The panel follows the answers a moment later."""
    expect(portal.page.locator("#so-far")).to_contain_text(text)


def test_a_short_course_of_the_breast_is_authorized_at_once(portal: Portal) -> None:
    # Given practice staff with a patient of the Massachusetts plan after lumpectomy
    portal.sign_in("practice")
    reference = _come_to_radiation(portal, "ZMA300000014", "C50.911")
    portal.looks_right("radiation-step")

    # When the site is one without a policy, the page says at once that nothing needs to be sent
    portal.choose("Site that is treated", "Brain")
    expect(portal.page.get_by_text("No authorization needed for this site").first).to_be_visible()
    portal.choose("Technique", "3D conformal")
    expect(portal.page.get_by_text("No authorization is needed for this technique")).to_be_visible()
    portal.looks_right("radiation-voluntary")

    # And when it is the breast, its questions come, each with the panel beside them
    portal.choose("Site that is treated", "Breast")
    expect(portal.page.get_by_role("heading", name="3D conformal radiation of the breast")).to_be_visible()
    portal.fill("Number of fractions", "16")
    portal.fill("Boost fractions", "4")
    portal.choose("Which of these apply?", "The whole breast is treated after lumpectomy")
    _panel_says(portal, "policy met. Whole breast after lumpectomy, short course.")
    portal.looks_right("radiation-course")
    portal.go_on()
    portal.sees("One order covers 90 days from the start")
    portal.looks_right("radiation-dates")
    portal.go_on()
    portal.sees("Authorized at once, if you submit it like this.")
    portal.looks_right("radiation-review")
    portal.submit()

    # Then the answer is on the next page, with site, technique, rule sets and days
    order = Order.objects.get(reference=reference)
    portal.sees("Authorized. 3D conformal radiation of the breast is approved through", order.order_id)
    portal.sees("16 fractions and 4 boost fractions", "Radiation of the breast", "needs a new request")
    portal.sees_not("Pathway Eligible ID", "S0353", "no HCPCS code")
    portal.looks_right("radiation-authorized")
    portal.summary_pdf_says(order.order_id, "3D conformal", "16 fractions", "needs a new request")


def test_more_fractions_than_the_policy_has_go_to_a_nurse(portal: Portal) -> None:
    # Given a course of bone metastases that is longer than the policy allows
    portal.sign_in("practice")
    reference = _come_to_radiation(portal, "ZMA300000014", "C50.911")
    portal.choose("Site that is treated", "Bone metastases")
    portal.choose("Technique", "3D conformal")
    expect(portal.page.get_by_label("Number of fractions")).to_be_visible()
    portal.fill("Number of fractions", "14")
    portal.fill("Boost fractions", "0")
    portal.page.get_by_label("Boost fractions").press("Tab")
    _panel_says(portal, "policy not met by these answers; a nurse looks at it. Course is at most 10")
    portal.go_on()
    portal.go_on()
    # Criteria are open, so it is asked first whether the course was under way
    portal.choose("Was this treatment already under way?", "Yes")
    portal.sees("Date of the first fraction")
    portal.looks_right("radiation-continuity")
    portal.choose("Was this treatment already under way?", "No")
    portal.go_on()
    portal.submit()
    portal.sees("In Progress", "Course is at most 10 fractions. Reported: 14 fractions.")
    portal.looks_right("radiation-pended")

    # When a nurse takes the case, she sees the course and authorizes it
    portal.sign_in("nurse")
    portal.open("/review/")
    portal.sees("3D conformal radiation of bone metastases, 14 fractions")
    portal.take_next()
    portal.sees("Site", "Bone metastases", "What stands against the policy")
    portal.looks_right("radiation-case")
    portal.authorize("The prescriber documents instability of the spine.")

    # Then the practice finds it authorized
    order = Order.objects.get(reference=reference)
    portal.sign_in("practice")
    portal.open(f"/orders/{reference}/")
    portal.sees("Authorized. 3D conformal radiation of bone metastases is approved", str(order.order_id))
