"""Cases waiting for a reviewer, and who has taken them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class WorkItem(models.Model):
    """A case in a queue; `reasons` are the pend reasons it was opened for (R-232)."""

    class Kind(models.TextChoices):
        NURSE = "nurse", "Nurse review"
        PHYSICIAN = "physician", "Physician review"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="work_items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reasons = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(closed_at__isnull=True), name="one_open_case_per_order"
            ),
        ]


class ReviewAssignment(models.Model):
    """One reviewer's hold on a case: taken, and released or expired (R-235, D-62: 30 minutes idle)."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_item"],
                condition=Q(released_at__isnull=True),
                name="one_open_assignment_per_case",
            ),
        ]
