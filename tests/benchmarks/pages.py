"""Pages of order entry against a bare Django view that makes as many queries under the same middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.timing import median_ms
from tests.factories import orders

STEPS = ("plan", "member", "providers", "diagnosis", "clinical", "regimen", "dosing", "dates", "review")


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
