"""From the answers of the form to the facts that the rules read.

The facts are plain JSON: they are stored with each evaluation and replayed years later, so nothing
in them may depend on today's database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from members.models import Member
from members.queries import Eligibility, age_on
from orders.rules.radiation_course import COURSE_FACTS, line_of
from orders.steps import Answers
from pathways import queries as content
from pathways.criteria import terms
from pathways.criteria.vocabulary import FACTS, MEASURES, Fact, FactKind, day

#: Yes and No as typed; "unknown" and "not_reported" stay unknown to the rules.
TRUTH = {"yes": True, "no": False}

Facts = dict[str, Any]


#: What a reviewer may learn after submission (R-243); all else of an order is fixed.
RECORDABLE = frozenset(
    {
        *("histology", "stage", "line_of_therapy", "ecog", "prior_therapies", "treatment_intent"),
        *("concurrent_radiation", "bone_metastases", "biomarkers", "labs", "anemia_cause", "attestations"),
        *("on_myelosuppressive_chemotherapy", "fn_risk_factors", "continuity", "radiation_reasons"),
        *("height_cm", "weight_kg", "creatinine_clearance"),
    }
)


#: Answers given key by key: what stands under each key of continuity is a yes or no, or a day.
_FAMILIES = frozenset({"biomarkers", "labs"})
_CONTINUITY_FLAGS = frozenset({"attested", "same_regimen"})
_CONTINUITY_DAYS = frozenset({"treatment_started_on", "last_dose_on"})
#: What a list may hold; earlier therapies may also be drugs of the catalog.
_LISTS: Mapping[str, frozenset[str]] = {
    "attestations": frozenset(terms.ATTESTATIONS),
    "radiation_reasons": frozenset(terms.RADIATION_REASONS),
    "fn_risk_factors": frozenset({*terms.RISK_FACTORS, *terms.UNKNOWN_ANSWERS}),
    "prior_therapies": frozenset({*terms.THERAPIES, *terms.UNKNOWN_ANSWERS}),
}


def wrong_answers(facts: Facts) -> list[str]:
    """The names among new answers that cannot be recorded, or not with that answer (R-243).

    One query at most: for an earlier therapy that only the drug catalog may know.
    """
    return sorted(name for name, value in facts.items() if name not in RECORDABLE or not _may_be(name, value))


def _may_be(name: str, value: Any) -> bool:
    """Whether a value is one that the fact may have: "unknown" is, where the answer is no mapping."""
    if name in _FAMILIES:
        return isinstance(value, dict) and all(
            f"{name}.{key}" in FACTS and _is_answer(FACTS[f"{name}.{key}"], item)
            for key, item in value.items()
        )
    if name == "continuity":
        return isinstance(value, dict) and all(_is_of_continuity(key, item) for key, item in value.items())
    if name in _LISTS:
        return _is_unknown(value) or _is_list(name, value)
    return _is_answer(MEASURES.get(name) or FACTS[name], value)


def _is_unknown(value: Any) -> bool:
    return isinstance(value, str) and value in terms.UNKNOWN_ANSWERS


def _is_answer(fact: Fact, value: Any) -> bool:
    """Whether the value is one choice, a yes or no, or a number that the fact may be, or unknown."""
    if _is_unknown(value):
        return True
    if fact.kind is FactKind.CHOICE:
        return isinstance(value, str) and value in fact.values
    return isinstance(value, bool) if fact.kind is FactKind.FLAG else fact.may_be(value)


def _is_of_continuity(key: str, value: Any) -> bool:
    if key in _CONTINUITY_FLAGS:
        return isinstance(value, bool)
    return key in _CONTINUITY_DAYS and (value is None or _is_day(value))


def _is_day(value: Any) -> bool:
    """Whether it is a day in the one spelling that facts have, YYYY-MM-DD."""
    found = day(value)
    return found is not None and found.isoformat() == value


def _is_list(name: str, value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return False
    others = set(value) - _LISTS[name]
    return not others or (name == "prior_therapies" and others <= content.drug_names())


def amended(facts: Facts, changes: Iterable[Facts]) -> Facts:
    """The facts with later findings laid over them, oldest first (R-243).

    An answer that is a mapping (biomarkers, labs) is completed key by key; any other is replaced.
    """
    found = dict(facts)
    for change in changes:
        for name, value in change.items():
            before = found.get(name)
            found[name] = (
                {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
            )
    return found


def changed_answers(facts: Facts, given: Facts) -> Facts:
    """What of the given answers is not what stands already; of mappings the keys that differ."""
    found: Facts = {}
    for name, value in given.items():
        before = facts.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            value = {key: item for key, item in value.items() if before.get(key) != item}
            if value:
                found[name] = value
        elif before != value:
            found[name] = value
    return found


def facts_of(
    answers: Mapping[str, Answers | None],
    *,
    member: Member,
    eligibility: Eligibility,
    network: str,
    provider_state: str,
    submitted_on: date,
) -> Facts:
    """The facts of an order under the eligibility of its start date.

    Steps that are not answered yet leave their facts out, which the rules read as unknown.
    """
    coverage = eligibility.coverage
    plan, clinical = answers.get("plan") or {}, answers.get("clinical") or {}
    diagnosis, regimen = answers.get("diagnosis") or {}, answers.get("regimen") or {}
    dosing, course = answers.get("dosing") or {}, answers.get("radiation") or {}
    lines = [line_of(course)] if course else dosing.get("lines", [])
    start_on = date.fromisoformat((answers.get("member") or {})["start_on"])
    return {
        "solution": plan.get("solution"),
        "setting": plan.get("setting"),
        "plan": eligibility.plan.slug,
        "line_of_business": eligibility.line_of_business,
        "program": eligibility.program.slug if eligibility.program else None,
        "group_number": eligibility.group_number,
        **({"pcp_state": coverage.pcp_state, "pbm_name": coverage.pbm_name} if coverage else {}),
        "coverage_starts_on": eligibility.starts_on.isoformat() if eligibility.starts_on else None,
        "submitted_on": submitted_on.isoformat(),
        "start_on": start_on.isoformat(),
        "age": age_on(member.birth_date, start_on),
        "sex": member.sex,
        "network": network,
        "provider_state": provider_state,
        "diagnosis": diagnosis.get("primary"),
        "secondary_diagnoses": diagnosis.get("secondary", []),
        "tumor": diagnosis.get("tumor"),
        "regimen_id": regimen.get("regimen_id"),
        "supportive_only": regimen.get("choice") == "supportive_only",
        "references_order": (course or regimen).get("references_order"),
        "replaces_order": (course or regimen).get("replaces_order"),
        "continuity": _continuity(answers.get("continuity") or {}),
        **({"submitter_role": plan["submitter_role"]} if "submitter_role" in plan else {}),
        **{name: course[name] for name in COURSE_FACTS if name in course},
        **_clinical(clinical),
        **_dosing(dosing),
        "drugs": [{"number": number, **line} for number, line in enumerate(lines, start=1) if line],
        **_dates(answers.get("dates") or {}),
    }


def _continuity(given: Answers) -> Facts | None:
    """None where treatment is not under way, or nobody was asked."""
    if given.get("under_way") != "yes":
        return None
    return {name: given.get(name) for name in sorted(_CONTINUITY_FLAGS | _CONTINUITY_DAYS)}


def _clinical(clinical: Answers) -> Facts:
    return {
        "histology": clinical.get("histology"),
        "stage": clinical.get("stage"),
        "line_of_therapy": clinical.get("line_of_therapy"),
        "ecog": clinical.get("ecog"),
        "biomarkers": clinical.get("biomarkers", {}),
        "prior_therapies": clinical.get("prior_therapies"),
        "concurrent_radiation": TRUTH.get(clinical.get("concurrent_radiation", "")),
        "bone_metastases": TRUTH.get(clinical.get("bone_metastases", "")),
        "treatment_intent": clinical.get("treatment_intent"),
    }


def _dosing(dosing: Answers) -> Facts:
    return {
        "height_cm": dosing.get("height_cm") or None,
        "weight_kg": dosing.get("weight_kg") or None,
        "creatinine_clearance": dosing.get("creatinine_clearance") or None,
        "fn_risk_factors": dosing.get("fn_risk_factors"),
        "labs": dosing.get("labs", {}),
        "anemia_cause": dosing.get("anemia_cause") or None,
        "on_myelosuppressive_chemotherapy": TRUTH.get(dosing.get("on_myelosuppressive_chemotherapy", "")),
        "attestations": dosing.get("attestations"),
    }


def _dates(dates: Answers) -> Facts:
    return {
        "planned_end_on": dates.get("planned_end_on"),
        "urgency": dates.get("urgency", "standard"),
        "trial": {
            "enrolled": dates.get("trial") == "yes",
            "trial_id": dates.get("trial_id") or None,
            "cms_identified": TRUTH.get(dates.get("trial_cms_identified", "")),
        },
    }
