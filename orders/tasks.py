"""The worker's entries to orders."""

from __future__ import annotations

from celery import shared_task

from orders.actions import deadlines, documents


@shared_task(name="orders.sweep_deadlines")
def sweep_deadlines() -> None:
    """Move up to a physician every case whose decision limit is near (D-07)."""
    deadlines.sweep()


@shared_task(name="orders.scan_documents")
def scan_documents() -> None:
    """Check for viruses what no scanner could look at when it came (D-59)."""
    documents.scan_waiting()
