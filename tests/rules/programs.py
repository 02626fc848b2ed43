"""The terms of the four programs as the rules read them, and the days on which nobody decides (Part B)."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

from orders.rules.calendars import Calendar
from orders.rules.gates import calendar_of
from orders.rules.terms import Contact, Terms
from pathways.files import read_yaml

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _holidays() -> frozenset[date]:
    found = read_yaml(FIXTURES / "calendars" / "us-federal.yaml", name="us-federal.yaml")
    days = found["holidays"]
    return frozenset(date.fromisoformat(str(day["date"])) for day in days)


HOLIDAYS = _holidays()
PARTIES = ("member", "ordering_provider", "servicing_provider")
PLAN = Contact(name="the plan", text="Call the plan at 800-555-0100.")
URMBT_STATES = (
    *("AL", "AR", "CA", "CO", "CT", "GA", "IN", "KY", "ME"),
    *("MI", "MO", "NV", "NH", "NY", "NC", "OH", "VA", "WI"),
)


def _terms(**own: Any) -> Terms:
    common: dict[str, Any] = {"holidays": HOLIDAYS, "contacts": {"health_plan": PLAN}}
    return Terms(**{**common, **own})


BCBSMA_COMMERCIAL = _terms(
    plan="BCBSMA",
    program="bcbsma-commercial",
    program_name="Quality Cancer Care Program",
    administrator="AIM",
    lines_of_business=("HMO_POS", "PPO_EPO", "NEHP"),
    pcp_states={"NEHP": "MA"},
    go_live_on=date(2021, 7, 1),
    closes_at=time(18),
    continuity_enabled=True,
    continuity_cutoff_on=date(2021, 7, 1),
    scode_lines=("HMO_POS", "PPO_EPO", "NEHP"),
    letter_recipients=PARTIES,
)
BCBSMA_MEDICARE_ADVANTAGE = _terms(
    plan="BCBSMA",
    program="bcbsma-medicare-advantage",
    program_name="Quality Cancer Care Program",
    administrator="AIM",
    lines_of_business=("MA",),
    go_live_on=date(2021, 7, 1),
    closes_at=time(18),
    continuity_enabled=True,
    continuity_cutoff_on=date(2021, 7, 1),
    scode_lines=("MA",),
    letter_recipients=PARTIES,
)
BCBSNC = _terms(
    plan="BCBSNC",
    program="bcbsnc",
    program_name="Medical Oncology Program",
    administrator="AIM",
    lines_of_business=("COMMERCIAL",),
    all_malignancies=True,
    adult_only=True,
    closes_at=time(16),
    scode_lines=("COMMERCIAL",),
)
BCBSM_URMBT = _terms(
    plan="BCBSM",
    program="bcbsm-urmbt",
    program_name="Oncology Value Management program",
    administrator="Carelon",
    lines_of_business=("COMMERCIAL",),
    excluded_groups=("70605", "71714"),
    retro_after_window="refer_to_health_plan",
    scode_lines=("COMMERCIAL",),
    scode_states=URMBT_STATES,
    letter_recipients=PARTIES,
)

#: What each program allows for a decision: standard, urgent limit, urgent target (PD-17, PD-18).
ALLOWANCES: dict[str, tuple[dict[str, int], dict[str, int], dict[str, int]]] = {
    "bcbsma-commercial": ({"business_days": 3}, {"hours": 72}, {"hours": 48}),
    "bcbsma-medicare-advantage": ({"hours": 72}, {"hours": 24}, {"hours": 24}),
    "bcbsnc": ({"business_days": 3}, {"hours": 72}, {"hours": 72}),
    "bcbsm-urmbt": ({"business_days": 3}, {"hours": 72}, {"hours": 72}),
}

PROGRAMS = (BCBSMA_COMMERCIAL, BCBSMA_MEDICARE_ADVANTAGE, BCBSNC, BCBSM_URMBT)

MA_COM: Calendar = calendar_of(BCBSMA_COMMERCIAL)
URMBT: Calendar = calendar_of(BCBSM_URMBT)


def program_of(plan: str, line_of_business: str) -> Terms:
    """The program of a plan that holds a line of business."""
    return next(t for t in PROGRAMS if t.plan == plan and line_of_business in t.lines_of_business)
