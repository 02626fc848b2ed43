"""Extra payment for Pathway regimens (PD-28 to PD-32; R-304 to R-327, DR-17, DR-18)."""

from __future__ import annotations

from django.db import models


class SCodeTerms(models.Model):
    """Whether, to whom and for how long S-codes are awarded."""

    class DurationRule(models.TextChoices):
        COURSE_CAPPED = "course_capped", "By course days, capped (DR-17)"

    class ClaimType(models.TextChoices):
        PROFESSIONAL = "professional", "Professional claims only"

    scode_enabled = models.BooleanField(help_text="PD-28, R-304.")
    scode_label = models.CharField(max_length=60, help_text="PD-28, R-024: what the extra payment is called.")
    scode_onset_code = models.CharField(max_length=5, help_text="PD-30, D-23, R-312.")
    scode_monthly_code = models.CharField(max_length=5, help_text="PD-30, D-23, R-313.")
    scode_lines = models.JSONField(default=list, help_text="PD-29, DR-17: lines of business that award them.")
    scode_networks = models.JSONField(
        default=list,
        help_text="PD-29, R-304, R-306, D-70: network statuses of the ordering provider that qualify.",
    )
    scode_states = models.JSONField(
        default=list,
        blank=True,
        help_text="PD-29, R-307: states of the ordering provider; empty = every state.",
    )
    scode_min_days = models.PositiveSmallIntegerField(
        help_text="PD-30, R-314, R-315, D-25: between two codes."
    )
    scode_max_months = models.PositiveSmallIntegerField(
        help_text="PD-30, R-316, DR-17: cap of monthly codes."
    )
    scode_duration_rule = models.CharField(
        max_length=15, choices=DurationRule.choices, help_text="PD-31, DR-17 (over D-22)."
    )
    scode_duration_text = models.TextField(help_text="PD-31, R-317, R-319, R-320: how long it is paid.")
    scode_claim_type = models.CharField(max_length=15, choices=ClaimType.choices, help_text="PD-32, R-308.")
    scode_billing_text = models.TextField(help_text="R-305, R-308 to R-310, R-322: how to bill.")

    class Meta:
        abstract = True
