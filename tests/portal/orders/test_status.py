"""Check Order Status (R-365 to R-372, D-16, D-52)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent
from notifications.names import AuditName
from portal.practice import status
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ADDRESS = "/orders/status/"
BIRTH = {"_month": "4", "_day": "18", "_year": "1960"}


def search(client, by, *, plan="BCBSMA", **typed):
    return client.post(ADDRESS, {"plan": plan, "solution": "medical_oncology", "by": by, **typed})


def born(field, **changes):
    return {f"{field}{part}": value for part, value in {**BIRTH, **changes}.items()}


def opens(response, order) -> bool:
    return response.status_code == 302 and response["Location"] == f"/orders/{order.reference}/"


@pytest.mark.parametrize("after", ["9" * 5000, "9" * 19, "-1", "one", "0"])
def test_a_next_page_that_cannot_be_is_answered_all_the_same(after, office, authorized):
    assert search(office, "order", number=authorized.order_id, after=after).status_code in (200, 302)


class TestEachSearchType:
    @pytest.mark.parametrize("typed", ["{0}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}-{0[6]}{0[7]}{0[8]}"])
    def test_order_id_with_or_without_spaces_and_hyphens(self, typed, office, authorized):
        assert opens(search(office, "order", number=typed.format(authorized.order_id)), authorized)

    def test_tracking_number(self, office, pending):
        assert opens(search(office, "order", number=pending.reference.lower()), pending)

    def test_member_id_and_birth_date(self, office, authorized):
        typed = {"member_number": authorized.member.member_number, **born("member_birth_date")}
        assert opens(search(office, "member", **typed), authorized)

    def test_member_id_with_another_birth_date_finds_nothing(self, office, authorized):
        typed = {
            "member_number": authorized.member.member_number,
            **born("member_birth_date", _year="1961"),
        }
        assert b"No order found" in search(office, "member", **typed).content

    def test_name_and_birth_date(self, office, authorized):
        typed = {"last_name": "rivera", "first_name": "Ana", **born("name_birth_date")}
        assert opens(search(office, "name", **typed), authorized)

    def test_provider_by_name_and_date_range(self, office, authorized):
        typed = {"provider": "Okafor", "from_on": "10/01/2021", "to_on": "10/31/2021"}
        assert opens(search(office, "provider", **typed), authorized)

    def test_provider_by_npi(self, office, authorized):
        npi = authorized.ordering_provider.npi
        typed = {"provider": npi, "from_on": "10/12/2021", "to_on": "10/12/2021"}
        assert opens(search(office, "provider", **typed), authorized)

    def test_outside_the_date_range_nothing_is_found(self, office, authorized):
        typed = {"provider": "Okafor", "from_on": "10/13/2021", "to_on": "10/31/2021"}
        assert b"No order found" in search(office, "provider", **typed).content

    def test_another_plan_finds_nothing(self, office, authorized):
        assert b"No order found" in search(office, "order", plan="BCBSM", number=authorized.order_id).content

    def test_another_order_type_finds_nothing(self, office, authorized):
        """R-367."""
        response = office.post(
            ADDRESS,
            {
                "plan": "BCBSMA",
                "solution": "radiation_oncology",
                "by": "order",
                "number": authorized.order_id,
            },
        )
        assert b"No order found" in response.content


class TestBadInput:
    @pytest.mark.parametrize(
        ("by", "typed", "said"),
        [
            ("order", {}, "Enter the Order ID or the tracking number."),
            ("order", {"number": "12345"}, "An Order ID has 9 digits"),
            ("order", {"number": "123 456 780"}, "one of its digits is mistyped"),
            ("member", {"member_number": "XXP1"}, "Enter the member’s date of birth."),
            ("member", {**born("member_birth_date")}, "Enter the member ID."),
            ("name", {"last_name": "Rivera", **born("name_birth_date", _month="13")}, "month, day and year"),
            ("name", {**born("name_birth_date")}, "Enter the member’s last name."),
            ("provider", {"provider": "Okafor", "from_on": "10/1/21"}, "Enter the date as MM/DD/YYYY"),
            (
                "provider",
                {"provider": "Okafor", "from_on": "10/02/2021", "to_on": "10/01/2021"},
                "The last start date is before the first.",
            ),
            (
                "provider",
                {"provider": "Okafor", "from_on": "01/01/2020", "to_on": "10/01/2021"},
                "Search at most one year at a time.",
            ),
        ],
    )
    def test_says_what_to_do_and_keeps_what_was_typed(self, by, typed, said, office):
        response = search(office, by, **typed)
        assert response.status_code == 422
        shown = response.content.decode()
        assert said in shown
        for name, value in typed.items():
            assert f'value="{value.zfill(2) if "birth" in name else value}"' in shown, name

    def test_what_was_typed_under_another_search_type_does_not_count(self, office, authorized):
        """R-366."""
        response = search(office, "order", number=authorized.order_id, from_on="yesterday")
        assert opens(response, authorized)

    def test_a_plan_must_be_chosen(self, office):
        assert b"Choose the health plan." in search(office, "order", plan="", number="123456789").content


class TestWhoFindsWhat:
    def test_a_foreign_number_is_answered_like_a_missing_one(self, authorized, stranger):
        """R-370, D-63."""
        client = signed_in(stranger)
        foreign = search(client, "order", number=authorized.order_id)
        missing = search(client, "order", number="999999999")
        differs = re.compile(r'value="[^"]*"|"X-CSRFToken": "[^"]*"')  # what was typed, and a fresh token
        assert b"No order found" in foreign.content
        assert differs.sub("", foreign.content.decode()) == differs.sub("", missing.content.decode())

    def test_a_search_without_result_is_audited(self, authorized, stranger):
        search(signed_in(stranger), "order", number=authorized.order_id)
        assert AuditEvent.objects.filter(name=AuditName.LOOKUP_EMPTY, subject="list:order status").exists()

    def test_the_servicing_site_finds_orders_to_be_given_there(self, authorized, servicing_site_user):
        """R-368."""
        assert opens(search(signed_in(servicing_site_user), "order", number=authorized.order_id), authorized)

    def test_a_reviewer_lands_on_the_case(self, pending, nurse):
        response = search(signed_in(nurse), "order", number=pending.reference)
        assert response["Location"] == f"/review/{pending.reference}/"

    def test_an_administrator_has_no_business_here(self, administrator):
        assert signed_in(administrator).get(ADDRESS).status_code == 403


class TestTheBoxInThePageHead:
    def test_takes_an_order_id(self, office, authorized):
        assert opens(office.post(ADDRESS, {"q": f" {authorized.order_id} "}), authorized)

    def test_takes_a_member_id(self, office, authorized):
        assert opens(office.post(ADDRESS, {"q": authorized.member.member_number}), authorized)

    def test_a_name_needs_the_date_of_birth(self, office, authorized):
        """D-52: the form opens with the name in it."""
        shown = office.post(ADDRESS, {"q": "Rivera, Ana"}).content.decode()
        assert "add the health plan and the date of birth" in shown
        assert 'value="Rivera"' in shown
        assert 'value="Ana"' in shown

    def test_finds_nothing_of_others(self, authorized, stranger):
        assert b"No order found" in signed_in(stranger).post(ADDRESS, {"q": authorized.order_id}).content


def test_several_orders_are_listed_a_page_at_a_time(office, practice, practice_user, monkeypatch):
    monkeypatch.setattr(status, "PAGE", 2)
    orders = [
        samples.submitted(by=practice_user, practice=practice, last_name=f"Rivera{number}")
        for number in range(3)
    ]
    typed = {"provider": "Okafor", "from_on": "10/01/2021", "to_on": "10/31/2021"}
    first = search(office, "provider", **typed)
    shown = first.content.decode()
    assert [order.reference in shown for order in orders] == [False, True, True]
    (after,) = re.findall(r'name="after" value="(\d+)"', shown)
    second = search(office, "provider", after=after, **typed).content.decode()
    assert [order.reference in second for order in orders] == [True, False, False]


def test_the_list_is_audited_and_its_queries_do_not_grow(
    office, practice, practice_user, django_assert_max_num_queries
):
    """session, user, roles, plans and their programs, orders found, list audited, drafts counted: 8."""
    typed = {"provider": "Okafor", "from_on": "10/01/2021", "to_on": "10/31/2021"}
    office.get(ADDRESS)  # the session's first request writes it
    counts = []
    for number in range(4):
        samples.submitted(by=practice_user, practice=practice, last_name=f"Rivera{number}")
        if number in (1, 3):
            with django_assert_max_num_queries(15), CaptureQueriesContext(connection) as queries:
                assert b"Orders found" in search(office, "provider", **typed).content
            counts.append(len(queries))
    assert counts[0] == counts[1]
    event = AuditEvent.objects.filter(subject="list:order status").latest("pk")
    assert len(event.details["orders"]) == 4


def test_nothing_of_a_search_is_in_an_address(office, authorized):
    """No PHI in URLs: the form and its next page are posted."""
    shown = office.get(ADDRESS).content.decode()
    assert re.findall(r'<form[^>]*class="pp-card pp-lookup"[^>]*method="post"', shown)
