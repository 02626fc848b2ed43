"""Two answers for whoever watches over the portal: is the process alive, can it do its work."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

QUEUE_TIMEOUT_SECONDS = 1


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a slow database restarts no process."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when orders can be entered: the database answers and is migrated; else 503.

    The queue is reported and does not count: without it pages work and messages wait (G-07).
    """
    database = _database()
    ready = database == "ok"
    return JsonResponse(
        {"ready": ready, "database": database, "queue": _queue()}, status=200 if ready else 503
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "down"
    return f"{len(waiting)} migrations to apply" if waiting else "ok"


def _queue() -> str:
    if not settings.REDIS_URL:
        return "files"
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=QUEUE_TIMEOUT_SECONDS,
        socket_timeout=QUEUE_TIMEOUT_SECONDS,
    )
    try:
        with client:
            client.ping()
    except redis.RedisError:
        return "down"
    return "ok"
