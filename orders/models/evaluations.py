"""What the rules said of an order: facts, release, outcome tree; append-only, so it can be replayed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Evaluation(models.Model):
    """One run of the rules over one order (R-143, R-168, R-208).

    `inputs` is everything the run read apart from the releases (facts, terms, earlier orders);
    `judgement` is its whole result.  Both replay: `judge(inputs, releases)` must give `judgement`.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="evaluations")
    sequence = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=40)
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    judgement = models.JSONField()
    judgement_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    pathway_release = models.ForeignKey("pathways.Release", on_delete=models.PROTECT, related_name="+")
    policy_release = models.ForeignKey("pathways.Release", on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    evaluated_at = models.DateTimeField()
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="one_evaluation_per_sequence")
        ]
        ordering = ["sequence"]


class LineEvaluation(models.Model):
    """What one evaluation said of one drug line: met, not met or unknown, with the criteria tree."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("orders.DrugLine", on_delete=models.PROTECT, related_name="evaluations")
    result = models.CharField(max_length=10)
    policy = models.CharField(max_length=80, blank=True, default="")
    policy_effective_on = models.DateField(null=True)
    deciding_criterion = models.CharField(max_length=80, blank=True, default="")
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "line"], name="one_line_evaluation_per_evaluation"),
        ]
