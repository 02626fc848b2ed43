"""Data exchange, links, documents and standing advice (PD-42 to PD-45, PD-47, PD-48)."""

from __future__ import annotations

from django.db import models


class GuidanceTerms(models.Model):
    """Where things are posted, what is sent to the plan and what the pages advise."""

    ereferral_enabled = models.BooleanField(
        help_text="PD-42, R-458: is every case sent to the plan's system."
    )
    nightly_feeds = models.JSONField(
        default=list, help_text="PD-43, R-062, R-457: files the plan sends each night."
    )
    pathways_link = models.URLField(
        blank=True, help_text="PD-44, R-408: where the Pathways are posted; empty = in this portal."
    )
    pathways_link_label = models.CharField(max_length=120, help_text="PD-44.")
    pathway_criteria_text = models.TextField(help_text="PD-45, R-415, CX-28: how Pathways are chosen.")
    documents = models.JSONField(
        default=list, help_text='PD-47: [{"title", "kind", "link"}] to prepare a request.'
    )
    help_layout = models.JSONField(default=list, help_text="PD-48, D-48: where help is found, in order.")
    links = models.JSONField(default=list, help_text='R-026, R-462: [{"label", "url", "external"}].')
    speed_tips = models.JSONField(default=list, help_text="R-387: tips for the fastest answer.")
    save_summary_text = models.TextField(help_text="R-103: advice on the decision page.")
    out_of_network_text = models.TextField(
        help_text="R-451: the notice when an out-of-network provider is chosen."
    )
    provider_not_found_text = models.TextField(help_text="R-073: when a physician cannot be selected.")
    claims_text = models.TextField(help_text="R-460: who answers questions about claims.")

    class Meta:
        abstract = True
