"""From an order's page to the next order, by hand: continue, change, supportive drugs alone, and its note."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from orders.models import Order
from tests.factories import orders
from tests.journeys.screens import Portal

pytestmark = pytest.mark.browser

#: Sixteen weeks of treatment, four days less ago: they end within the 30 days of the prompt.
SOME_TIME_AGO = timedelta(days=108)


@pytest.fixture
def breast(portal: Portal) -> Order:
    """An approved order whose treatment ends soon."""
    with time_machine.travel(datetime.now(UTC) - SOME_TIME_AGO):
        order = orders.submitted("breast-adjuvant")
    return order


def us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def press(portal: Portal, button: str) -> None:
    with portal.page.expect_navigation():
        portal.page.get_by_role("button", name=button, exact=True).last.click()


def submit(portal: Portal) -> Order:
    portal.page.get_by_text("These answers are in the patient").click()
    press(portal, "Submit the order")
    return Order.objects.get(reference=portal.page.url.rstrip("/").rsplit("/", 1)[-1])


def answer_dates(portal: Portal) -> None:
    portal.choose("Is the patient enrolled", "No")
    press(portal, "Continue")


def test_r332_r333_treatment_that_ends_soon_is_continued(portal: Portal, breast: Order) -> None:
    # Given practice staff who see on their home page what ends soon
    portal.sign_in("practice")
    portal.sees("Treatment that ends soon", "Treatment is authorized until")
    portal.looks_right("home-ending-soon")
    portal.page.get_by_role("link", name="Continue?").first.click()
    portal.looks_right("order-ending-soon")

    # When they continue it, look at what may have changed, and submit
    press(portal, "Continue treatment")
    portal.sees("Continuation of", f"order {breast.order_id}", "Eligible")
    portal.looks_right("continuation-member")
    press(portal, "Continue")
    portal.sees("These answers were copied from the earlier order")
    portal.looks_right("continuation-clinical")
    press(portal, "Continue")
    portal.looks_right("continuation-dosing")
    press(portal, "Continue")
    answer_dates(portal)
    portal.sees("Authorized at once")
    portal.sees_not("Possible duplicate")
    order = submit(portal)

    # Then it is authorized from the day after, and each order leads to the other
    portal.sees("Authorized.", "Continues order")
    assert breast.planned_end_on
    assert order.start_on == breast.planned_end_on + timedelta(days=1)
    portal.page.get_by_role("link", name=breast.order_id).click()
    portal.sees(f"Continued by order {order.order_id}")
    portal.sees_not("Treatment is authorized until")


def test_r094_r318_a_changed_regimen_replaces_the_earlier_order(portal: Portal) -> None:
    # Given an approved order of the Michigan plan, where any change is a new request
    earlier = orders.submitted()
    portal.sign_in("practice")
    portal.open(f"/orders/{earlier.reference}/")
    portal.sees("New request from this order", "Any change in treatment needs a new order request")
    portal.sees_not("Add supportive drugs")
    portal.looks_right("order-any-change-is-a-request")

    # When they ask for another regimen from a later day on
    press(portal, "New request from this order")
    assert earlier.start_on
    portal.fill("Planned start of treatment", us(earlier.start_on + timedelta(days=42)))
    press(portal, "Find member")
    press(portal, "Continue")
    press(portal, "Continue")
    portal.sees("pembrolizumab Remove")
    portal.looks_right("change-regimen")
    portal.page.get_by_text("Cemiplimab alone, TPS 50 or more").first.click()
    press(portal, "Continue")
    portal.page.get_by_text("No supportive drugs are planned").click()
    press(portal, "Continue")
    answer_dates(portal)
    portal.sees("Replaces order", f"order {earlier.order_id} ends on")
    portal.looks_right("change-review")
    order = submit(portal)

    # Then the earlier order has ended, and says so
    assert order.order_id
    portal.open(f"/orders/{earlier.reference}/")
    portal.sees(f"Replaced by order {order.order_id}", "replaced this one", "S0354 are void")
    portal.looks_right("order-replaced")


def test_r093_supportive_drugs_alone_beside_an_approved_order(portal: Portal) -> None:
    # Given an approved order whose program takes supportive drugs alone
    earlier = orders.submitted("breast-adjuvant")
    portal.sign_in("practice")
    portal.open(f"/orders/{earlier.reference}/")
    press(portal, "Add supportive drugs")

    # When they add a drug
    assert earlier.start_on
    portal.fill("Planned start of treatment", us(earlier.start_on + timedelta(days=14)))
    press(portal, "Find member")
    press(portal, "Continue")
    press(portal, "Continue")
    portal.sees("Supportive drugs only", "no Pathway")
    portal.looks_right("supportive-dosing")
    portal.page.get_by_role("combobox", name="Add a supportive drug").fill("fosaprepitant")
    portal.page.keyboard.press("Escape")
    press(portal, "Add drug")
    for label, text in {
        "Dose": "150",
        "Days of the cycle": "1",
        "Cycle length": "14",
        "Cycles": "1-4",
    }.items():
        portal.page.get_by_label(label, exact=True).fill(text)
    press(portal, "Continue")
    answer_dates(portal)
    portal.looks_right("supportive-review")
    order = submit(portal)

    # Then it is judged on its own, and cites the earlier order
    portal.sees(f"Supportive drugs beside order {earlier.order_id}")
    portal.looks_right("supportive-order")
    assert order.snapshot.facts["references_order"] == earlier.order_id
