"""Messages owed to people: written with their cause, claimed by one worker, retried until handed over.

1. `enqueue` writes a row in the transaction of its cause and wakes a worker after the commit.
2. `claim` gives the row to one worker, by compare-and-set.
3. `done` or `failed` ends the attempt; a failure is tried again later and later.
4. `heal` finds what the queue lost and what a dead worker held, and wakes a worker again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F

from notifications.clock import now
from notifications.messages import check_payload
from notifications.models import OutboxMessage
from notifications.names import MessageName

log = logging.getLogger(__name__)

DELIVER_TASK = "notifications.deliver"

# A worker's attempt is cut off after DELIVER_SECONDS; a row held for longer belongs to a dead worker.
DELIVER_SECONDS = 45
STUCK_AFTER = timedelta(seconds=60)
# A row that is due and was not claimed for so long has lost its wake-up.
WAKE_UP_LOST_AFTER = timedelta(seconds=20)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
# With the delays above: given up after about a day.
MAX_ATTEMPTS = 30
HEAL_BATCH = 500

State = OutboxMessage.State


def enqueue(name: MessageName, *, key: str, **payload: Any) -> OutboxMessage:
    """Owe somebody a message; call it inside the transaction of its cause.

    `key` names the cause and the recipient ("case.status_changed:T123456789:event 7:user 12"): a
    second call with the same key returns the first message and sends nothing more.  `payload` is
    `user`, `address` and the values that `notifications.messages` lists for this message.
    """
    name = MessageName(name)
    check_payload(name, payload)
    at = now()
    message, is_new = OutboxMessage.objects.get_or_create(
        key=key, defaults={"name": name, "payload": payload, "created_at": at, "next_try_at": at}
    )
    if is_new:
        transaction.on_commit(partial(wake_worker, message.pk))
    return message


def wake_worker(message_pk: int) -> None:
    """Ask the queue for a worker; a queue that is down is logged, because `heal` will ask again."""
    try:
        current_app.send_task(DELIVER_TASK, args=[message_pk], retry=False)
    except Exception as error:
        # Whatever the broker's client raises, the cause is committed and its request must succeed.
        log.warning("outbox: no worker could be woken (%s); the sweep will", type(error).__name__)


def claim(message_pk: int) -> OutboxMessage | None:
    """The message, now held by the caller alone; None if it is not due, held or already sent."""
    at = now()
    taken = OutboxMessage.objects.filter(pk=message_pk, state=State.QUEUED, next_try_at__lte=at).update(
        state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    return OutboxMessage.objects.get(pk=message_pk) if taken else None


def done(message: OutboxMessage) -> None:
    """The message was handed over.  True even if the row was given to another worker meanwhile."""
    OutboxMessage.objects.filter(pk=message.pk).exclude(state=State.SENT).update(
        state=State.SENT, sent_at=now(), last_error=""
    )


def failed(message: OutboxMessage, error: str, *, permanent: bool = False) -> None:
    """The attempt failed: try again later, or give up if `permanent` or tried often enough.

    `error` is shown to administrators and must hold no patient data; it is cut to 200 characters.
    """
    gives_up = permanent or message.attempts >= MAX_ATTEMPTS
    # The attempt number is the token: a worker that comes back late cannot undo a later attempt.
    OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts).update(
        state=State.FAILED if gives_up else State.QUEUED,
        next_try_at=now() + retry_delay(message.attempts),
        last_error=error[:200],
    )


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after that many attempts: 30 s, 1 min, 2 min … at most an hour."""
    doublings = min(attempts - 1, 10)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def heal() -> int:
    """Free what dead workers hold, wake a worker for all that is overdue; return how many were woken.

    A lost wake-up heals within WAKE_UP_LOST_AFTER, a dead worker within STUCK_AFTER, each plus one
    period of the sweep.  Safe to run twice at once.
    """
    at = now()
    _free_stuck(at)
    overdue = OutboxMessage.objects.filter(
        state=State.QUEUED, next_try_at__lte=at - WAKE_UP_LOST_AFTER
    ).order_by("next_try_at")
    pks = list(overdue.values_list("pk", flat=True)[:HEAL_BATCH])
    # Moved to now, so that the next sweep leaves the worker time before it asks again.
    OutboxMessage.objects.filter(pk__in=pks, state=State.QUEUED).update(next_try_at=at)
    for pk in pks:
        wake_worker(pk)
    return len(pks)


def _free_stuck(at: datetime) -> None:
    stuck = OutboxMessage.objects.filter(state=State.SENDING, claimed_at__lte=at - STUCK_AFTER)
    # An attempt that kills its worker each time must not go on for ever.
    stuck.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=State.FAILED, last_error="each worker that held it stopped"
    )
    freed = stuck.update(
        state=State.QUEUED,
        # Overdue at once: this very sweep wakes a worker for it.
        next_try_at=at - WAKE_UP_LOST_AFTER,
        unconfirmed=F("unconfirmed") + 1,
        last_error="the worker that held it stopped",
    )
    if freed:
        log.warning("outbox: freed %s messages held by workers that stopped", freed)
