"""Member search (R-057, R-058, R-064)."""

from __future__ import annotations

from datetime import date

import pytest

from members.queries import SearchTooWide, find_members, plan_of_member_number
from tests.factories.members import MemberFactory, PlanFactory

BORN = date(1957, 10, 10)


@pytest.fixture
def plan(db):
    return PlanFactory()


@pytest.fixture
def pat(plan):
    return MemberFactory(
        plan=plan, member_number="ZMI400000013", first_name="Pat", last_name="O'Wintergreen", birth_date=BORN
    )


@pytest.fixture
def twin(plan):
    """The same name and number at the other plan, and another person with the same name at this one."""
    other = PlanFactory(slug="BCBSNC", name="North", short_name="NC")
    MemberFactory(plan=plan, first_name="Pat", last_name="O'Wintergreen", birth_date=date(1990, 1, 1))
    return MemberFactory(
        plan=other,
        member_number="ZMI400000013",
        first_name="Pat",
        last_name="O'Wintergreen",
        birth_date=BORN,
    )


@pytest.mark.parametrize("typed", ["ZMI400000013", "zmi 400-000-013", "400000013", " 400 000 013 "])
def test_r058_found_by_member_id_in_any_spelling_and_without_prefix(pat, twin, typed):
    assert find_members(pat.plan, member_number=typed) == [pat]


def test_r058_another_prefix_is_another_card(pat):
    assert find_members(pat.plan, member_number="ZZZ400000013") == []


def test_r058_a_plan_that_sends_no_prefix_is_found_with_one(plan):
    member = MemberFactory(plan=plan, member_number="500000011")
    assert find_members(plan, member_number="ZMI500000011") == [member]


def test_r057_found_by_name_and_date_of_birth(pat, twin):
    assert find_members(pat.plan, last_name="owintergreen", birth_date=BORN) == [pat]
    assert find_members(pat.plan, first_name="PAT", last_name="O’Wintergreen", birth_date=BORN) == [pat]


@pytest.mark.parametrize(
    "wrong",
    [{"birth_date": date(1957, 10, 11)}, {"first_name": "Lee"}, {"last_name": "Verbena"}],
)
def test_r057_all_that_is_given_must_match(pat, wrong):
    given = {"member_number": "ZMI400000013", "first_name": "Pat", "last_name": "O'Wintergreen"}
    assert find_members(pat.plan, **{**given, "birth_date": BORN, **wrong}) == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"last_name": "O'Wintergreen"},
        {"first_name": "Pat", "last_name": "O'Wintergreen"},
        {"birth_date": BORN},
        {"first_name": "Pat", "birth_date": BORN},
        {"member_number": " - "},
        {"last_name": "'", "birth_date": BORN},
    ],
)
def test_r057_never_by_name_alone_nor_by_birth_date_alone(pat, given):
    with pytest.raises(SearchTooWide, match="Enter the member ID, or the last name and the date of birth"):
        find_members(pat.plan, **given)


def test_a_wildcard_finds_nobody(pat):
    assert find_members(pat.plan, last_name="O%", birth_date=BORN) == []


def test_one_query_however_many_members(pat, django_assert_num_queries):
    for _ in range(30):
        MemberFactory(plan=pat.plan, last_name="O'Wintergreen", birth_date=BORN)
    with django_assert_num_queries(1):  # members of the plan with their plan
        found = find_members(pat.plan, last_name="O'Wintergreen", birth_date=BORN)
        assert {member.plan.slug for member in found} == {"BCBSM"}
    assert len(found) == 20


def test_r058_r034_the_prefix_names_the_plan(programs):
    assert plan_of_member_number("zma 300-000-014").slug == "BCBSMA"
    assert plan_of_member_number("ZMI400000013").slug == "BCBSM"
    assert plan_of_member_number("400000013") is None
    assert plan_of_member_number("QQQ400000013") is None
