"""Eligibility on the start date, with its reason in a sentence (R-059 to R-067, DR-01)."""

from __future__ import annotations

from datetime import date

import pytest

from members.eligibility import EligibilityCode as Code
from members.eligibility import age_on, eligibility_on
from members.models import Member
from tests.factories.members import CoverageFactory, MemberFactory

DAY = date(2026, 11, 23)


def covered(plan, line="COMMERCIAL", *, born=date(1960, 4, 18), **coverage):
    member = MemberFactory(plan=plan, birth_date=born)
    CoverageFactory(member=member, **{"line_of_business": line, "group_number": "10001", **coverage})
    return member


def test_r060_the_answer_holds_plan_line_group_dates_program_and_reason(bcbsm):
    answer = eligibility_on(covered(bcbsm, starts_on=date(2018, 1, 1)), DAY)
    assert answer.in_program
    assert answer.code == Code.IN_PROGRAM
    assert answer.reason == "Covered since January 1, 2018, in the Oncology Value Management program."
    assert answer.snapshot() == {
        "plan": "BCBSM",
        "on": "2026-11-23",
        "code": "IN_PROGRAM",
        "reason": answer.reason,
        "line_of_business": "COMMERCIAL",
        "group_number": "10001",
        "starts_on": "2018-01-01",
        "ends_on": None,
        "program": "bcbsm-urmbt",
        "in_program": True,
        "outside_by_age": False,
    }


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "reason"),
    [
        (
            date(2018, 1, 1),
            date(2026, 11, 22),
            "Not covered on November 23, 2026: coverage ended on November 22, 2026.",
        ),
        (date(2026, 11, 24), None, "Not covered on November 23, 2026: coverage begins on November 24, 2026."),
    ],
)
def test_r059_not_covered_the_day_after_the_last_and_the_day_before_the_first(
    bcbsm, starts_on, ends_on, reason
):
    answer = eligibility_on(covered(bcbsm, starts_on=starts_on, ends_on=ends_on), DAY)
    assert answer.code == Code.NOT_COVERED
    assert not answer.in_program
    assert answer.reason.startswith(reason)


@pytest.mark.parametrize(("starts_on", "ends_on"), [(date(2018, 1, 1), DAY), (DAY, None), (DAY, DAY)])
def test_r059_covered_on_the_first_and_on_the_last_day(bcbsm, starts_on, ends_on):
    assert eligibility_on(covered(bcbsm, starts_on=starts_on, ends_on=ends_on), DAY).in_program


def test_r059_a_gap_says_both_ends(bcbsm):
    member = covered(bcbsm, starts_on=date(2018, 1, 1), ends_on=date(2026, 6, 30))
    CoverageFactory(member=member, starts_on=date(2027, 1, 1))
    reason = eligibility_on(member, DAY).reason
    assert reason.endswith("coverage ended on June 30, 2026 and begins again on January 1, 2027.")


def test_r059_no_coverage_at_all(bcbsm):
    answer = eligibility_on(MemberFactory(plan=bcbsm), DAY)
    assert answer.reason == (
        "The plan has sent no coverage for this member. Check the member's coverage with the plan."
    )


def test_coverage_taken_back_before_it_began_is_none(bcbsm):
    assert (
        eligibility_on(covered(bcbsm, starts_on=date(2026, 11, 1), void=True), DAY).code == Code.NOT_COVERED
    )


def test_of_two_coverages_the_one_of_the_day_counts(bcbsma):
    member = covered(bcbsma, "HMO_POS", starts_on=date(2018, 1, 1), ends_on=date(2026, 11, 30))
    CoverageFactory(member=member, line_of_business="MA", starts_on=date(2026, 12, 1))
    assert eligibility_on(member, date(2026, 11, 30)).program.slug == "bcbsma-commercial"
    assert eligibility_on(member, date(2026, 12, 1)).program.slug == "bcbsma-medicare-advantage"


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("HMO_POS", "bcbsma-commercial"),
        ("PPO_EPO", "bcbsma-commercial"),
        ("NEHP", "bcbsma-commercial"),
        ("MA", "bcbsma-medicare-advantage"),
    ],
)
def test_r013_lines_in_scope_at_bcbsma(bcbsma, line, program):
    answer = eligibility_on(covered(bcbsma, line, pcp_state="MA"), DAY)
    assert answer.in_program
    assert answer.program.slug == program
    assert answer.terms.program_id == answer.program.pk


def test_r013_any_other_line_is_out_of_scope(bcbsma):
    answer = eligibility_on(covered(bcbsma, "INDEMNITY"), DAY)
    assert answer.code == Code.NOT_IN_PROGRAM
    assert answer.reason == (
        "Indemnity is not in this program; check with Blue Cross Blue Shield of Massachusetts."
    )


