"""Entering a radiation order from the first step to the result (R-335, R-336, R-339 to R-343)."""

from __future__ import annotations

import pytest

from tests.portal.wizard.radiation import RADIATION_KEYS, RadiationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def entry(client_of_practice) -> RadiationEntry:
    """A new radiation order of the breast."""
    return RadiationEntry(client_of_practice)


def test_r335_radiation_opens_its_own_flow_without_regimen_and_dosing(entry):
    entry.answer("plan")
    assert entry.state.keys == tuple(RADIATION_KEYS)
    assert [
        *("plan", "member", "providers", "diagnosis", "clinical", "radiation", "dates", "review")
    ] == RADIATION_KEYS


def test_r342_a_course_that_meets_its_policy_is_authorized_at_once(entry):
    entry.reach("review")
    page = entry.get("review")
    assert page.context["outcome_sentence"] == "Authorized at once, if you submit it like this."
    entry.submit()
    order = entry.order
    assert (order.disposition, order.solution) == ("authorized", "radiation_oncology")
    assert order.regimen_name == "3D conformal radiation of the breast, 16 fractions"
    found = entry.client.get(f"/orders/{order.reference}/").content.decode()
    assert "Authorized. 3D conformal radiation of the breast is approved through" in found
