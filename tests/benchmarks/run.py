"""Speed as ratios within one run: `make bench`.

Pages of order entry against a bare Django view that makes the same number of queries under the same
middleware, and the rules alone in their own CPU time.  Absolute figures depend on the machine.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner, override_settings, setup_test_environment
from django.utils import timezone

from orders import intake as intakes
from orders import queries
from orders.actions.evaluation import rule_on
from orders.intake import Intake
from tests import shipped
from tests.factories import orders

REPEATS = 60
STEPS = ("plan", "member", "providers", "diagnosis", "clinical", "regimen", "dosing", "dates", "review")


def median_ms(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median of REPEATS runs in milliseconds, after a warm-up of five."""
    for _ in range(5):
        work()
    gc.collect()
    taken = []
    for _ in range(REPEATS):
        begun = clock()
        work()
        taken.append((clock() - begun) * 1000)
    return statistics.median(taken)


def queries_of(work: Callable[[], object]) -> int:
    """How many queries a request makes once everything is warm."""
    work()
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def measure_pages() -> None:
    """Each step of order entry against the bare view."""
    order = orders.draft("breast-adjuvant")
    client = Client()
    client.force_login(orders.person("practice"))
    idle = queries_of(lambda: client.get("/floor/0/"))
    print(f"{'GET of a step':<24}{'queries':>8}{'page ms':>9}{'floor ms':>9}{'ratio':>7}")
    for step in STEPS:
        address = f"/orders/{order.reference}/{step}/"
        count = queries_of(lambda address=address: client.get(address))
        page = median_ms(lambda address=address: client.get(address))
        floor = median_ms(lambda count=count: client.get(f"/floor/{max(count - idle, 0)}/"))
        print(f"{step:<24}{count:>8}{page:>9.2f}{floor:>9.2f}{page / floor:>7.2f}")


def measure_decision() -> None:
    """The rules alone: CPU of one judgement with its content already compiled."""
    print(f"\n{'deciding an order':<24}{'drugs':>8}{'CPU ms':>9}")
    for name in ("lung-high-pdl1", "breast-adjuvant", "myeloma-custom"):
        intake = intakes.build(orders.draft(name), at=timezone.now())
        assert isinstance(intake, Intake), intake
        earlier = queries.earlier_orders(intake)
        spent = median_ms(lambda i=intake, e=earlier: rule_on(i, e), clock=time.process_time)
        print(f"{name:<24}{len(intake.facts['drugs']):>8}{spent:>9.2f}")


@override_settings(ROOT_URLCONF="tests.benchmarks.urls")
def main() -> None:
    """Measure on a fresh test database with all shipped content."""
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        shipped.load()
        print(f"database: {connection.vendor}; medians of {REPEATS}\n")
        measure_pages()
        measure_decision()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
