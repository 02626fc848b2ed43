"""The insured people and their coverage."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from members.models.plans import Plan


class Member(models.Model):
    """One insured person of one plan, as the plan's member file has them (R-057, R-062).

    `member_number` is normalised: capitals and digits only, with its alpha prefix if the plan sent
    one; `number_key` is the same without the prefix, and `name_key` is `LAST|FIRST` in plain capitals.
    Both keys exist so that a search finds the person however the card was copied.
    """

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        OTHER = "X", "Other or not stated"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="members")
    member_number = models.CharField(max_length=20)
    number_key = models.CharField(max_length=20)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=125)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex.choices)
    state = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "member_number"], name="one_member_per_plan_and_number"),
        ]
        indexes = [
            # members.queries.find_members by member ID.
            models.Index(fields=["plan", "number_key"], name="member_by_number"),
            # members.queries.find_members by name and date of birth.
            models.Index(fields=["plan", "birth_date", "name_key"], name="member_by_birth_date_name"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Coverage(models.Model):
    """A stretch of days on which a member has a line of business; `ends_on` is the last day covered."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="coverages")
    line_of_business = models.CharField(max_length=20)
    group_number = models.CharField(max_length=20, blank=True)
    group_name = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    void = models.BooleanField(
        default=False, help_text="Taken back by the plan before it began: the member never had it."
    )
    pcp_state = models.CharField(
        max_length=2, blank=True, help_text="State of the primary care provider; R-061."
    )
    pbm_name = models.CharField(
        max_length=60, blank=True, help_text="Pharmacy benefit manager if the plan sent one; R-441."
    )

    class Meta:
        constraints = [
            # Also the index that members.queries.eligibility_on reads.
            models.UniqueConstraint(fields=["member", "starts_on"], name="one_coverage_per_member_and_start"),
            models.CheckConstraint(
                name="a_coverage_ends_no_earlier_than_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_of_business} from {self.starts_on}"
