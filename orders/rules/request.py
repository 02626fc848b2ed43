"""A request as the rules look at it: the facts, without what was withdrawn, and its planned course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from orders.rules.billing_units import Body
from orders.rules.schedule import PlannedLine, phase_starts, planned_end
from pathways.criteria.vocabulary import number

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """The facts of an order, read once.

    `facts["drugs"]` leaves out the lines in `facts["withdrawn_lines"]`; `all_drugs` has every line.
    `end_on` is the planned end, or the last day of the last cycle while none is entered.
    """

    facts: Facts
    all_drugs: tuple[Mapping[str, Any], ...]
    plan: Mapping[int, PlannedLine]
    starts: Mapping[int, int]
    start_on: date
    end_on: date

    @classmethod
    def read(cls, facts: Facts) -> Self:
        """Raises ScheduleError for days or cycles that cannot be read."""
        every = tuple(facts.get("drugs") or ())
        withdrawn = frozenset(facts.get("withdrawn_lines") or ())
        drugs = [line for line in every if line["number"] not in withdrawn]
        plan = {line.number: line for line in map(PlannedLine.from_fact, drugs)}
        start_on = date.fromisoformat(facts["start_on"])
        if facts.get("planned_end_on"):
            end_on = date.fromisoformat(facts["planned_end_on"])
        else:
            end_on = planned_end(list(plan.values()), start_on) if plan else start_on
        return cls(
            facts={**facts, "drugs": drugs},
            all_drugs=every,
            plan=plan,
            starts=phase_starts(plan.values()),
            start_on=start_on,
            end_on=end_on,
        )

    def days_until(self, day: date) -> int:
        """Days of the course up to that day, both ends counted."""
        return (day - self.start_on).days + 1

    @property
    def therapeutic(self) -> list[PlannedLine]:
        """The lines that make the regimen; none in a supportive-only order (DR-23)."""
        return [line for line in self.plan.values() if line.role == "therapeutic"]

    @property
    def body(self) -> Body:
        """The member's measurements, as far as they are given."""
        names = ("height_cm", "weight_kg", "creatinine_clearance")
        return Body(*(number(self.facts.get(name)) for name in names))
