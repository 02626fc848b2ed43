"""Deciding orders of the demo by the content that ships, all of it compiled before."""

from __future__ import annotations

import json
import time
from unittest.mock import patch

from django.utils import timezone

from orders import intake as intakes
from orders import queries
from orders.actions.evaluation import rule_on
from orders.intake import Intake
from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import Judgement
from pathways import content
from tests.benchmarks.timing import median_ms
from tests.factories import orders

SCENARIOS = ("lung-high-pdl1", "breast-adjuvant", "myeloma-custom")


def measure_orders() -> None:
    """CPU of one judgement, alone and with what is stored of it; and that judging compiles nothing."""
    print(f"\n{'deciding an order':<24}{'drugs':>8}{'CPU ms':>9}{'and JSON':>10}{'kB':>6}{'compiled':>10}")
    for name in SCENARIOS:
        draft = orders.draft(name)
        intake = _taken_in(intakes.build(draft, at=timezone.now()))
        earlier = queries.earlier_orders(intake)
        with (
            patch.object(content, "parse_policy", wraps=content.parse_policy) as policies,
            patch.object(content, "PathwayLibrary", wraps=content.PathwayLibrary) as libraries,
        ):
            again = _taken_in(intakes.build(draft, at=timezone.now()))
            text = _account(again, earlier)
            compiled = policies.call_count + libraries.call_count
        spent = median_ms(lambda i=intake, e=earlier: _judged(i, e), clock=time.process_time)
        stored = median_ms(lambda i=intake, e=earlier: _account(i, e), clock=time.process_time)
        print(
            f"{name:<24}{len(intake.facts['drugs']):>8}{spent:>9.2f}{stored:>10.2f}"
            f"{len(text) / 1000:>6.0f}{compiled:>10}"
        )


def _judged(intake: Intake, earlier: list[EarlierOrder]) -> Judgement:
    return rule_on(intake.facts, intake.plain_terms, earlier).judgement


def _account(intake: Intake, earlier: list[EarlierOrder]) -> str:
    """What is stored of a judgement."""
    return json.dumps(_judged(intake, earlier).to_json())


def _taken_in(found: object) -> Intake:
    assert isinstance(found, Intake), found
    return found
