"""The portal's addresses, and beside them a bare view with as many queries as it is told."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
)
from portal.urls import (
    urlpatterns as portal_urls,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def floor(request: HttpRequest, queries: int) -> HttpResponse:
    """What Django and the database cost by themselves: one-row look-ups by key, and a short answer."""
    with connection.cursor() as cursor:
        for _ in range(queries):
            cursor.execute("SELECT id, slug, name FROM members_plan WHERE id = %s", [1])
            cursor.fetchone()
    return HttpResponse("done")


urlpatterns = [*portal_urls, path("floor/<int:queries>/", floor)]
