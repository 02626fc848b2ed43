"""Orders that the contact center enters for a caller, and when each order was received."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

from notifications.migrations._append_only import append_only


def received_when_submitted(apps, schema_editor):
    """Until now an order was received in the moment in which it was submitted; safe to repeat."""
    orders = apps.get_model("orders", "Order").objects
    orders.filter(received_at=None, submitted_at__isnull=False).update(received_at=F("submitted_at"))


class Migration(migrations.Migration):
    """Callers, calls that are owed, what was told; the moment of receipt beside that of submission."""

    dependencies = [
        ("orders", "0004_what_the_database_guarantees"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallerRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Who called or signed: staff of the practice.", max_length=80),
                ),
                ("phone", models.CharField(max_length=40)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "outage_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("power", "Power outage at the office"),
                            ("internet", "Internet outage at the office"),
                            ("portal", "The portal cannot be reached"),
                            ("office_system", "The office’s own system is down"),
                            ("other", "Another temporary technical problem"),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CallTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("urgent_draft", "Urgent draft waiting for a call"),
                            ("call_back", "Call back"),
                        ],
                        max_length=15,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("told_to", models.CharField(blank=True, default="", max_length=80)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ToldItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.CharField(
                        choices=[
                            ("decision", "What was decided"),
                            ("order_id", "Order ID"),
                            ("valid_dates", "Valid dates"),
                            ("s_codes", "S-codes"),
                            ("due", "When the decision is due"),
                            ("missing", "What is still missing"),
                        ],
                        max_length=15,
                    ),
                ),
                ("case_status", models.CharField(max_length=25)),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["told_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="received_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(received_when_submitted, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("received_at__isnull", True), ("submitted_at__isnull", True)),
                    models.Q(
                        ("received_at__isnull", False),
                        ("received_at__lte", models.F("submitted_at")),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_order_is_received_no_later_than_it_is_submitted",
            ),
        ),
        migrations.AddField(
            model_name="callerrequest",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="callerrequest",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="callerrequest",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="caller_request", to="orders.order"
            ),
        ),
        migrations.AddField(
            model_name="calltask",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="calltask",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="call_tasks", to="orders.order"
            ),
        ),
        migrations.AddField(
            model_name="tolditem",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="told_items", to="orders.order"
            ),
        ),
        migrations.AddField(
            model_name="tolditem",
            name="told_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="callerrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True), models.Q(("phone", ""), _negated=True)
                ),
                name="a_caller_has_a_name_and_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_at__isnull", True),
                    ("received_at__lte", models.F("entered_at")),
                    _connector="OR",
                ),
                name="nothing_is_received_after_it_is_entered",
            ),
        ),
        migrations.AddIndex(
            model_name="calltask",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["kind", "opened_at", "id"],
                name="call_task_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="calltask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("order", "kind"),
                name="one_open_call_task_per_order_and_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="calltask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_closed_call_task_says_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="calltask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "call_back"), _negated=True),
                    ("closed_at__isnull", True),
                    models.Q(("told_at__isnull", False), models.Q(("told_to", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_call_back_ends_with_who_was_told_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="tolditem",
            constraint=models.UniqueConstraint(
                fields=("order", "item", "case_status"), name="an_item_is_told_once_per_case_status"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status", "draft"), models.Q(("channel", "portal"), _negated=True)),
                fields=["created_at", "id"],
                name="order_by_contact_center",
            ),
        ),
        append_only("orders_tolditem"),
    ]
