"""The content that ships (programs, codes, policies, pathways, rosters) for tests that need all of it.

Loading it takes seconds, so a run loads it once, for good: tests/suites.py puts the tests that use it
behind those that want an empty database, and before any later one of those it is taken out again.
What was loaded is remembered row by row, to be put back in a moment where a test flushes the database.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from pytest_django import DjangoDbBlocker

from pathways import content
from portal import demo
from tests.suites import uses_database, wants_shipped

LOADS = ("load_programs", "load_release", "load_roster")
APPS = ("portal", "notifications", "members", "pathways")

Rows = dict[type[models.Model], tuple[list[str], list[Any]]]
_remembered: Rows = {}


def load() -> None:
    """Have all shipped content and the demo's people in the database, by the real commands at first."""
    if _remembered:
        _put_back(_remembered)
        return
    for command in LOADS:
        call_command(command, verbosity=0)
    for found in demo.people():
        demo.make_person(found)
    _remembered.update(_all_rows())


def _tables() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def _all_rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in _tables():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            rows = [[_plain(value) for value in row] for row in cursor.fetchall()]
            if rows:
                found[model] = ([column[0] for column in cursor.description], rows)
    return found


def _plain(value: Any) -> Any:
    """Dates and times as text, which both databases take back."""
    return value.isoformat() if isinstance(value, date | time) else value


def _put_back(remembered: Rows) -> None:
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        for model, (columns, rows) in remembered.items():
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(remembered)):
            cursor.execute(statement)


# --- For tests that roll back what they write --------------------------------------------------------
#: What lets us write outside of a test, from the moment that the content is in the database.
_in_by: DjangoDbBlocker | None = None


@pytest.fixture(scope="module")
def shipped(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Shipped content; each test rolls back its own writes.

    It is committed.  In a transaction around the tests, PostgreSQL would check all its foreign keys
    again at the end of each test, and plan without statistics.
    """
    global _in_by
    if _in_by is None:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            content.forget()
            with transaction.atomic():  # foreign keys are checked at its end, whatever the order of tables
                load()
            cursor.execute("ANALYZE")
        _in_by = django_db_blocker


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of the database that does not ask for shipped content finds none."""
    global _in_by
    if _in_by is not None and uses_database(item) and not wants_shipped(item):
        with _in_by.unblock():
            call_command("flush", interactive=False, verbosity=0)
        content.forget()
        _in_by = None


# --- For tests that commit ---------------------------------------------------------------------------
@pytest.fixture
def shipped_for_real(transactional_db: None) -> None:
    """Shipped content that other threads and processes see too; flushed after the test."""
    content.forget()
    with transaction.atomic():  # foreign keys are checked at its end, whatever the order of the tables
        load()
