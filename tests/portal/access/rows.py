"""The rows of the whole database, to tell what a request changed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection

#: Written by any request, refused ones too: who asked for what, and sessions.
TOLD_APART = {"notifications_auditevent", "django_session"}

Row = tuple[Any, ...]
Tables = dict[str, dict[Any, Row]]


def rows() -> Tables:
    """Every row of every table by its primary key, save those of audit events and sessions."""
    found: Tables = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table in TOLD_APART or table.startswith("axes_"):
                continue
            cursor.execute(f'SELECT "{model._meta.pk.column}", * FROM "{table}"')
            found[table] = {row[0]: row[1:] for row in cursor.fetchall()}
    return found


def changed(before: Tables, after: Tables) -> list[str]:
    """Tables in which a row that was there is gone or different."""
    return [
        table
        for table, old in before.items()
        if any(after[table].get(key) != row for key, row in old.items())
    ]


def added_to(before: Tables, after: Tables, orders: set[int]) -> list[str]:
    """Tables that got a row for one of these orders."""
    columns = {
        model._meta.db_table: [field.column for field in model._meta.concrete_fields].index("order_id")
        for model in apps.get_models()
        if any(field.column == "order_id" for field in model._meta.concrete_fields)
        and not model._meta.db_table.endswith("_order")
    }
    return [
        table
        for table, position in columns.items()
        if any(row[position] in orders for key, row in after[table].items() if key not in before[table])
    ]
