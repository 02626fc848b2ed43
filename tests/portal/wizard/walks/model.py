"""What must be kept of a draft, worked out from what was sent and from which steps rest on which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.steps import STEPS, Step


@dataclass
class Kept:
    """One step as it was last sent: what was typed, its answers if valid, and what they were given under."""

    typed: dict[str, list[str]]
    answers: dict[str, Any] | None
    under: dict[str, Any]


@dataclass(repr=False)
class Model:
    """A draft as a person remembers it."""

    kept: dict[str, Kept] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, dict[str, Any] | None]:
        """The valid answers of all steps, whether they still apply or not."""
        return {step.key: self.kept[step.key].answers if step.key in self.kept else None for step in STEPS}

    @property
    def steps(self) -> list[Step]:
        """The steps of the order as it stands: a step on call belongs while what it rests on stands."""
        found = []
        for step in STEPS:
            called_for = not step.on_call or (step.key in self.kept and self._stands(step))
            if step.applies(self.answers) and called_for:
                found.append(step)
        return found

    @property
    def done(self) -> set[str]:
        """The steps whose answers count."""
        return {step.key for step in self.steps if self.answers[step.key] is not None and self._stands(step)}

    @property
    def first_unfinished(self) -> str | None:
        """Where to go on."""
        return next((step.key for step in self.steps if step.required and step.key not in self.done), None)

    def may_open(self, key: str) -> bool:
        """Whether the page of a step can be reached now."""
        keys = [step.key for step in self.steps]
        first = self.first_unfinished
        return key in keys and (first is None or keys.index(key) <= keys.index(first))

    def keep(self, step: Step, typed: dict[str, list[str]], answers: dict[str, Any] | None) -> None:
        """A step was sent."""
        given = {**self.answers, step.key: answers}
        self.kept[step.key] = Kept(typed, answers, self._under(step, given))

    def _stands(self, step: Step) -> bool:
        return self.kept[step.key].under == self._under(step, self.answers)

    @staticmethod
    def _under(step: Step, answers: Mapping[str, dict[str, Any] | None]) -> dict[str, Any]:
        belongs = {other.key for other in STEPS if other.applies(answers)}
        return {
            f"{key}.{name}": (answers[key] or {}).get(name) for key, name in step.rests_on if key in belongs
        }
