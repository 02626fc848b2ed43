"""The review queue (R-232 to R-237): order, filters, holders, taking the next case."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent
from orders.actions.determination import authorize
from orders.actions.review import take_case
from orders.models import ReviewAssignment
from portal.review import queue
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

EXPEDITED = samples.changed(samples.UNKNOWN, dates={"urgency": "expedited", "expedited_attested": True})


@pytest.fixture
def submit(practice, practice_user):
    def submit(answers=samples.UNKNOWN, **more):
        return samples.submitted(answers, by=practice_user, practice=practice, **more)

    return submit


def rows(response) -> list[str]:
    """The references of the rows, from top to bottom."""
    body = response.content.decode()
    body = body[body.index("<tbody") :] if "<tbody" in body else ""
    return re.findall(r'class="usa-link" href="/review/(T\d+)/"', body)


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


class TestOrder:
    def test_by_due_time_whatever_the_urgency(self, submit, nurse):
        """R-233: the standard case due first stands above an urgent one due later; that keeps its mark."""
        standard = submit(plan="BCBSM", last_name="Standard")
        with time_machine.travel(samples.NOW + timedelta(days=2), tick=False):
            urgent = submit(EXPEDITED, plan="BCBSM", last_name="Urgent")
            response = signed_in(nurse).get("/review/")
        assert rows(response) == [standard.reference, urgent.reference]
        assert words(response).count("Urgent") == 1

    def test_urgent_first_when_due_together(self, submit, nurse):
        standard = submit(last_name="Standard")
        urgent = submit(samples.UNKNOWN, last_name="Urgent")
        type(urgent).objects.filter(pk=urgent.pk).update(urgency="expedited", due_at=standard.due_at)
        assert rows(signed_in(nurse).get("/review/")) == [urgent.reference, standard.reference]

    def test_shows_due_plan_tumor_regimen_reason_age_and_owner(self, submit, nurse, other_nurse):
        """R-266: due time in the plan's zone and what is left of it."""
        order = submit()
        take_case(order, by=other_nurse)
        with time_machine.travel(samples.NOW + timedelta(minutes=20), tick=False):
            shown = words(signed_in(nurse).get("/review/"))
        assert "3 days 7 h left Fri Oct 8, 2021, 6:00 PM ET" in shown
        for expected in (
            "Blue Cross MA",
            "non-small cell lung cancer",
            "Answer missing",
            "20 min",
            "Noel Nurse",
        ):
            assert expected in shown, expected
        assert "Carboplatin, pemetrexed and pembrolizumab" in shown

    def test_an_overdue_case_says_so(self, submit, nurse):
        submit()
        with time_machine.travel(samples.NOW + timedelta(days=4), tick=False):
            response = signed_in(nurse).get("/review/")
        assert "Overdue by 16 h 30 min" in words(response)
        assert b"pp-clock--overdue" in response.content


class TestWhatIsShown:
    def test_decided_cases_and_drafts_are_not(self, authorized, practice, practice_user, nurse):
        samples.draft(by=practice_user, practice=practice)
        response = signed_in(nurse).get("/review/")
        assert rows(response) == []
        assert "Nothing waits" in words(response)

    def test_a_nurse_sees_the_nurse_queue(self, escalated, submit, nurse):
        other = submit(last_name="Another")
        assert rows(signed_in(nurse).get("/review/")) == [other.reference]

    def test_a_physician_sees_what_was_passed_on(self, escalated, submit, physician_reviewer):
        """R-234."""
        submit(last_name="Another")
        response = signed_in(physician_reviewer).get("/review/")
        assert rows(response) == [escalated.reference]
        assert "Escalated" in words(response)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?program=bcbsm-urmbt", ["michigan"]),
            ("?tumor=nsclc", ["michigan", "custom", "lung"]),
            ("?tumor=breast", []),
            ("?reason=CUSTOM_PLAN", ["custom"]),
            ("?reason=UNKNOWN_ANSWER&program=bcbsma-commercial", ["lung"]),
        ],
    )
    def test_filters_are_in_the_address(self, query, expected, submit, nurse):
        made = {
            "michigan": submit(plan="BCBSM", last_name="Marsh"),
            "custom": submit(samples.CUSTOM, last_name="Custer"),
            "lung": submit(last_name="Long"),
        }
        assert rows(signed_in(nurse).get(f"/review/{query}")) == [made[name].reference for name in expected]

    def test_each_filter_says_how_many_cases_it_shows_and_none_shows_nothing(self, submit, nurse):
        submit(samples.CUSTOM, last_name="Custer")
        submit(last_name="Long")
        response = signed_in(nurse).get("/review/")
        chips = dict(
            re.findall(
                r'<a class="pp-chip"[^>]*>([^<]+?) <span class="pp-chip__count">(\d+)',
                response.content.decode(),
            )
        )
        assert chips["Blue Cross MA commercial"] == "2"
        assert chips["Custom plan"] == "1"
        assert "Possible duplicate" not in chips

    def test_pages_go_by_key(self, submit, nurse, monkeypatch):
        monkeypatch.setattr(queue, "PAGE", 2)
        made = [submit(last_name=f"Rivera{number}").reference for number in range(3)]
        first = signed_in(nurse).get("/review/")
        assert rows(first) == made[:2]
        (more,) = re.findall(r'href="(\?after=[^"]+)"', first.content.decode())
        assert rows(signed_in(nurse).get(f"/review/{unescape(more)}")) == made[2:]

    def test_an_address_of_nonsense_begins_at_the_top(self, submit, nurse):
        order = submit()
        assert rows(signed_in(nurse).get("/review/?after=x-y-z&program=")) == [order.reference]


