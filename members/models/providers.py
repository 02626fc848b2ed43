"""Practices, where they treat, who prescribes there, and in which plan's network."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from members.models.plans import Plan


class Practice(models.Model):
    """An office that orders, or a facility where treatment is given (R-041, R-069)."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Practice"
        FACILITY = "facility", "Facility"

    code = models.CharField(max_length=20, unique=True, help_text="The plan's key for it in the rosters.")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """An address of a practice or facility; its state decides where a state counts (R-076, D-26)."""

    class Kind(models.TextChoices):
        OFFICE = "office", "Office"
        INFUSION = "infusion", "Infusion center"
        HOSPITAL = "hospital", "Hospital outpatient department"

    code = models.CharField(max_length=20, unique=True, help_text="The plan's key for it in the rosters.")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=10)
    phone = models.CharField(max_length=20, blank=True)
    search_key = models.CharField(max_length=300, help_text="Name, city and state in plain capitals.")

    def __str__(self) -> str:
        place = self.state if self.name.endswith(self.city) else f"{self.city}, {self.state}"
        return f"{self.name}, {place}"


class Provider(models.Model):
    """A person who prescribes (R-068, R-070)."""

    class PrescriberType(models.TextChoices):
        PHYSICIAN = "physician", "Physician"
        PHYSICIAN_ASSISTANT = "physician_assistant", "Physician assistant"
        NURSE_PRACTITIONER = "nurse_practitioner", "Nurse practitioner"
        OTHER = "other", "Other"

    #: Who may be the ordering provider (R-070).
    MAY_ORDER = (
        PrescriberType.PHYSICIAN,
        PrescriberType.PHYSICIAN_ASSISTANT,
        PrescriberType.NURSE_PRACTITIONER,
    )

    npi = models.CharField(max_length=10, unique=True)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=125, help_text="LAST|FIRST in plain capitals.")
    prescriber_type = models.CharField(max_length=20, choices=PrescriberType.choices)
    taxonomy = models.CharField(max_length=10)
    specialty = models.CharField(max_length=80)
    state = models.CharField(
        max_length=2, blank=True, help_text="State of practice; blank = unknown (R-076)."
    )
    practices = models.ManyToManyField(Practice, through="Affiliation", related_name="providers")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Affiliation(models.Model):
    """A provider works at a practice; `ends_on` is the last day (R-074)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="affiliations")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="affiliations")
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # Led by practice: also the index that members.queries.ordering_providers reads.
            models.UniqueConstraint(
                fields=["practice", "provider"], name="one_affiliation_per_practice_and_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} at {self.practice_id}"


class Participation(models.Model):
    """A provider's network status with a plan over some days (R-071, R-072).

    `line_of_business` blank means every line; a row for one line goes before it.
    """

    class Network(models.TextChoices):
        IN = "in", "In network"
        OUT = "out", "Out of network"
        BLUECARD = "bluecard", "Out of area (BlueCard)"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="participations")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="participations")
    line_of_business = models.CharField(max_length=20, blank=True, default="")
    network = models.CharField(max_length=10, choices=Network.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # Also the index that members.queries.network_status reads.
            models.UniqueConstraint(
                fields=["provider", "plan", "line_of_business", "starts_on"],
                name="one_participation_per_provider_plan_line_and_start",
            ),
            models.CheckConstraint(
                name="a_participation_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} from {self.starts_on}"
