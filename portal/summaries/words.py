"""Sentences of the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from orders.models import DrugLine, Order
from orders.rules.billing_units import Body, NoUnits, surface_m2
from orders.rules.states import Disposition, DrugStatus, OrderStatus
from pathways.criteria import terms
from pathways.criteria.explain import capital, count, joined
from pathways.criteria.vocabulary import FACTS, MEASURES, known, number
from pathways.models import DiagnosisCode
from portal import words

DISCLAIMER = (
    "An Order ID or authorization is not a guarantee of payment. Claims are paid by the member’s "
    "benefits and eligibility on the day of service."
)

NETWORKS = {"in": "In network", "out": "Out of network", "bluecard": "Out of area (BlueCard)"}

#: The kinds of deviation (R-172 to R-178).
DEVIATIONS = {
    "custom": "Custom treatment plan",
    "clinical": "Clinical",
    "schedule": "Cycles/Dosing",
    "fn": "Febrile neutropenia risk",
}

REFERRED = (DrugStatus.REFER_PBM, DrugStatus.REFER_HEALTH_PLAN, DrugStatus.OTHER_IMPACT)

#: Facts of the clinical picture, in the order of the form; biomarkers follow the stage.
CLINICAL = (
    "histology",
    "stage",
    "line_of_therapy",
    "ecog",
    "treatment_intent",
    "prior_therapies",
    "concurrent_radiation",
    "bone_metastases",
)


#: Answers that are lists of their own and no single fact.
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "attestations": ("Attested by the office", terms.ATTESTATIONS),
    "radiation_reasons": ("Reasons for the technique", terms.RADIATION_REASONS),
}


def day(on: date) -> str:
    """A day within a sentence: Apr 18, 2022."""
    return f"{on:%b} {on.day}, {on.year}"


def headline(order: Order, lines: Sequence[DrugLine], *, approved: bool) -> str:
    """The verdict in a sentence or two; the first thing that anybody reads.

    It counts drugs: one with a loading dose stands on two lines, and is approved when both are.
    """
    reviewed = {line.drug for line in lines if line.reviewed}
    passed = reviewed - {
        line.drug for line in lines if line.reviewed and line.status != DrugStatus.AUTHORIZED
    }
    last = min(order.valid_to, order.ended_on or order.valid_to) if order.valid_to else None
    until = f" through {day(last)}" if approved and last else ""
    tally = f"{len(passed)} of {count(len(reviewed), 'reviewed drug')} approved{until}."
    if order.status == OrderStatus.WITHDRAWN:
        return "Withdrawn. Your office took this order back before it was submitted; nothing was reviewed."
    return {
        Disposition.AUTHORIZED: f"Authorized. {tally}",
        Disposition.MULTIPLE_DECISIONS: f"Multiple Decisions Rendered. {tally}",
        Disposition.COMPLETED: f"Completed. No drug of this order needs our clinical review{until and ','}"
        f"{until and f' and it is valid{until}'}.",
        Disposition.IN_PROGRESS: _in_progress(order),
        Disposition.NON_AUTHORIZED: "Non-Authorized. A physician reviewed this order and found that it "
        "does not meet medical necessity.",
        Disposition.REVIEW_CANCELLED: "Review Cancelled. This order repeats an earlier one, which counts.",
        Disposition.VOLUNTARILY_CANCELLED: "Voluntarily Cancelled. Your office cancelled this order.",
        Disposition.WITHDRAWN: "Withdrawn. Your office took this order back.",
    }[Disposition(order.disposition)]


def _in_progress(order: Order) -> str:
    with_whom = "physicians" if order.status == OrderStatus.PHYSICIAN_REVIEW else "nurses"
    zone = order.terms.time_zone if order.terms else words.PLAN_ZONE
    due = f"; a decision is due by {words.moment(order.due_at, zone=zone)}" if order.due_at else ""
    return f"In Progress. This order is with one of our {with_whom}{due}."


def lead(order: Order, lines: Sequence[DrugLine], *, continued: bool = False) -> tuple[str, ...]:
    """What else to know at once: the reason where criteria are not met, a start in the past, drugs that
    somebody else must review.

    R-195, R-215, R-216, R-356, R-442.
    """
    found = ["Continuity of care: treatment was already under way."] if continued else []
    found += _late(order)
    referred = list(dict.fromkeys(line.drug for line in lines if line.status in REFERRED))
    if not referred:
        return tuple(found)
    verb = "is" if len(referred) == 1 else "are"
    found.append(
        f"{capital(joined(referred, 'and'))} {verb} reviewed by another organization: "
        "the drug’s message says whom to contact."
    )
    return tuple(found)


def _late(order: Order) -> list[str]:
    """That treatment had started, by the plan's calendar, when the order was received (R-356)."""
    if not (order.received_at and order.start_on and order.terms):
        return []
    late = order.start_on < order.received_at.astimezone(ZoneInfo(order.terms.time_zone)).date()
    return [f"Retrospective: treatment started on {day(order.start_on)}."] if late else []


