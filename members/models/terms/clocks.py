"""How long things may take (PD-17, PD-18, PD-20; D-01 to D-07, D-35, D-36, D-62)."""

from __future__ import annotations

from typing import TypedDict

from django.db import models


class Allowance(TypedDict, total=False):
    """One key says the unit: business days, clock hours or calendar days."""

    business_days: int
    hours: int
    calendar_days: int


class ClockTerms(models.Model):
    """Decision times, the retrospective window and the calendar they are counted on."""

    class AfterRetroWindow(models.TextChoices):
        REFUSED = "refused", "Refused"
        REFER_TO_HEALTH_PLAN = "refer_to_health_plan", "Referred to the health plan"

    holiday_calendar = models.SlugField(
        max_length=40, help_text="R-265, D-04: days that are not business days."
    )
    standard_business_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="PD-17, D-03, R-256, R-261: this or standard_hours."
    )
    standard_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="PD-17, D-02, R-260: this or standard_business_days."
    )
    radiation_standard_calendar_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="D-02: radiation under Medicare; empty = the standard allowance."
    )
    urgent_limit_hours = models.PositiveSmallIntegerField(help_text="PD-18, D-01, R-257, R-259, R-262.")
    urgent_target_hours = models.PositiveSmallIntegerField(help_text="PD-18, D-01, R-258.")
    urgent_alert_hours = models.JSONField(
        default=list, help_text="D-01: hours after receipt at which an urgent case is brought up."
    )
    tolls_while_waiting = models.BooleanField(help_text="D-06: does waiting for the practice stop the clock.")
    escalation_business_hours = models.PositiveSmallIntegerField(
        help_text="D-07: lead of the physician's final queue for clocks in business days."
    )
    escalation_hours = models.PositiveSmallIntegerField(help_text="D-07: the same for clocks in hours.")
    review_lease_minutes = models.PositiveSmallIntegerField(
        help_text="D-62, R-235: a taken case left idle so long is free again."
    )
    retro_business_days = models.PositiveSmallIntegerField(
        help_text="PD-20, R-350, DR-02: last day to ask after the start; day 0 is the start."
    )
    retro_after_window = models.CharField(
        max_length=20, choices=AfterRetroWindow.choices, help_text="PD-20, R-351: what a later request gets."
    )
    retro_after_text = models.TextField(help_text="PD-20, R-351, R-352, R-354, R-355.")
    retro_advice_text = models.TextField(help_text="R-353: advice shown with a past start date.")
    retro_plan_limit_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="PD-20, R-351: calendar years for which the plan itself still accepts.",
    )
    retro_plan_fax = models.CharField(max_length=20, blank=True, help_text="PD-20, R-352.")
    start_ahead_limit_days = models.PositiveSmallIntegerField(
        help_text="D-36: how far ahead treatment may start."
    )

    class Meta:
        abstract = True

    @property
    def standard_allowance(self) -> Allowance:
        """Time for a standard decision, as {"business_days": n} or {"hours": n}."""
        if self.standard_business_days is not None:
            return {"business_days": self.standard_business_days}
        assert self.standard_hours is not None  # the table has a constraint
        return {"hours": self.standard_hours}

    @property
    def urgent_allowance(self) -> Allowance:
        """Time for an urgent decision at the latest, in hours from receipt."""
        return {"hours": self.urgent_limit_hours}

    @property
    def urgent_target(self) -> Allowance:
        """Time in which urgent cases are meant to be closed, in hours from receipt (D-01)."""
        return {"hours": self.urgent_target_hours}
