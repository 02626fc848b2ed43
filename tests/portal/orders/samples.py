"""Orders in each state, got there by the real actions on the shipped content."""

from __future__ import annotations

import copy
import uuid
from datetime import UTC, date, datetime
from typing import Any

from members.keys import name_key
from members.models import Plan, Practice
from orders.actions.drafting import discard_draft, save_step, start_order
from orders.actions.submission import CONTINUITY_UNANSWERED, SubmissionRefused, submit_order
from orders.models import Order
from portal.models import User
from tests.factories import people
from tests.factories.members import (
    CoverageFactory,
    MemberFactory,
    ParticipationFactory,
    SiteFactory,
)

#: Tuesday, Oct 5, 2021, 10:30 AM ET: the day on which every sample is submitted.
NOW = datetime(2021, 10, 5, 14, 30, tzinfo=UTC)
START, END = "2021-10-12", "2022-03-28"

Answers = dict[str, dict[str, Any]]


def line(drug: str, hcpcs: str, dose: str, unit: str, **more: Any) -> dict[str, Any]:
    """One drug line of the dosing step: day 1 of every 21 days, cycles 1-8, unless told otherwise."""
    return {
        "drug": drug,
        "hcpcs": hcpcs,
        "role": "therapeutic",
        "dose": dose,
        "unit": unit,
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": "1-8",
        "per_day": 1,
        "phase": 1,
        "indication": "",
        **more,
    }


LUNG: Answers = {
    "diagnosis": {"primary": "C34.11", "secondary": [], "tumor": "nsclc"},
    "clinical": {
        "histology": "nonsquamous",
        "stage": "IVA",
        "line_of_therapy": "L1",
        "ecog": "1",
        "biomarkers": {
            "EGFR": "wild_type",
            "ALK": "negative",
            "ROS1": "not_reported",
            "PDL1_TPS": "1_49",
        },
        "prior_therapies": [],
        "concurrent_radiation": "no",
        "treatment_intent": "non_curative",
        "bone_metastases": "no",
    },
    "regimen": {
        "choice": "regimen",
        "regimen_id": "PW-NSC-010",
        "name": "Carboplatin, pemetrexed and pembrolizumab, non-squamous, TPS under 50",
        "drugs": ["carboplatin", "pemetrexed", "pembrolizumab"],
    },
    "dosing": {
        "height_cm": "170",
        "weight_kg": "70",
        "lines": [
            line("carboplatin", "J9045", "5", "AUC", cycles="1-4"),
            line("pemetrexed", "J9305", "500", "mg/m2"),
            line("pembrolizumab", "J9271", "200", "mg"),
            line("ondansetron", "J2405", "16", "mg", role="supportive"),
        ],
        "no_supportive": False,
        "fn_risk_factors": [],
        "labs": {},
        "anemia_cause": "",
        "on_myelosuppressive_chemotherapy": "",
        "attestations": [],
    },
    "dates": {
        "planned_end_on": END,
        "urgency": "standard",
        "expedited_attested": False,
        "trial": "no",
        "trial_id": "",
    },
    "review": {"notes": "", "confirmed": True},
}


def changed(base: Answers, **steps: dict[str, Any]) -> Answers:
    """Answers with some values of some steps replaced."""
    made = copy.deepcopy(base)
    for step, values in steps.items():
        made[step].update(values)
    return made


