"""A middleware for fault runs alone: it kills the whole web server at a chosen point of a request.

The header X-Fault says where: `entry`, `statement <n>` (before the n-th SQL statement), `commit <n>`
(after the n-th commit, before anything it set off), `answer` (all is done, nothing is sent), `count`
(kill nothing; the answer says how many statements and commits there were).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class KillSwitch:
    """Counts the statements and commits of a request, and kills at the one asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where, _, number = request.headers.get("X-Fault", "").partition(" ")
        if not where:
            return self.get_response(request)
        if where == "entry":
            kill()
        counter = Counter(where, int(number or 0))
        with counter.watching():
            response = self.get_response(request)
        if where == "answer":
            kill()
        response["X-Statements"], response["X-Commits"] = str(counter.statements), str(counter.commits)
        return response


class Counter:
    """What has happened on the connection since the request began."""

    def __init__(self, where: str, number: int) -> None:
        self.where, self.number = where, number
        self.statements = self.commits = 0

    def watching(self) -> Any:
        """Count statements by Django's own hook, and commits around the driver's."""
        connection.ensure_connection()
        commit = connection._commit

        def counted_commit() -> Any:
            result = commit()
            self.commits += 1
            if (self.where, self.number) == ("commit", self.commits):
                kill()
            return result

        connection._commit = counted_commit
        return connection.execute_wrapper(self._statement)

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if (self.where, self.number) == ("statement", self.statements):
            kill()
        return execute(sql, params, many, context)


def kill() -> None:
    """End this server, its master and its siblings at once, as a power cut would."""
    os.killpg(0, signal.SIGKILL)
