from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from 0001_people so that members' own tables may refer to users without a cycle.

    dependencies = [
        ("portal", "0001_people"),
        ("members", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeRole",
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
                            ("practice_user", "Practice staff"),
                            ("ordering_physician", "Ordering physician"),
                            ("servicing_site_user", "Servicing site staff"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT, related_name="roles", to="members.practice"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        help_text="The ordering physician's own provider record.",
                        null=True,
                        on_delete=models.deletion.PROTECT,
                        related_name="roles",
                        to="members.provider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="practice_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "practice", "kind"), name="one_practice_role_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(("kind", "ordering_physician"))
                        | models.Q(("provider__isnull", False)),
                        name="an_ordering_physician_has_a_provider_record",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffRole",
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
                            ("nurse", "Nurse reviewer"),
                            ("physician_reviewer", "Physician reviewer"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="staff_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind"), name="one_staff_role_per_kind"),
                ],
            },
        ),
    ]
