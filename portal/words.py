"""How values read on a page: doses, days, times and the words, icons and colours of every status.

Colour never carries meaning alone: a status is always word, icon and colour together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

#: Where all four programs keep their hours.
PLAN_ZONE = "America/New_York"

#: A clock with less than this left is filled red.
SOON = timedelta(hours=4)

ROUTES = {"IV": "IV", "PO": "by mouth", "SC": "under the skin", "IM": "into a muscle"}

_UNITS = {"mg/m2": "mg/m²", "mcg/m2": "mcg/m²", "g/m2": "g/m²", "units/m2": "units/m²", "iu/m2": "IU/m²"}


@dataclass(frozen=True, slots=True)
class Look:
    """Word, icon and tone of one status; `meaning` is its definition for people (R-218)."""

    word: str
    icon: str
    tone: str
    meaning: str


LOOKS: dict[str, Look] = {
    # Case and drug statuses.
    "in_progress": Look(
        "In Progress",
        "schedule",
        "wait",
        "We are reviewing it: a nurse first, then a physician if needed. Nothing is decided yet.",
    ),
    "completed": Look(
        "Completed",
        "dot",
        "quiet",
        "No drug of this order needs our clinical review. The health plan or the pharmacy benefit "
        "manager may still review some of them: read the message of each drug.",
    ),
    "authorized": Look(
        "Authorized",
        "check_circle",
        "good",
        "Reviewed by us and meets medical necessity. Other drugs of the order may still need review "
        "elsewhere: read the message of each drug.",
    ),
    "non_authorized": Look(
        "Non-Authorized",
        "cancel",
        "bad",
        "A physician reviewed it and found that it does not meet medical necessity.",
    ),
    "multiple_decisions": Look(
        "Multiple Decisions Rendered",
        "half",
        "mixed",
        "Some drugs are authorized and some are not: read the message of each drug.",
    ),
    "review_cancelled": Look(
        "Review Cancelled",
        "do_not_disturb",
        "quiet",
        "We found that this order repeats an earlier one. The earlier one counts.",
    ),
    "not_required": Look(
        "AIM Clinical Review Not Required",
        "dot",
        "quiet",
        "We do not review this drug. Somebody else may: the message says who.",
    ),
    "other_impact": Look(
        "Other Impact",
        "arrow_forward",
        "refer",
        "We do not review this drug, and another organization has to: the message says who.",
    ),
    "refer_health_plan": Look(
        "Refer to Health Plan",
        "arrow_forward",
        "refer",
        "The health plan reviews this drug. The message says whom to call.",
    ),
    "refer_pbm": Look(
        "Refer to PBM",
        "arrow_forward",
        "refer",
        "The pharmacy benefit manager (PBM) reviews this drug. The message says whom to call.",
    ),
    "voluntarily_cancelled": Look(
        "Voluntarily Cancelled", "do_not_disturb", "quiet", "Your office cancelled it after it was submitted."
    ),
    "not_reviewed": Look(
        "Not Reviewed/Error Entry",
        "do_not_disturb",
        "quiet",
        "Withdrawn before it was submitted, for example entered by mistake or twice.",
    ),
    "withdrawn": Look("Withdrawn", "do_not_disturb", "quiet", "Your office withdrew it before a decision."),
    # Work statuses: whose move it is.
    "draft": Look("Draft", "edit", "quiet", "Not submitted yet. Your office can go on filling it in."),
    "nurse_review": Look("Nurse review", "schedule", "wait", "A nurse reviewer has the next move."),
    "physician_review": Look(
        "Physician review", "schedule", "wait", "A physician reviewer has the next move."
    ),
    "determined": Look("Determined", "dot", "quiet", "Decided; the case status says how."),
    # Criteria.
    "met": Look("Met", "check_circle", "good", "The facts of this order meet the criterion."),
    "not_met": Look("Not met", "cancel", "bad", "The facts of this order do not meet the criterion."),
    "unknown": Look("Not known", "help", "wait", "An answer is missing; nothing is refused because of it."),
    # Pathway.
    "on_pathway": Look("On Pathway", "check_circle", "good", "The regimen is a Pathway for this patient."),
    "off_pathway": Look("Not on Pathway", "remove", "quiet", "The regimen is no Pathway for this patient."),
    "undetermined": Look("Not determined", "schedule", "wait", "The Pathway result follows the decision."),
    # Regimens offered.
    "fits": Look("Fits", "check_circle", "good", "Fits the answers so far."),
    "needs_answers": Look("Needs answers", "help", "wait", "Could fit; some answers are missing."),
    "does_not_fit": Look("Does not fit", "cancel", "bad", "The answers speak against it."),
}


def look_of(value: Any) -> Look:
    """The look of a status; raises KeyError for a word that has none, so that a test finds it."""
    return LOOKS[str(value)]


def number(value: Any) -> str:
    """A figure without idle zeros, thousands parted by commas: 0.10 -> 0.1, 1250.00 -> 1,250."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{amount.normalize():,f}"


