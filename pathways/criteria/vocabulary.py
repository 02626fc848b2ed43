"""The facts a criterion may test: how each reads, its unit and values, and what we ask when it is missing.

Content that names any other fact is refused (R-117, R-170).  A family such as `biomarkers.EGFR` is
listed member by member, so that a page can link every fact to its question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pathways.criteria import terms


class FactKind(StrEnum):
    """What an answer is: one of several values, a yes or no, a number, a day, or a list of values."""

    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    DATE = "date"
    LIST = "list"


#: What a number is at most where no fact says less, such as a dose in units.
HIGHEST = 99_999_999


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `label` begins a sentence, `question` asks for it, `step` is where it is answered.

    A number lies from `lowest` to `highest`, in its unit; one that is counted is `whole`.
    """

    name: str
    kind: FactKind
    label: str
    question: str
    step: str
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    lowest: int = 0
    highest: int = HIGHEST
    whole: bool = False

    def may_be(self, value: object) -> bool:
        """Whether `value` is a number that this fact may have."""
        found = number(value)
        return (
            found is not None
            and self.lowest <= found <= self.highest
            and (not self.whole or found == found.to_integral_value())
        )

    def words(self, value: object) -> str:
        """`value` as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return self.values.get(str(value), str(value))


def _choice(name: str, label: str, question: str, step: str, values: Mapping[str, str]) -> Fact:
    return Fact(name, FactKind.CHOICE, label, question, step, values=values)


def _flag(name: str, label: str, question: str, step: str) -> Fact:
    return Fact(name, FactKind.FLAG, label, question, step)


def _number(
    name: str,
    label: str,
    question: str,
    step: str,
    unit: str = "",
    *,
    lowest: int = 0,
    highest: int = HIGHEST,
    whole: bool = False,
) -> Fact:
    return Fact(
        name,
        FactKind.NUMBER,
        label,
        question,
        step,
        unit=unit,
        lowest=lowest,
        highest=highest,
        whole=whole,
    )


_FACTS = [
    _choice("plan", "Plan", "Which plan covers the member?", "plan", {}),
    _choice(
        "line_of_business",
        "Line of business",
        "Which line of business is the member's coverage?",
        "member",
        terms.LINES_OF_BUSINESS,
    ),
    Fact("start_on", FactKind.DATE, "Start of treatment", "When does treatment start?", "member"),
    _number("age", "Age", "What is the member's date of birth?", "member", "years", highest=150, whole=True),
    _choice("sex", "Sex", "What is the member's sex?", "member", terms.SEXES),
    _choice("tumor", "Cancer", "Which cancer is treated?", "diagnosis", terms.TUMORS),
    _choice("histology", "Histology", "What is the histology?", "clinical", terms.HISTOLOGIES),
    _choice("stage", "Stage", "What is the stage?", "clinical", terms.STAGES),
    _choice(
        "line_of_therapy", "Line of therapy", "Which line of therapy is planned?", "clinical", terms.LINES
    ),
    _number(
        "ecog",
        "ECOG performance status",
        "What is the ECOG performance status?",
        "clinical",
        highest=max(terms.ECOG),
        whole=True,
    ),
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
    _number("weight_kg", "Weight", "What does the member weigh?", "dosing", "kg", lowest=1, highest=650),
    _number("height_cm", "Height", "How tall is the member?", "dosing", "cm", lowest=30, highest=272),
    _number("schedule", "Days, cycle length and cycles", "On which days and cycles is it given?", "dosing"),
    _choice(
        "radiation_site", "Site of radiation", "Which site is treated?", "radiation", terms.RADIATION_SITES
    ),
    _choice(
        "radiation_technique",
        "Technique",
        "Which radiation technique is planned?",
        "radiation",
        terms.RADIATION_TECHNIQUES,
    ),
    _number(
        "radiation_fractions",
        "Course",
        "How many fractions are planned?",
        "radiation",
        "fractions",
        lowest=1,
        highest=200,
        whole=True,
    ),
    _number(
        "boost_fractions",
        "Boost",
        "How many boost fractions are planned?",
        "radiation",
        "fractions",
        highest=200,
        whole=True,
    ),
    *(
        _choice(f"biomarkers.{name}", marker.label, marker.question, "clinical", marker.values)
        for name, marker in terms.BIOMARKERS.items()
    ),
    *(
        _number(
            f"labs.{name}",
            lab.label,
            f"What is the latest {lab.label.lower()}?",
            "dosing",
            lab.unit,
            highest=99_999,
        )
        for name, lab in terms.LABS.items()
    ),
    *(
        _flag(f"attestations.{name}", "Attestation", f"Do you attest that {text}?", "dosing")
        for name, text in terms.ATTESTATIONS.items()
    ),
    *(
        _flag(f"radiation_reasons.{name}", "Reason for the course", f"Is it so that {text}?", "radiation")
        for name, text in terms.RADIATION_REASONS.items()
    ),
]

FACTS: dict[str, Fact] = {item.name: item for item in _FACTS}

#: Measurements, on which doses and billing units rest: as people there have been.
MEASURES: dict[str, Fact] = {
    "height_cm": FACTS["height_cm"],
    "weight_kg": FACTS["weight_kg"],
    # No criterion tests it, so that content cannot name it.
    "creatinine_clearance": _number(
        "creatinine_clearance",
        "Creatinine clearance",
        "What is the creatinine clearance?",
        "dosing",
        "mL/min",
        lowest=1,
        highest=300,
    ),
}


def question_for(name: str) -> str:
    """The question that settles the fact; raises KeyError for a fact that is none."""
    return FACTS[name].question


def step_for(name: str) -> str:
    """The key of the wizard step where the fact is answered."""
    return FACTS[name].step


def known(value: Any) -> Any:
    """`value`, or None when it is no answer (R-111)."""
    if isinstance(value, str) and value in _NO_ANSWERS:
        return None
    return value


_NO_ANSWERS = frozenset({"", *terms.UNKNOWN_ANSWERS})


def number(value: Any) -> Decimal | None:
    """`value` as a finite Decimal, exactly, or None when it is no answer or no number.

    A text has plain digits only: "1e3" and "1_000" are none.  There is no zero below zero.
    """
    if isinstance(value, str):
        return _decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return _finite(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))


@lru_cache(maxsize=4096)
def _decimal(text: str) -> Decimal | None:
    return _finite(Decimal(text)) if _PLAIN.fullmatch(text) else None


_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def _finite(found: Decimal) -> Decimal | None:
    if not found.is_finite():
        return None
    return found.copy_abs() if found.is_zero() else found


def day(value: Any) -> date | None:
    """`value` as a day, or None when it is no answer or no day."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def flag(value: Any) -> bool | None:
    """True or False from a flag or from "yes" and "no"; None when it is no answer."""
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def listed(value: Any) -> frozenset[str] | None:
    """The values of a list; None when there is no list, or when "unknown" stands in it."""
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    items = frozenset(map(str, value))
    return items if items.isdisjoint(terms.UNKNOWN_ANSWERS) else None
