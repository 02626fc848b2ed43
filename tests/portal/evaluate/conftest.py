"""Scenarios as the file format has them."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from portal.evaluate.kinds import run

EXAMPLES: dict[str, dict[str, Any]] = {
    scenario["id"]: scenario
    for scenario in json.loads((Path(__file__).parent / "examples.json").read_text())["scenarios"]
}


def example(name: str, *, events: list[dict[str, Any]] | None = None, **changed: Any) -> dict[str, Any]:
    """A copy of an example with parts of its request, or its events, changed."""
    found = deepcopy(EXAMPLES[name])
    found["request"].update(changed)
    if events is not None:
        found["events"] = events
    return found


def at(moment: str, action: str, **more: Any) -> dict[str, Any]:
    """One event."""
    return {"at": f"2021-10-{moment}:00-04:00", "action": action, **more}


@pytest.fixture
def evaluated(db: None, shipped: None):
    """Runs scenarios and gives what came of each: its result, or its error."""

    def evaluate(*scenarios: dict[str, Any]) -> Any:
        found = run({"scenarios": list(scenarios)})
        assert found.broken == 0
        answers = [item.get("result") or item["error"] for item in found.results]
        return answers[0] if len(answers) == 1 else answers

    return evaluate
