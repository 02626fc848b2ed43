"""What the dosing step takes can be submitted, however large it is: no figure breaks a column (G-41)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.portal.wizard.entry import Entry, start_on, us

#: No order lasts longer than two years.
LONGEST = timedelta(days=700)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

EXTREMES: dict[str, dict[str, str]] = {
    "a unit of nobody": {"lines-0-unit": "<b>furlong</b>"},
    "a unit without end": {"lines-0-unit": "x" * 4000},
    "the largest dose": {"lines-0-dose": "99999999.9999", "lines-0-per_day": "24"},
    "the largest dose by weight": {
        "lines-0-dose": "99999999.9999",
        "lines-0-unit": "units/kg",
        "lines-0-per_day": "24",
        "weight_kg": "400",
    },
    "the largest dose in the largest unit": {
        "lines-0-dose": "99999999.9999",
        "lines-0-unit": "g/m2",
        "lines-0-per_day": "24",
        "height_cm": "250",
        "weight_kg": "400",
    },
    "the smallest dose": {"lines-0-dose": "0.0001", "lines-0-unit": "mcg"},
    "a figure in another script": {"lines-0-dose": "٢٠٠"},
    "a figure with an exponent": {"lines-0-dose": "2e2"},
    "a height with a comma": {"lines-0-unit": "mg/m2", "height_cm": "1,70", "weight_kg": "7,0"},
    "a height with an exponent": {"lines-0-unit": "mg/m2", "height_cm": "1.7e2", "weight_kg": "7e1"},
    "a height in another script": {"lines-0-unit": "mg/m2", "height_cm": "١٧٠", "weight_kg": "７０"},
    "every day of the longest cycle": {"lines-0-cycle_length_days": "366", "lines-0-days": "1-366"},
    "many cycles": {"lines-0-cycles": "1-99"},
    "many long cycles": {
        "lines-0-cycles": "1-99",
        "lines-0-cycle_length_days": "366",
        "lines-0-days": "1-366",
    },
    "cycles from far": {"lines-0-cycles": "99"},
    "a phase of its own": {"lines-0-phase": "6"},
    "a route of nobody": {"lines-0-route": "x" * 21},
    "a drug of nobody": {"lines-0-drug": "<script>xq7()</script>"},
    "a role of nobody": {"lines-0-role": "owner"},
    "an indication of nobody": {"lines-0-indication": "x" * 41},
    "a product of nobody": {"lines-0-hcpcs": "J99999"},
    "carboplatin by AUC without end": {
        "lines-0-unit": "AUC",
        "lines-0-dose": "99999999",
        "creatinine_clearance": "300",
    },
}


@pytest.mark.parametrize("changes", EXTREMES.values(), ids=EXTREMES)
def test_g41_an_extreme_dosing_is_refused_in_words_or_judged(entry: Entry, changes: dict[str, str]):
    entry.reach("dosing")
    typed = {**entry.typed("dosing"), **changes}
    entry.post("dosing", typed)
    form = entry.get("dosing").context["form"]
    if "dose_checked" in form.errors:
        ticks = [value for value, _ in form.fields["dose_checked"].choices]
        entry.post("dosing", {**typed, "dose_checked": ticks})
        form = entry.get("dosing").context["form"]
    if entry.state.answers["dosing"] is None:
        assert form.errors
        return
    entry.reach("dates")
    end = min(entry.get("dates").context["end_by_dosing"], start_on() + LONGEST)
    entry.answer("dates", entry.typed_dates(planned_end_on=us(end)))
    entry.reach("review")
    answer = entry.submit()
    if answer.status_code == 422:
        assert answer.context["problems"]
    else:
        assert entry.order.status != "draft"
        assert entry.client.get(answer["Location"]).status_code == 200
