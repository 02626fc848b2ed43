"""The product's clock: every rule and every row takes the time from here.

`standing_at` lets a command play a case through at moments of its own, as `manage.py evaluate` does;
nothing else moves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The moment it is, aware and in UTC."""
    return _standing.get() or timezone.now()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within it, and in this thread alone, it is that moment; it must be aware."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {moment.isoformat()}")
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
