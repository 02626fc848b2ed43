"""People who sign in, and what they are to a practice or to the reviewing staff."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """One person; never shared between people (45 CFR 164.312(a)(2)(i))."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class PracticeRole(models.Model):
    """What a person is to one practice or facility: the door to that practice's orders (D-63)."""

    class Kind(models.TextChoices):
        PRACTICE_USER = "practice_user", "Practice staff"
        ORDERING_PHYSICIAN = "ordering_physician", "Ordering physician"
        SERVICING_SITE_USER = "servicing_site_user", "Servicing site staff"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="practice_roles")
    practice = models.ForeignKey("members.Practice", on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    provider = models.ForeignKey(
        "members.Provider",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        help_text="The ordering physician's own provider record.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "practice", "kind"], name="one_practice_role_per_kind"),
            models.CheckConstraint(
                name="an_ordering_physician_has_a_provider_record",
                condition=~Q(kind="ordering_physician") | Q(provider__isnull=False),
            ),
        ]


class StaffRole(models.Model):
    """What a person is to the administrator of the programs: a reviewer, an agent, an administrator."""

    class Kind(models.TextChoices):
        NURSE = "nurse", "Nurse reviewer"
        PHYSICIAN_REVIEWER = "physician_reviewer", "Physician reviewer"
        ADMINISTRATOR = "administrator", "Administrator"
        CONTACT_CENTER_AGENT = "contact_center_agent", "Contact center agent"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    kind = models.CharField(max_length=30, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_staff_role_per_kind"),
        ]
