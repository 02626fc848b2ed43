"""Review by people, letters and appeals (PD-21 to PD-27, PD-38; R-181)."""

from __future__ import annotations

from django.db import models


class ReviewTerms(models.Model):
    """Who looks first, what a denial needs, what a deviation does, what goes out afterwards."""

    class FirstReviewer(models.TextChoices):
        REGISTERED_NURSE = "registered_nurse", "Registered nurse"
        ONCOLOGY_NURSE = "oncology_nurse", "Oncology nurse"

    class RecordsPolicy(models.TextChoices):
        ON_REQUEST = "on_request", "Only when a clinician asks"

    class AppealRoute(models.TextChoices):
        DENIAL_LETTER = "denial_letter", "As the denial letter says"
        RECONSIDERATION = "reconsideration", "Reconsideration, then first-level appeal"
        PLAN_DEPARTMENT = "plan_department", "The plan's own department"

    class DeviationEffect(models.TextChoices):
        NONE = "none", "No effect"
        LOSES_PATHWAY = "loses_pathway", "Off Pathway"
        PENDS = "pends", "Goes to a nurse"

    first_reviewer = models.CharField(
        max_length=20, choices=FirstReviewer.choices, help_text="PD-21, R-238, R-245."
    )
    p2p_before_denial = models.BooleanField(help_text="PD-22, R-246, D-08: an offer comes before any denial.")
    p2p_participants = models.JSONField(
        default=list, help_text="PD-22, R-247: prescriber types that may take part for the practice."
    )
    p2p_opens_at = models.TimeField(help_text="PD-22, R-248: Monday to Friday, plan time.")
    p2p_closes_at = models.TimeField(help_text="PD-22, R-248: Monday to Friday, plan time.")
    p2p_reviewer_label = models.CharField(
        max_length=60, help_text="PD-22, CX-29: who talks for the reviewer."
    )
    p2p_attempts_standard = models.PositiveSmallIntegerField(help_text="D-08: outreach that proves an offer.")
    p2p_attempts_urgent = models.PositiveSmallIntegerField(help_text="D-08: the same in an urgent case.")
    records_policy = models.CharField(max_length=12, choices=RecordsPolicy.choices, help_text="PD-23, R-241.")
    records_text = models.TextField(help_text="PD-23: what is said about medical records.")
    deviation_custom_plan = models.CharField(
        max_length=15, choices=DeviationEffect.choices, help_text="R-181, R-174, DR-12: no regimen matches."
    )
    deviation_schedule = models.CharField(
        max_length=15,
        choices=DeviationEffect.choices,
        help_text="R-181, R-175, DR-12: cycles or dosing differ.",
    )
    deviation_unknown = models.CharField(
        max_length=15,
        choices=DeviationEffect.choices,
        help_text="R-181, R-177, DR-12: unknown or not reported.",
    )
    deviation_mismatch = models.CharField(
        max_length=15,
        choices=DeviationEffect.choices,
        help_text="R-181, R-177, DR-12: a known clinical mismatch.",
    )
    deviation_growth_factor = models.CharField(
        max_length=15,
        choices=DeviationEffect.choices,
        help_text="R-181, R-178, DR-12: risk of febrile neutropenia.",
    )
    letter_recipients = models.JSONField(
        default=list, help_text="PD-24, R-272, R-273, D-43: parties of a letter."
    )
    letter_types = models.JSONField(default=list, help_text="PD-24, D-43: decisions that get a letter.")
    scode_letters = models.BooleanField(help_text="PD-24, R-274: are S-codes told by letter.")
    order_id_on_denial = models.BooleanField(help_text="PD-25, R-296: never, held by a constraint.")
    order_id_for_unmanaged = models.BooleanField(
        help_text="PD-26, D-15: is the Order ID also shown on drugs that nobody here reviews."
    )
    status_email = models.BooleanField(help_text="PD-38, R-271: e-mail to the person who entered the order.")
    appeal_route = models.CharField(max_length=16, choices=AppealRoute.choices, help_text="PD-27, D-44.")
    appeal_text = models.TextField(help_text="PD-27, R-357 to R-362: how a provider appeals.")
    member_appeal_text = models.TextField(help_text="PD-27, R-360, R-361: how a member appeals.")
    appeal_days = models.PositiveSmallIntegerField(help_text="PD-27, D-44: days to appeal.")
    reconsideration_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="PD-27, D-44: days to ask for a reconsideration; empty = not offered.",
    )

    class Meta:
        abstract = True
