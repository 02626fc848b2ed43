"""What the worker is asked to do, and the names it speaks with."""

from __future__ import annotations

import re

import pytest
from django.template.loader import get_template

from notifications import outbox
from notifications.messages import MAILS
from notifications.names import AuditName, MessageName
from portal.celery import app
from tests.conventions.source import BASE, modules

SCHEDULE = {
    "sweep-outbox": ("notifications.sweep_outbox", 15),
    "sweep-deadlines": ("orders.sweep_deadlines", 60),
    "scan-documents": ("orders.scan_documents", 300),
}


def test_beat_starts_every_sweep():
    """A schedule that is missing or misnamed is silently no schedule."""
    scheduled = {name: (entry["task"], entry["schedule"]) for name, entry in app.conf.beat_schedule.items()}
    assert scheduled == SCHEDULE


@pytest.mark.parametrize("task", [task for task, _ in SCHEDULE.values()] + [outbox.DELIVER_TASK])
def test_each_task_that_is_named_is_registered(task):
    app.loader.import_default_modules()
    assert task in app.tasks


def test_a_held_task_comes_back_only_after_its_time_limit(settings):
    """A visibility timeout below the time limit would give one task to two workers (ecosystem trap)."""
    from portal import settings as portal_settings

    source = (BASE / "portal/settings.py").read_text(encoding="utf-8")
    (default,) = re.findall(r'VISIBILITY_TIMEOUT", default=(\d+)', source)
    assert int(default) > portal_settings.CELERY_TASK_TIME_LIMIT
    assert outbox.STUCK_AFTER.total_seconds() > outbox.DELIVER_SECONDS


@pytest.mark.parametrize("name", [*AuditName, *MessageName])
def test_each_name_is_used(name):
    spelling = f"{type(name).__name__}.{name.name}"
    users = [path for path in modules() if spelling in (BASE / path).read_text(encoding="utf-8")]
    assert users, f"nothing records or sends {spelling}"


@pytest.mark.parametrize("name", MessageName)
def test_each_message_has_its_words(name):
    mail = MAILS[name]
    get_template(f"emails/{mail.template}.txt")
    get_template(f"emails/{mail.template}.subject.txt")
