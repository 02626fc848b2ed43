"""What a person typed in each step of the form, as typed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StepAnswers(models.Model):
    """The answers of one step of one draft (R-078).

    `raw` is what the browser sent (name -> list of strings) and is kept even when it is wrong;
    `cleaned` is the step's answers in the shape of `orders/steps.py`, or null while they are not valid.
    `revision` grows with each save, so that two tabs cannot overwrite each other in silence.
    `basis` is what earlier steps said when this one was saved, as far as it rests on them: when they
    change, the step keeps its answers and asks to be looked at again.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="answers")
    step = models.CharField(max_length=20)
    raw = models.JSONField(default=dict)
    cleaned = models.JSONField(null=True)
    basis = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "step"], name="one_row_per_order_and_step")]
