"""History tables refuse change by a trigger."""

from django.db import migrations

from notifications.migrations._append_only import append_only


class Migration(migrations.Migration):
    """Snapshots, evaluations, clocks, determinations, grants and events stay as they were written."""

    dependencies = [
        ("orders", "0001_the_order_and_its_history"),
        ("notifications", "0001_audit_and_outbox"),
    ]

    operations = [
        append_only("orders_clinicalsnapshot"),
        append_only("orders_evaluation"),
        append_only("orders_lineevaluation"),
        append_only("orders_clockevent"),
        append_only("orders_linedetermination"),
        append_only("orders_scodegrant"),
        append_only("orders_orderevent"),
        append_only("orders_drugline", except_columns=("status", "message")),
    ]
