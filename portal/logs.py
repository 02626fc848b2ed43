"""No values of database rows in the portal's log, whatever went wrong (G-35)."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.db import Error as DatabaseError


def exception_without_values(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The traceback as text, in which a database error names its kind only.

    PostgreSQL words a refused row with all its values ("Failing row contains ...").
    """
    exc_info = event.get("exc_info")
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    formatted = structlog.processors.format_exc_info(logger, method, event)
    while isinstance(error, BaseException):
        if isinstance(error, DatabaseError) or type(error).__module__.startswith(("psycopg2", "sqlite3")):
            formatted["exception"] = formatted["exception"].replace(str(error), "(values left out)")
        error = error.__cause__ or error.__context__
    return formatted
