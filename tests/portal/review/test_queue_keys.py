"""The queue by keyboard alone: j, k and Enter (ui: a nurse looks at it for eight hours)."""

from __future__ import annotations

import pytest

from members.models import Practice
from orders.models import Order
from portal.models import User
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(shipped_for_real: None, practice: Practice, practice_user: User) -> list[Order]:
    """Three cases, the next due first."""
    return [
        samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice, last_name=f"Rivera{number}")
        for number in range(3)
    ]


def test_j_and_k_move_and_enter_opens(cases, nurse, live_server, page):
    session = signed_in(nurse).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/review/")

    def row() -> str:
        return page.evaluate("document.activeElement.getAttribute('href')")

    page.keyboard.press("j")
    assert row() == f"/review/{cases[0].reference}/"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert row() == f"/review/{cases[2].reference}/"
    page.keyboard.press("k")
    assert row() == f"/review/{cases[1].reference}/"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{cases[1].reference}/")