def dosing(line: DrugLine, *, phases: bool = False) -> str:
    """How one drug is given: 200 mg IV, day 1, every 21 days, cycles 1–8.

    With `phases` the phase stands in front, since the cycles of each phase are counted from 1.
    """
    amount = f"{words.dose(line.dose, line.dose_unit)} {words.route(line.route)}".strip()
    when = words.schedule(line.days, line.cycle_length_days, line.cycles, line.per_day)
    given = f"{amount}, {when[0].lower()}{when[1:]}"
    if not phases:
        return given
    return f"{'Along the whole course' if line.phase == 0 else f'Phase {line.phase}'}: {given}"


def grace(days: int) -> str:
    """The grace in weeks where it is whole weeks: three weeks (D-18)."""
    weeks, rest = divmod(days, 7)
    small = {1: "one week", 2: "two weeks", 3: "three weeks", 4: "four weeks"}
    if rest or not weeks:
        return count(days, "day")
    return small.get(weeks) or f"{weeks} weeks"


def until_what(*, continued: bool) -> str:
    """What the covered treatments end with: the plan, or earlier with continuity of care (D-34)."""
    return "the end of what continuity of care covers" if continued else "the planned end"


def clinical(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The clinical picture as label and words; what was not asked is left out."""
    shown: list[tuple[str, str]] = []
    for name in CLINICAL:
        if name in facts and facts[name] not in (None, ""):
            shown.append((FACTS[name].label, capital(answer(name, facts[name]))))
        if name == "stage":
            markers = facts.get("biomarkers") or {}
            shown += [
                (FACTS[f"biomarkers.{marker}"].label, capital(answer(f"biomarkers.{marker}", value)))
                for marker, value in markers.items()
                if f"biomarkers.{marker}" in FACTS
            ]
    return (*shown, *_body(facts))


def _body(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Height, weight and kidney function, where doses rest on them."""
    shown = [
        (label, f"{facts[name]} {unit}")
        for name, label, unit in (
            ("height_cm", "Height", "cm"),
            ("weight_kg", "Weight", "kg"),
            ("creatinine_clearance", "Creatinine clearance", "mL/min"),
        )
        if facts.get(name)
    ]
    try:
        surface = surface_m2(Body(number(facts.get("height_cm")), number(facts.get("weight_kg"))))
    except NoUnits:
        return shown
    return [*shown, ("Body surface", f"{surface} m²")]


def answer(name: str, value: Any) -> str:
    """An answer as people read it, an unknown one too."""
    if name in LISTS:
        return joined((LISTS[name][1].get(item, item) for item in value), "and") or "None"
    fact = FACTS.get(name) or MEASURES[name]
    if isinstance(value, list):
        if not value:
            return "None"
        return joined((fact.words(item) for item in value), "and")
    if known(value) is None:
        return {"unknown": "Unknown", "not_reported": "Not reported"}.get(str(value), str(value))
    return fact.words(value)


def changes(found: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Answers that were others when the forecast was seen: “ECOG performance status: 3 → 1”."""
    return tuple(
        f"{_label(item['fact'])}: {capital(answer(item['fact'], item['was']))} → "
        f"{capital(answer(item['fact'], item['now']))}"
        for item in found
    )


def _label(name: str) -> str:
    if name in LISTS:
        return LISTS[name][0]
    return (FACTS.get(name) or MEASURES[name]).label


def trial(facts: Mapping[str, Any]) -> str:
    """Clinical trial: its ID when the office says so, otherwise a plain no (R-139)."""
    told = facts.get("trial") or {}
    if not told.get("enrolled"):
        return "No" if told else ""
    return f"Yes: {told.get('trial_id') or 'ID not given'}"


def reason(found: Any) -> str:
    """A reason as the rules keep it: a sentence, or a record with one."""
    return str(found.get("sentence", "")) if isinstance(found, dict) else str(found)


def sentences(found: Iterable[Any]) -> tuple[str, ...]:
    """The distinct sentences of some records, in their order."""
    return tuple(dict.fromkeys(item.sentence for item in found))


def diagnosis(order: Order) -> str:
    """The primary diagnosis: its code and what it stands for (one query)."""
    code = order.primary_diagnosis
    described = DiagnosisCode.objects.filter(code=code).values_list("description", flat=True).first()
    return f"{code} {described}" if described else code
