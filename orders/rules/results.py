"""What the rules say of an order, as values that are stored and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from orders.rules import records
from orders.rules.continuity import Continuity
from orders.rules.duplicates import DuplicateFlag
from orders.rules.problems import Blocker
from orders.rules.procedure_codes import ApprovedCode
from orders.rules.routing import Message
from orders.rules.scodes import SCodeAward
from orders.rules.states import Disposition, DrugStatus
from pathways.criteria.outcome import Outcome
from pathways.criteria.settling import Settling
from pathways.matching import Deviation, DoseWarning, PathwayMatch


@dataclass(frozen=True, slots=True)
class PendReason:
    """Why the case cannot be decided at intake (DR-12, R-232); `lines` are the drug lines concerned."""

    code: str
    sentence: str
    lines: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON object, as the case keeps it."""
        found: dict[str, Any] = records.to_json(self)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudgement:
    """One drug line: who manages it, its status at intake, and what the policy says of it.

    `outcome` is None where nobody here judges the line, or where no policy is in force; `deciding`
    is the paragraph that decided, or for an unknown the one nearest to met; `settling` says which missing
    answers would meet the policy, and what stands against it.  `visits` and
    `billing_units` are None where they cannot be computed, and `units_note` says why; `codes` are those of
    a radiation technique.
    """

    number: int
    drug: str
    hcpcs: str
    role: str
    manager: str
    reviewed: bool
    withdrawn: bool
    status: DrugStatus
    message_code: str
    message: str
    referral: Message | None
    outcome: Outcome | None
    deciding: str
    policy: str
    policy_effective_on: date | None
    visits: int | None
    billing_units: Decimal | None
    units_note: str
    settling: Settling = field(default_factory=Settling)
    codes: tuple[ApprovedCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything the rules say of an order at intake (DR-04 to DR-17, DR-20, DR-22 to DR-25).

    - `disposition` is None for a refused request, which has `refusals` and nothing else (DR-01);
    - `pathway_eligible` is None while the case is undecided (R-154); `pathway_eligible_when_final`
      is what it becomes if the case ends with an Order ID (DR-16);
    - `scodes`, `valid_from` and `valid_to` are empty while the case is undecided; their
      `..._when_final` twins are what an authorization gives;
    - `treatment_until_when_final` is the last day of treatment under an authorization, after which it
      is to be continued: the planned end, or earlier the months of an indefinite regimen (R-320, D-20);
    - `visits` counts distinct days over the reviewed lines (D-57);
    - `deciding_rows` names the regimen row, then the paragraph that decided each reviewed line.
    """

    engine_version: str
    refusals: tuple[Blocker, ...] = ()
    lines: tuple[LineJudgement, ...] = ()
    match: PathwayMatch = field(default_factory=PathwayMatch)
    regimen_key: str = ""
    regimen_risk: str | None = None
    fn_deviations: tuple[Deviation, ...] = ()
    duplicates: tuple[DuplicateFlag, ...] = ()
    continuity: Continuity = field(default_factory=Continuity)
    continuity_applied: bool = False
    outside_by_age: bool = False
    pend_reasons: tuple[PendReason, ...] = ()
    disposition: Disposition | None = None
    pathway_eligible: bool | None = None
    pathway_eligible_when_final: bool = False
    scodes: SCodeAward = field(default_factory=SCodeAward)
    scodes_when_final: SCodeAward = field(default_factory=SCodeAward)
    course_days: int = 0
    visits: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    valid_from_when_final: date | None = None
    valid_to_when_final: date | None = None
    treatment_until_when_final: date | None = None
    deciding_rows: tuple[str, ...] = ()

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Every deviation: of the regimen, then of growth factors (R-171)."""
        return self.match.deviations + self.fn_deviations

    @property
    def warnings(self) -> tuple[DoseWarning, ...]:
        """Doses to look at again (R-125)."""
        return self.match.warnings

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        found: dict[str, Any] = records.to_json(self)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The judgement that `to_json` wrote."""
        return records.from_json(cls, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """How a case ends: its status and everything that hangs on it (T1, DR-14, DR-16 to DR-20).

    `valid_from`, `valid_to` and `treatment_until` are None, and there are no S-codes, unless the case
    status gives an Order ID; `pathway_eligible` is None only while something is still undecided.
    """

    disposition: Disposition
    pathway_eligible: bool | None
    scodes: SCodeAward
    regimen_key: str
    line_statuses: Mapping[int, DrugStatus]
    valid_from: date | None
    valid_to: date | None
    treatment_until: date | None = None
