"""Published content never changes: corrected content is a later release (R-168)."""

from typing import Any

from django.db import migrations

from notifications.migrations._append_only import append_only

REFUSAL = "pathways_release is published: it never changes"

SQLITE = f"""
CREATE TRIGGER pathways_release_published BEFORE UPDATE ON "pathways_release"
WHEN OLD."state" = 'published'
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
"""
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change_of_published_release() RETURNS trigger AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER pathways_release_published BEFORE UPDATE OR DELETE ON "pathways_release"
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_release()
"""


def guard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        schema_editor.execute(POSTGRESQL, params=None)
    else:
        schema_editor.execute(SQLITE, params=None)


def unguard(apps: Any, schema_editor: Any) -> None:
    on_table = ' ON "pathways_release"' if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS pathways_release_published{on_table}", params=None)


class Migration(migrations.Migration):
    dependencies = [("pathways", "0002_release_content")]

    operations = [
        append_only("pathways_regimenentry"),
        append_only("pathways_medicalpolicy"),
        append_only("pathways_drugmanager"),
        migrations.RunPython(guard, unguard),
    ]
