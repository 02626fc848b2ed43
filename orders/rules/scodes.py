"""S-codes: who gets how many, when each may be billed, and whether a bill is payable.

S0353 is for the onset of treatment on a pathway, S0354 for each month after it (T2, DR-17, DR-18;
R-304 to R-327).  Amounts are in the plan's fee schedule, not here (R-310).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

from orders.rules.duplicates import EarlierOrder
from orders.rules.schedule import months_after
from orders.rules.states import Disposition
from orders.rules.terms import Terms
from pathways.regimens import RegimenRow

Facts = Mapping[str, Any]

ONSET, MONTHLY = "S0353", "S0354"

#: Days of a month of treatment, and between two codes where the program says nothing else.
MONTH_DAYS = 30


class Reason(TypedDict):
    """One condition of T2 that is not met; plain JSON, as it is stored with the award."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SCodeAward:
    """The award: how many of each code, for which regimen, or the reasons there is none.

    `continuation` = an earlier pathway order of the member had the same regimen, so that there is no
    second S0353 (R-312, D-24).
    """

    s0353: int = 0
    s0354: int = 0
    regimen_key: str = ""
    continuation: bool = False
    reasons: tuple[Reason, ...] = ()


def award(
    facts: Facts,
    terms: Terms,
    row: RegimenRow | None,
    *,
    pathway_eligible: bool,
    course_days: int,
    earlier: Iterable[EarlierOrder],
) -> SCodeAward:
    """The S-codes of an order whose case status is final and gives an Order ID (T2, DR-17).

    `course_days` is the length of the requested course (DR-25).
    """
    reasons = tuple(_reasons(facts, terms, pathway_eligible=pathway_eligible))
    if reasons or row is None or row.s_codes is None:
        return SCodeAward(reasons=reasons or (NOT_ON_PATHWAY,))
    highest = min(row.s_codes.s0354_max, terms.scode_max_months)
    fixed = row.duration.type == "fixed"
    continuation = any(order.pathway_eligible and order.regimen_key == row.regimen_key for order in earlier)
    return SCodeAward(
        s0353=0 if continuation else row.s_codes.s0353,
        s0354=monthly_codes(course_days, highest=highest) if fixed else highest,
        regimen_key=row.regimen_key,
        continuation=continuation,
    )


def off_pathway(facts: Facts, terms: Terms) -> SCodeAward:
    """The award of an order that can follow no Pathway: none, and every condition of T2 that is not met."""
    return SCodeAward(reasons=tuple(_reasons(facts, terms, pathway_eligible=False)))


NOT_ON_PATHWAY = Reason(code="NOT_ON_PATHWAY", sentence="The regimen is not on Pathway.")
NOT_FINAL = Reason(code="NOT_FINAL", sentence="The case is not decided yet.")
NOT_AUTHORIZED = Reason(code="NOT_AUTHORIZED", sentence="The case was not authorized.")


def no_award(case: Disposition | None) -> SCodeAward:
    """The award while a case is undecided, or after it ended without an Order ID (R-325)."""
    undecided = case is None or case is Disposition.IN_PROGRESS
    return SCodeAward(reasons=(NOT_FINAL if undecided else NOT_AUTHORIZED,))


def _reasons(facts: Facts, terms: Terms, *, pathway_eligible: bool) -> list[Reason]:
    """The conditions of T2 that are not met, in its order."""
    state = facts.get("provider_state") or ""
    checks = [
        (terms.scode_enabled, "NOT_OFFERED", f"The {terms.program_name} awards no S-codes."),
        (pathway_eligible, NOT_ON_PATHWAY["code"], NOT_ON_PATHWAY["sentence"]),
        (
            facts.get("network") in terms.scode_networks,
            "OUT_OF_NETWORK",
            "The ordering provider is not in network for the member's benefit plan.",
        ),
        (
            not terms.scode_states or state in terms.scode_states,
            "STATE_NOT_LISTED",
            f"Providers in {state or 'a state that is not known'} are not eligible.",
        ),
        (
            facts.get("solution") == "medical_oncology",
            "NOT_MEDICAL_ONCOLOGY",
            "S-codes belong to medical oncology only.",
        ),
        (
            (facts.get("line_of_business") or "") in terms.scode_lines,
            "LINE_OF_BUSINESS",
            "The member's line of business has no S-codes.",
        ),
        (
            not is_outside_by_age(facts, terms),
            "NOT_AN_ADULT",
            f"The {terms.program_name} is for members aged {terms.adult_age} and older.",
        ),
    ]
    return [Reason(code=code, sentence=sentence) for met, code, sentence in checks if not met]


