"""What a test asks a portal process of the production shape to do: `python -m tests.services.drive …`."""

from __future__ import annotations

import sys

import django
from django.db import transaction


def enqueue(count: int, prefix: str) -> None:
    """Owe so many messages, each in a transaction of its own, as a request would."""
    from notifications import outbox
    from notifications.names import MessageName

    for number in range(count):
        with transaction.atomic():
            outbox.enqueue(
                MessageName.CASE_STATUS_CHANGED,
                key=f"{prefix} {number}",
                user=number,
                address=f"user{number}@practice.invalid",
                reference=f"T{number:09}",
                plan="BCBSMA",
                path=f"/orders/T{number:09}/",
            )


def deliver(times: int, prefix: str) -> None:
    """Send the task of each message so many times over."""
    from notifications.models import OutboxMessage
    from notifications.tasks import deliver as task

    for _ in range(times):
        for pk in OutboxMessage.objects.filter(key__startswith=prefix).values_list("pk", flat=True):
            task.delay(pk)


if __name__ == "__main__":
    django.setup()
    {"enqueue": enqueue, "deliver": deliver}[sys.argv[1]](int(sys.argv[2]), sys.argv[3])
