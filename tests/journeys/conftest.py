"""What every journey needs: shipped content, a served portal, a browser that complains, and pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.journeys.screens import Portal

PICTURES = settings.BASE_DIR / "docs" / "pictures"
#: PORTAL_PICTURES=1 writes the pictures of the walk-through anew; a usual run leaves them alone.
TAKE_PICTURES = bool(os.environ.get("PORTAL_PICTURES"))


@pytest.fixture
def portal(shipped_for_real: None, live_server: object, page: Page) -> Iterator[Portal]:
    """The portal in a browser of desktop size; anything on its console that is a fault fails the test."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    faults: list[str] = []
    # htmx reports a request that a newer one replaced as an error; that one is meant.
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error"
            and not message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
            else None
        ),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Portal(page, str(live_server), PICTURES if TAKE_PICTURES else None)
    # G-42: a violated content security policy shows up here.
    assert faults == []