@pytest.mark.parametrize(("pcp_state", "found"), [("NH", "is in New Hampshire."), ("", "is not known.")])
def test_r061_nehp_without_a_massachusetts_pcp_is_out_of_scope(bcbsma, pcp_state, found):
    answer = eligibility_on(covered(bcbsma, "NEHP", pcp_state=pcp_state), DAY)
    assert answer.code == Code.NOT_IN_PROGRAM
    assert answer.reason == (
        f"In the program only with a primary care provider in Massachusetts; this member's {found}"
    )


@pytest.mark.parametrize(
    ("group", "name"), [("70605", "UAW Retiree Health Care Trust"), ("71714", "UAW International Union")]
)
def test_r015_an_excluded_group_is_named(bcbsm, group, name):
    answer = eligibility_on(covered(bcbsm, group_number=group), DAY)
    assert answer.code == Code.GROUP_EXCLUDED
    assert f"group {group} ({name}) takes no part" in answer.reason


def test_r015_the_same_number_at_another_plan_is_no_exception(bcbsnc):
    assert eligibility_on(covered(bcbsnc, group_number="70605"), DAY).in_program


@pytest.mark.parametrize(
    "line", ["OTHER_COMMERCIAL", "MEDICARE_PLUS_BLUE", "BCN_COMMERCIAL", "BCN_ADVANTAGE"]
)
def test_r067_r459_lines_managed_by_oncohealth_from_2025(bcbsm, line):
    member = covered(bcbsm, line)
    answer = eligibility_on(member, date(2025, 1, 1))
    assert answer.code == Code.NOT_IN_PROGRAM
    assert answer.routed_to == "OncoHealth"
    assert "OncoHealth" in answer.reason
    assert answer.link.startswith("https://")
    before = eligibility_on(member, date(2024, 12, 31))
    assert (before.code, before.routed_to, before.link) == (Code.NOT_IN_PROGRAM, "", "")


@pytest.mark.parametrize("line", ["UNKNOWN", "NEVER_HEARD_OF"])
def test_d69_an_unclear_line_is_sent_to_the_plan(bcbsm, line):
    answer = eligibility_on(covered(bcbsm, line), DAY)
    assert answer.routed_to == ""
    assert answer.reason.endswith("check with Blue Cross Blue Shield of Michigan.")


def test_r011_the_day_before_go_live_is_refused_and_go_live_is_not(bcbsma):
    member = covered(bcbsma, "HMO_POS", starts_on=date(2015, 1, 1))
    before = eligibility_on(member, date(2021, 6, 30))
    assert before.code == Code.BEFORE_GO_LIVE
    assert "on or after July 1, 2021" in before.reason
    assert eligibility_on(member, date(2021, 7, 1)).in_program


def test_dr01_gates_come_in_their_order(bcbsm):
    """An excluded group is named even before go-live: GROUP_EXCLUDED is tested first."""
    member = covered(bcbsm, group_number="70605", starts_on=date(2010, 1, 1))
    assert eligibility_on(member, date(2018, 6, 1)).code == Code.GROUP_EXCLUDED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("plan", "line", "outside"),
    [("bcbsnc", "COMMERCIAL", True), ("bcbsma", "HMO_POS", False), ("bcbsm", "COMMERCIAL", False)],
)
def test_r066_r447_r448_a_child_of_15_by_plan(request, plan, line, outside):
    child = covered(request.getfixturevalue(plan), line, born=date(2011, 6, 1))
    answer = eligibility_on(child, DAY)
    assert answer.in_program, "the order is accepted all the same"
    assert answer.outside_by_age is outside
    assert bool(answer.notice) is outside


def test_r066_d29_adult_on_the_eighteenth_birthday(bcbsnc):
    member = covered(bcbsnc, born=date(2008, 11, 23))
    assert not eligibility_on(member, DAY).outside_by_age
    assert eligibility_on(member, date(2026, 11, 22)).outside_by_age


def test_r066_age_in_completed_years():
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize("coverages", [1, 12])
def test_queries_do_not_grow_with_coverages(bcbsm, coverages, django_assert_num_queries):
    member = covered(bcbsm, starts_on=date(2019, 1, 1))
    for year in range(1, coverages):
        CoverageFactory(member=member, starts_on=date(1980 + year, 1, 1), ends_on=date(1980 + year, 12, 31))
    member = Member.objects.get(pk=member.pk)
    # the member's plan; the coverages; the plan's programs; the terms in force
    with django_assert_num_queries(4):
        assert eligibility_on(member, DAY).in_program
