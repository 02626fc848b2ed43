"""Policy cases as their files tell them: facts on a boundary, and what changes when one thing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pathways.criteria import Policy, deciding, judge
from pathways.criteria.case import Case
from pathways.files import read_yaml

#: The outcome told for a day before the first policy.
NO_POLICY = "no policy"
MET = "met"


@dataclass(frozen=True)
class PolicyCase:
    """One case: the facts of an order, the line that is judged, and what must come out.

    `base` is the case of which this one changes one thing, None for a case of its own.
    """

    name: str
    as_of: date
    facts: Mapping[str, Any]
    line: Mapping[str, Any]
    outcome: str
    by: str
    ask_for: tuple[str, ...]
    base: PolicyCase | None = None

    @property
    def read(self) -> Case:
        """The case as criteria read it."""
        return Case(self.facts, self.line)

    def wrong(self, policies: Iterable[Policy]) -> str:
        """What comes out instead of what is told; empty when it comes out as told (DR-09)."""
        policy = in_force(policies, self.as_of)
        outcome = None if policy is None else judge(policy, self.facts, self.line)
        found = NO_POLICY if outcome is None else outcome.result.value
        asked = () if outcome is None else outcome.ask_for
        by = deciding(outcome) if outcome is not None and found == MET else ""
        if (found, by) == (self.outcome, self.by) and set(self.ask_for) <= set(asked):
            return ""
        return f"{found} {by} {list(asked)}, expected {self.outcome} {self.by} {list(self.ask_for)}"


def in_force(policies: Iterable[Policy], day: date) -> Policy | None:
    """The latest policy that had begun by a day."""
    begun = [policy for policy in policies if policy.effective <= day]
    return max(begun, key=lambda policy: policy.effective, default=None)


def read_cases(path: Path, *, name: str) -> list[PolicyCase]:
    """Every case of a file, the variants under `but` included; raises ContentError when it is no YAML."""
    content = read_yaml(path, name=name)
    return list(_cases(content["policy"], content["cases"]))


def _cases(drug: str, told: Iterable[Mapping[str, Any]]) -> Iterator[PolicyCase]:
    for case in told:
        base = _case(drug, case["name"], case)
        yield base
        for variant in case.get("but", ()):
            name = f"{case['name'].split(',')[0]}: {variant['name']}"
            yield _case(drug, name, _merged(case, variant), base)


def _merged(told: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(told["facts"])
    for name, value in variant.get("facts", {}).items():
        both = isinstance(value, dict) and isinstance(facts.get(name), dict)
        facts[name] = {**facts[name], **value} if both else value
    line = {**told["line"], **variant.get("line", {})}
    return {"as_of": told["as_of"], "with": told.get("with", []), **variant, "facts": facts, "line": line}


def _case(drug: str, name: str, told: Mapping[str, Any], base: PolicyCase | None = None) -> PolicyCase:
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
        base=base,
    )
