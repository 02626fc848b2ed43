"""Judge every stored evaluation again and report each that differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Prefetch

from orders.models import Evaluation, LineEvaluation
from orders.replay import replay

#: Evaluations read together; SQLite takes no more than a thousand in one look-up.
AT_ONCE = 200


class Command(BaseCommand):
    """`manage.py replay_orders`: exit status 1 when a stored judgement can no longer be had."""

    help = "Judge every stored evaluation again by its stored inputs and releases; report differences."

    def handle(self, *args: Any, **options: Any) -> None:
        differ = total = 0
        evaluations = Evaluation.objects.select_related(
            "order", "pathway_release", "policy_release"
        ).prefetch_related(Prefetch("lines", LineEvaluation.objects.select_related("line")))
        for evaluation in evaluations.order_by("pk").iterator(chunk_size=AT_ONCE):
            total += 1
            if fault := replay(evaluation).fault:
                differ += 1
                self.stderr.write(
                    f"{evaluation.order.reference} evaluation {evaluation.sequence} {fault}"
                    f" (judged by engine {evaluation.engine_version})"
                )
        self.stdout.write(f"{total} evaluations replayed, {differ} differ")
        if differ:
            raise CommandError(f"{differ} evaluations differ")
