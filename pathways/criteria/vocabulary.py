"""The facts a criterion may test: how each reads, its unit and values, and what we ask when it is missing.

Content that names any other fact is refused (R-117, R-170).  A family such as `biomarkers.EGFR` is
listed member by member, so that a page can link every fact to its question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pathways.criteria import terms


class FactKind(StrEnum):
    """What an answer is: one of several values, a yes or no, a number, or a list of values."""

    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `label` begins a sentence, `question` asks for it, `step` is where it is answered."""

    name: str
    kind: FactKind
    label: str
    question: str
    step: str
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def words(self, value: object) -> str:
        """`value` as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return self.values.get(str(value), str(value))


def _choice(name: str, label: str, question: str, step: str, values: Mapping[str, str]) -> Fact:
    return Fact(name, FactKind.CHOICE, label, question, step, values=values)


def _flag(name: str, label: str, question: str, step: str) -> Fact:
    return Fact(name, FactKind.FLAG, label, question, step)


def _number(name: str, label: str, question: str, step: str, unit: str = "") -> Fact:
    return Fact(name, FactKind.NUMBER, label, question, step, unit=unit)


def _families() -> list[Fact]:
    """The facts that come one per biomarker, laboratory value, attestation and reason for radiation."""
    markers = [
        _choice(f"biomarkers.{name}", marker.label, marker.question, "clinical", marker.values)
        for name, marker in terms.BIOMARKERS.items()
    ]
    labs = [
        _number(f"labs.{name}", lab.label, f"What is the latest {lab.label.lower()}?", "dosing", lab.unit)
        for name, lab in terms.LABS.items()
    ]
    attested = [
        _flag(f"attestations.{name}", "Attestation", f"Do you attest that {text}?", "dosing")
        for name, text in terms.ATTESTATIONS.items()
    ]
    reasons = [
        _flag(f"radiation_reasons.{name}", "Reason for the course", f"Is it so that {text}?", "clinical")
        for name, text in terms.RADIATION_REASONS.items()
    ]
    return [*markers, *labs, *attested, *reasons]


_FACTS = [
    _choice("plan", "Plan", "Which plan covers the member?", "plan", {}),
    _choice(
        "line_of_business",
        "Line of business",
        "Which line of business is the member's coverage?",
        "member",
        terms.LINES_OF_BUSINESS,
    ),
    _number("age", "Age", "What is the member's date of birth?", "member", "years"),
    _choice("sex", "Sex", "What is the member's sex?", "member", terms.SEXES),
    _choice("tumor", "Cancer", "Which cancer is treated?", "diagnosis", terms.TUMORS),
    _choice("histology", "Histology", "What is the histology?", "clinical", terms.HISTOLOGIES),
    _choice("stage", "Stage", "What is the stage?", "clinical", terms.STAGES),
    _choice(
        "line_of_therapy", "Line of therapy", "Which line of therapy is planned?", "clinical", terms.LINES
    ),
    _number("ecog", "ECOG performance status", "What is the ECOG performance status?", "clinical"),
    Fact(
        "prior_therapies",
        FactKind.LIST,
        "Earlier therapy",
        "Which therapies did the member receive before?",
        "clinical",
        values=terms.THERAPIES,
    ),
    _flag(
        "concurrent_radiation",
        "Concurrent radiation",
        "Is radiation given during the same period?",
        "clinical",
    ),
    _choice("treatment_intent", "Treatment intent", "Is treatment meant to cure?", "clinical", terms.INTENTS),
    _flag("bone_metastases", "Bone metastases", "Are there bone metastases?", "clinical"),
    _choice("anemia_cause", "Cause of anemia", "What causes the anemia?", "dosing", terms.ANEMIA_CAUSES),
    _flag(
        "on_myelosuppressive_chemotherapy",
        "Myelosuppressive chemotherapy",
        "Does the member receive myelosuppressive chemotherapy, or did so within 8 weeks?",
        "dosing",
    ),
    _choice(
        "regimen_risk",
        "Risk of febrile neutropenia with the regimen",
        "Which regimen is the growth factor given with? Choose it, or name the earlier order.",
        "regimen",
        terms.REGIMEN_RISKS,
    ),
    Fact(
        "fn_risk_factors",
        FactKind.LIST,
        "Risk factors for febrile neutropenia",
        "Which risk factors for febrile neutropenia does the member have?",
        "dosing",
        values=terms.RISK_FACTORS,
    ),
    _flag(
        "trial.cms_identified",
        "Trial identified by CMS",
        "Is the treatment given in a clinical trial that CMS has identified?",
        "dates",
    ),
    Fact("drugs", FactKind.LIST, "Drugs of the order", "Which drugs are planned?", "dosing"),
    _choice(
        "indication",
        "Reason for the drug",
        "What is the drug given for?",
        "dosing",
        terms.INDICATIONS,
    ),
    _number("dose", "Dose", "What is the dose, in the unit of the policy?", "dosing"),
    _number("schedule", "Days, cycle length and cycles", "On which days and cycles is it given?", "dosing"),
    _choice(
        "radiation_site", "Site of radiation", "Which site is treated?", "diagnosis", terms.RADIATION_SITES
    ),
    _choice(
        "radiation_technique",
        "Technique",
        "Which radiation technique is planned?",
        "regimen",
        terms.RADIATION_TECHNIQUES,
    ),
    _number("radiation_fractions", "Course", "How many fractions are planned?", "dosing", "fractions"),
    _number("boost_fractions", "Boost", "How many boost fractions are planned?", "dosing", "fractions"),
    *_families(),
]

FACTS: dict[str, Fact] = {item.name: item for item in _FACTS}


def question_for(name: str) -> str:
    """The question that settles the fact; raises KeyError for a fact that is none."""
    return FACTS[name].question


def step_for(name: str) -> str:
    """The key of the wizard step where the fact is answered."""
    return FACTS[name].step


def known(value: Any) -> Any:
    """`value`, or None when it is no answer (R-111)."""
    if value is None or value == "" or (isinstance(value, str) and value in terms.UNKNOWN_ANSWERS):
        return None
    return value


def number(value: Any) -> Decimal | None:
    """`value` as a finite Decimal, or None when it is no answer or no number."""
    value = known(value)
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def flag(value: Any) -> bool | None:
    """True or False from a flag or from "yes" and "no"; None when it is no answer."""
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def listed(value: Any) -> frozenset[str] | None:
    """The values of a list; None when there is no list, or when "unknown" stands in it."""
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    items = frozenset(str(item) for item in value)
    return None if items & terms.UNKNOWN_ANSWERS.keys() else items
