"""What judging gives: met, not met or unknown, as a tree with one sentence per node (R-163, R-168).

The page shows this tree, the letter quotes it and a replay compares it: it is the only account of
why a drug meets its policy or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from pathways.criteria.explain import plain

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Result(StrEnum):
    """Three-valued truth (strong Kleene).  Unknown asks; it never denies (D-07)."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


def all_of(results: Iterable[Result]) -> Result:
    """Not met when one is not met; met when all are; unknown otherwise (nothing: met)."""
    found = tuple(results)
    if Result.NOT_MET in found:
        return Result.NOT_MET
    return Result.UNKNOWN if Result.UNKNOWN in found else Result.MET


def any_of(results: Iterable[Result]) -> Result:
    """Met when one is met; not met when none can be; unknown otherwise (nothing: not met)."""
    found = tuple(results)
    if Result.MET in found:
        return Result.MET
    return Result.UNKNOWN if Result.UNKNOWN in found else Result.NOT_MET


def not_(result: Result) -> Result:
    """Met and not met swapped; unknown stays unknown."""
    if result is Result.UNKNOWN:
        return Result.UNKNOWN
    return Result.NOT_MET if result is Result.MET else Result.MET


class Outcome(NamedTuple):
    """One node of the account; a tuple, because judging an order makes dozens of them.

    `kind` is "all", "any", "not", "paragraph" or the kind of the test; `id` the paragraph of a
    policy; `fact` what was read and `value` what it was; `expected` what was asked for; `ask_for`
    the facts whose answer would settle an unknown.
    """

    result: Result
    sentence: str
    kind: str
    id: str = ""
    fact: str = ""
    value: Json = None
    expected: Json = None
    source: str = ""
    reference: str = ""
    ask_for: tuple[str, ...] = ()
    children: tuple[Outcome, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """A JSON object; empty parts are left out.  `from_json` gives the same outcome back."""
        found: dict[str, Json] = {
            "result": self.result._value_,  # what `value` gives, at a tenth of its time
            "sentence": self.sentence,
            "kind": self.kind,
        }
        if self.id:
            found["id"] = self.id
        if self.fact:
            found["fact"] = self.fact
        if self.source:
            found["source"] = self.source
        if self.reference:
            found["reference"] = self.reference
        if self.value is not None:
            found["value"] = self.value
        if self.expected is not None:
            found["expected"] = self.expected
        if self.ask_for:
            found["ask_for"] = list(self.ask_for)
        if self.children:
            found["children"] = [child.to_json() for child in self.children]
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Outcome:
        """The outcome that `to_json` wrote; raises KeyError or ValueError on anything else."""
        return cls(
            result=Result(found["result"]),
            sentence=found["sentence"],
            kind=found["kind"],
            id=found.get("id", ""),
            fact=found.get("fact", ""),
            value=found.get("value"),
            expected=found.get("expected"),
            source=found.get("source", ""),
            reference=found.get("reference", ""),
            ask_for=tuple(found.get("ask_for", ())),
            children=tuple(cls.from_json(child) for child in found.get("children", ())),
        )

    def leaves(self) -> Iterator[Outcome]:
        """The tests at the ends of the tree, in the order of reading."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def jsonable(value: Any) -> Json:
    """`value` in JSON's types; a Decimal becomes its text, so that no digit is lost."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(name): jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return str(value)
