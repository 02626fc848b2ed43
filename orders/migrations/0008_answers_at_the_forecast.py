"""The answers under which the forecast was first shown, and what was changed after that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that may be empty: neither table is rebuilt."""

    dependencies = [("orders", "0007_what_the_practice_adds_later")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="forecast_facts",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="clinicalsnapshot",
            name="changed",
            field=models.JSONField(null=True),
        ),
    ]
