"""axe over a page in the browser: WCAG 2.0 to 2.2, levels A and AA, and its makers' best practices."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # WCAG 2.2's size of what is clicked, which axe leaves out unless it is named.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
#: Only what is asked for comes back: axe's whole report takes longer to fetch than to make.
RUN = """options => axe.run(document, options).then(found => [
    found.passes.length,
    found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html)]),
])"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Each rule that the page breaks, with the markup that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    kept, broken = page.evaluate(RUN, OPTIONS)
    # A page that axe could not read breaks no rule either.
    assert kept > 10, "axe judged next to nothing"
    return [(rule, markup) for rule, markup in broken]
