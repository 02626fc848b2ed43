"""The audit trail: who did or read what, when, under which request (R-036, 45 CFR 164.312(b)).

`record` writes one row in the caller's transaction, so that a change and its audit event stand or
fall together.  Members' names, birth dates, member numbers and answers do not belong in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from notifications.clock import now
from notifications.models import AuditEvent
from notifications.names import AuditName

SYSTEM = "system"

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class Actor(Protocol):
    """Whoever acts: a user of the portal.  None stands for the system itself."""

    @property
    def pk(self) -> Any:
        """The user's key, None for somebody who is not signed in."""

    def get_username(self) -> str:
        """The name that he signs in with."""


@contextmanager
def request_scope(request_id: str) -> Iterator[None]:
    """Give every event recorded inside the block this request id, so that actions need not pass it on."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def record(
    name: AuditName,
    *,
    actor: Actor | None,
    subject: str,
    request_id: str = "",
    practice: object = "",
    member: object = "",
    outcome: str = "",
    **details: Any,
) -> AuditEvent:
    """Record one event in the caller's transaction.

    `subject` is "<kind>:<reference>"; `practice` and `member` are keys; `details` are JSON values
    without patient data.  Raises ValueError for a name that is not in `AuditName`.
    """
    return AuditEvent.objects.create(
        at=now(),
        name=AuditName(name),
        actor_id=actor.pk if actor else None,
        actor_name=(actor.get_username() or "anonymous") if actor else SYSTEM,
        subject=subject,
        member=str(member),
        practice=str(practice),
        outcome=outcome,
        request_id=request_id or _request_id.get(),
        details=details,
    )


def record_read(
    *,
    actor: Actor | None,
    subject: str,
    why: str,
    member: object = "",
    request_id: str = "",
    name: AuditName = AuditName.READ_ORDER,
    **details: Any,
) -> AuditEvent:
    """Record that somebody was shown a member's data, and on which ground (G-34).

    `name` says what was shown: an order unless told otherwise.
    """
    return record(
        name, actor=actor, subject=subject, member=member, request_id=request_id, why=why, **details
    )
