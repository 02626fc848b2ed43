"""What an order must hold and how long an approval runs (PD-33 to PD-35, PD-39 to PD-41, PD-46)."""

from __future__ import annotations

from django.db import models


class OrderTerms(models.Model):
    """Intake questions, validity, changes, continuity and duplicates."""

    class ChangeRule(models.TextChoices):
        NEW_PLAN_FOR_THERAPEUTIC = "new_plan_for_therapeutic", "New full plan; supportive drugs alone allowed"
        ANY_CHANGE_NEW_ORDER = "any_change_new_order", "Every change is a new order"

    required_fields = models.JSONField(
        default=list, help_text="PD-46, R-079 to R-081: fields demanded at submission."
    )
    data_asked_text = models.TextField(help_text="PD-46, R-387: what to have at hand.")
    grace_days = models.PositiveSmallIntegerField(
        help_text="PD-33, R-329, D-18, DR-20: added to the planned end; medical oncology."
    )
    radiation_grace_days = models.PositiveSmallIntegerField(help_text="PD-33, D-18: the same for radiation.")
    radiation_days = models.PositiveSmallIntegerField(help_text="PD-33, D-19, R-343: the start is day 1.")
    indefinite_months = models.PositiveSmallIntegerField(
        help_text="PD-31, D-20, R-320, R-332: calendar months of a regimen without planned end."
    )
    renewal_notice_days = models.PositiveSmallIntegerField(
        help_text="PD-31, R-332: days before the end of treatment from which a continuation is offered."
    )
    change_rule = models.CharField(
        max_length=25, choices=ChangeRule.choices, help_text="PD-34, R-092 to R-094."
    )
    change_text = models.TextField(help_text="PD-34, CX-04, CX-05: how to change a treatment.")
    pathway_ignores_supportive = models.BooleanField(help_text="PD-35, R-147.")
    supportive_text = models.TextField(help_text="PD-35, R-085: why supportive drugs belong in the order.")
    continuity_enabled = models.BooleanField(help_text="PD-39, R-194, DR-10.")
    continuity_cutoff_on = models.DateField(
        null=True, blank=True, help_text="DR-10: treatment began before this day or before coverage."
    )
    continuity_gap_days = models.PositiveSmallIntegerField(
        help_text="D-33, DR-10: since the last dose, at most."
    )
    continuity_max_months = models.PositiveSmallIntegerField(help_text="D-34: of a continuity approval.")
    trial_enabled = models.BooleanField(help_text="PD-40, R-135: is the clinical trial question asked.")
    duplicate_enabled = models.BooleanField(help_text="PD-41, R-188, DR-11.")
    duplicate_text = models.TextField(help_text="PD-41, R-188: the notice of a possible duplicate.")

    class Meta:
        abstract = True

    @property
    def p2p_phone_required(self) -> bool:
        """Is the number for a peer-to-peer talk demanded, or only asked for (R-075)?"""
        return "p2p_phone" in self.required_fields
