"""Fixtures for every test: the suites, the browser, and nothing that reaches the network."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tools import servers

pytest_plugins = ["tests.suites", "tests.people", "tests.shipped"]


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.conf import settings

    if settings.configured:
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, headless, without its sandbox where that cannot work (as root)."""
    # Playwright's event loop runs in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {
        **browser_type_launch_args,
        "executable_path": servers.chromium(),
        "chromium_sandbox": os.geteuid() != 0,
        "args": ["--disable-gpu", "--no-first-run", "--disable-background-networking"],
    }
