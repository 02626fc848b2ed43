"""The facts an order was submitted with, frozen."""

from __future__ import annotations

from django.db import models


class ClinicalSnapshot(models.Model):
    """Everything the practice said, and the eligibility it was said under (R-060); never changed.

    `answers` holds the steps' clean answers, `facts` what the rules read (see `orders/facts.py`),
    `eligibility` the coverage result on the start date.  Later findings are rows of their own.
    `changed` lists the clinical answers that were others when the forecast was first shown, as
    `orders/changes.py` has them; null for an order whose entry showed none.
    """

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="snapshot")
    answers = models.JSONField()
    facts = models.JSONField()
    facts_hash = models.CharField(max_length=64)
    eligibility = models.JSONField()
    changed = models.JSONField(null=True)
    taken_at = models.DateTimeField()
