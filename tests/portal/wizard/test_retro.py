"""A start in the past, as the member step answers it for each plan (R-350 to R-355, DR-02, PD-20)."""

from __future__ import annotations

import html
from datetime import date

import pytest

from tests.portal.wizard.entry import MEMBER_NUMBER, PLAN, Entry, us

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

MI, MA, NC = ("BCBSM", MEMBER_NUMBER), ("BCBSMA", "ZMA500012770"), ("BCBSNC", "ZNC200000022")
#: Today is Tuesday, March 3, 2026.
FRIDAY, THURSDAY = date(2026, 2, 27), date(2026, 2, 26)


def asked(entry: Entry, plan: str, number: str, day: date):
    """The member step with that start, and its words."""
    entry.answer("plan", {**PLAN, "plan": plan})
    page = entry.shown("member", {"member_number": number, "start_on": us(day)}, "find")
    return page.context["form"], " ".join(html.unescape(page.content.decode()).split())


@pytest.mark.parametrize(("plan", "number"), [MI, MA])
def test_r350_a_start_two_business_days_ago_is_taken(entry: Entry, plan: str, number: str):
    """W-08: a Friday, asked for on the Tuesday after it."""
    form, _ = asked(entry, plan, number, FRIDAY)
    assert form.eligibility.in_program
    assert "start_on" not in form.errors


@pytest.mark.parametrize(("plan", "number"), [MI, MA, NC])
def test_r350_a_day_more_is_refused_beside_the_date(entry: Entry, plan: str, number: str):
    form, _ = asked(entry, plan, number, THURSDAY)
    [message] = form.errors["start_on"]
    assert message.startswith("A request for treatment that began on February 26, 2026 could be made until")


@pytest.mark.parametrize(
    ("requirement", "plan", "day", "said"),
    [
        ("R-351", MI, date(2026, 2, 1), "Blue Cross processes them for up to two calendar years"),
        ("R-352", MI, date(2026, 2, 1), "1-866-915-9187"),
        ("R-351 no route", MI, date(2024, 2, 1), "nobody takes it now"),
        ("R-353", MI, FRIDAY, "Ask for authorization before treatment starts"),
        ("R-353", MA, FRIDAY, "Ask for authorization before treatment starts"),
        ("R-354", NC, FRIDAY, "may be subject to post-service review, and payment may be denied"),
        ("R-355 may", MA, FRIDAY, "claims for covered oncology services may be denied"),
        ("R-355 will", MI, FRIDAY, "will be denied"),
    ],
)
def test_what_the_plan_says_of_it(entry: Entry, requirement: str, plan, day: date, said: str):
    _, page = asked(entry, *plan, day)
    assert said in page, requirement


def test_r353_a_start_to_come_gets_no_such_advice(entry: Entry):
    _, page = asked(entry, *MI, date(2026, 3, 4))
    assert "Ask for authorization before treatment starts" not in page
