"""The suites of a run: which tests belong to which, what each needs, and what ran in the end.

fast       no server; on SQLite, or on the PostgreSQL of DATABASE_URL
services   PostgreSQL, Redis and a real Celery worker: `tests/services`
browser    headless Chromium: `tests/journeys` and whatever is marked so
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from tools import servers

SUITES = ("fast", "services", "browser")

counts: dict[str, Counter[str]] = {suite: Counter() for suite in SUITES}
figures: list[str] = []


def suite_of(item: pytest.Item) -> str:
    """The suite a test belongs to, by its marker or its folder."""
    for suite, folder in (("services", "services"), ("browser", "journeys")):
        if item.get_closest_marker(suite) or f"tests/{folder}/" in item.path.as_posix():
            return suite
    return "fast"


def all_are_required() -> bool:
    """PORTAL_REQUIRE_ALL_SUITES: set in CI, where a suite that cannot run is a failure."""
    return bool(os.environ.get("PORTAL_REQUIRE_ALL_SUITES"))


@cache
def why_not(suite: str) -> str:
    """Why a suite cannot run on this machine; empty when it can."""
    if suite == "browser" and not servers.chromium():
        return "no chromium on PATH (Debian: apt-get install chromium)"
    return servers.why_not_available() if suite == "services" else ""


def uses_database(item: pytest.Item) -> bool:
    """Whether a test is one of the database suite, which runs on both databases."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db")) or bool(
        fixtures & {"db", "transactional_db", "django_db_setup", "live_server"}
    )


def wants_shipped(item: pytest.Item) -> bool:
    """Whether a test finds shipped content in the database and rolls back what it writes."""
    return "shipped" in getattr(item, "fixturenames", ())


@pytest.fixture
def figure() -> Callable[[str, object], None]:
    """Have a measured figure told at the end of the run: figure("G-01", "200 kills: 0 lost")."""
    return lambda name, text: figures.append(f"{name}: {text}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suite", choices=SUITES, help="run the tests of one suite only")
    parser.addoption("--only-database", action="store_true", help="run only tests that use the database")
    parser.addoption("--no-database", action="store_true", help="run only tests that do not")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--suite")
    kept, dropped = [], []
    for item in items:
        suite = suite_of(item)
        if suite != "fast":
            item.add_marker(getattr(pytest.mark, suite))
        unwanted = "--no-database" if uses_database(item) else "--only-database"
        fits = wanted in (None, suite) and not config.getoption(unwanted)
        (kept if fits else dropped).append(item)
        if fits and why_not(suite) and not all_are_required():
            item.add_marker(pytest.mark.skip(reason=f"suite {suite}: {why_not(suite)}"))
    # Playwright leaves an event loop behind, in which Django refuses the database: browser tests last.
    # In each suite shipped content comes last, so that it is loaded once.
    kept.sort(key=lambda item: (SUITES.index(suite_of(item)), wants_shipped(item)))
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call" or report.outcome != "passed":
        counts[suite_of(item)][report.outcome] += 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    from django.db import connection

    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(figures))
    terminalreporter.section("suites")
    for suite in SUITES:
        ran = {outcome: count for outcome, count in counts[suite].items() if outcome != "skipped"}
        if ran:
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(ran.items()))
            told += f" (database: {connection.vendor})" if suite != "services" else ""
        elif counts[suite]["skipped"]:
            told = f"did not run: {why_not(suite) or 'every test was skipped'}"
        else:
            told = "not asked for"
        terminalreporter.write_line(f"{suite:9} {told}")
