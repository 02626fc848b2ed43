"""Who and what the program applies to (PD-03 to PD-09, PD-36, PD-43)."""

from __future__ import annotations

from django.db import models


class ScopeTerms(models.Model):
    """Members, ages, dates and criteria in scope."""

    class DiagnosisRule(models.TextChoices):
        ALL_MALIGNANCIES = "all_malignancies", "Every malignancy may be entered"
        LISTED_ONLY = "listed_only", "Only listed oncology codes"

    go_live_on = models.DateField(
        null=True,
        blank=True,
        help_text="PD-04, R-011: first start date accepted; empty = no check.",
    )
    outpatient_only = models.BooleanField(help_text="R-010: inpatient treatment needs no request.")
    request_cases = models.JSONField(
        default=list, blank=True, help_text="R-012: cases in which a request is needed, one sentence each."
    )
    excluded_groups = models.JSONField(
        default=list, blank=True, help_text='PD-05, R-015: [{"number", "name"}] of groups that take no part.'
    )
    pcp_states = models.JSONField(
        default=dict,
        blank=True,
        help_text="PD-05, R-061: line of business -> state its primary care provider must be in.",
    )
    adult_only = models.BooleanField(
        help_text="PD-06, R-447, DR-22: orders of younger members are taken, outside the program."
    )
    adult_age = models.PositiveSmallIntegerField(help_text="PD-06, D-29: age on the start date, in years.")
    pediatric_text = models.TextField(help_text="PD-06, R-447, R-448: what is said about children.")
    policy_book = models.SlugField(max_length=60, help_text="PD-08: slug of the book of medical policies.")
    policy_label = models.CharField(max_length=120, help_text="PD-08: what the criteria are called.")
    policy_link = models.URLField(blank=True, help_text="PD-08: where the plan posts its policies.")
    policy_rule_sets = models.JSONField(default=list, help_text="PD-08: rule sets for medical oncology.")
    radiation_rule_sets = models.JSONField(
        default=list, blank=True, help_text="PD-09, R-341: rule sets for radiation; empty = no radiation."
    )
    diagnosis_rule = models.CharField(
        max_length=20, choices=DiagnosisRule.choices, help_text="PD-36, R-096, R-438."
    )
    diagnosis_routing_text = models.TextField(
        help_text="PD-36, R-425, R-434 to R-436: whom to ask when the primary diagnosis is not a cancer."
    )
    diagnosis_not_found_text = models.TextField(help_text="R-097, R-386: whom to ask for a missing code.")

    class Meta:
        abstract = True

    @property
    def pediatric_mode(self) -> str:
        """`accept_flag` where the program is for adults only, else `normal` (PD-06, D-29)."""
        return "accept_flag" if self.adult_only else "normal"

    @property
    def excluded_group_numbers(self) -> dict[str, str]:
        """Number -> name of the groups that take no part (R-015)."""
        return {group["number"]: group["name"] for group in self.excluded_groups}
