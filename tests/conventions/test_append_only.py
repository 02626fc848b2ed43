"""History never changes: every such table refuses UPDATE (and DELETE on PostgreSQL) by a trigger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.timezone import now

# Table -> the columns that may change.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "notifications_auditevent": (),
    "notifications_delivery": (),
    "pathways_regimenentry": (),
    "pathways_medicalpolicy": (),
    "pathways_drugmanager": (),
    "orders_clinicalsnapshot": (),
    "orders_evaluation": (),
    "orders_lineevaluation": (),
    "orders_clockevent": (),
    "orders_linedetermination": (),
    "orders_scodegrant": (),
    "orders_orderevent": (),
    "orders_finding": (),
    "orders_peertopeeroffer": (),
    "orders_tolditem": (),
    "orders_cancellation": (),
    "orders_orderdocument": ("scan",),
    "orders_drugline": ("status", "message"),
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_guarded_column_of_a_written_row_changes(table):
    model = _model_of(table)
    for field in model._meta.concrete_fields:
        if field.column in APPEND_ONLY[table]:
            continue
        with transaction.atomic():
            _insert_a_row(model)
            with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
                _execute(f'UPDATE "{table}" SET "{field.column}" = %s', [_other_value(field)])
            transaction.set_rollback(True)


@pytest.mark.parametrize("table", [table for table, columns in APPEND_ONLY.items() if columns])
def test_the_other_columns_may_change(table):
    with transaction.atomic():
        _insert_a_row(_model_of(table))
        for column in APPEND_ONLY[table]:
            _execute(f'UPDATE "{table}" SET "{column}" = %s', ["other"])
        transaction.set_rollback(True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite guards UPDATE alone; see append_only")
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_deleted(table):
    with transaction.atomic():
        _insert_a_row(_model_of(table))
        with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
            _execute(f'DELETE FROM "{table}"')
        transaction.set_rollback(True)


def test_every_guarded_table_is_in_the_list():
    if connection.vendor == "sqlite":
        sql = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_append_only'"
    else:
        sql = (
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE '%%_append_only'"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [])
        assert {table for (table,) in cursor.fetchall()} == set(APPEND_ONLY)


def _model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _insert_a_row(model: type[models.Model]) -> None:
    """A row of made-up values: foreign keys are checked at the commit, which never comes."""
    fields = [field for field in model._meta.concrete_fields if not field.null and not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    _execute(
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})',
        [_value(field) for field in fields],
    )


def _value(field: models.Field[Any, Any]) -> Any:
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.ForeignKey, 1),
        (models.JSONField, "{}"),
        (models.DateTimeField, now()),
        (models.DateField, now().date()),
        (models.BooleanField, True),
        (models.DecimalField, 1),
        (models.IntegerField, 1),
    ]
    return next((value for kind, value in kinds if isinstance(field, kind)), "x")


def _other_value(field: models.Field[Any, Any]) -> Any:
    value = _value(field)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.DateField):  # and moments, which are days with a time
        return value + timedelta(days=1)
    if isinstance(field, models.JSONField):
        return "[]"
    return value + 1 if isinstance(value, int) else "y"


def _execute(sql: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
