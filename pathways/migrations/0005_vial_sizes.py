"""The sizes of vials, for what a dose takes in whole vials."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty until the catalog is loaded again."""

    dependencies = [("pathways", "0004_radiation_codes_and_bundles")]

    operations = [
        migrations.AddField(
            model_name="drug",
            name="vial_sizes",
            field=models.JSONField(
                default=list, help_text="Milligrams in each size of vial, as text; empty where none is known."
            ),
        )
    ]
