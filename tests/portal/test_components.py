"""The components that people read, and the frame around them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import override_settings

from pathways.criteria.outcome import Result
from pathways.criteria.settling import Settling
from portal.templatetags import _calendar, _criteria
from tests.portal.style import page
from tests.portal.style.page import draw

TEMPLATES = Path("templates/components")


@pytest.fixture(scope="module")
def style_page() -> str:
    with override_settings(ROOT_URLCONF="tests.portal.style.page"):
        return page.style(RequestFactory().get("/")).content.decode()


def test_every_component_is_on_the_style_page() -> None:
    source = (page.HERE / "components.html").read_text()
    tags = {
        "birth-date": "birth_date",
        "combobox": "combobox",
        "date": "date_field",
        "calendar": "treatment_calendar",
    }
    drawn_elsewhere = {"combobox-options", "messages", "session-warning"}
    for template in TEMPLATES.glob("*.html"):
        if template.stem in drawn_elsewhere:
            continue
        tag = tags.get(template.stem, template.stem.replace("-", "_"))
        assert f"components/{template.name}" in source or f"{{% {tag} " in source, template.name


def test_pages_hold_no_inline_script_style_or_handler(style_page: str) -> None:
    """The Content-Security-Policy allows none; a browser would drop them without a word."""
    assert not re.search(r"<script(?![^>]*\bsrc=)", style_page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", style_page)


def test_htmx_runs_without_eval_and_keeps_no_page_in_the_browser(style_page: str) -> None:
    config = re.search(r"name=\"htmx-config\" content='([^']*)'", style_page)
    assert config
    for setting in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"selfRequestsOnly":true',
        '"historyCacheSize":0',
    ):
        assert setting in config[1]


def test_the_search_box_posts_so_that_no_address_names_a_member(style_page: str) -> None:
    form = re.search(r'<form class="pp-search"[^>]*>', style_page)
    assert form
    assert 'method="post"' in form[0]


def test_every_id_is_on_the_page_once(style_page: str) -> None:
    visible = re.sub(r"<template.*?</template>", "", style_page, flags=re.S)
    ids = re.findall(r'\sid="([^"]+)"', visible)
    assert sorted(ids) == sorted(set(ids))


def test_every_label_and_description_points_to_something(style_page: str) -> None:
    visible = re.sub(r"<template.*?</template>", "", style_page, flags=re.S)
    ids = set(re.findall(r'\sid="([^"]+)"', visible))
    pointed = re.findall(r'\s(?:for|aria-describedby|aria-labelledby|aria-controls)="([^"]+)"', visible)
    assert {name for names in pointed for name in names.split()} <= ids


# --- Criteria trees -------------------------------------------------------------------------------


def test_met_branches_are_folded_and_open_ones_are_not() -> None:
    assert "<details>" in draw("{% criteria_tree tree %}", tree=page.tree(Result.MET))
    assert "<details open>" not in draw("{% criteria_tree tree %}", tree=page.tree(Result.MET))
    assert draw("{% criteria_tree tree %}", tree=page.tree(Result.UNKNOWN)).count("<details open>") == 2


def test_a_tree_and_its_json_draw_the_same() -> None:
    tree = page.tree(Result.UNKNOWN)
    assert draw("{% criteria_tree tree %}", tree=tree) == draw(
        "{% criteria_tree tree %}", tree=tree.to_json()
    )


def test_ways_that_did_not_count_are_folded_under_one_line() -> None:
    met = _criteria.branch(page.tree(Result.MET), step_urls={})
    assert ([child.id for child in met.children], len(met.others)) == (["POL-PEMBROLIZUMAB-01"], 4)
    assert "4 other paragraphs not needed" in draw("{% criteria_tree tree %}", tree=page.tree(Result.MET))


def test_the_nearest_ways_stay_in_sight_when_none_is_met() -> None:
    branch = _criteria.branch(page.tree(Result.NOT_MET), step_urls={})
    assert (len(branch.children), len(branch.others)) == (_criteria.NEAREST, 3)


def test_what_would_meet_a_policy_is_shown_nearest_first_with_where_to_answer() -> None:
    html = draw("{% settling change urls %}", change=page.change(), urls={"clinical": "/o/T1/clinical/"})
    assert html.index("NSCLC, first line alone") < html.index("1 more way") < html.index("NSCLC, later line")
    assert html.count('href="/o/T1/clinical/"') == 4
    assert "What stands against 1 other way for this cancer" in html


def test_where_nothing_missing_would_help_what_stands_against_it_is_in_sight() -> None:
    only_against = replace(page.change(), ways=())
    html = draw("{% settling change %}", change=only_against)
    assert "What would meet the policy" not in html
    heading = html.index("What stands against the policy")
    assert heading < html.index("Line of therapy is adjuvant. Reported: L1.")
    assert "<details" not in html


def test_nothing_is_said_of_a_policy_that_is_met() -> None:
    assert draw("{% settling change %}", change=Settling()).strip() == ""


def test_an_open_question_links_to_the_step_that_asks_it() -> None:
    html = draw(
        "{% criteria_tree tree urls %}", tree=page.tree(Result.UNKNOWN), urls={"clinical": "/o/T1/clinical/"}
    )
    assert 'What is the histology? <a href="/o/T1/clinical/">Answer under Clinical</a>' in html


def test_a_fact_used_says_where_it_was_answered() -> None:
    html = draw("{% criteria_tree tree %}", tree=page.tree(Result.UNKNOWN))
    assert 'Reported: IVA. <span class="pp-tree__source">From Clinical</span>' in html


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        ("https://example.org/a; Table 2", "Table 2"),
        ("https://example.org/a", ""),
    ],
)
def test_a_source_is_said_as_a_clinician_cites_it(reference: str, source: str) -> None:
    leaf = {"result": "met", "sentence": "One.", "kind": "oneof"}
    tree = {"result": "met", "sentence": "All.", "kind": "paragraph", "reference": reference}
    html = draw("{% criteria_tree tree %}", tree={**tree, "children": [leaf]})
    assert (f"Source: {source}</p>" in html) is bool(source)
    assert "example.org" not in html


def test_a_drug_without_a_policy_has_no_tree() -> None:
    assert draw("{% criteria_tree tree %}", tree=None) == ""


# --- Calendar -------------------------------------------------------------------------------------


def test_the_calendar_puts_each_day_where_it_belongs() -> None:
    start = date(2021, 10, 1)
    found = _calendar.calendar(
        [("carboplatin", [start, start + timedelta(days=5)]), ("oral", None)],
        start_on=start,
        planned_end_on=date(2021, 10, 8),
        valid_to=date(2021, 10, 10),
    )
    assert found.rows[0].marks == [("5.00%", "5.00%"), ("55.00%", "55.00%")]
    assert found.rows[1].marks is None
    assert (found.grace_from, found.grace_width) == ("80.00%", "20.00%")
    assert found.table == [("Fri Oct 1, 2021", "carboplatin"), ("Wed Oct 6, 2021", "carboplatin")]
    assert found.summary == (
        "2 treatment days from Fri Oct 1, 2021 to Wed Oct 6, 2021; valid through Sun Oct 10, 2021. "
        "oral: days as the label says"
    )


def test_a_drug_taken_daily_is_one_run_of_days() -> None:
    start = date(2021, 10, 1)
    daily = [start + timedelta(days=number) for number in range(10)]
    found = _calendar.calendar(
        [("capecitabine", daily), ("trastuzumab", [start])], start_on=start, planned_end_on=daily[-1]
    )
    assert found.rows[0].marks == [("5.00%", "95.00%")]
    assert found.table == [
        ("Fri Oct 1, 2021", "capecitabine, trastuzumab"),
        ("Sat Oct 2, 2021 to Sun Oct 10, 2021, daily", "capecitabine"),
    ]


def test_drugs_given_on_one_day_make_one_treatment_day() -> None:
    start = date(2021, 10, 12)
    found = _calendar.calendar([("a", [start]), ("b", [start])], start_on=start, planned_end_on=start)
    assert found.table == [("Tue Oct 12, 2021", "a, b")]
    assert found.summary.startswith("1 treatment day from")
    assert found.grace_width == ""


def test_a_long_course_names_only_as_many_months_as_fit() -> None:
    found = _calendar.calendar([], start_on=date(2021, 10, 12), planned_end_on=date(2023, 10, 11))
    assert len(found.months) == 24
    assert float(found.months[-1].at.rstrip("%")) > _calendar.LAST_NAME
    assert not found.months[-1].label
    assert 4 <= sum(bool(month.label) for month in found.months) <= _calendar.MOST_NAMES


def test_january_has_its_name_and_below_it_the_year_that_begins() -> None:
    course = {"start_on": date(2026, 12, 1), "planned_end_on": date(2027, 3, 1)}
    months = _calendar.calendar([], **course).months
    assert [(month.label, month.year) for month in months[:3]] == [("Dec", ""), ("Jan", "2027"), ("Feb", "")]
    html = render_to_string("components/calendar.html", {"calendar": _calendar.calendar([], **course)})
    assert ">Jan</text>" in html
    assert ">2027</text>" in html


@pytest.mark.parametrize("month", range(3, 13))
def test_a_long_course_names_each_january(month: int) -> None:
    found = _calendar.calendar([], start_on=date(2021, month, 2), planned_end_on=date(2023, month, 1))
    assert [m.year for m in found.months if m.year] == ["2022", "2023"]


def test_a_search_answers_with_options_that_carry_their_code() -> None:
    html = render_to_string(
        "components/combobox-options.html",
        {"options": [{"value": "C34.2", "label": "Middle lobe", "detail": ""}]},
    )
    assert 'role="option" aria-selected="false" data-value="C34.2" data-label="Middle lobe"' in html


# --- Error pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "words"), [("404", "cannot find"), ("403", "not open to your role")])
@override_settings(ROOT_URLCONF="tests.portal.style.page")
def test_error_pages_say_what_to_do(name: str, words: str) -> None:
    html = render_to_string(f"{name}.html", {"navigation": []}, RequestFactory().get("/"))
    assert words in html
    assert 'href="/"' in html


def test_the_page_for_our_own_faults_needs_nothing_that_may_be_broken() -> None:
    html = render_to_string("500.html")
    assert "call the contact center" in html
