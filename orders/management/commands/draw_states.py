"""Write docs/states.md from the tables of `orders/rules/states.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from orders.rules import states
from orders.rules.states import OrderStatus


class Command(BaseCommand):
    """`manage.py draw_states`: what stands in the tables is what the page shows."""

    help = "Write docs/states.md from orders/rules/states.py (a test compares the two)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "states.md")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        to.write_text(page())
        self.stdout.write(f"wrote {to.name}")


def page() -> str:
    """The page as Markdown: a diagram, then whose move each status is."""
    lines = [
        "# States of an order",
        "",
        "Made by `manage.py draw_states` from `orders/rules/states.py`; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
        *[
            f"    {old} --> {new}"
            for old in OrderStatus
            for new in OrderStatus
            if new in states.TRANSITIONS[old]
        ],
        *[f"    {status} --> [*]" for status in OrderStatus if states.TRANSITIONS[status] <= {status}],
        "```",
        "",
        "| Status | Whose move | What the practice reads |",
        "| --- | --- | --- |",
        *[f"| `{s}` | {states.STATUS_OWNER[s]} | {states.PRACTICE_LABEL[s]} |" for s in OrderStatus],
        "",
        "The case status that people read is rolled up from the drug lines by `orders/rules/rollup.py`:",
        "",
        "| Case status | Order ID |",
        "| --- | --- |",
        *[f"| `{d}` | {'yes' if d in states.WITH_ORDER_ID else 'no'} |" for d in states.Disposition],
        "",
        "A determined order stays so, and its case status may still become another:",
        "",
        *[f"- `{old}` to `{new}`" for old in states.Disposition for new in states.REVISIONS.get(old, ())],
        "",
    ]
    return "\n".join(lines)
