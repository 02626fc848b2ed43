"""The keyboard alone enters and submits an order (R-098); Enter never presses the wrong button."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from portal import demo
from tests.portal.wizard.entry import MEMBER_NUMBER, start_on, us

pytestmark = pytest.mark.browser


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> Keyboard:
        """Tab until the focus is on the element."""
        for _ in range(120):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {selector}")

    def type(self, text: str) -> Keyboard:
        self.page.keyboard.type(text)
        return self

    def press(self, key: str) -> Keyboard:
        self.page.keyboard.press(key)
        return self

    def choose(self, name: str, value: str) -> Keyboard:
        """Go to a group of radio buttons and down to the answer."""
        self.to(f"input[type=radio][name='{name}']").press("Space")
        for _ in range(12):
            if self.page.evaluate("document.activeElement.value") == value:
                return self
            self.press("ArrowDown")
        raise AssertionError(f"{name} has no answer {value}")

    def enter(self, step: str) -> None:
        """Enter goes on, to the step named."""
        self.press("Enter")
        expect(self.page).to_have_url(re.compile(rf"/{step}/"))
        self.page.wait_for_load_state()


def test_an_order_is_submitted_with_the_keyboard_alone(
    shipped_for_real: None, live_server, page: Page
) -> None:
    page.set_default_timeout(20_000)
    keys = Keyboard(page)
    password = next(p["password"] for p in demo.people() if p["username"] == "practice")
    page.goto(f"{live_server}/orders/new/")
    keys.to("[name=login]").type("practice").to("[name=password]").type(password)
    keys.enter("orders/new")
    keys.to("main form button.usa-button").enter("plan")

    keys.choose("plan", "BCBSM").choose("solution", "medical_oncology")
    keys.choose("setting", "outpatient").enter("member")

    keys.to("[name=member_number]").type(MEMBER_NUMBER).to("#id_start_on").type(us(start_on()))
    keys.press("Enter")
    expect(page.get_by_text("Eligible")).to_be_visible()
    keys.to("main form button.usa-button[value=continue]").enter("providers")

    for name in ("ordering_provider", "ordering_site", "servicing_site"):
        keys.to(f"input[name={name}]").press("Space")
    keys.to("[name=p2p_phone]").type("6175550110").enter("diagnosis")

    keys.to("#id_primary").type("C34.11")
    expect(page.locator("#id_primary-list [role=option]").first).to_be_visible()
    keys.press("ArrowDown").press("Enter").press("Enter")
    expect(page.get_by_text("Which cancer is it?")).to_be_visible()
    keys.choose("tumor", "nsclc").enter("clinical")

    keys.choose("histology", "nonsquamous").to("[name=stage]").type("IVA")
    keys.to("[name=line_of_therapy]").type("First").choose("ecog", "1")
    for name, value in {
        "EGFR": "wild_type",
        "PDL1_TPS": "GE_50",
        "ALK": "negative",
        "ROS1": "negative",
    }.items():
        keys.choose(f"biomarker-{name}", value)
    keys.to("[name=biomarker-OTHER_DRIVER]").type("None found")
    keys.to("input[name=prior_therapies][value=none]").press("Space")
    keys.choose("concurrent_radiation", "no").enter("regimen")

    keys.choose("pick", "PW-NSC-007").enter("dosing")
    keys.to("[name=no_supportive]").press("Space").enter("dates")
    keys.choose("trial", "no").enter("review")
    keys.to("[name=confirmed]").press("Space").press("Enter")
    expect(page).to_have_url(re.compile(r"/orders/T\d{9}/$"))

    order = Order.objects.get()
    assert order.disposition == "authorized"
    assert page.get_by_text(order.order_id).count()
