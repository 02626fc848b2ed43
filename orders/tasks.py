"""The worker's entries to orders."""

from __future__ import annotations

from celery import shared_task

from orders.actions import deadlines


@shared_task(name="orders.sweep_deadlines")
def sweep_deadlines() -> None:
    """Move up to a physician every case whose decision limit is near (D-07)."""
    deadlines.sweep()
