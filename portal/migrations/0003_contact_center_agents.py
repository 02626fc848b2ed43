from django.db import migrations, models


class Migration(migrations.Migration):
    # One more kind of staff; the column stays as it is.

    dependencies = [("portal", "0002_roles")]

    operations = [
        migrations.AlterField(
            model_name="staffrole",
            name="kind",
            field=models.CharField(
                choices=[
                    ("nurse", "Nurse reviewer"),
                    ("physician_reviewer", "Physician reviewer"),
                    ("administrator", "Administrator"),
                    ("contact_center_agent", "Contact center agent"),
                ],
                max_length=30,
            ),
        ),
    ]
