"""The content that ships (programs, codes, policies, pathways, rosters) for tests that need all of it.

Loading it takes seconds, so the first load of a run is remembered row by row and put back in a moment
for each later module; a module's rows are rolled back at its end, and other tests see an empty database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from pathways import content
from portal import demo

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


@pytest.fixture(scope="module")
def shipped(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Shipped content for one module of tests, each of which still rolls back its own writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        content.forget()
        load()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            content.forget()


@pytest.fixture
def shipped_for_real(transactional_db: None) -> None:
    """Shipped content that other threads and processes see too; flushed after the test."""
    content.forget()
    with transaction.atomic():  # foreign keys are checked at its end, whatever the order of the tables
        load()
