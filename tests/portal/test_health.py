"""Liveness asks nothing; readiness asks the database and reports the queue (G-07)."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.urls import reverse

from portal import health


def test_a_live_process_answers_without_the_database(client):
    assert client.get(reverse("healthz")).content == b"ok"


@pytest.mark.django_db
def test_ready_when_the_database_is_migrated(client):
    answer = client.get(reverse("readyz"))
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": "ok", "queue": "files"})


@pytest.mark.django_db
def test_a_queue_that_is_down_is_told_and_does_not_count(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get(reverse("readyz"))
    assert (answer.status_code, answer.json()["queue"]) == (200, "down")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda *_: (_ for _ in ()).throw(OperationalError("gone")), "down"),
        (lambda *_: [("migration", False)] * 2, "2 migrations to apply"),
    ],
)
@pytest.mark.django_db
def test_not_ready_while_the_database_cannot_serve(client, monkeypatch, fault, told):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", fault)
    answer = client.get(reverse("readyz"))
    assert (answer.status_code, answer.json()["ready"], answer.json()["database"]) == (503, False, told)


@pytest.mark.parametrize("name", ["healthz", "readyz"])
@pytest.mark.django_db
def test_nothing_can_be_posted(client, name):
    assert client.post(reverse(name)).status_code == 405
