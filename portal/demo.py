"""The demo's people and orders, entered by the same actions as everybody else's.

Journeys and other tests enter these orders too: one description of a plausible order serves both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from members.eligibility import eligibility_on
from members.models import Member, Plan, Practice, Provider, Site
from members.queries import network_statuses
from orders.actions.callers import Caller, start_for_caller
from orders.actions.drafting import save_step, start_order
from orders.actions.submission import submit_order
from orders.models import Order
from orders.rules.radiation_course import RADIATION, last_fraction_on
from orders.rules.schedule import PlannedLine, planned_end
from orders.steps import STEPS, Answers
from pathways import queries as content
from pathways.regimens import RegimenRow
from portal.demo_typed import typed
from portal.models import PracticeRole, StaffRole, User
from portal.practice.forms.drug_lines import Catalog, filled, read
from portal.practice.forms.radiation import course_name

DEMO = settings.FIXTURES_ROOT / "demo"
CUSTOM_NAME = "Custom treatment plan"

#: What a scenario answers to a tumor's own questions unless it says otherwise.
USUAL_ANSWERS = {"concurrent_radiation": "no", "treatment_intent": "non_curative", "bone_metastases": "no"}
NOT_REPORTED = "not_reported"
#: What a line says when the demo file leaves it out.
LINE_DEFAULTS = {"per_day": "1", "indication": ""}
#: Supportive drugs go along the whole course.
USUAL_PHASE = {"therapeutic": "1", "supportive": "0"}


@dataclass(frozen=True)
class Scenario:
    """One order of the demo file, `found` as written there."""

    name: str
    found: Mapping[str, Any]


@cache
def scenarios() -> dict[str, Scenario]:
    """The orders of fixtures/demo/orders.yaml by name."""
    found = yaml.safe_load((DEMO / "orders.yaml").read_text())["orders"]
    return {item["name"]: Scenario(item["name"], item) for item in found}


def people() -> list[dict[str, str]]:
    """The people of fixtures/demo/people.yaml."""
    listed: list[dict[str, str]] = yaml.safe_load((DEMO / "people.yaml").read_text())["people"]
    return listed


@transaction.atomic
def make_person(found: Mapping[str, str]) -> User:
    """The demo's person, made once; whoever changed a password or name keeps it."""
    user = User.objects.filter(username=found["username"]).first()
    if user is None:
        user = User.objects.create_user(
            found["username"],
            found["email"],
            found["password"],
            first_name=found["first_name"],
            last_name=found["last_name"],
        )
    if "staff" in found:
        StaffRole.objects.get_or_create(user=user, kind=found["staff"])
    else:
        PracticeRole.objects.get_or_create(
            user=user,
            practice=Practice.objects.get(code=found["practice"]),
            kind=found["role"],
            defaults={
                "provider": Provider.objects.get(npi=found["provider"]) if "provider" in found else None
            },
        )
    return user


def answers_of(scenario: Scenario, *, today: date) -> dict[str, Answers]:
    """The scenario's clean answers of every step, for an order entered today."""
    found = scenario.found
    start_on = today + timedelta(days=found["start_in_days"])
    member = _member_answers(found, start_on)
    about = {
        "member": member,
        "providers": _providers(found, start_on, member["line_of_business"]),
        "diagnosis": _diagnosis(found),
        # Asked only where criteria are left open and the program has the rule.
        **({"continuity": found["continuity"]} if "continuity" in found else {}),
    }
    if "radiation" in found:
        return {**about, **_radiation_order(found, start_on)}
    row = content.pathway_library(content.pathways_on(today)).get(found.get("regimen"))
    lines = _lines(found, row, start_on)
    planned = [
        PlannedLine.from_fact({"number": number, **line}) for number, line in enumerate(lines, start=1)
    ]
    return {
        **about,
        "plan": _plan(found, "medical_oncology"),
        "clinical": _clinical(found),
        "regimen": {
            "choice": "regimen" if row else "custom",
            "regimen_id": row.id if row else None,
            "name": row.title if row else CUSTOM_NAME,
            "drugs": [line["drug"] for line in lines if line["role"] == "therapeutic"],
        },
        "dosing": {
            "height_cm": found.get("height_cm", ""),
            "weight_kg": found.get("weight_kg", ""),
            "lines": lines,
            "no_supportive": not found.get("supportive"),
            "labs": {},
            "dose_checked": [],
            # Asked for some drugs only.
            **{name: found[name] for name in ("creatinine_clearance", "fn_risk_factors") if name in found},
        },
        "dates": {
            "planned_end_on": planned_end(planned, start_on).isoformat(),
            "urgency": found.get("urgency", "standard"),
            "expedited_attested": False,
            "trial": "no",
            "trial_id": "",
        },
    }


