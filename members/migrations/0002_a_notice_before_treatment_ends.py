"""Days before the end of treatment from which a continuation is offered (R-332)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_plans_people_providers_and_loads"),
    ]

    operations = [
        migrations.AddField(
            model_name="programterms",
            name="renewal_notice_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="PD-31, R-332: days before the end of treatment from which a continuation is offered.",
            ),
            preserve_default=False,
        ),
    ]
