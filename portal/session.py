"""Keeping a session alive from the page's own warning, and ending it."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from notifications import audit
from notifications.names import AuditName
from portal import access


@access.requires(*access.SIGNED_IN, methods=("POST",))
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Count as activity: the middleware has noted the request (G-47)."""
    return HttpResponse(status=204)


@access.requires(*access.SIGNED_IN, methods=("POST",))
def end_session(request: HttpRequest) -> HttpResponse:
    """End the session of a page that nobody has touched: it counts more strictly than the server (D-72)."""
    end(request, "idle")
    return HttpResponse(status=204)


def end(request: HttpRequest, why: str) -> None:
    """End the session because it was idle or has lasted too long; `why` is "idle" or "long"."""
    audit.record(
        AuditName.SESSION_EXPIRED, actor=request.user, subject=f"user:{request.user.pk}", outcome=why
    )
    logout(request)
