"""A practice without power calls: an agent takes the order, and reads the answer to the caller."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from orders.models import Order, ToldItem
from tests.factories import orders
from tests.journeys.screens import Portal
from tests.portal.wizard.entry import start_on

pytestmark = pytest.mark.browser


def test_r376_r383_r311_an_agent_takes_a_phone_order_and_reads_the_result(portal: Portal) -> None:
    # Given an agent whom an office calls
    portal.sign_in("agent")
    portal.sees("No call waits")
    portal.page.get_by_role("link", name="Order for a caller").first.click()
    portal.pick("Practice", "617-555-0100", "Harbor Oncology Associates")
    portal.fill("Caller’s name", "Dana Fox")
    portal.fill("Call-back number", "617 555 0100")
    portal.looks_right("call-new")
    portal.page.get_by_role("button", name="Start the order").click()

    # When the agent asks the same questions as the portal, and why it is not used
    portal.sees("Dana Fox · Harbor Oncology Associates · 617-555-0100")
    portal.choose("Outage reason", "Power outage")
    portal.looks_right("call-1-plan")
    portal.answer_plan("Michigan")
    portal.answer_member("ZMI400000024", start_on())
    portal.answer_providers("Alder", "Nashua", "Nashua")
    portal.answer_diagnosis("C34.11", "Non-small")
    portal.answer_clinical(
        {
            "Histology": "Nonsquamous",
            "Stage": re.compile("IVA"),
            "Line of therapy": "First line",
            "ECOG": re.compile("^1 "),
            "EGFR": "Wild type",
            "PD-L1": "50% or more",
            "ALK": "Negative",
            "ROS1": "Negative",
            "Another driver": "None found",
            "Earlier therapy": "None",
            "Is radiation given": "No",
        }
    )
    portal.choose("Regimen", "Pembrolizumab alone, TPS 50")
    portal.go_on()
    portal.page.get_by_text("No supportive drugs are planned").click()
    portal.go_on()
    portal.answer_dates()
    portal.submit()

    # Then the answer is there to be read in the same call
    order = Order.objects.get()
    spoken = " ".join(order.order_id[start : start + 3] for start in (0, 3, 6))
    portal.sees("Read to the caller", "Authorized.", f"The Order ID is {spoken}.", "S0353 can be billed once")
    portal.looks_right("call-script")
    for item in ("What was decided", "Order ID", "Valid dates", "S-codes"):
        portal.page.locator(".pp-script").get_by_text(item, exact=True).click()
    portal.page.get_by_role("button", name="Save what was told").click()
    expect(portal.page.locator(".pp-script").get_by_text("by Casey Doyle")).to_have_count(4)
    assert ToldItem.objects.filter(order=order, told_by=orders.person("agent")).count() == 4
    portal.looks_right("call-told")

    # And the office finds it in the portal, with its channel
    portal.sign_in("practice")
    portal.find_order("BCBSM", order.order_id)
    portal.sees("Phone: entered by the contact center for Dana Fox", order.order_id, "S0353")
    portal.sees_not("Read to the caller")
