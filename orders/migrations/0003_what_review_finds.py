"""What review finds: later answers, withdrawn drugs, cleared duplicates, peer-to-peer offers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from notifications.migrations._append_only import append_only


class Migration(migrations.Migration):
    """Two histories more, which refuse change by their triggers."""

    dependencies = [
        ("orders", "0002_history_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
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
                            ("information", "Additional information"),
                            ("duplicate", "Duplicate"),
                            ("not_a_duplicate", "Not a duplicate"),
                            ("drug_withdrawn", "Drug withdrawn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("facts", models.JSONField()),
                ("source", models.CharField(max_length=40)),
                ("note", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="orders.order",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PeerToPeerOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("phone", models.CharField(max_length=30)),
                ("reached", models.CharField(max_length=80)),
                ("outcome", models.CharField(max_length=200)),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="peer_to_peer_offers",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["offered_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reached", ""), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            models.Q(("phone", ""), _negated=True),
                        ),
                        name="an_offer_says_whom_it_reached_and_what_came_of_it",
                    )
                ],
            },
        ),
        append_only("orders_finding"),
        append_only("orders_peertopeeroffer"),
    ]
