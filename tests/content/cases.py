"""Policy cases as their files tell them: facts on a boundary, and what changes when one thing does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pathways.criteria import Policy, parse_policy
from pathways.files import read_yaml

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
POLICIES = FIXTURES / "policies"


@dataclass(frozen=True)
class PolicyCase:
    """One case: the facts of an order, the line that is judged, and what must come out."""

    name: str
    as_of: date
    facts: Mapping[str, Any]
    line: Mapping[str, Any]
    outcome: str
    by: str
    ask_for: tuple[str, ...]


def policy_folders() -> list[Path]:
    """The folder of every policy."""
    return sorted(path for path in POLICIES.iterdir() if path.is_dir())


def policies_of(folder: Path) -> dict[date, Policy]:
    """The policies of one drug by effective date."""
    found = {}
    for path in sorted(folder.glob("20*.yaml")):
        policy = parse_policy(read_yaml(path, name=path.name), file=path.name)
        found[policy.effective] = policy
    return found


def in_force(policies: dict[date, Policy], day: date) -> Policy | None:
    """The latest policy that had begun by a day."""
    return next((policies[begins] for begins in sorted(policies, reverse=True) if begins <= day), None)


def cases_of(folder: Path) -> Iterator[PolicyCase]:
    """Every case of one drug, the variants under `but` included."""
    content = read_yaml(folder / "cases.yaml", name=f"{folder.name}/cases.yaml")
    for told in content["cases"]:
        yield _case(content["policy"], told["name"], told)
        for variant in told.get("but", ()):
            name = f"{told['name'].split(',')[0]}: {variant['name']}"
            yield _case(content["policy"], name, _merged(told, variant))


def _merged(told: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(told["facts"])
    for name, value in variant.get("facts", {}).items():
        both = isinstance(value, dict) and isinstance(facts.get(name), dict)
        facts[name] = {**facts[name], **value} if both else value
    line = {**told["line"], **variant.get("line", {})}
    return {"as_of": told["as_of"], "with": told.get("with", []), **variant, "facts": facts, "line": line}


def _case(drug: str, name: str, told: Mapping[str, Any]) -> PolicyCase:
    line = {"drug": drug, "role": "therapeutic", **told["line"]}
    others = [{"drug": other, "role": "therapeutic"} for other in told.get("with", ())]
    return PolicyCase(
        name=name,
        as_of=date.fromisoformat(told["as_of"]),
        facts={**told["facts"], "drugs": [line, *others]},
        line=line,
        outcome=told["outcome"],
        by=told.get("by", ""),
        ask_for=tuple(told.get("ask_for", ())),
    )
