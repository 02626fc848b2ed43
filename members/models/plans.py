"""Health plans, the lines of business they sell, and the programs run for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from members.models.terms import ProgramTerms


class Plan(models.Model):
    """A health plan of the registry (R-019); one without a program takes no orders here yet."""

    slug = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    states = models.JSONField(default=list, blank=True, help_text="R-019: states that the plan serves.")
    member_prefixes = models.JSONField(
        default=list, blank=True, help_text="R-058: alpha prefixes of member IDs that name this plan."
    )
    solutions = models.JSONField(default=list, blank=True, help_text="R-019, R-473: solutions switched on.")
    new_intake_from = models.DateField(
        null=True, blank=True, help_text="R-020 to R-023, PD-04: first day of the new intake screens."
    )
    source = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.short_name


class LineOfBusiness(models.Model):
    """A line that a plan sells, in a program here or managed by somebody else (R-013, R-014, R-067)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    managed_by = models.CharField(
        max_length=80, blank=True, default="", help_text="Who reviews this line instead of us; R-067."
    )
    managed_from = models.DateField(null=True, blank=True, help_text="First day of that; R-459.")
    routing_text = models.TextField(blank=True, default="", help_text="What to tell the practice; R-459.")
    routing_link = models.URLField(blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_line_of_business_per_plan_and_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Program(models.Model):
    """What is run for some lines of a plan; its values that can change are in dated terms (R-001)."""

    slug = models.SlugField(max_length=40, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(max_length=120, help_text="PD-01.")
    short_name = models.CharField(
        max_length=60, help_text="Plan and, where it has several programs, line: for lists and e-mails."
    )
    aliases = models.JSONField(default=list, blank=True, help_text="PD-01, R-005: other names people use.")
    solutions = models.JSONField(default=list, help_text="PD-03: solution slugs in the program.")
    lines_of_business = models.JSONField(default=list, help_text="PD-05: codes of the lines in scope.")

    def __str__(self) -> str:
        return self.name

    def terms_on(self, day: date) -> ProgramTerms:
        """The terms in force on that day: the latest that had taken effect by then.

        Raises ProgramTerms.DoesNotExist before the first terms.
        """
        return self.terms.filter(effective_from__lte=day).latest("effective_from")
