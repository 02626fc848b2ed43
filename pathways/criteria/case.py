"""One drug line before the criteria: what is known of it and of its order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from pathways.criteria import vocabulary
from pathways.criteria.schedules import DrugSchedule, schedule_of
from pathways.criteria.terms import RISK_FACTORS
from pathways.doses import parse_unit, ratio

THERAPEUTIC = "therapeutic"
INVESTIGATIONAL = "investigational"
AGE_FACTOR = "age_gt_65"
AGE_FACTOR_ABOVE = 65
FOUR_PLACES = Decimal("0.0001")
#: What a dose per kg or per m2 of body surface is worked out with.
MEASURED_BY = {"kg": ("weight_kg",), "m2": ("height_cm", "weight_kg")}


class Case:
    """The facts of an order seen from one of its drug lines; every reading may be None for unknown."""

    def __init__(self, facts: Mapping[str, Any], line: Mapping[str, Any]) -> None:
        self.facts = facts
        self.line = line

    def member_of(self, family: str, name: str) -> Any:
        """The answer `name` within a family such as biomarkers or labs."""
        answers = self.facts.get(family)
        return answers.get(name) if isinstance(answers, Mapping) else None

    @cached_property
    def companions(self) -> tuple[str, ...] | None:
        """The order's other therapeutic drugs, sorted; investigational ones are left out (DR-05, DR-09)."""
        lines = self.facts.get("drugs")
        if not isinstance(lines, list | tuple):
            return None
        own = self.line.get("drug")
        return tuple(
            sorted(
                {item["drug"] for item in lines if item.get("role") == THERAPEUTIC and item["drug"] != own}
            )
        )

    @cached_property
    def prior_therapies(self) -> tuple[str, ...] | None:
        """The therapies reported, sorted; an empty tuple says that there were none."""
        found = vocabulary.listed(self.facts.get("prior_therapies"))
        return None if found is None else tuple(sorted(found))

    @cached_property
    def schedule(self) -> DrugSchedule | None:
        """Days, cycles and cycle length of the line, with those of the drug's other lines."""
        lines = [schedule_of(line) for line in (self.line, *self._other_lines)]
        known = tuple(line for line in lines if line is not None)
        return DrugSchedule(known[0], known[1:]) if len(known) == len(lines) else None

    @property
    def _other_lines(self) -> list[Mapping[str, Any]]:
        """The other lines of the same drug, such as a loading dose; what a trial gives is not counted."""
        own = self.line.get("drug"), self.line.get("number")
        return [
            item
            for item in self.facts.get("drugs") or ()
            if item["drug"] == own[0] and item.get("number") != own[1] and item.get("role") != INVESTIGATIONAL
        ]

    @property
    def dose(self) -> tuple[Decimal, str] | None:
        """Amount and unit of one dose."""
        amount, unit = vocabulary.number(self.line.get("dose")), vocabulary.known(self.line.get("unit"))
        return None if amount is None or unit is None else (amount, str(unit))

    @cached_property
    def _body(self) -> Mapping[str, Decimal]:
        """What a dose is counted per: weight in kg, body surface in m2 (Mosteller)."""
        weight = vocabulary.number(self.facts.get("weight_kg"))
        height = vocabulary.number(self.facts.get("height_cm"))
        body = {} if weight is None or weight <= 0 else {"kg": weight}
        if body and height is not None and height > 0:
            body["m2"] = (height * body["kg"] / 3600).sqrt()
        return body

    def dose_in(self, unit: str) -> Decimal | None:
        """One dose in another unit, by weight or body surface where needed; None when that cannot be told."""
        dose = self.dose
        if dose is None or dose[1] == unit:
            return dose and dose[0]
        amount, given = dose
        same = ratio(amount, given, Decimal(1), unit)
        if same is not None:
            return same
        planned, wanted = parse_unit(given), parse_unit(unit)
        sizes = [self._body.get(basis) for basis in (planned.per, wanted.per) if basis]
        if planned.measure != wanted.measure or None in sizes:
            return None
        whole = amount * planned.factor * self._body.get(planned.per, Decimal(1))
        return (whole / self._body.get(wanted.per, Decimal(1)) / wanted.factor).quantize(FOUR_PLACES)

    def body_missing_for(self, unit: str) -> tuple[str, ...]:
        """The measurements without which the dose cannot be told in that unit, though nothing else lacks."""
        if self.dose is None:
            return ()
        planned, wanted = parse_unit(self.dose[1]), parse_unit(unit)
        if planned.measure != wanted.measure or planned.per == wanted.per:
            return ()
        needed = {fact for basis in (planned.per, wanted.per) for fact in MEASURED_BY.get(basis, ())}
        told = {fact for basis in self._body for fact in MEASURED_BY[basis]}
        return tuple(sorted(needed - told))

    @cached_property
    def risk_factors(self) -> tuple[tuple[str, ...], bool]:
        """Risk factors found, sorted, and whether more may exist; age above 65 counts by itself (DR-08).

        Only those that the vocabulary names; a list with "unknown" in it says nothing.
        """
        attested = vocabulary.listed(self.facts.get("fn_risk_factors"))
        age = vocabulary.number(self.facts.get("age"))
        # Age is read from the birth date, never attested.
        found = set(attested or ()) & RISK_FACTORS.keys() - {AGE_FACTOR}
        if age is not None and age > AGE_FACTOR_ABOVE:
            found.add(AGE_FACTOR)
        open_ended = attested is None or age is None
        return tuple(sorted(found)), open_ended

    @cached_property
    def cms_trial(self) -> bool | None:
        """Whether the treatment is given in a trial that CMS identified; no trial at all is a no."""
        trial = self.facts.get("trial")
        if not isinstance(trial, Mapping):
            return None
        if vocabulary.flag(trial.get("enrolled")) is False:
            return False
        return vocabulary.flag(trial.get("cms_identified"))

    def states(self, family: str, name: str) -> bool | None:
        """Whether the practice attested or stated it; None when it was not asked."""
        stated = vocabulary.listed(self.facts.get(family))
        return None if stated is None else name in stated
