"""What every journey needs: shipped content, a served portal, a browser that complains, and pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

from tests.journeys.screens import DESKTOP, Portal

PICTURES = settings.BASE_DIR / "docs" / "pictures"
#: PORTAL_PICTURES=1 writes the pictures of the walk-through anew; a usual run leaves them alone.
TAKE_PICTURES = bool(os.environ.get("PORTAL_PICTURES"))
#: PORTAL_SAVE_PAGES=<folder> keeps the HTML of each page that is looked at, for tools/outside.
SAVE_PAGES = os.environ.get("PORTAL_SAVE_PAGES", "")


@pytest.fixture
def bare_portal(transactional_db: None, live_server: object, page: Page) -> Iterator[Portal]:
    """The portal in a browser of desktop size, with nothing loaded.

    Anything on the browser's console that is a fault fails the test.
    """
    page.set_viewport_size(DESKTOP)
    page.set_default_timeout(20_000)
    portal = Portal(
        page,
        str(live_server),
        pictures=PICTURES if TAKE_PICTURES else None,
        pages=Path(SAVE_PAGES) if SAVE_PAGES else None,
    )
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if _is_fault(message, portal) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield portal
    # G-42: a violated content security policy shows up here.
    assert faults == []


@pytest.fixture
def portal(shipped_for_real: None, bare_portal: Portal) -> Portal:
    """The same with all shipped content and the demo's people."""
    return bare_portal


def _is_fault(message: ConsoleMessage, portal: Portal) -> bool:
    if message.type != "error":
        return False
    # htmx reports a request that a newer one replaced as an error; that one is meant.
    if message.text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
        return False
    # A page that is itself a refusal (404, 422 …) is one that somebody reads, and the test says which.
    is_the_page = portal.answer is not None and message.location["url"] == portal.answer.url
    return not (is_the_page and message.text.startswith("Failed to load resource"))
