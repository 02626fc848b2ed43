"""The clock ledger: what started, moved and stopped each clock of an order (append-only)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ClockEvent(models.Model):
    """One entry of the ledger; due times are computed from it, never counted down (R-256 to R-270).

    `allowed` is the allowance in force when the clock started, as the terms word it, e.g.
    {"business_days": 3} or {"hours": 72}; `citation` names where that comes from.  When urgency changes,
    a further entry says what is allowed from then on, counted from receipt all the same (R-269); null
    means that the clock counts no more.
    """

    class Clock(models.TextChoices):
        LIMIT = "limit", "Decision limit"
        TARGET = "target", "Decision target"

    class Kind(models.TextChoices):
        STARTED = "started", "Started"
        STOPPED = "stopped", "Stopped"
        CHANGED = "changed", "Changed"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="clock_events")
    clock = models.CharField(max_length=10, choices=Clock.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    allowed = models.JSONField(null=True)
    due_at = models.DateTimeField(null=True)
    citation = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "clock", "kind"],
                condition=~Q(kind="changed"),
                name="a_clock_starts_and_stops_once",
            ),
        ]
        ordering = ["at", "id"]
