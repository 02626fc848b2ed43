"""The worker's entries to the outbox."""

from __future__ import annotations

from celery import shared_task

from notifications import delivery, outbox


@shared_task(name=outbox.DELIVER_TASK, acks_late=True, time_limit=outbox.DELIVER_SECONDS)
def deliver(message_pk: int) -> None:
    """Hand one message over; see `deliver_message` for why twice is harmless."""
    delivery.deliver_message(message_pk)


@shared_task(name="notifications.sweep_outbox")
def sweep_outbox() -> None:
    """Wake a worker for everything that the queue or a dead worker lost."""
    outbox.heal()
