"""The dates of a radiation order: within the 90 days of one order, without a drug's trial (R-343, R-344)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orders.rules.radiation_course import last_fraction_on
from tests.portal.wizard.entry import start_on, us
from tests.portal.wizard.radiation import RadiationEntry

#: Tests of the form; the rule alone needs no database.
in_the_form = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def entry(client_of_practice) -> RadiationEntry:
    """A breast order with 16 fractions and a boost of 4 that has come to its dates."""
    return RadiationEntry(client_of_practice).reach("dates")


@pytest.mark.parametrize(
    ("start", "fractions", "last"),
    [
        (date(2026, 3, 12), 1, date(2026, 3, 12)),
        (date(2026, 3, 12), 2, date(2026, 3, 13)),
        (date(2026, 3, 12), 3, date(2026, 3, 16)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 3, 12), 20, date(2026, 4, 8)),
    ],
)
def test_a_fraction_on_each_weekday_gives_the_last_day(start, fractions, last):
    assert last_fraction_on(start, fractions) == last


class TestDatesPage:
    pytestmark = in_the_form

    def test_the_end_is_filled_from_the_fractions_with_their_boost(self, entry):
        page = entry.get("dates")
        assert page.context["form"]["planned_end_on"].value() == last_fraction_on(start_on(), 20)

    def test_nothing_of_a_drugs_trial_or_dosing_is_asked(self, entry):
        page = entry.get("dates")
        assert list(page.context["form"].fields) == ["planned_end_on", "urgency", "expedited_attested"]
        assert "By the dosing" not in page.content.decode()
        entry.answer("dates")
        assert set(entry.state.get("dates")) == {"planned_end_on", "urgency", "expedited_attested"}

    def test_r343_r344_the_last_day_lies_within_the_90_days_of_one_order(self, entry):
        last = start_on() + timedelta(days=89)
        entry.answer("dates", entry.typed_radiation_dates(planned_end_on=us(last)))
        page = entry.shown("dates", entry.typed_radiation_dates(planned_end_on=us(last + timedelta(days=1))))
        [message] = page.context["form"].errors["planned_end_on"]
        assert message.endswith("what is given later needs a new request.")
        assert "90 days from the start" in page.content.decode()

    def test_the_last_day_does_not_lie_before_the_first(self, entry):
        page = entry.shown("dates", entry.typed_radiation_dates(planned_end_on="3/1/2026"))
        assert "on or after the start" in page.context["form"].errors["planned_end_on"][0]

    def test_urgent_requests_go_by_the_plans_channel_as_for_drugs(self, entry):
        page = entry.shown("dates", entry.typed_radiation_dates(urgency="expedited"))
        assert "Make urgent requests by phone" in page.context["form"].errors["urgency"][0]

    def test_another_number_of_fractions_has_the_dates_looked_at_again(self, entry):
        entry.answer("dates")
        entry.answer("radiation", entry.typed_course(radiation_fractions="15"))
        assert entry.state.recheck == {"dates"}
