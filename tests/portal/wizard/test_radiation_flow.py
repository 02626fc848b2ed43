"""Entering a radiation order from the first step to the result (R-335, R-336, R-339 to R-343)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.intake import build
from tests.portal.wizard.radiation import (
    BONE,
    BREAST,
    PROSTATE,
    RADIATION_KEYS,
    SHORT_COURSE,
    RadiationEntry,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: Queries of a page at most (G-08).
MOST = 15
VOLUNTARY = {"radiation_site": "prostate", "radiation_technique": "2D", "radiation_fractions": "20"}
ELSEWHERE = {**VOLUNTARY, "radiation_technique": "IMRT", "boost_fractions": "0"}


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


@pytest.mark.parametrize("step", RADIATION_KEYS)
def test_a_page_takes_at_most_15_queries(entry, step):
    entry.reach("review")
    entry.get(step)  # what a process compiles once is compiled
    with CaptureQueriesContext(connection) as found:
        assert entry.get(step).status_code == 200
    assert len(found) <= MOST


@pytest.mark.parametrize(
    ("diagnosis", "course", "forecast", "disposition"),
    [
        (BREAST, SHORT_COURSE, "Authorized at once, if you submit it like this.", "authorized"),
        (BREAST, BONE, "Authorized at once, if you submit it like this.", "authorized"),
        (BREAST, {**BONE, "radiation_fractions": "12"}, "A nurse will look at it.", "in_progress"),
        (
            PROSTATE,
            VOLUNTARY,
            "Completed at once: this course needs no authorization. The order is marked voluntary.",
            "completed",
        ),
        (PROSTATE, ELSEWHERE, "A nurse will look at it.", "in_progress"),
    ],
)
def test_r339_r340_r342_the_review_page_says_what_the_submission_then_does(
    client_of_practice, diagnosis, course, forecast, disposition
):
    entry = RadiationEntry(client_of_practice, diagnosis=diagnosis, course=course).reach("review")
    assert entry.get("review").context["outcome_sentence"] == forecast
    entry.submit()
    assert entry.order.disposition == disposition


def test_r086_the_course_stands_on_top_of_the_pages_after_it(entry):
    entry.reach("review")
    for step in ("dates", "review"):
        page = entry.get(step).content.decode()
        assert "<strong>3D conformal radiation of the breast, 16 fractions</strong>" in page


def test_the_review_page_lists_every_answer_with_its_change_link(entry):
    entry.reach("review")
    sections = {found.step: found for found in entry.get("review").context["sections"]}
    assert list(sections) == RADIATION_KEYS[:-1]
    assert [(row.label, row.text, row.field) for row in sections["radiation"].rows] == [
        ("Site", "Breast", "radiation_site"),
        ("Technique", "3D conformal", "radiation_technique"),
        ("Fractions", "16", "radiation_fractions"),
        ("Boost fractions", "4", "boost_fractions"),
        ("What calls for the course", "The whole breast is treated after lumpectomy", "radiation_reasons"),
    ]
    assert [row.label for row in sections["dates"].rows] == ["Planned end", "Urgency"]


def test_r188_a_second_order_of_the_same_course_is_flagged(entry, client_of_practice):
    entry.reach("review").submit()
    again = RadiationEntry(client_of_practice).reach("review")
    page = again.get("review")
    [flag] = page.context["judgement"].duplicates
    assert flag.shared == ("3D conformal radiation of the breast",)
    assert "A nurse will compare it with the other order" in page.context["outcome_sentence"]


def test_a_radiation_order_without_its_technique_is_refused_at_submission(entry):
    entry.reach("review")
    saved = entry.order.answers.get(step="radiation")
    clean = {**saved.cleaned, "radiation_technique": ""}
    entry.order.answers.filter(step="radiation").update(cleaned=clean)
    [problem] = build(entry.order, at=timezone.now())
    assert (problem.code, problem.step) == ("NO_TECHNIQUE", "radiation")


def test_r194_r348_radiation_under_way_is_asked_in_its_words_where_criteria_are_open(client_of_practice):
    long = {**BONE, "radiation_fractions": "12"}
    entry = RadiationEntry(client_of_practice, course=long).reach("dates")
    entry.answer("dates")
    assert entry.get("review")["Location"] == entry.url("continuity")
    form = entry.get("continuity").context["form"]
    assert form["treatment_started_on"].label == "Date of the first fraction"
    asked = entry.shown("continuity", {"under_way": "yes", "same_regimen": ""})
    assert asked.context["form"].errors["same_regimen"] == ["Choose whether it is the same course."]
    assert asked.context["form"].errors["last_dose_on"] == ["Enter the date of the last fraction."]
    entry.answer("continuity", {"under_way": "no"})
    assert entry.get("review").context["outcome_sentence"] == "A nurse will look at it."
