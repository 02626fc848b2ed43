"""One line of the panel beside the form."""

from __future__ import annotations

from dataclasses import dataclass

from orders.steps import BY_KEY


@dataclass(frozen=True)
class Finding:
    """One line of the panel: a tone with its icon, a sentence, and the step where to settle it.

    `action` are the words of the link to that step; without them it asks for an answer.
    """

    tone: str
    icon: str
    sentence: str
    step: str = ""
    action: str = ""

    @property
    def link(self) -> str:
        """The words that lead to the step."""
        if not self.step:
            return ""
        return self.action or f"Answer on {BY_KEY[self.step].title}"