def _radiation_order(found: Mapping[str, Any], start_on: date) -> dict[str, Answers]:
    """What a radiation order answers in its own way; it ends after a fraction on each weekday."""
    course = found["radiation"]
    answers: Answers = {
        "radiation_site": course["site"],
        "radiation_technique": course["technique"],
        "radiation_fractions": course["fractions"],
        "boost_fractions": course["boost"],
        "name": course_name(course["technique"], course["site"], course["fractions"]),
    }
    if "reasons" in course:
        answers["radiation_reasons"] = course["reasons"]
    return {
        "plan": _plan(found, RADIATION),
        "clinical": {**found["clinical"], "ecog": int(found["clinical"]["ecog"])},
        "radiation": answers,
        "dates": {
            "planned_end_on": last_fraction_on(start_on, course["fractions"] + course["boost"]).isoformat(),
            "urgency": "standard",
            "expedited_attested": False,
        },
    }


def _plan(found: Mapping[str, Any], solution: str) -> Answers:
    return {"plan": found["plan"], "solution": solution, "setting": "outpatient"}


def _member_answers(found: Mapping[str, Any], start_on: date) -> Answers:
    member = Member.objects.get(plan__slug=found["plan"], member_number=found["member"])
    covered = eligibility_on(member, start_on)
    return {
        "member": member.pk,
        "start_on": start_on.isoformat(),
        "line_of_business": covered.line_of_business,
        "group_number": covered.group_number,
        "coverage_starts_on": covered.starts_on.isoformat() if covered.starts_on else None,
        "coverage_ends_on": covered.ends_on.isoformat() if covered.ends_on else None,
        "outside_by_age": covered.outside_by_age,
    }


def _providers(found: Mapping[str, Any], day: date, line_of_business: str) -> Answers:
    sites = {
        site.code: site.pk
        for site in Site.objects.filter(code__in=[found["ordering_site"], found["servicing_site"]])
    }
    provider, plan = Provider.objects.get(npi=found["provider"]), Plan.objects.get(slug=found["plan"])
    return {
        "ordering_provider": provider.pk,
        "ordering_site": sites[found["ordering_site"]],
        "servicing_site": sites[found["servicing_site"]],
        "p2p_phone": "617-555-0110",
        "network": network_statuses([provider], plan, day, line_of_business=line_of_business)[provider.pk],
    }


def _diagnosis(found: Mapping[str, Any]) -> Answers:
    code = found["diagnosis"]["primary"]
    described = content.diagnoses_by_code([code])[code].description
    return {"secondary": [], "description": described, **found["diagnosis"]}


def _clinical(found: Mapping[str, Any]) -> Answers:
    """What the tumor's questions ask: a result that the scenario does not give was not reported."""
    asked = content.tumor_questions(found["diagnosis"]["tumor"])
    assert asked is not None
    given = {"prior_therapies": [], **USUAL_ANSWERS, **found["clinical"]}
    results = {marker["name"]: NOT_REPORTED for marker in asked["biomarkers"]}
    return {
        **{
            name: value for name, value in given.items() if name not in USUAL_ANSWERS or name in asked["asks"]
        },
        "ecog": int(given["ecog"]),
        "biomarkers": results | given["biomarkers"],
    }


def _lines(found: Mapping[str, Any], row: RegimenRow | None, day: date) -> list[Answers]:
    """Drug lines: the regimen's usual dosing, or the custom plan's; then the supportive drugs."""
    components = row.components if row else ()
    catalog = Catalog(content.drugs_by_name([part.drug for part in components]), day)
    typed = [filled(part, catalog) for part in components]
    typed += [_typed(line, role="therapeutic") for line in found.get("custom", [])]
    typed += [_typed(line, role="supportive") for line in found.get("supportive", [])]
    return [read(line)[0] for line in typed]


def _typed(line: Mapping[str, Any], *, role: str) -> dict[str, str]:
    told = {name: str(value) for name, value in line.items()}
    return {**LINE_DEFAULTS, "phase": USUAL_PHASE[role], "role": role, **told}


def enter(scenario: Scenario, *, by: User, today: date) -> Order:
    """A draft of the scenario, every step answered."""
    order = _start(scenario.found, by=by)
    answers = answers_of(scenario, today=today)
    for step in STEPS:
        if clean := answers.get(step.key):
            raw = typed(order, step.key, clean)
            save_step(order, step.key, raw=raw, clean=clean, revision=None, by=by)
    order.refresh_from_db()
    return order


def _start(found: Mapping[str, Any], *, by: User) -> Order:
    """A draft for one's own practice, or for the caller whom the scenario names."""
    practices = Provider.objects.get(npi=found["provider"]).practices
    if "caller" not in found:
        return start_order(practices.get(roles__user=by), by=by)
    told = found["caller"]
    caller = Caller(
        channel=Order.Channel(told["channel"]),
        name=told["name"],
        phone=told["phone"],
        email=told.get("email", ""),
        received_at=told.get("received_at"),
    )
    return start_for_caller(practices.get(code=told["practice"]), caller, by=by)


def submit(scenario: Scenario, *, by: User, today: date, key: str = "") -> Order:
    """The scenario entered and submitted."""
    order = enter(scenario, by=by, today=today)
    return submit_order(order, by=by, idempotency_key=key or f"demo-{scenario.name}-{order.reference}")


def is_seeded() -> bool:
    """Whether the demo's orders were entered before."""
    return Plan.objects.exists() and Order.objects.filter(idempotency_key__startswith="demo-").exists()
