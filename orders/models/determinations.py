"""Determinations: the decision of record per drug line, by the authorize rule or a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.db.models.lookups import Exact

#: Spaces say nothing either.
BLANK_RATIONALE = Q(Exact(Trim("rationale"), ""))


class LineDetermination(models.Model):
    """One decision on one reviewed drug line in one round; append-only.

    Authorized by the rules (`decided_by` null, `evaluation` given) or by a reviewer.  Adverse only by
    a physician, after a peer-to-peer offer, with a rationale (R-204, R-246, DR-27): the constraint
    says so whatever the code does.
    """

    class Outcome(models.TextChoices):
        AUTHORIZED = "authorized", "Authorized"
        ADVERSE = "adverse", "Adverse determination"

    line = models.ForeignKey("orders.DrugLine", on_delete=models.PROTECT, related_name="determinations")
    round = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    evaluation = models.ForeignKey("orders.Evaluation", on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=80, blank=True, default="")
    basis = models.CharField(max_length=40)
    rationale = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    physician = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    peer_to_peer_offered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "round"], name="one_determination_per_line_and_round"),
            models.CheckConstraint(
                name="no_denial_without_physician_and_peer_to_peer_offer",
                condition=~Q(outcome="adverse")
                | Q(
                    physician__isnull=False,
                    decided_by__isnull=False,
                    peer_to_peer_offered_at__isnull=False,  # NULL <= x is not false: it would pass
                    peer_to_peer_offered_at__lte=F("decided_at"),
                )
                & ~BLANK_RATIONALE,
            ),
            models.CheckConstraint(
                name="a_person_who_authorizes_says_why",
                condition=Q(decided_by__isnull=True) | ~BLANK_RATIONALE,
            ),
        ]
