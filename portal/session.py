"""Keeping a session alive from the page's own warning."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal import access


@access.requires(*access.SIGNED_IN, methods=("POST",))
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Count as activity: the middleware has noted the request (G-47)."""
    return HttpResponse(status=204)
