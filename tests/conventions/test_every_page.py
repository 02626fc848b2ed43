"""No page is left out of the walk in a browser (G-54, G-55): addresses and templates list themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conventions.source import BASE
from tests.journeys.states import STATES
from tests.portal.access.routes import Route, routes

#: Addresses that answer GET with something other than a page.
NO_PAGE = {
    "lookup_diagnoses": "the offers of a combobox, which stand in a page",
    "lookup_diagnoses_listed": "the offers of a combobox, which stand in a page",
    "lookup_diagnoses_malignant": "the offers of a combobox, which stand in a page",
    "lookup_drugs": "the offers of a combobox, which stand in a page",
    "lookup_sites": "the offers of a combobox, which stand in a page",
    "lookup_practices": "the offers of a combobox, which stand in a page",
    "order_summary_pdf": "a PDF",
    "worksheet_pdf": "a PDF",
    "radiation_checklist_pdf": "a PDF",
    "order_document": "a file to save",
    "healthz": "a line for a supervisor",
    "readyz": "JSON for a supervisor",
}
#: Whole documents that no browser gets.
NO_BROWSER = {
    "summaries/order.html": "drawn as PDF",
    "guidance/worksheet-pdf.html": "drawn as PDF",
    "resources/radiation_checklist_pdf.html": "drawn as PDF",
}

TEMPLATES = BASE / "templates"
EXTENDS = re.compile(r'{%\s*extends\s+"([^"]+)"')


def _read(path: Path) -> tuple[str, str]:
    return path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")


def _page_templates() -> list[str]:
    """Each template that is a whole document, and no base of others."""
    sources = dict(map(_read, TEMPLATES.rglob("*.html")))
    bases = {found[1] for text in sources.values() if (found := EXTENDS.search(text))}
    return sorted(
        name
        for name, text in sources.items()
        if name not in bases and ("<!doctype html>" in text or EXTENDS.search(text))
    )


def _pages() -> list[Route]:
    """Each address that answers GET; the others answer a form, and show its page again or another."""
    return [route for route in routes() if route.declared and "GET" in route.declared.methods]


@pytest.mark.parametrize("route", _pages(), ids=str)
def test_every_address_is_looked_at_in_a_browser(route: Route) -> None:
    walked = {state.route for state in STATES if state.status == 200}
    assert (route.name in walked) != (route.name in NO_PAGE), "add a state to tests/journeys/states.py"


@pytest.mark.parametrize("template", _page_templates())
def test_every_page_template_is_looked_at_in_a_browser(template: str) -> None:
    walked = {state.template for state in STATES}
    assert (template in walked) != (template in NO_BROWSER), "add a state to tests/journeys/states.py"


def test_the_exceptions_are_still_there() -> None:
    assert set(NO_PAGE) <= {route.name for route in routes()}
    assert set(NO_BROWSER) <= set(_page_templates())


def test_each_state_has_a_name_of_its_own() -> None:
    names = [state.name for state in STATES]
    assert len(names) == len(set(names))
