"""Every page in every state: judged by axe on a desktop and a phone, no sideways scroll at 320 px (G-55).

tests/conventions/test_every_page.py sees to it that no page is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test.signals import template_rendered
from django.urls import resolve

from tests.journeys.screens import Portal
from tests.journeys.states import STATES, State, Walker

pytestmark = pytest.mark.browser

#: Rendered without the request, so that it cannot know who is signed in.
FRAMELESS = {"500.html"}


@pytest.fixture
def sent_to_the_browser() -> Iterator[set[str]]:
    """The templates of the pages that the browser got, not of those that a test client did."""
    names: set[str] = set()

    def note(template: Any, **sent: Any) -> None:
        # The browser is served by threads of their own.
        if threading.current_thread() is not threading.main_thread():
            names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.mark.parametrize("state", [state for state in STATES if state.loaded], ids=str)
def test_every_page_is_right_in_every_state(
    state: State, portal: Portal, sent_to_the_browser: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _is_right(state, Walker(portal, monkeypatch), sent_to_the_browser)


@pytest.mark.parametrize("state", [state for state in STATES if not state.loaded], ids=str)
def test_every_page_is_right_before_anything_is_loaded(
    state: State, bare_portal: Portal, sent_to_the_browser: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _is_right(state, Walker(bare_portal, monkeypatch), sent_to_the_browser)


def _is_right(state: State, walker: Walker, sent_to_the_browser: set[str]) -> None:
    state.arrive(walker)
    portal = walker.portal
    portal.page.wait_for_load_state()
    assert portal.answer is not None
    assert portal.answer.status == state.status
    assert resolve(urlsplit(portal.page.url).path).url_name == state.route
    assert state.template in sent_to_the_browser
    # A page that only asks to sign in would pass every check below.
    assert portal.is_signed_in == bool(walker.person) or state.template in FRAMELESS
    portal.looks_right(state.name)
