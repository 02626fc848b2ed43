"""Documents, cancellations, other changes after submission, and clocks whose allowance changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from notifications.migrations._append_only import append_only


class Migration(migrations.Migration):
    """Two histories more; altering a table drops its trigger on SQLite, so it is made again at the end."""

    dependencies = [
        ("orders", "0006_orders_that_follow_others"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="contact_phone",
            field=models.CharField(
                blank=True, default="", help_text="Empty: the one of the form stands.", max_length=40
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="news_at",
            field=models.DateTimeField(
                help_text="When the practice last added what no reviewer has confirmed yet (R-095).",
                null=True,
            ),
        ),
        migrations.AddField(model_name="finding", name="changes", field=models.JSONField(default=dict)),
        migrations.AlterField(
            model_name="finding",
            name="kind",
            field=models.CharField(
                choices=[
                    ("information", "Additional information"),
                    ("duplicate", "Duplicate"),
                    ("not_a_duplicate", "Not a duplicate"),
                    ("drug_withdrawn", "Drug withdrawn"),
                    ("case_withdrawn", "Order withdrawn"),
                    ("document", "Document"),
                    ("contact", "Servicing provider or phone"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(model_name="clockevent", name="a_clock_starts_and_stops_once"),
        migrations.AlterField(
            model_name="clockevent",
            name="kind",
            field=models.CharField(
                choices=[("started", "Started"), ("stopped", "Stopped"), ("changed", "Changed")],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="clockevent",
            constraint=models.UniqueConstraint(
                condition=~Q(kind="changed"),
                fields=("order", "clock", "kind"),
                name="a_clock_starts_and_stops_once",
            ),
        ),
        migrations.CreateModel(
            name="Cancellation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("disposition", models.CharField(help_text="The case status before.", max_length=25)),
                ("voided_order_id", models.CharField(max_length=9, unique=True)),
                ("voided_pathway_eligible_id", models.CharField(blank=True, default="", max_length=10)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("voided_s0353", models.PositiveSmallIntegerField(default=0)),
                ("voided_s0354", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.TextField()),
                ("cancelled_at", models.DateTimeField()),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellation",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="a_cancellation_says_why")
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/png", "PNG"),
                            ("image/jpeg", "JPEG"),
                            ("image/tiff", "TIFF"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=100, unique=True)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("clean", "No virus found"),
                            ("not_scanned", "Not checked for viruses"),
                            ("infected", "Virus found"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="orders.finding",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(condition=Q(scan="not_scanned"), fields=["id"], name="document_not_scanned")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "number"), name="one_document_per_order_and_number"
                    ),
                    models.UniqueConstraint(
                        fields=("order", "sha256"), name="the_same_file_is_on_a_case_once"
                    ),
                ],
            },
        ),
        append_only("orders_cancellation"),
        append_only("orders_orderdocument", except_columns=("scan",)),
        append_only("orders_finding"),
        append_only("orders_clockevent"),
    ]
