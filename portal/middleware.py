"""What holds for every request: its id, the end of idle sessions, and headers on every answer."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from notifications import audit
from portal import session

Answer = Callable[[HttpRequest], HttpResponse]

#: A proxy's request id is taken over only when it can do no harm in a log line or a header.
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
#: Sent by a page that acts by itself: nobody is there, so it keeps no session alive.
UNATTENDED = "X-Unattended"
#: The session row is written at most so often: reading pages must not write with each click.
SEEN_EVERY_SECONDS = 60


def shortest_idle_seconds() -> int:
    """How long a session lasts at least after a request, which the row may not have noted: for pages.

    The server ends it between this and SESSION_IDLE_SECONDS after the request, never later.
    """
    return int(settings.SESSION_IDLE_SECONDS) - _seen_every()


def _seen_every() -> int:
    return min(SEEN_EVERY_SECONDS, int(settings.SESSION_IDLE_SECONDS) // 10)


class RequestIdMiddleware:
    """Give each request an id that its log lines, audit events and answer carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the id."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_REQUEST_ID.match(given) else uuid.uuid4().hex
        vars(request)["request_id"] = request_id
        with audit.request_scope(request_id), structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class PrivateAnswersMiddleware:
    """Keep every page out of caches and other sites' reach (G-43, ASVS 14.3.2).

    Static files are answered before this one and stay cacheable.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class SessionEndMiddleware:
    """End sessions that were idle too long, or have lasted too long (D-72, G-47).

    The request goes on as nobody's: a page that needs a person asks to sign in and says why.
    Drafts are rows of their own and stay.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as the person or as nobody."""
        if request.user.is_authenticated:
            self._keep_or_end(request)
        return self.get_response(request)

    def _keep_or_end(self, request: HttpRequest) -> None:
        now = int(time.time())
        began = request.session.setdefault("began", now)
        seen = request.session.setdefault("seen", now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            self._end(request, "idle")
        elif now - began > settings.SESSION_COOKIE_AGE:
            self._end(request, "long")
        elif now - seen >= _seen_every() and UNATTENDED not in request.headers:
            request.session["seen"] = now

    def _end(self, request: HttpRequest, why: str) -> None:
        session.end(request, why)
        vars(request)["session_ended"] = why
