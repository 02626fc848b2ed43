"""From a radiation order to the next one: copied, looked at again, and judged as radiation (R-333, R-344)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.rules.states import Disposition
from tests.factories import radiation
from tests.portal.wizard.entry import us
from tests.portal.wizard.test_following import begun, go_on, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r333_r344_a_course_is_continued_with_its_answers_to_be_looked_at():
    earlier = radiation.submitted(radiation.PENDED, radiation=radiation.SHORT)
    assert earlier.planned_end_on
    first = earlier.planned_end_on + timedelta(days=1)
    with on(earlier.planned_end_on) as client:
        entry = begun(client, earlier, "continuation")
        assert entry.state.keys[4:] == ("clinical", "radiation", "dates", "review")
        assert entry.state.copied == {"clinical", "radiation"}
        assert entry.order.regimen_name == "3D conformal radiation of bone metastases, 5 fractions"
        for step in ("member", "clinical", "radiation"):
            go_on(entry, step)
        assert entry.state.get("radiation")["radiation_fractions"] == 5
        end = entry.get("dates").context["end_by_fractions"]
        entry.answer("dates", {"planned_end_on": us(end), "urgency": "standard"})
        entry.submit()
        order = entry.order
    assert order.disposition == Disposition.AUTHORIZED
    assert (order.start_on, order.follows) == (first, earlier)


def test_a_course_is_changed_and_the_page_says_so_without_drugs():
    earlier = radiation.submitted(radiation.PENDED, radiation=radiation.SHORT)
    assert earlier.start_on
    with on(earlier.start_on) as client:
        page = client.get(f"/orders/{earlier.reference}/").content.decode()
        assert "Change the course" in page
        assert "Add supportive drugs" not in page
        assert "Change the regimen" not in page
        entry = begun(client, earlier, "change")
        assert "radiation" in entry.state.keys
        assert entry.order.solution == "radiation_oncology"
        start = earlier.start_on + timedelta(days=2)
        entry.answer("member", entry.typed_member(earlier.member.member_number, start))
        for step in ("providers", "diagnosis", "clinical", "radiation"):
            go_on(entry, step)
        end = entry.get("dates").context["end_by_fractions"]
        entry.answer("dates", {"planned_end_on": us(end), "urgency": "standard"})
        # The forecast knows the whole coverage: this line is in the program by its provider's state alone.
        assert f"order {earlier.order_id} ends on" in entry.get("review").content.decode()
        entry.submit()
        order = entry.order
    # DR-11: a change names the order that it replaces, and is no duplicate of it.
    assert order.disposition == Disposition.AUTHORIZED
    earlier.refresh_from_db()
    assert earlier.ended_on == start - timedelta(days=1)
