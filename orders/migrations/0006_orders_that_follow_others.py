"""Orders that continue, replace or support an earlier one, and the last days that hang on it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_a_notice_before_treatment_ends"),
        ("orders", "0005_orders_for_a_caller"),
        ("pathways", "0003_published_content_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="ended_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ons",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="follows_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("continuation", "continuation"),
                    ("change", "change"),
                    ("supportive", "supportive"),
                    ("another", "another"),
                    ("cited", "cited"),
                ],
                default="",
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="treatment_until",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("treatment_until__isnull", False)),
                fields=["practice", "treatment_until"],
                name="order_by_end_of_treatment",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("follows__isnull", True), ("follows_as", "")),
                    models.Q(("follows__isnull", False), models.Q(("follows_as", ""), _negated=True)),
                    _connector="OR",
                ),
                name="an_order_that_follows_another_says_as_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on__isnull", True), ("order_id__isnull", False), _connector="OR"),
                name="only_an_order_with_an_order_id_is_replaced",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft"), ("submitted_at__isnull", True)),
                fields=("follows", "follows_as"),
                name="one_open_draft_per_earlier_order_and_kind",
            ),
        ),
    ]
