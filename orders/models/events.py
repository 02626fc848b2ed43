"""The status history of an order, for screens and logic (append-only)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class OrderEvent(models.Model):
    """One status change: from, to, when, by whom (null = the rules or the clock) and why."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="events")
    old_status = models.CharField(max_length=20, blank=True, default="")
    new_status = models.CharField(max_length=20)
    disposition = models.CharField(max_length=25, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
