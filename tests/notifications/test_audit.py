"""The audit trail: in its cause's transaction, with plain values, unchangeable (R-036, G-34, G-38)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from notifications import audit
from notifications.models import AuditEvent
from notifications.names import AuditName
from portal.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def rivera() -> User:
    return User.objects.create(username="a.rivera")


def test_an_event_says_who_what_when_and_under_which_request(rivera):
    with audit.request_scope("request-1"):
        event = audit.record(
            AuditName.ORDER_MOVED,
            actor=rivera,
            subject="order:T123456789",
            practice=3,
            old="DRAFT",
            new="NURSE",
        )
    event.refresh_from_db()
    assert (event.actor_id, event.actor_name, event.subject) == (rivera.pk, "a.rivera", "order:T123456789")
    assert (event.practice, event.request_id) == ("3", "request-1")
    assert event.details == {"old": "DRAFT", "new": "NURSE"}
    assert event.at is not None


def test_a_read_names_the_member_and_the_ground(rivera):
    event = audit.record_read(actor=rivera, subject="order:T123456789", member=17, why="own practice")
    assert (event.name, event.member, event.details) == ("read.order", "17", {"why": "own practice"})


@pytest.mark.parametrize(
    ("actor", "expected"), [(None, (None, "system")), (AnonymousUser(), (None, "anonymous"))]
)
def test_the_system_and_a_visitor_are_told_apart(actor, expected):
    event = audit.record(AuditName.SIGNIN_FAILED, actor=actor, subject="user:?")
    assert (event.actor_id, event.actor_name) == expected


def test_outside_a_request_there_is_no_request_id():
    with audit.request_scope("request-1"):
        pass
    assert audit.record(AuditName.ROSTER_LOADED, actor=None, subject="roster:1").request_id == ""


def test_a_name_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match=r"order\.vanished"):
        audit.record("order.vanished", actor=None, subject="order:T1")


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_or_falls_with_its_cause():
    with transaction.atomic():
        audit.record(AuditName.ORDER_STARTED, actor=None, subject="order:T1")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_an_event_survives_the_person_it_speaks_of(rivera):
    audit.record(AuditName.SIGNOUT, actor=rivera, subject="user:a.rivera")
    rivera.delete()
    assert AuditEvent.objects.get().actor_name == "a.rivera"


def test_the_database_refuses_to_change_an_event():
    audit.record(AuditName.ORDER_STARTED, actor=None, subject="order:T1")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(outcome="nothing happened")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite guards UPDATE alone; see append_only")
def test_postgresql_refuses_to_delete_an_event():
    audit.record(AuditName.ORDER_STARTED, actor=None, subject="order:T1")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()
