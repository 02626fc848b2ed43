"""What is learned after submission: answers from a call or the practice, a withdrawn drug, an offer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Finding(models.Model):
    """One change to a submitted order; append-only (R-095, R-191, R-226, R-243).

    `facts` are laid over the snapshot's, oldest first (`orders.facts.amended`); `source` says where
    they come from ("phone", "records", "duplicate review", "practice", "caller"), `note` what was said.
    `changes` are what else became of the order, by name with the words before and after: contact_phone,
    servicing_site, urgency (D-40).
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", "Additional information"
        DUPLICATE = "duplicate", "Duplicate"
        NOT_A_DUPLICATE = "not_a_duplicate", "Not a duplicate"
        DRUG_WITHDRAWN = "drug_withdrawn", "Drug withdrawn"
        CASE_WITHDRAWN = "case_withdrawn", "Order withdrawn"
        DOCUMENT = "document", "Document"
        CONTACT = "contact", "Servicing provider or phone"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    facts = models.JSONField()
    changes = models.JSONField(default=dict)
    source = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "id"]


class PeerToPeerOffer(models.Model):
    """One logged offer of a peer-to-peer talk to the ordering physician; append-only (R-246, R-249, D-08)."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="peer_to_peer_offers")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=30)
    reached = models.CharField(max_length=80)
    outcome = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_offer_says_whom_it_reached_and_what_came_of_it",
                condition=~Q(reached="") & ~Q(outcome="") & ~Q(phone=""),
            ),
        ]
        ordering = ["offered_at", "id"]
