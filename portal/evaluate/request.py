"""A request of the file as the answers of order entry (`orders/steps.py`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.rules.billing_units import Body
from orders.steps import Answers
from pathways import queries as content
from pathways.criteria import terms
from pathways.criteria.explain import nearest
from pathways.criteria.vocabulary import FACTS, MEASURES, Fact
from pathways.files import read_yaml
from pathways.models import RegimenEntry
from portal.evaluate.drugs import DRUG, drug_lines, spelled
from portal.evaluate.reading import Invalid, Node, shown

#: The file's name of each plan: our slug, and the letters that results list (docs/evaluate.md).
PLANS: dict[str, dict[str, Any]] = read_yaml(
    settings.FIXTURES_ROOT / "evaluate" / "plans.yaml", name="evaluate/plans.yaml"
)["plans"]
SOLUTIONS = {"medical_oncology": "medical_oncology", "radiation_oncology": "radiation_oncology"}
NETWORKS = {"in": "in", "out": "out", "bluecard": "bluecard"}
#: Where the file spells an answer in its own way.
SPELLINGS = {"favourable": "favorable"}
#: Answers that are one value each, by the file's name and ours.
CHOICES = {
    "histology": ("histology", terms.HISTOLOGIES),
    "stage": ("stage", terms.STAGES),
    "line": ("line_of_therapy", terms.LINES),
    "treatment_intent": ("treatment_intent", terms.INTENTS),
    "anaemia_cause": ("anemia_cause", terms.ANEMIA_CAUSES),
}
UNKNOWN = terms.UNKNOWN_ANSWERS

#: Characters of a diagnosis code.
CODE = 8
#: No course is planned for longer.
LONGEST = timedelta(days=10 * 366)
ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class CaseRequest:
    """What is asked, apart from whom it is asked for."""

    node: Node

    @property
    def received_at(self) -> datetime:
        """When the request comes in."""
        return self.node.moment("submitted_at")

    @property
    def start_on(self) -> date:
        """The planned first day of treatment."""
        found: date = self.node.day("start_date")
        return found

    @property
    def end_on(self) -> date:
        """The planned last day; raises Invalid unless it follows the first within ten years."""
        found: date = self.node.day("planned_end")
        check_range(self.node, self.start_on, found)
        return found

    @property
    def plan(self) -> str:
        """Our slug of the plan."""
        return str(PLANS[self.node.text("plan", among=PLANS)]["plan"])

    @property
    def letters(self) -> list[str]:
        """Who gets a letter when the case ends in a decision, as results list it."""
        return list(PLANS[self.node.text("plan", among=PLANS)]["letters"])

    @property
    def solution(self) -> str:
        """Medical or radiation oncology."""
        return SOLUTIONS[self.node.text("programme", "medical_oncology", among=SOLUTIONS)]

    def facts_given(self) -> dict[str, Any]:
        """The clinical answers that are named, as facts: what a request says and a finding may change."""
        return clinical_facts(self.node)

    def answers(self, *, numbers: dict[str, str]) -> dict[str, Answers]:
        """The answers of each step but member and providers; `numbers` are our numbers of earlier orders."""
        node, facts = self.node, self.facts_given()
        radiates = self.solution == "radiation_oncology"
        role = node.text("submitter_role", "ordering_practice")
        regimen_id = _regimen(node)
        cited = {
            "references_order": _number_of(node, "reference_order_id", numbers),
            "replaces_order": _number_of(node, "replaces_order_id", numbers),
        }
        lines = [] if radiates else drug_lines(node, Body(**_measures(node)))
        therapeutic = [line for line in lines if line["role"] == "therapeutic"]
        return {
            "plan": {
                "plan": self.plan,
                "solution": self.solution,
                "setting": "outpatient",
                "submitter_role": role,
            },
            "diagnosis": _diagnosis(node),
            "clinical": {
                name: facts.get(name)
                for name in ("histology", "stage", "line_of_therapy", "ecog", "prior_therapies")
            }
            | {
                "biomarkers": facts.get("biomarkers", {}),
                "concurrent_radiation": _spoken(facts.get("concurrent_radiation")),
                "bone_metastases": _spoken(facts.get("bone_metastases")),
                "treatment_intent": facts.get("treatment_intent"),
            },
            "regimen": {
                "choice": _choice(node, regimen_id),
                "regimen_id": regimen_id,
                "drugs": sorted(line["drug"] for line in therapeutic),
                **cited,
            },
            **({"radiation": {**_radiation(node.node("rt")), **cited}} if radiates else {}),
            "dosing": {
                "lines": lines,
                **{name: facts.get(name, "") for name in MEASURES},
                "fn_risk_factors": facts.get("fn_risk_factors"),
                "labs": facts.get("labs", {}),
                "anemia_cause": facts.get("anemia_cause"),
                "on_myelosuppressive_chemotherapy": _spoken(facts.get("on_myelosuppressive_chemotherapy")),
                "attestations": facts.get("attestations", []),
            },
            "dates": self._dates(),
            **({"continuity": {"under_way": "yes", **facts["continuity"]}} if "continuity" in facts else {}),
        }

    def _dates(self) -> Answers:
        trial = self.node.node("trial")
        identified = trial.flag("cms_identified", None)
        return {
            "planned_end_on": self.end_on.isoformat(),
            "urgency": "expedited" if self.node.flag("urgent", False) else "standard",
            "trial": "yes" if trial.flag("enrolled", False) else "no",
            "trial_id": trial.text("trial_id", "", most=20),
            "trial_cms_identified": _spoken(identified),
        }


def clinical_facts(node: Node) -> dict[str, Any]:
    """The clinical answers under a node by the names of our facts; what it does not name is left out."""
    facts: dict[str, Any] = {}
    for key, (name, known) in CHOICES.items():
        if node.has(key):
            facts[name] = node.text(key, among={**known, **UNKNOWN})
    if node.has("ecog"):
        value = node.value["ecog"]
        facts["ecog"] = value if isinstance(value, str) and value in UNKNOWN else _whole(node, "ecog", "ecog")
    if node.has("biomarkers"):
        facts["biomarkers"] = _biomarkers(node.node("biomarkers"))
    for key, name in (
        ("concurrent_rt", "concurrent_radiation"),
        ("bone_metastases", "bone_metastases"),
        ("on_myelosuppressive_chemo", "on_myelosuppressive_chemotherapy"),
    ):
        if node.has(key):
            value = node.value[key]
            facts[name] = value if isinstance(value, str) and value in UNKNOWN else node.flag(key)
    if node.has("prior_therapies"):
        # A therapy is a class of drugs or, in some criteria, one drug.
        drugs = content.drugs_by_name(node.texts("prior_therapies"))
        facts["prior_therapies"] = _among(node, "prior_therapies", {*terms.THERAPIES, *UNKNOWN, *drugs})
    if node.has("fn_risk_factors"):
        facts["fn_risk_factors"] = _among(node, "fn_risk_factors", {*terms.RISK_FACTORS, *UNKNOWN})
    if node.has("attestations"):
        facts["attestations"] = _among(node, "attestations", terms.ATTESTATIONS)
    if node.has("labs"):
        facts["labs"] = _labs(node.node("labs"))
    if node.has("continuity"):
        facts["continuity"] = _continuity(node.node("continuity"))
    measured = {name: value for name, value in _measures(node).items() if value is not None}
    return facts | {name: spelled(value) for name, value in measured.items()}


def _labs(node: Node) -> dict[str, str]:
    known = _known(node, terms.LABS, "laboratory value")
    return {name: spelled(_number(node, name, FACTS[f"labs.{name}"])) for name in known}


def _known(node: Node, names: Collection[str], kind: str) -> list[str]:
    """The keys of a node that have a value; each must be one of `names`."""
    for name in node.value:
        if name not in names:
            close = nearest(name, names)
            hint = f"; did you mean {close!r}?" if close else ""
            raise Invalid(node.at(name), f"there is no {kind} {shown(name)}{hint}")
    return [name for name in node.value if node.has(name)]


def _biomarkers(node: Node) -> dict[str, str]:
    found = {}
    for name in _known(node, terms.BIOMARKERS, "biomarker"):
        value = node.text(name)
        value = SPELLINGS.get(value, value)
        if value not in {**terms.BIOMARKERS[name].values, **UNKNOWN}:
            raise Invalid(node.at(name), f"{value!r} is no result of {name}")
        found[name] = value
    return found


def _among(node: Node, key: str, known: Collection[str]) -> list[str]:
    found = node.texts(key)
    for place, item in enumerate(found):
        if item not in known:
            raise Invalid(f"{node.at(key)}[{place}]", f"{item!r} is not known here")
    return found


def _continuity(node: Node) -> dict[str, Any]:
    began_on, last_on = node.day("treatment_started", None), node.day("last_dose", None)
    return {
        "attested": node.flag("attested", False),
        "same_regimen": node.flag("same_regimen", False),
        "treatment_started_on": began_on.isoformat() if began_on else None,
        "last_dose_on": last_on.isoformat() if last_on else None,
    }


def check_range(node: Node, start_on: date, end_on: date) -> None:
    """Raise Invalid unless a planned end follows its start, and within ten years."""
    if end_on < start_on:
        raise Invalid(node.at("planned_end"), f"lies before the start date {start_on}")
    if end_on > start_on + LONGEST:
        raise Invalid(node.at("planned_end"), f"lies more than ten years after the start date {start_on}")


def _diagnosis(node: Node) -> Answers:
    """The codes and the cancer, which must be one of those that the primary code stands for."""
    codes = node.node("dx")
    primary, tumor = codes.text("primary", most=CODE), node.text("tumour", None, among=terms.TUMORS)
    if not ICD10.fullmatch(primary):
        raise Invalid(codes.at("primary"), f"expected an ICD-10-CM code, found {shown(primary)}")
    # A code without a cancer in our list is refused by the gates, whatever the file calls it (DR-01).
    tumors = content.tumors_of(primary)
    if tumor and tumors and tumor not in tumors:
        raise Invalid(node.at("tumour"), f"{primary} stands for {', '.join(tumors)}, not for {tumor}")
    return {"primary": primary, "secondary": codes.texts("secondary", most=CODE), "tumor": tumor}


def _radiation(node: Node) -> dict[str, Any]:
    """The course as facts (DR-24); a site without a policy is named all the same."""
    return {
        "radiation_site": node.text("site", most=DRUG),
        "radiation_technique": node.text("technique", among=terms.RADIATION_TECHNIQUES),
        "radiation_fractions": _whole(node, "fractions", "radiation_fractions"),
        "boost_fractions": _whole(node, "boost_fractions", "boost_fractions", 0),
        "reirradiation": node.flag("reirradiation", False),
        "radiation_reasons": _among(node, "attributes", terms.RADIATION_REASONS),
    }


def _choice(node: Node, regimen_id: str | None) -> str:
    if regimen_id:
        return "regimen"
    return "custom" if node.nodes("therapeutic") else "supportive_only"


def _regimen(node: Node) -> str | None:
    found: str | None = node.text("regimen_selected", None)
    if found and not RegimenEntry.objects.filter(regimen_id=found).exists():
        raise Invalid(node.at("regimen_selected"), f"{shown(found)} is a row of no release")
    return found


def _number_of(node: Node, key: str, numbers: dict[str, str]) -> str | None:
    """Our number of an earlier order that the request cites."""
    cited = node.text(key, None)
    if not cited:
        return None
    if cited not in numbers:
        raise Invalid(node.at(key), f"{shown(cited)} is none of prior_orders")
    return numbers[cited]


def _measures(node: Node) -> dict[str, Decimal | None]:
    return {name: _number(node, name, fact, None) for name, fact in MEASURES.items()}


def _number(node: Node, key: str, fact: Fact, *default: Any) -> Any:
    """A number that the fact may be, or the default."""
    return node.number(key, *default, least=fact.lowest, most=fact.highest)


def _whole(node: Node, key: str, name: str, *default: Any) -> Any:
    """A whole number that the fact of that name may be, or the default."""
    return node.whole(key, *default, least=FACTS[name].lowest, most=FACTS[name].highest)


def _spoken(value: Any) -> str:
    """A flag as the form has it; an answer that says nothing stays as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""
