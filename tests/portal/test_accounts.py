"""Signing in and out, the lock, and the end of sessions (D-72, G-39, G-46, G-47)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from notifications.models import AuditEvent
from portal.models import PracticeRole, User
from tests.factories.people import PASSWORD, signed_in

SIGN_IN = "/accounts/login/"
HOME = "/"
NOON = dt.datetime(2021, 10, 12, 16, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"login": username, "password": password, **extra})


# --- In and out -----------------------------------------------------------------------------------
def test_a_person_signs_in_and_lands_at_home(client: Client, practice_user: User) -> None:
    response = sign_in(client, "pat.clerk")
    assert response.status_code == 302
    assert response.headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert AuditEvent.objects.filter(name="signin.succeeded", actor_id=practice_user.pk).count() == 1


def test_the_page_asked_for_opens_after_signing_in(client: Client, practice_user: User) -> None:
    asked = client.get("/orders/?status=draft")
    assert asked.headers["Location"] == f"{SIGN_IN}?next=%2Forders%2F%3Fstatus%3Ddraft"
    response = sign_in(client, "pat.clerk", next="/orders/?status=draft")
    assert response.headers["Location"] == "/orders/?status=draft"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(client: Client, practice_user: User, elsewhere: str) -> None:
    response = sign_in(client, "pat.clerk", next=elsewhere)
    assert response.headers["Location"] == HOME


def test_a_form_posted_without_a_session_comes_back_to_its_page(client: Client, db: None) -> None:
    response = client.post("/orders/new/", {}, HTTP_REFERER="http://testserver/orders/?plan=BCBSM#top")
    assert response.headers["Location"] == f"{SIGN_IN}?next=%2Forders%2F%3Fplan%3DBCBSM"
    response = client.post("/orders/new/", {}, HTTP_REFERER="https://evil.example/x")
    assert response.headers["Location"] == f"{SIGN_IN}?next=%2F"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get(
        "/orders/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/orders/?plan=BCBSM"}
    )
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == f"{SIGN_IN}?next=%2Forders%2F%3Fplan%3DBCBSM"
    assert response.content == b""


def test_signing_in_gives_a_new_session_and_the_old_id_is_dead(client: Client, practice_user: User) -> None:
    sign_in(client, "pat.clerk")
    first = client.session.session_key
    client.post("/accounts/logout/")
    assert not Session.objects.filter(session_key=first).exists()
    sign_in(client, "pat.clerk")
    assert client.session.session_key != first
    client.cookies["sessionid"] = first
    assert client.get(HOME).status_code == 302


def test_signing_out_ends_the_session_and_is_recorded(practice_user: User) -> None:
    client = signed_in(practice_user)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == SIGN_IN
    assert client.get(HOME).status_code == 302
    assert AuditEvent.objects.filter(name="signout", actor_id=practice_user.pk).count() == 1


def test_somebody_switched_off_is_told_so_only_with_the_right_password(
    client: Client, practice_user: User
) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, "pat.clerk").headers["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert sign_in(client, "pat.clerk", "wrong").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "password/reset/",
        "password/set/",
        "login/code/",
        "reauthenticate/",
    ],
)
def test_pages_that_are_not_offered_do_not_exist(practice_user: User, address: str) -> None:
    assert signed_in(practice_user).get(f"/accounts/{address}").status_code == 404
    assert Client().get(f"/accounts/{address}").status_code == 404


# --- No enumeration, and the lock ---------------------------------------------------------------------
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: Client, practice_user: User
) -> None:
    """G-46: by text and by status."""
    known = sign_in(client, "pat.clerk", "wrong")
    unknown = sign_in(client, "nobody.here", "wrong")
    assert known.status_code == unknown.status_code == 200
    said = known.content.replace(b"pat.clerk", b"NAME")
    assert said.replace(_token(known), b"") == unknown.content.replace(b"nobody.here", b"NAME").replace(
        _token(unknown), b""
    )
    assert AuditEvent.objects.filter(name="signin.failed").count() == 2


def _token(response) -> bytes:
    return str(response.context["csrf_token"]).encode()


def test_what_was_typed_is_not_in_the_audit_trail(client: Client, practice_user: User) -> None:
    sign_in(client, "my secret phrase", "wrong")
    event = AuditEvent.objects.get(name="signin.failed")
    assert "secret" not in f"{event.subject}{event.actor_name}{event.details}"


@pytest.mark.parametrize("name", ["pat.clerk", "nobody.here"])
def test_five_wrong_passwords_lock_the_name_for_two_hours(
    client: Client, practice_user: User, clock: time_machine.Traveller, name: str
) -> None:
    for _ in range(4):
        assert sign_in(client, name, "wrong").status_code == 200
        clock.shift(dt.timedelta(minutes=20))
    locked = sign_in(client, name, "wrong")
    assert locked.status_code == 429
    assert b"locked" in locked.content
    assert name.encode() not in locked.content
    assert sign_in(client, name).status_code == 429
    clock.shift(dt.timedelta(hours=1, minutes=59))
    assert sign_in(client, name).status_code == 429
    clock.shift(dt.timedelta(minutes=2))
    assert sign_in(client, name).status_code == (302 if name == "pat.clerk" else 200)


def test_the_lock_counts_a_name_whatever_its_case(client: Client, practice_user: User) -> None:
    for name in ("pat.clerk", "Pat.Clerk", "PAT.CLERK", " pat.clerk"):
        assert sign_in(client, name, "wrong").status_code == 200
    assert sign_in(client, "pat.Clerk", "wrong").status_code == 429


def test_the_lock_keeps_out_neither_colleagues_nor_other_places(
    client: Client, practice_user: User, ordering_physician: User
) -> None:
    """One person's typing locks no office, and nobody can lock a practice out from elsewhere."""
    for _ in range(5):
        sign_in(client, "pat.clerk", "wrong")
    assert sign_in(client, "dr.okafor").status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, "pat.clerk").status_code == 302


