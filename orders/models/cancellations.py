"""Approvals that the practice gave back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Cancellation(models.Model):
    """What an approval gave until the practice cancelled it, and why; append-only (R-226, D-39).

    The order itself has no Order ID any more.  What it had stands here: the numbers are never given out
    again, the S-codes are void.
    """

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="cancellation")
    disposition = models.CharField(max_length=25, help_text="The case status before.")
    voided_order_id = models.CharField(max_length=9, unique=True)
    voided_pathway_eligible_id = models.CharField(max_length=10, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField()
    voided_s0353 = models.PositiveSmallIntegerField(default=0)
    voided_s0354 = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField()
    cancelled_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_cancellation_says_why", condition=~Q(reason="")),
        ]
