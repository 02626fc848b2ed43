"""The program terms that the rules read, as plain values (Part B; DR-01, DR-10, DR-17, DR-20, DR-22).

`orders/terms.py` makes them from the dated ProgramTerms; they are stored with each evaluation, so that
a replay needs no other row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, Self

from orders.rules import records


class DeviationEffect(StrEnum):
    """What a kind of deviation does to an order (R-181, D-32)."""

    NONE = "none"
    LOSES_PATHWAY = "loses_pathway"
    PENDS = "pends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to turn to: a name for sentences, and how to reach them, in words (R-443)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One program's terms on the start date; lists are empty where the program sets no limit.

    `pcp_states` maps a line of business to the state its primary care provider must be in.
    `contacts` has the keys of `routing.ContactKey`, as far as the program knows them.  Days and
    months are calendar ones unless the name says business days.
    """

    plan: str
    program: str
    program_name: str
    administrator: str
    solutions: tuple[str, ...] = ("medical_oncology",)
    lines_of_business: tuple[str, ...]
    pcp_states: Mapping[str, str] = field(default_factory=dict)
    excluded_groups: tuple[str, ...] = ()
    submitter_roles: tuple[str, ...] = ("ordering_practice", "ordering_clinician")
    go_live_on: date | None = None
    outpatient_only: bool = True
    all_malignancies: bool = False
    adult_only: bool = False
    adult_age: int = 18
    retro_business_days: int = 2
    retro_after_window: str = "refused"
    retro_plan_limit_years: int | None = None
    start_ahead_limit_days: int = 90
    time_zone: str = "America/New_York"
    opens_at: time = time(8)
    closes_at: time = time(17)
    holidays: frozenset[date] = frozenset()
    continuity_enabled: bool = False
    continuity_cutoff_on: date | None = None
    continuity_gap_days: int = 60
    continuity_max_months: int = 6
    duplicate_enabled: bool = True
    schedule_deviation: DeviationEffect = DeviationEffect.PENDS
    unknown_answer: DeviationEffect = DeviationEffect.PENDS
    clinical_mismatch: DeviationEffect = DeviationEffect.LOSES_PATHWAY
    growth_factor_deviation: DeviationEffect = DeviationEffect.PENDS
    grace_days: int = 21
    radiation_days: int = 90
    indefinite_months: int = 6
    scode_enabled: bool = True
    scode_lines: tuple[str, ...] = ()
    scode_networks: tuple[str, ...] = ("in",)
    scode_states: tuple[str, ...] = ()
    scode_max_months: int = 5
    scode_min_days: int = 30
    letter_recipients: tuple[str, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        found: dict[str, Any] = records.to_json(self)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The terms that `to_json` wrote."""
        return records.from_json(cls, found)

    def contact(self, key: str) -> Contact:
        """Whom to turn to for a purpose; the plan itself where the program names nobody."""
        known = self.contacts.get(key) or self.contacts.get("health_plan")
        return known or Contact(name="the health plan", text="Contact the member's health plan.")
