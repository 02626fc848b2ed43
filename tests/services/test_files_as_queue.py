"""The embedded shape where neither Valkey nor Redis can be started: files as queue, a database cache.

A killed worker takes what it held out of the queue for good; the sweep finds it in the database.
"""

from __future__ import annotations

import os
import time

import pytest

from tests.services.processes import Portal
from tools.faults.ledger import Ledger

HEALS_A_DEAD_WORKER_SECONDS = 100


@pytest.fixture
def portal(sink, tmp_path):
    """An embedded portal on SQLite, migrated, with nothing running."""
    sink.forget()
    env = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_VAR": str(tmp_path / "a folder"),
        "EMAIL_URL": sink.url,
    }
    ledger = Ledger(sqlite_path=tmp_path / "a folder" / "portal.sqlite3")
    portal = Portal(env, ledger, None, sink, tmp_path)
    portal.run("manage.py", "migrate", "--noinput", "--verbosity=0")
    portal.run("manage.py", "createcachetable")
    yield portal
    portal.kill_all()


def test_files_deliver_and_a_killed_worker_loses_nothing(portal):
    portal.sink.seconds_before_accepting = 0.2
    worker = portal.start_worker()
    portal.enqueue(12, "files")
    deadline = time.monotonic() + 60
    while len(portal.sink.message_ids) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    portal.kill(worker)
    portal.start_worker()
    portal.wait_until_all_sent(12, seconds=HEALS_A_DEAD_WORKER_SECONDS)
    assert len(set(portal.sink.message_ids)) == 12
