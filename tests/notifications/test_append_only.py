"""The trigger for tables whose rows may not change, with columns that may."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from notifications.migrations._append_only import append_only

TABLE = "append_only_probe"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def probe():
    """Make the table, guard it apart from the given columns, drop it afterwards."""

    def make(*except_columns: str) -> None:
        operation = append_only(TABLE, except_columns=except_columns)
        with connection.schema_editor() as editor:
            operation.code(None, editor)

    _execute(f"CREATE TABLE {TABLE} (id integer, said text, read_at text NULL)")
    _execute(f"INSERT INTO {TABLE} VALUES (1, 'first', NULL)")
    yield make
    _execute(f"DROP TABLE {TABLE}")


@pytest.mark.parametrize("change", ["said = 'other'", "read_at = 'now'", "said = NULL"])
def test_every_column_is_guarded(probe, change):
    probe()
    with pytest.raises(IntegrityError, match=f"{TABLE} is append-only"), transaction.atomic():
        _execute(f"UPDATE {TABLE} SET {change}")


def test_a_column_that_may_change_changes_alone(probe):
    probe("read_at")
    _execute(f"UPDATE {TABLE} SET read_at = 'now'")
    _execute(f"UPDATE {TABLE} SET read_at = 'later', said = 'first'")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        _execute(f"UPDATE {TABLE} SET read_at = 'never', said = 'other'")


def test_a_guard_put_up_again_replaces_the_first(probe):
    probe()
    probe("read_at")
    _execute(f"UPDATE {TABLE} SET read_at = 'now'")


def test_a_guard_is_taken_down_again(probe):
    probe()
    operation = append_only(TABLE)
    with connection.schema_editor() as editor:
        operation.reverse_code(None, editor)
    _execute(f"UPDATE {TABLE} SET said = 'other'")


def test_rows_may_be_added(probe):
    probe()
    _execute(f"INSERT INTO {TABLE} VALUES (2, 'second', NULL)")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes the names as they come")
def test_a_misspelt_column_is_refused(probe):
    with pytest.raises(ValueError, match="no such columns: red_at"):
        probe("red_at")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
