"""A phone call in the middle of a page: the session ends, what was typed does not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal import demo
from tests.journeys.screens import Portal

pytestmark = pytest.mark.browser


def test_what_is_typed_when_the_session_ends_is_there_after_sign_in(portal: Portal) -> None:
    # Given practice staff in the middle of a page
    portal.sign_in("practice")
    portal.start_order()
    portal.answer_plan("Michigan")
    portal.fill("Member ID", "zmi 4000-0002")
    # When nobody touches the page until the session ends
    portal.page.evaluate("localStorage.setItem('portal.session-ends', Date.now() + 4000)")
    expect(portal.page).to_have_url(re.compile("/accounts/login/"), timeout=20_000)
    portal.sees("You were signed out", "Your drafts are kept")
    # And they come back
    portal.page.get_by_label("User name").fill("practice")
    password = next(p["password"] for p in demo.people() if p["username"] == "practice")
    portal.page.get_by_label("Password").fill(password)
    portal.page.get_by_role("button", name="Sign in").click()
    # Then the page is where it was, with what was typed
    expect(portal.page).to_have_url(re.compile(r"/orders/T\d{9}/member/"))
    portal.sees("You were signed out while this page was open")
    expect(portal.page.get_by_label("Member ID").first).to_have_value("zmi 4000-0002")