#: On Pathway; pemetrexed and pembrolizumab are reviewed and meet policy.
ON_PATHWAY = LUNG
#: The same with PD-L1 not reported: an unknown answer, so a nurse looks at it.
UNKNOWN = changed(
    LUNG, clinical={"biomarkers": {**LUNG["clinical"]["biomarkers"], "PDL1_TPS": "not_reported"}}
)
#: An evidence-based regimen that is no Pathway; only platinum and pemetrexed.
OFF_PATHWAY = changed(
    LUNG,
    regimen={
        "regimen_id": "LIB-NSC-005",
        "name": "Pemetrexed and carboplatin",
        "drugs": ["carboplatin", "pemetrexed"],
    },
    dosing={
        "lines": [
            line("carboplatin", "J9045", "5", "AUC", cycles="1-4"),
            line("pemetrexed", "J9305", "500", "mg/m2", cycles="1-4"),
        ]
    },
)
#: Drugs that no regimen has together: always reviewed by a nurse.
CUSTOM = changed(
    LUNG,
    regimen={
        "choice": "custom",
        "regimen_id": None,
        "name": "Custom treatment plan",
        "drugs": ["carboplatin", "docetaxel", "pembrolizumab"],
    },
    dosing={
        "lines": [
            line("carboplatin", "J9045", "5", "AUC", cycles="1-4"),
            line("docetaxel", "J9171", "75", "mg/m2"),
            line("pembrolizumab", "J9271", "200", "mg"),
        ]
    },
)
#: Oral drugs that the pharmacy benefit manager handles: nothing for us to review.
ORAL = changed(
    LUNG,
    clinical={"biomarkers": {**LUNG["clinical"]["biomarkers"], "EGFR": "mutation"}},
    regimen={
        "regimen_id": "PW-NSC-011",
        "name": "Osimertinib, EGFR mutated, first line",
        "drugs": ["osimertinib"],
    },
    dosing={
        "lines": [
            line(
                "osimertinib",
                "J8999",
                "80",
                "mg",
                route="PO",
                days="1-28",
                cycle_length_days=28,
                cycles="1-6",
            )
        ]
    },
)

LINES = {"BCBSMA": "PPO_EPO", "BCBSM": "COMMERCIAL", "BCBSNC": "COMMERCIAL"}
STATES = {"BCBSMA": "MA", "BCBSM": "MI", "BCBSNC": "NC"}


def draft(
    answers: Answers = ON_PATHWAY,
    *,
    by: User,
    practice: Practice,
    plan: str = "BCBSMA",
    line_of_business: str = "",
    network: str = "in",
    last_name: str = "Rivera",
    member: Any = None,
) -> Order:
    """A draft with every step answered; member, provider and site are of the plan's state."""
    its_plan = Plan.objects.get(slug=plan)
    if member is None:
        member = MemberFactory(
            plan=its_plan,
            first_name="Ana",
            last_name=last_name,
            name_key=name_key("Ana", last_name),
            state=STATES[plan],
        )
        CoverageFactory(
            member=member, line_of_business=line_of_business or LINES[plan], pcp_state=STATES[plan]
        )
    npi = f"19{len(practice.name):02}{len(network):02}{practice.pk:04}"
    provider = people.provider(npi, "Okafor", practice)
    if not provider.participations.filter(plan=its_plan).exists():
        ParticipationFactory(provider=provider, plan=its_plan, network=network)
    site = practice.sites.filter(state=STATES[plan]).first() or SiteFactory(
        practice=practice, state=STATES[plan]
    )
    facility = people.practice(people.FACILITY)
    steps = {
        "plan": {"plan": plan, "solution": "medical_oncology", "setting": "outpatient"},
        "member": {"member": member.pk, "start_on": START},
        "providers": {
            "ordering_provider": provider.pk,
            "ordering_site": site.pk,
            "servicing_site": facility.sites.get().pk,
            "p2p_phone": "617-555-0147",
        },
        **answers,
    }
    order = start_order(practice, by=by)
    for step, clean in steps.items():
        save_step(order, step, raw={}, clean=clean, revision=None, by=by)
    return order


def submitted(answers: Answers = ON_PATHWAY, *, by: User, practice: Practice, **more: Any) -> Order:
    """A draft submitted and judged by the rules; asked about treatment under way, the office says no."""
    order = draft(answers, by=by, practice=practice, **more)
    try:
        return submit_order(order, by=by, idempotency_key=uuid.uuid4().hex)
    except SubmissionRefused as refused:
        if refused.problems != [CONTINUITY_UNANSWERED]:
            raise
    save_step(order, "continuity", raw={}, clean={"under_way": "no"}, revision=None, by=by)
    return submit_order(order, by=by, idempotency_key=uuid.uuid4().hex)


def withdrawn(*, by: User, practice: Practice) -> Order:
    """A draft taken back before it was submitted."""
    order = draft(by=by, practice=practice)
    discard_draft(order, by=by)
    return order


def start_on() -> date:
    """The first day of treatment of every sample."""
    return date.fromisoformat(START)
