"""Judge every stored evaluation again and report each that differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.models import Evaluation
from orders.replay import replay


class Command(BaseCommand):
    """`manage.py replay_orders`: exit status 1 when a stored judgement can no longer be had."""

    help = "Judge every stored evaluation again by its stored inputs and releases; report differences."

    def handle(self, *args: Any, **options: Any) -> None:
        differ = total = 0
        evaluations = Evaluation.objects.select_related("order", "pathway_release", "policy_release")
        for evaluation in evaluations.order_by("pk").iterator(chunk_size=500):
            total += 1
            if not replay(evaluation).same:
                differ += 1
                self.stderr.write(f"{evaluation.order.reference} evaluation {evaluation.sequence} differs")
        self.stdout.write(f"{total} evaluations replayed, {differ} differ")
        if differ:
            raise CommandError(f"{differ} evaluations differ")
