"""Bundles of procedure codes: what an approved radiation technique is billed by (R-283, R-345, D-73).

A bundle belongs to a technique from a day on and is replaced as a whole by the next.  Evaluations keep
the bundle they read, so that an approval says the same codes years later whatever is loaded since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self


class Per(StrEnum):
    """What a code is counted by; `orders/rules/procedure_codes.py` does the counting."""

    COURSE = "course"
    PHASE = "phase"
    FRACTION = "fraction"
    WEEK = "week"
    FIVE_FRACTIONS = "five_fractions"


@dataclass(frozen=True, slots=True)
class BundledCode:
    """One code of a bundle: `quantity` of it per course, phase, fraction and so on.

    It belongs to courses of `fractions_at_least` to `fractions_at_most` fractions, the boost counted.
    """

    code: str
    description: str
    per: Per
    quantity: int = 1
    fractions_at_least: int = 1
    fractions_at_most: int | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The code that `to_json` wrote."""
        return cls(**{**found, "per": Per(found["per"])})


Bundle = tuple[BundledCode, ...]


@dataclass(frozen=True, slots=True)
class BundleBook:
    """The bundles of each technique with the days they begin, latest first."""

    bundles: Mapping[str, Sequence[tuple[date, Bundle]]]

    def bundle_on(self, technique: str, day: date) -> Bundle:
        """The bundle of a technique in force on a day; empty when none had begun."""
        return next((found for begins, found in self.bundles.get(technique, ()) if begins <= day), ())
