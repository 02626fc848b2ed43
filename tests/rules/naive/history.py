"""What happened before: earlier orders, treatment under way, S-codes awarded (DR-10, DR-11, DR-17)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from math import ceil
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.terms import Terms

Raw = dict[str, Any]

STANDS = {"in_progress", "authorized", "completed", "multiple_decisions"}


def cited(facts: Raw, earlier: list[EarlierOrder], by: str) -> EarlierOrder | None:
    """The earlier order named in `references_order` or `replaces_order`."""
    return next((order for order in earlier if _is(order, facts.get(by))), None)


def _is(order: EarlierOrder, named: str | None) -> bool:
    return bool(named) and named in (order.order_id, order.reference)


def duplicates(facts: Raw, earlier: list[EarlierOrder], start_on: date, end_on: date) -> list[str]:
    """Order ids of what this request may repeat (DR-11; of its own solution, D-14)."""
    therapeutic = {line["drug"] for line in facts["drugs"] if line["role"] == "therapeutic"}
    supportive = {line["drug"] for line in facts["drugs"] if line["role"] == "supportive"}
    found = []
    for order in earlier:
        references = _is(order, facts.get("references_order"))
        replaces = _is(order, facts.get("replaces_order"))
        last = min(order.planned_end_on, start_on - timedelta(days=1)) if replaces else order.planned_end_on
        overlap = max(order.start_on, start_on) <= min(last, end_on)
        cleared = any(_is(order, named) for named in facts.get("not_duplicate_of") or [])
        other = order.solution != facts["solution"]
        if order.disposition.value not in STANDS or not overlap or cleared or other:
            continue
        if therapeutic:
            shared = bool(therapeutic & set(order.therapeutic_drugs))
        else:
            shared = bool(supportive & set(order.supportive_drugs)) and not references
        if shared or not (references or replaces):
            found.append(order.order_id)
    return found


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_continuity(facts: Raw, terms: Terms, start_on: date) -> bool:
    """Is care under way, begun before the program or the coverage, and not interrupted (DR-10)?"""
    answers = facts.get("continuity") or {}
    began, last = answers.get("treatment_started_on"), answers.get("last_dose_on")
    covered = facts.get("coverage_starts_on")
    limits = [terms.continuity_cutoff_on, date.fromisoformat(covered) if covered else None]
    known = [limit for limit in limits if limit]
    if not (began and last and known):
        return False
    first_dose, last_dose = date.fromisoformat(began), date.fromisoformat(last)
    return (
        terms.continuity_enabled
        and answers.get("attested") is True
        and answers.get("same_regimen") is True
        and first_dose < max(known)
        and first_dose <= last_dose <= date.fromisoformat(facts["submitted_on"])
        and timedelta(0) <= start_on - last_dose <= timedelta(days=terms.continuity_gap_days)
    )


def s_codes(
    facts: Raw, terms: Terms, row: Raw | None, *, eligible: bool, days: int, earlier: list[EarlierOrder]
) -> tuple[int, int]:
    """How many S0353 and S0354 an order with an Order ID gets (DR-17, T2)."""
    paid = (
        eligible
        and row is not None
        and terms.scode_enabled
        and facts.get("solution") == "medical_oncology"
        and facts.get("network") in terms.scode_networks
        and facts.get("line_of_business") in terms.scode_lines
        and (not terms.scode_states or facts.get("provider_state") in terms.scode_states)
    )
    if not paid or row is None:
        return 0, 0
    most = min(row["s_codes"]["s0354_max"], terms.scode_max_months)
    if row["duration"]["type"] == "fixed":
        most = min(most, max(0, ceil(days / 30) - 1))
    again = any(order.pathway_eligible and order.regimen_key == row["regimen_key"] for order in earlier)
    return 0 if again else 1, most
