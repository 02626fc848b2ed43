"""Who may enter an order: the practice's own people, and nobody else (R-043, R-044, D-63)."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client

from notifications.models import AuditEvent
from tests.factories import orders, people
from tests.portal.wizard.entry import STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ADDRESSES = [*STEP_KEYS, "discard"]


def address(entry: Entry, page: str) -> str:
    return f"/orders/{entry.order.reference}/{page}/"


@pytest.mark.parametrize("page", ADDRESSES)
def test_somebody_elses_draft_is_not_found_and_the_attempt_is_recorded(entry: Entry, page: str):
    stranger = people.signed_in(orders.person("piedmont"))
    for answer in (
        stranger.get(address(entry, page)),
        stranger.post(address(entry, page), {"plan": "BCBSNC"}),
    ):
        assert answer.status_code == 404
        assert entry.order.reference not in answer.content.decode()
    assert entry.order.status == "draft"
    assert entry.state.raw == {}
    denied = AuditEvent.objects.filter(subject=f"order:{entry.order.reference}", outcome="denied")
    assert denied.count() == 2


@pytest.mark.parametrize("who", ["site", "nurse", "reviewer", "admin"])
@pytest.mark.parametrize("page", ADDRESSES)
def test_r043_people_without_entry_rights_are_refused(entry: Entry, who: str, page: str):
    client = people.signed_in(orders.person(who))
    assert client.get(address(entry, page)).status_code == 403
    assert client.post(address(entry, page), {"plan": "BCBSNC"}).status_code == 403
    assert client.post("/orders/new/").status_code == 403
    assert client.get("/orders/lookups/diagnoses/?q=lung").status_code == 403


def test_the_ordering_physician_of_the_practice_enters_too(entry: Entry):
    physician = people.signed_in(orders.person("physician"))
    assert physician.get(address(entry, "plan")).status_code == 200


@pytest.mark.parametrize("page", ADDRESSES)
def test_somebody_not_signed_in_comes_back_to_the_step(entry: Entry, page: str):
    answer = Client().get(address(entry, page))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=%2Forders%2F")


def test_every_page_view_of_a_draft_is_recorded(entry: Entry):
    entry.get("plan")
    read = AuditEvent.objects.filter(subject=f"order:{entry.order.reference}").latest("pk")
    assert read.details["why"] == "order entry"
    assert read.actor_id == orders.person("practice").pk


def test_a_session_that_ended_on_the_page_says_what_is_kept(entry: Entry):
    """A POST lost to an ended session returns to the step, which says so."""
    entry.reach("clinical")
    referer = f"http://testserver/accounts/login/?next={entry.url('clinical')}&ended=idle"
    page = entry.get("clinical", headers={"referer": referer})
    assert "You were signed out while this page was open." in page.content.decode()
    assert "signed out while" not in entry.get("clinical").content.decode()


def test_what_is_typed_on_an_unattended_page_is_kept_for_after_the_sign_in(entry: Entry):
    """G-47: the page keeps it just before the session ends."""
    entry.reach("clinical")
    typed = entry.typed("clinical") | {"do": "keep", "stage": ""}
    answer = entry.client.post(entry.url("clinical"), typed, headers={"X-Unattended": "yes"})
    assert answer.status_code == 204
    assert entry.state.raw["clinical"]["histology"] == [typed["histology"]]
    assert entry.state.answers["clinical"] is None
    # The page goes on with the revision that it is told, when somebody comes back in time.
    assert int(answer["X-Revision"]) == entry.state.revisions["clinical"]


def test_no_message_blames_the_person_for_what_an_unattended_page_kept(entry: Entry):
    """Not even those that a page says after a search: nobody had asked for anything yet."""
    entry.reach("member")
    entry.post("member", {"last_name": "Verb", "birth_date_month": "4"}, "keep")
    form = entry.get("member").context["form"]
    assert form["last_name"].value() == "Verb"
    assert form.errors == {}


def test_an_unattended_page_overwrites_nothing(entry: Entry):
    entry.reach("dosing")
    before = entry.state
    typed = entry.typed("clinical") | {"do": "keep", "revision": "", "stage": ""}
    assert entry.client.post(entry.url("clinical"), typed).status_code == 409
    assert entry.state == before


def test_an_unattended_page_keeps_no_session_alive(entry: Entry):
    entry.reach("clinical")
    session = entry.client.session
    session["seen"] = long_ago = int(time.time()) - settings.SESSION_IDLE_SECONDS + 60
    session.save()
    entry.client.post(
        entry.url("clinical"),
        entry.typed("clinical") | {"do": "keep"},
        headers={"X-Unattended": "yes"},
    )
    assert entry.client.session["seen"] == long_ago
    entry.client.get(entry.url("clinical"))
    assert entry.client.session["seen"] > long_ago


def test_a_post_lost_to_an_ended_session_leaves_the_draft_as_it_was(entry: Entry):
    entry.reach("clinical")
    lost = Client().post(
        entry.url("clinical"),
        entry.typed("clinical"),
        headers={"referer": "http://testserver" + entry.url("clinical")},
    )
    assert lost.status_code == 302
    assert "clinical" in lost["Location"]
    assert "clinical" not in entry.state.raw
    assert entry.state.get("diagnosis")["tumor"] == "nsclc"
