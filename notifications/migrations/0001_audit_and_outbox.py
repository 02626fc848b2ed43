import django.db.models.deletion
from django.db import migrations, models

from notifications.migrations._append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=40)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=150)),
                ("subject", models.CharField(max_length=80)),
                ("member", models.CharField(blank=True, default="", max_length=40)),
                ("practice", models.CharField(blank=True, default="", max_length=40)),
                ("outcome", models.CharField(blank=True, default="", max_length=40)),
                ("request_id", models.CharField(blank=True, default="", max_length=64)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "at"], name="audit_by_subject"),
                    models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
                    models.Index(
                        condition=models.Q(("member", ""), _negated=True),
                        fields=["member", "at"],
                        name="audit_by_member",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("payload", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Given up"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("unconfirmed", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["next_try_at"],
                        name="outbox_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_sent_message_says_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient_id", models.BigIntegerField(null=True)),
                ("address", models.CharField(max_length=254)),
                ("channel", models.CharField(max_length=20)),
                ("template", models.CharField(max_length=60)),
                ("template_version", models.PositiveSmallIntegerField()),
                ("mail_message_id", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(choices=[("sent", "Sent"), ("failed", "Failed")], max_length=10),
                ),
                ("possible_repeat", models.BooleanField(default=False)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.outboxmessage",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["at", "id"],
            },
        ),
        append_only("notifications_auditevent"),
        append_only("notifications_delivery"),
    ]