def is_outside_by_age(facts: Facts, terms: Terms) -> bool:
    """Is this a minor in a program for adults, by age on the start date (DR-22, D-29)?"""
    age = facts.get("age")
    return terms.adult_only and age is not None and age < terms.adult_age


def monthly_codes(days: int, *, highest: int = 5) -> int:
    """S0354 codes of a course of so many days: its months without the first, at most `highest` (DR-17)."""
    return max(0, min(highest, -(-days // MONTH_DAYS) - 1))


def last_eligible_day(start_on: date, months: int) -> date:
    """The last day of extra payment for a regimen without planned end (R-320, D-21)."""
    return months_after(start_on, months)


def earliest_monthly_dates(onset_on: date, count: int, *, min_days: int = MONTH_DAYS) -> list[date]:
    """The earliest S0354 dates if each is billed on its first day (R-313)."""
    return [onset_on + timedelta(days=min_days * number) for number in range(1, count + 1)]


def next_payable_on(previous: date, *, min_days: int = MONTH_DAYS) -> date:
    """The first day on which the next S0354 is payable: day 30 is (R-315, D-25)."""
    return previous + timedelta(days=min_days)


@dataclass(frozen=True, slots=True)
class SCodeClaim:
    """A bill for one S-code on one day."""

    on: date
    code: str
    professional: bool = True
    by_ordering_provider: bool = True


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """Is the bill payable?  `reason` is the rule it breaks, or "" (R-327)."""

    claim: SCodeClaim
    payable: bool
    reason: str


def check_claims(
    claims: Sequence[SCodeClaim],
    awarded: SCodeAward,
    *,
    min_days: int = MONTH_DAYS,
    regimen_ended_on: date | None = None,
) -> list[ClaimCheck]:
    """Check bills by date against an award (DR-18); a bill that is not payable does not count.

    `min_days` is the program's spacing between two codes.

    From `regimen_ended_on` on another regimen is given, and what is left of the award is void (R-318).
    """
    checked: list[ClaimCheck] = []
    for claim in sorted(claims, key=lambda item: item.on):
        paid = [check.claim for check in checked if check.payable]
        reason = _unpayable(claim, awarded, paid, regimen_ended_on) or _too_soon(claim, paid, min_days)
        checked.append(ClaimCheck(claim, not reason, reason))
    return checked


def _unpayable(
    claim: SCodeClaim, awarded: SCodeAward, paid: Sequence[SCodeClaim], regimen_ended_on: date | None
) -> str:
    limits = {ONSET: awarded.s0353, MONTHLY: awarded.s0354}
    if claim.code not in limits:
        return "NOT_AN_S_CODE"
    if not claim.by_ordering_provider:
        return "NOT_THE_ORDERING_PROVIDER"
    if not claim.professional:
        return "NOT_A_PROFESSIONAL_CLAIM"
    if regimen_ended_on is not None and claim.on >= regimen_ended_on:
        return "REGIMEN_CHANGED"
    if sum(other.code == claim.code for other in paid) >= limits[claim.code]:
        return "LIMIT_REACHED"
    return ""


def _too_soon(claim: SCodeClaim, paid: Sequence[SCodeClaim], min_days: int) -> str:
    if claim.code == MONTHLY and paid and claim.on < next_payable_on(paid[-1].on, min_days=min_days):
        return f"WITHIN_30_DAYS_OF_{paid[-1].code}"
    return ""
