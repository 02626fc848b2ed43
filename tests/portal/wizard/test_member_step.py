"""Step 2: finding the member, and what eligibility on the start date says (R-057 to R-067, DR-01, DR-02)."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest

from members.models import Coverage, Member
from notifications.models import AuditEvent
from tests.factories import orders
from tests.portal.wizard.entry import MEMBER_NUMBER, PLAN, Entry, start_on, us

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def member() -> Member:
    return Member.objects.get(member_number=MEMBER_NUMBER)


@pytest.fixture
def at_member(entry: Entry) -> Entry:
    return entry.reach("member")


def find(entry: Entry, **typed):
    return entry.shown("member", {"start_on": us(start_on()), **typed}, "find")


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


@pytest.mark.parametrize("typed", ["ZMI400000024", "zmi 4000-00024", "400000024", " Zmi.4000.00024 "])
def test_r058_a_member_id_is_found_in_any_spelling(at_member: Entry, member: Member, typed: str):
    assert find(at_member, member_number=typed).context["form"].found == [member]


def test_r057_a_member_is_found_by_name_and_date_of_birth(at_member: Entry, member: Member):
    born = member.birth_date
    typed = {
        "last_name": member.last_name.upper(),
        "first_name": member.first_name,
        "birth_date_month": born.month,
        "birth_date_day": born.day,
        "birth_date_year": born.year,
    }
    assert find(at_member, **typed).context["form"].found == [member]
    page = find(at_member, **typed | {"birth_date_year": born.year + 1})
    assert page.context["form"].found == []
    assert "matches all that was typed" in text(page)


def test_hint_and_message_show_a_date_of_birth_as_its_three_boxes_take_it(at_member: Entry):
    example = "04 18 1960"
    page = at_member.get("member")
    assert f"For example {example}" in text(page)
    month, day, year = example.split()
    parts = {"birth_date_month": month, "birth_date_day": day, "birth_date_year": year}
    assert "birth_date" not in find(at_member, last_name="Verbena", **parts).context["form"].errors
    wrong = find(at_member, last_name="Verbena", **parts | {"birth_date_month": "18"})
    assert wrong.context["form"].errors["birth_date"] == [
        f"Enter the date of birth as month, day and year, for example {example}."
    ]


def test_a_member_of_another_plan_is_not_found(at_member: Entry):
    assert find(at_member, member_number="ZNC200000011").context["form"].found == []


def test_r060_the_page_shows_what_eligibility_says(at_member: Entry):
    page = text(find(at_member, member_number=MEMBER_NUMBER))
    for words in ("Eligible", "Blue Cross Blue Shield of Michigan", "Commercial", "Coverage", "Yes: "):
        assert words in page


def test_a_member_is_taken_only_after_the_eligibility_was_shown(at_member: Entry):
    """Continue first looks the member up, and shows who it is."""
    typed = {"member_number": MEMBER_NUMBER, "start_on": us(start_on())}
    page = at_member.shown("member", typed)
    assert "Eligible" in text(page)
    assert page.context["form"].errors == {}
    assert at_member.state.answers["member"] is None
    form = page.context["form"]
    shown = {**typed, "member": next(iter(form.passes)), "looked_at": form.showing}
    assert at_member.post("member", shown)["Location"] == at_member.url("providers")


def test_another_start_date_is_shown_again_before_it_is_taken(at_member: Entry):
    typed = at_member.typed_member()
    page = at_member.shown("member", {**typed, "start_on": us(start_on() + timedelta(days=3))})
    assert at_member.state.answers["member"] is None
    assert "Eligible" in text(page)


def test_no_members_key_can_be_guessed(at_member: Entry, member: Member):
    typed = at_member.typed_member()
    other = Member.objects.filter(plan=member.plan).exclude(pk=member.pk).first()
    for forged in (str(other.pk), f"{other.pk}:{typed['member'].split(':')[1]}"):
        at_member.post("member", {**typed, "member": forged})
        assert at_member.state.answers["member"] in (None, at_member.state.get("member"))
        assert at_member.state.get("member").get("member") != other.pk


def test_each_search_is_recorded_without_what_was_typed(at_member: Entry, member: Member):
    find(at_member, member_number=MEMBER_NUMBER)
    event = AuditEvent.objects.filter(name="member.searched").latest("pk")
    assert event.details["members"] == [member.pk]
    assert MEMBER_NUMBER not in str(event.details)


def _refused(entry: Entry, number: str, day: date | None = None) -> str:
    page = find(entry, member_number=number, start_on=us(day or start_on()))
    form = page.context["form"]
    typed = {"member_number": number, "start_on": us(day or start_on())}
    answer = entry.post("member", {**typed, "member": next(iter(form.passes)), "looked_at": form.showing})
    assert answer["Location"] == entry.url("member")
    assert entry.state.answers["member"] is None
    return text(entry.get("member"))


def test_r059_coverage_that_ends_before_the_start_stops_with_the_reason(at_member: Entry, member: Member):
    Coverage.objects.filter(member=member).update(ends_on=start_on() - timedelta(days=1))
    page = _refused(at_member, MEMBER_NUMBER)
    assert "Not covered on" in page
    assert "Not eligible" in page
    assert "This order cannot go on." in page
    assert "Call the" in page


def test_r015_an_excluded_group_is_named(at_member: Entry, member: Member):
    Coverage.objects.filter(member=member).update(group_number="70605")
    assert "group 70605 (UAW Retiree Health Care Trust) takes no part" in _refused(at_member, MEMBER_NUMBER)


def test_r067_a_line_that_somebody_else_manages_is_routed(at_member: Entry, member: Member):
    Coverage.objects.filter(member=member).update(line_of_business="BCN_ADVANTAGE")
    assert "OncoHealth" in _refused(at_member, MEMBER_NUMBER)


def test_dr02_a_start_outside_the_retro_window_is_refused(at_member: Entry):
    assert "could be made until" in _refused(at_member, MEMBER_NUMBER, orders.today() - timedelta(days=10))


def test_r353_r354_r355_a_start_within_the_retro_window_gets_the_plans_advice_and_warning(at_member: Entry):
    page = find(at_member, member_number=MEMBER_NUMBER, start_on=us(orders.today() - timedelta(days=1)))
    assert page.context["form"].is_retrospective
    terms = page.context["form"].eligibility.terms
    assert terms.retro_advice_text in text(page)
    assert terms.consequence_text in text(page)
    on_the_day = find(at_member, member_number=MEMBER_NUMBER, start_on=us(orders.today()))
    assert terms.consequence_text not in text(on_the_day)


def test_d36_a_start_too_far_ahead_is_refused(at_member: Entry):
    assert "90 days ahead at most" in _refused(at_member, MEMBER_NUMBER, orders.today() + timedelta(days=91))


def test_r447_a_child_in_north_carolina_is_taken_with_a_notice(entry: Entry):
    entry.post("plan", {**PLAN, "plan": "BCBSNC"})
    number = "ZNC200000011"
    Member.objects.filter(member_number=number).update(birth_date=date(2012, 5, 1))
    page = find(entry, member_number=number)
    form = page.context["form"]
    assert form.eligibility.outside_by_age
    assert form.eligibility.notice[:40] in text(page)
    entry.answer("member", entry.typed_member(number))
    assert entry.state.get("member")["outside_by_age"] is True
