"""Earlier orders of the member, and whether this one may be a duplicate of them (DR-11; R-188 to R-193).

Only orders of one solution repeat each other (D-14): radiation beside drugs is one treatment, not two.
DR-11 speaks of drugs alone; in a radiation order the same technique at the same site stands for a shared
drug, and all else of DR-11 holds as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from orders.rules import records
from orders.rules.radiation_course import name_of
from orders.rules.states import WITH_ORDER_ID, Disposition
from pathways.criteria.explain import joined

Facts = Mapping[str, Any]

#: The solution of an order that names none.
MEDICAL = "medical_oncology"

#: Earlier orders in these dispositions can be duplicated; denied and closed ones cannot.
LIVE = WITH_ORDER_ID | {Disposition.IN_PROGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOrder:
    """Another order of the same member, as far as the rules ask about it.

    `reference` is the tracking number, which it always has; `order_id` the number people are told: the
    Order ID, or the tracking number while there is none.  People cite either.  `regimen_key` is ""
    where no regimen was followed; site and technique are "" but in a radiation order.
    Orders that were stored without their solution are replayed as medical, as they were judged.
    """

    order_id: str
    disposition: Disposition
    start_on: date
    planned_end_on: date
    regimen_id: str | None
    regimen_key: str
    therapeutic_drugs: tuple[str, ...]
    supportive_drugs: tuple[str, ...]
    pathway_eligible: bool
    own_practice: bool = True
    reference: str = ""
    solution: str = MEDICAL
    radiation_site: str = ""
    radiation_technique: str = ""

    @property
    def numbers(self) -> frozenset[str]:
        """What it may be cited by."""
        return frozenset({self.order_id, self.reference} - {""})

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        found: dict[str, Any] = records.to_json(self)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The order that `to_json` wrote."""
        return records.from_json(cls, found)


@dataclass(frozen=True, slots=True)
class DuplicateFlag:
    """An earlier order that this one may repeat; `shared` names the drugs in both, or the radiation."""

    order_id: str
    start_on: date
    planned_end_on: date
    shared: tuple[str, ...]
    sentence: str
    reference: str = ""


def duplicates(facts: Facts, earlier: Iterable[EarlierOrder], *, planned_end_on: date) -> list[DuplicateFlag]:
    """The earlier orders that make this one pend as a possible duplicate (DR-11, D-14).

    The three-week grace is not counted.  An order that this one replaces ends the day before this one
    starts, so that the two never overlap.  `facts["not_duplicate_of"]` lists the orders that a reviewer
    has compared and cleared (R-191).
    """
    start_on, solution = date.fromisoformat(facts["start_on"]), facts.get("solution") or MEDICAL
    settled = {facts.get("replaces_order"), *(facts.get("not_duplicate_of") or ())}
    found = []
    for order in earlier:
        overlaps = order.start_on <= planned_end_on and start_on <= order.planned_end_on
        counts = order.solution == solution and order.disposition in LIVE
        if overlaps and counts and order.numbers.isdisjoint(settled):
            found += _flag(facts, order)
    return found


def _flag(facts: Facts, order: EarlierOrder) -> list[DuplicateFlag]:
    shared = _shared(facts, order)
    referenced = facts.get("references_order") in order.numbers
    supports = facts.get("radiation_technique") is None and not _drugs(facts, "therapeutic")
    if referenced and (supports or not shared):
        return []
    why = f"also with {joined(shared, 'and')}" if shared else "and this one neither replaces nor cites it"
    return [
        DuplicateFlag(
            order_id=order.order_id,
            start_on=order.start_on,
            planned_end_on=order.planned_end_on,
            shared=tuple(shared),
            sentence=_sentence(order, why),
            reference=order.reference or order.order_id,
        )
    ]


def _shared(facts: Facts, order: EarlierOrder) -> list[str]:
    """The drugs in both; of a radiation order its technique and site, when they are the earlier one's."""
    if technique := facts.get("radiation_technique"):
        site = facts.get("radiation_site") or ""
        if (technique, site) != (order.radiation_technique, order.radiation_site):
            return []
        return [name_of(technique, site)]
    if therapeutic := _drugs(facts, "therapeutic"):
        return sorted(therapeutic.intersection(order.therapeutic_drugs))
    return sorted(_drugs(facts, "supportive").intersection(order.supportive_drugs))


def _sentence(order: EarlierOrder, why: str) -> str:
    """What the practice is told; of another practice's order only that there is one (D-63)."""
    if not order.own_practice:
        return "Another practice has an order for this member whose dates overlap with this one."
    first, last = in_words(order.start_on), in_words(order.planned_end_on)
    return f"Order {order.order_id} is planned from {first} to {last}, {why}."


def in_words(day: date) -> str:
    """A date as a sentence has it: Mar 1, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def _drugs(facts: Facts, role: str) -> set[str]:
    return {line["drug"] for line in facts.get("drugs") or () if line["role"] == role}