def test_success_forgets_the_failures(client: Client, practice_user: User) -> None:
    for _ in range(4):
        sign_in(client, "pat.clerk", "wrong")
    sign_in(client, "pat.clerk")
    client.post("/accounts/logout/")
    assert sign_in(client, "pat.clerk", "wrong").status_code == 200


def test_the_address_is_the_one_our_own_proxy_saw(client: Client, practice_user: User, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    for forged in range(5):
        last = client.post(
            SIGN_IN,
            {"login": "pat.clerk", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{forged}, 203.0.113.9",
        )
    assert last.status_code == 429


# --- The end of sessions ------------------------------------------------------------------------------
def test_after_fifteen_idle_minutes_the_person_is_out(
    practice_user: User, clock: time_machine.Traveller
) -> None:
    client = signed_in(practice_user)
    client.get(HOME)
    clock.shift(dt.timedelta(minutes=15))
    assert client.get(HOME).status_code == 200
    clock.shift(dt.timedelta(minutes=15, seconds=1))
    response = client.get("/orders/?plan=BCBSM")
    assert response.headers["Location"] == f"{SIGN_IN}?next=%2Forders%2F%3Fplan%3DBCBSM&ended=idle"
    said = client.get(response.headers["Location"]).content.decode()
    assert "Nothing happened here for a while" in said
    assert "drafts are kept" in said
    assert AuditEvent.objects.get(name="session.expired").outcome == "idle"
    assert not Session.objects.exists()


def test_a_session_lasts_twelve_hours_at_most(practice_user: User, clock: time_machine.Traveller) -> None:
    client = signed_in(practice_user)
    for _ in range(12 * 6):
        assert client.get(HOME).status_code == 200
        clock.shift(dt.timedelta(minutes=10))
    assert client.get(HOME).status_code == 200
    clock.shift(dt.timedelta(minutes=1))
    assert client.get(HOME).headers["Location"].endswith("&ended=long")
    assert AuditEvent.objects.get(name="session.expired").outcome == "long"


def test_the_page_can_keep_the_session_alive(practice_user: User, clock: time_machine.Traveller) -> None:
    client = signed_in(practice_user)
    client.get(HOME)
    for _ in range(3):
        clock.shift(dt.timedelta(minutes=13))
        assert client.post(reverse("keep_alive")).status_code == 204
    clock.shift(dt.timedelta(minutes=13))
    assert client.get(HOME).status_code == 200
    assert client.get(reverse("keep_alive")).status_code == 405


def test_the_page_ends_the_session_that_nobody_uses(practice_user: User) -> None:
    """Before the server would: a sign-in page asked for in a living session leads back to the page."""
    client = signed_in(practice_user)
    client.get(HOME)
    assert client.post(reverse("end_session")).status_code == 204
    assert client.get(HOME).status_code == 302
    assert AuditEvent.objects.get(name="session.expired").outcome == "idle"
    assert client.get(reverse("end_session")).status_code in {302, 405}


def test_the_page_counts_no_longer_than_the_server(practice_user: User, settings) -> None:
    """The page's warning comes two minutes before the earliest end; the server may be a minute later."""
    page = signed_in(practice_user).get(HOME).content.decode()
    assert 'data-session-seconds="840"' in page
    settings.SESSION_IDLE_SECONDS = 300
    assert 'data-session-seconds="270"' in signed_in(practice_user).get(HOME).content.decode()


def test_reading_writes_the_session_once_a_minute_at_most(
    practice_user: User, clock: time_machine.Traveller, django_assert_num_queries
) -> None:
    client = signed_in(practice_user)
    client.post(reverse("keep_alive"))
    clock.shift(dt.timedelta(seconds=59))
    with django_assert_num_queries(3):  # session, user, roles
        client.post(reverse("keep_alive"))
    clock.shift(dt.timedelta(seconds=1))
    with django_assert_num_queries(6):  # the same, and the session written in its transaction
        client.post(reverse("keep_alive"))


def test_a_role_taken_away_is_gone_with_the_next_request(practice_user: User) -> None:
    """G-39."""
    client = signed_in(practice_user)
    assert client.get("/orders/").status_code == 200
    PracticeRole.objects.all().delete()
    assert client.get("/orders/").status_code == 403
    assert client.get(HOME).status_code == 403


def test_somebody_switched_off_is_out_with_the_next_request(practice_user: User) -> None:
    client = signed_in(practice_user)
    assert client.get("/orders/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/orders/").headers["Location"].startswith(SIGN_IN)


def test_changing_the_password_ends_the_other_sessions(practice_user: User) -> None:
    here, there = signed_in(practice_user), signed_in(practice_user)
    assert there.get(HOME).status_code == 200
    new = "another long enough phrase"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", typed).headers["Location"] == HOME
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302
    assert sign_in(Client(), "pat.clerk", new).status_code == 302


@pytest.mark.parametrize(
    ("new", "says"),
    [("short", "at least 15"), ("123456789123456789", "too common"), (PASSWORD + "x", "same")],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(
    practice_user: User, new: str, says: str
) -> None:
    other = new + "y" if says == "same" else new
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": other}
    response = signed_in(practice_user).post("/accounts/password/change/", typed)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert User.objects.get(pk=practice_user.pk).check_password(PASSWORD)