class TestTakeNext:
    def test_takes_the_case_that_is_due_next(self, submit, nurse):
        first, _ = submit(plan="BCBSM", last_name="First"), submit(last_name="Second")
        response = signed_in(nurse).post("/review/next/")
        assert response["Location"] == f"/review/{first.reference}/"
        assert ReviewAssignment.objects.get().reviewer == nurse

    def test_leaves_out_what_others_hold(self, submit, nurse, other_nurse):
        """R-235."""
        first, second = submit(plan="BCBSM", last_name="First"), submit(last_name="Second")
        take_case(first, by=other_nurse)
        assert signed_in(nurse).post("/review/next/")["Location"] == f"/review/{second.reference}/"

    def test_a_hold_that_ran_out_does_not_count(self, submit, nurse, other_nurse):
        """D-62: 30 minutes."""
        order = submit()
        take_case(order, by=other_nurse)
        with time_machine.travel(samples.NOW + timedelta(minutes=31), tick=False):
            assert signed_in(nurse).post("/review/next/")["Location"] == f"/review/{order.reference}/"

    def test_says_so_when_nothing_is_free(self, submit, nurse, other_nurse):
        take_case(submit(), by=other_nurse)
        response = signed_in(nurse).post("/review/next/", follow=True)
        assert "No case is free" in words(response)

    def test_a_case_of_the_other_queue_is_not_given(self, escalated, nurse):
        signed_in(nurse).post("/review/next/")
        assert not ReviewAssignment.objects.filter(reviewer=nurse, released_at__isnull=True).exists()


@pytest.mark.parametrize("who", ["practice_user", "servicing_site_user", "administrator", "stranger"])
def test_others_are_refused(who, request):
    client = signed_in(request.getfixturevalue(who))
    assert client.get("/review/").status_code == 403
    assert client.post("/review/next/").status_code == 403


def test_the_list_is_audited(submit, nurse):
    order = submit()
    signed_in(nurse).get("/review/")
    event = AuditEvent.objects.get(subject="list:queue")
    assert event.details["orders"] == [order.reference]


def test_queries_do_not_grow_with_the_queue(submit, nurse, django_assert_max_num_queries):
    """session, user, roles; cases, their open items, holders; tumors, next free case, counts by plan and
    tumor, plans; list audited; cases counted for the rail: 12."""
    client = signed_in(nurse)
    counts = []
    for number in range(4):
        submit(last_name=f"Rivera{number}")
        if number in (0, 1, 3):
            with django_assert_max_num_queries(15), CaptureQueriesContext(connection) as queries:
                client.get("/review/")
            counts.append(len(queries))
    assert counts[1] == counts[2] == 12


def test_a_case_decided_meanwhile_is_left_out(submit, nurse):
    order = submit()
    take_case(order, by=nurse)
    authorize(order, by=nurse, rationale="Report seen.")
    assert rows(signed_in(nurse).get("/review/")) == []
