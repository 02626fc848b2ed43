"""Who runs the program and what the plan's pages say about it (PD-01, PD-02, PD-07)."""

from __future__ import annotations

from django.db import models


class BrandTerms(models.Model):
    """Names, brands and the standing texts of a plan's pages."""

    class Strength(models.TextChoices):
        MAY = "may", "may be denied"
        WILL = "will", "will be denied"

    administrator_brand = models.CharField(max_length=60, help_text="PD-02, R-006: company name in full.")
    administrator_short = models.CharField(
        max_length=20, help_text="PD-02, R-006: the name within sentences."
    )
    pathway_brand = models.CharField(max_length=60, help_text="PD-02, R-006: what Pathways are called.")
    portal_brand = models.CharField(max_length=60, help_text="R-006: what this portal is called.")
    not_required_label = models.CharField(
        max_length=60, help_text="PD-02, R-220: drug status of what the administrator does not review."
    )
    independence_statement = models.TextField(help_text="R-007: the administrator is another company.")
    licensee_footer = models.TextField(help_text="R-007: footer of the plan's pages.")
    purpose_text = models.TextField(help_text="R-008: what the program is for.")
    covered_services_text = models.TextField(help_text="R-008: what it covers.")
    covered_members_text = models.TextField(help_text="R-008, R-472: whom it covers.")
    benefits = models.JSONField(default=list, help_text="R-009: benefits of the program, one sentence each.")
    authorization_required = models.BooleanField(help_text="PD-07, R-017: is a request mandatory.")
    consequence_strength = models.CharField(
        max_length=4, choices=Strength.choices, help_text="PD-07, R-025: claims may or will be denied."
    )
    consequence_text = models.TextField(help_text="PD-07, R-025: what happens without a request.")
    leaving_site_text = models.TextField(help_text="R-026: notice before a link to another organization.")
    document_audience = models.CharField(max_length=80, help_text="R-028: audience line of documents.")
    document_revised = models.CharField(
        max_length=40, blank=True, help_text="R-028: revision of the plan's document as it was published."
    )

    class Meta:
        abstract = True
