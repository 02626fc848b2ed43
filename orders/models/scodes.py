"""S-codes awarded with an order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SCodeGrant(models.Model):
    """The award of S0353 and S0354 on one order, or why there is none (R-304 to R-325, DR-17)."""

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="scode_grant")
    s0353 = models.PositiveSmallIntegerField(default=0)
    s0354 = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)
    regimen_key = models.CharField(max_length=200, blank=True, default="")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="at_most_one_s0353", condition=Q(s0353__lte=1)),
        ]
