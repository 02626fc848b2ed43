"""A trigger that keeps a table's rows as they were written, for any app's migrations.

    operations = [migrations.CreateModel(...), append_only("orders_orderevent")]

SQLite refuses UPDATE; PostgreSQL refuses UPDATE and DELETE.  SQLite leaves DELETE alone because a
test database is flushed there row by row.  The refusal reaches Python as `IntegrityError`.

On SQLite a later migration that alters the table rebuilds it and so drops the trigger: run
`append_only` again at the end of that migration (`tests/conventions` finds it when forgotten).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - TG_ARGV) = (to_jsonb(NEW) - TG_ARGV) AND TG_NARGS > 0 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql
"""


def append_only(table: str, *, except_columns: Sequence[str] = ()) -> migrations.RunPython:
    """An operation that makes `table` append-only, apart from `except_columns`, which may change."""
    return migrations.RunPython(_guard(table, tuple(except_columns)), _unguard(table))


def _guard(table: str, except_columns: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def forwards(apps: Any, schema_editor: Any) -> None:
        _drop(table, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            arguments = ", ".join(f"'{column}'" for column in except_columns)
            _execute(schema_editor, _POSTGRESQL_FUNCTION)
            _execute(
                schema_editor,
                f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION refuse_change({arguments})",
            )
        else:
            _execute(
                schema_editor,
                f'CREATE TRIGGER {table}_append_only BEFORE UPDATE ON "{table}" '
                f"{_sqlite_condition(table, except_columns, schema_editor)} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END",
            )

    return forwards


def _unguard(table: str) -> Callable[[Any, Any], None]:
    def backwards(apps: Any, schema_editor: Any) -> None:
        _drop(table, schema_editor)

    return backwards


def _drop(table: str, schema_editor: Any) -> None:
    on_table = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
    _execute(schema_editor, f"DROP TRIGGER IF EXISTS {table}_append_only{on_table}")


def _sqlite_condition(table: str, except_columns: tuple[str, ...], schema_editor: Any) -> str:
    """WHEN any other column changes; nothing when every column is guarded."""
    if not except_columns:
        return ""
    with schema_editor.connection.cursor() as cursor:
        columns = [
            column.name
            for column in schema_editor.connection.introspection.get_table_description(cursor, table)
        ]
    unknown = set(except_columns) - set(columns)
    if unknown:
        raise ValueError(f"append_only({table!r}): no such columns: {', '.join(sorted(unknown))}")
    guarded = [column for column in columns if column not in except_columns]
    # IS NOT, unlike <>, also sees a change from or to NULL.
    return "WHEN " + " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in guarded)


def _execute(schema_editor: Any, sql: str) -> None:
    # params=None: otherwise the driver reads the % of the function's text as a placeholder.
    schema_editor.execute(sql, params=None)
