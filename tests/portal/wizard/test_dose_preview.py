"""Doses with their formulas, billing units, whole vials and the calendar, as the dosing page shows them."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from tests.portal.wizard.entry import Entry, start_on
from tests.portal.wizard.test_dosing_step import BODY, TCHP, breast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).replace("<br>", " ").split())


def preview(page):
    return page.context["preview"]


@pytest.fixture
def chemotherapy(entry: Entry) -> Entry:
    """Docetaxel, carboplatin and two antibodies: by surface, by clearance, by weight."""
    return breast(entry, TCHP)


def test_r128_r129_units_visits_and_calendar_of_a_flat_dose(entry: Entry):
    page = entry.reach("dosing").get("dosing")
    [line] = preview(page).lines
    assert line.working == "200 mg per dose"
    assert line.billed == "200 billing units of 1 mg per dose × 8 doses = 1,600 in all"
    assert line.days == "8 treatment days"
    assert line.vials == "200 mg in whole vials: 2 × 100 mg, together 200 mg"
    assert preview(page).visits == 8
    [(drug, days)] = preview(page).calendar
    assert drug == "pembrolizumab"
    assert days == tuple(start_on() + timedelta(days=21 * cycle) for cycle in range(8))
    assert "8 treatment days from" in text(page)


def test_d56_the_surface_and_carboplatin_are_worked_out_with_their_formula(chemotherapy: Entry):
    typed = chemotherapy.typed_dosing(**BODY, creatinine_clearance="90", no_supportive="on")
    shown = text(chemotherapy.post("dosing", typed, "so_far"))
    assert "BSA 1.83 m² (Mosteller: √(168 cm × 72 kg ÷ 3600))" in shown
    assert "75 mg/m² × 1.83 m² = 137.25 mg per dose" in shown
    assert "AUC 6 × (90 + 25) = 690 mg per dose (Calvert)" in shown
    assert "690 mg in whole vials: 1 × 600 mg and 2 × 50 mg, together 700 mg" in shown


def test_what_is_missing_is_asked_for_where_the_dose_would_stand(chemotherapy: Entry):
    shown = text(chemotherapy.get("dosing"))
    assert "Enter the height and the weight to compute the dose." in shown
    assert "Enter the creatinine clearance to compute the dose." in shown


def test_whole_vials_change_neither_units_nor_outcome(entry: Entry):
    entry.reach("dosing").answer("dosing", entry.typed_dosing(**{"lines-0-dose": "190"}))
    page = entry.get("dosing")
    [line] = preview(page).lines
    assert "2 × 100 mg, together 200 mg" in line.vials
    assert line.billed.endswith("1,520 in all")
    judged = entry.reach("review").get("review").context["judgement"].lines[0]
    assert judged.billing_units == 1520


@pytest.mark.parametrize(
    ("cycles", "days", "kept", "visits"),
    [
        ("1-4", "1", ("1-4", "1"), 4),
        ("1,2,3,4", "1", ("1-4", "1"), 4),
        ("1,2,3", "1-5,8", ("1-3", "1-5,8"), 18),
        (" 1 – 2 ", "8, 1", ("1,2", "1,8"), 4),
    ],
)
def test_r121_r122_ranges_and_lists_are_the_same_however_typed(entry: Entry, cycles, days, kept, visits):
    entry.reach("dosing")
    typed = entry.typed_dosing(**{"lines-0-cycles": cycles, "lines-0-days": days})
    entry.answer("dosing", typed)
    [line] = entry.state.get("dosing")["lines"]
    assert (line["cycles"], line["days"]) == kept
    assert preview(entry.get("dosing")).visits == visits


def test_the_calendar_follows_the_lines_with_and_without_scripts(entry: Entry):
    entry.reach("dosing")
    typed = entry.typed_dosing(**{"lines-0-cycles": "1-2"})
    live = text(entry.post("dosing", typed, "so_far"))
    assert 'id="dose-preview"' in live
    assert "2 treatment days from" in live
    assert entry.state.answers["dosing"] is None
    assert "2 treatment days from" in text(entry.shown("dosing", typed, "preview"))


def test_a_line_that_cannot_be_read_leaves_the_others(entry: Entry):
    entry.reach("dosing")
    page = entry.shown("dosing", entry.typed_dosing(**{"lines-0-cycles": "4-1"}), "preview")
    assert preview(page).lines == []
    assert preview(page).calendar == []


def test_r123_times_a_day_multiply_the_doses_and_not_the_visits(entry: Entry):
    entry.reach("dosing")
    page = entry.shown("dosing", entry.typed_dosing(**{"lines-0-per_day": "2"}), "preview")
    assert "× 16 doses = 3,200 in all" in preview(page).lines[0].billed
    assert preview(page).visits == 8


def test_r125_r180_a_dose_far_from_the_regimens_is_a_warning_with_both_doses(entry: Entry):
    entry.reach("dosing")
    page = text(entry.shown("dosing", entry.typed_dosing(**{"lines-0-dose": "400"})))
    assert "These doses differ from the regimen’s by more than 10%" in page
    assert "400 mg" in page
    assert "200 mg" in page


def test_r159_r331_the_expected_duration_stands_beside_each_regimen_and_on_the_order(entry: Entry):
    page = entry.reach("regimen").get("regimen")
    shown = text(page)
    for group in page.context["groups"]:
        for found in group.suggestions:
            assert f"Expected duration: {found.row.duration.words}" in shown
    entry.reach("review")
    [row] = [
        row
        for section in entry.get("review").context["sections"]
        for row in section.rows
        if row.label == "Expected duration"
    ]
    assert row.text == "Until progression; one order covers 24 weeks"
    entry.submit()
    order = text(entry.client.get(f"/orders/{entry.order.reference}/"))
    assert "Expected duration: until progression; one order covers 24 weeks." in order