def route(code: str | None) -> str:
    """How a drug is given: by mouth for PO; a route that is not known stands as it is."""
    return ROUTES.get((code or "").upper(), code or "")


def dose(amount: Any, unit: str) -> str:
    """An amount with its unit: 200 mg, 500 mg/m², AUC 5."""
    if amount in (None, ""):
        return ""
    if unit.upper() == "AUC":
        return f"AUC {number(amount)}"
    return f"{number(amount)} {_UNITS.get(unit.lower(), unit)}".rstrip()


def day(value: date | datetime | None, *, zone: str = PLAN_ZONE) -> str:
    """A day as people say it: Tue Oct 12, 2021.  A moment gives its day in the plan's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone))
    return f"{value:%a %b} {value.day}, {value.year}"


def moment(value: datetime | None, *, zone: str = PLAN_ZONE) -> str:
    """A moment in the plan's zone: Tue Oct 12, 2021, 6:00 PM ET."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    return f"{day(local, zone=zone)}, {hour}:{local:%M %p} {_zone_letters(local)}"


def _zone_letters(local: datetime) -> str:
    """ET for EST and EDT alike: nobody should have to know which of them holds in October."""
    name = local.tzname() or ""
    return f"{name[0]}T" if name[1:] in ("ST", "DT") else name


def span(length: timedelta) -> str:
    """A length of time in its two largest units: 2 days 5 h, 3 h 10 min, 12 min."""
    minutes = int(abs(length).total_seconds() // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days} day{'' if days == 1 else 's'}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


@dataclass(frozen=True, slots=True)
class Clock:
    """A due time as it stands now; `state` is overdue, soon or open."""

    due: str
    left: str
    state: str


def clock(due_at: datetime | None, *, now: datetime, zone: str = PLAN_ZONE) -> Clock | None:
    """The due time, what is left of it and how urgent that is; None when nothing is due."""
    if due_at is None:
        return None
    left = due_at - now
    if left < timedelta(0):
        return Clock(moment(due_at, zone=zone), f"Overdue by {span(left)}", "overdue")
    return Clock(moment(due_at, zone=zone), f"{span(left)} left", "soon" if left <= SOON else "open")


def schedule(days: str, cycle_length_days: int, cycles: str, per_day: int = 1) -> str:
    """When a drug is given, from lists as typed: "Days 1 and 8, every 21 days, cycles 1–4"."""
    return f"{rhythm(days, cycle_length_days, per_day)}, {_numbered('cycle', cycles)}"


def rhythm(days: str, cycle_length_days: int, per_day: int = 1) -> str:
    """When a drug is given within its cycles: "Days 1 and 8, every 21 days"."""
    given = "As the label says" if days.upper() == "LABEL" else _numbered("Day", days)
    often = f", {per_day} times a day" if per_day > 1 else ""
    repeated = "daily" if cycle_length_days == 1 else f"every {cycle_length_days} days"
    return f"{given}{often}, {repeated}"


def _numbered(noun: str, numbers: str) -> str:
    """A list as typed with its noun: "1" -> cycle 1, "1-4" -> cycles 1–4, "1,8" -> cycles 1 and 8."""
    parts = [part.strip().replace("-", "–") for part in numbers.split(",") if part.strip()]
    if len(parts) == 1 and "–" not in parts[0]:
        return f"{noun} {parts[0]}"
    *head, last = parts or [""]
    return f"{noun}s {', '.join(head)} and {last}" if head else f"{noun}s {last}"
