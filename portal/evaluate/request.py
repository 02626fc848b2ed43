"""A request of the file as the answers of order entry (`orders/steps.py`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.rules import radiation
from orders.steps import Answers
from pathways import queries as content
from pathways.criteria import terms
from pathways.files import read_yaml
from pathways.schedules import LABEL, ScheduleError, parse_cycles, parse_days
from portal.evaluate.reading import Invalid, Node

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
        diagnosis, regimen_id = node.node("dx"), node.text("regimen_selected", None)
        lines = [_radiation_line(node.node("rt"))] if radiates else drug_lines(node)
        therapeutic = [line for line in lines if line["role"] == "therapeutic"]
        return {
            "plan": {
                "plan": self.plan,
                "solution": self.solution,
                "setting": "outpatient",
                "submitter_role": role,
            },
            "diagnosis": {
                "primary": diagnosis.text("primary"),
                "secondary": diagnosis.texts("secondary"),
                "tumor": node.text("tumour", None, among=terms.TUMORS),
            },
            "clinical": {
                name: facts.get(name)
                for name in ("histology", "stage", "line_of_therapy", "ecog", "prior_therapies", "continuity")
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
                "references_order": _number_of(node, "reference_order_id", numbers),
                "replaces_order": _number_of(node, "replaces_order_id", numbers),
                **({"radiation": _radiation(node.node("rt"))} if radiates else {}),
            },
            "dosing": {
                "lines": lines,
                "height_cm": _measure(node, "height_cm"),
                "weight_kg": _measure(node, "weight_kg"),
                "creatinine_clearance": _measure(node, "creatinine_clearance"),
                "fn_risk_factors": facts.get("fn_risk_factors"),
                "labs": facts.get("labs", {}),
                "anemia_cause": facts.get("anemia_cause"),
                "on_myelosuppressive_chemotherapy": _spoken(facts.get("on_myelosuppressive_chemotherapy")),
                "attestations": facts.get("attestations", []),
            },
            "dates": self._dates(),
        }

    def _dates(self) -> Answers:
        trial = self.node.node("trial")
        identified = trial.flag("cms_identified", None)
        return {
            "planned_end_on": self.node.day("planned_end").isoformat(),
            "urgency": "expedited" if self.node.flag("urgent", False) else "standard",
            "trial": "yes" if trial.flag("enrolled", False) else "no",
            "trial_id": trial.text("trial_id", ""),
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
        facts["ecog"] = value if isinstance(value, str) and value in UNKNOWN else node.whole("ecog", most=5)
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
        labs = node.node("labs")
        facts["labs"] = {name: str(labs.number(name)) for name in terms.LABS if labs.has(name)}
    if node.has("continuity"):
        facts["continuity"] = _continuity(node.node("continuity"))
    return facts


def _biomarkers(node: Node) -> dict[str, str]:
    found = {}
    for name in node.value:
        if name not in terms.BIOMARKERS:
            raise Invalid(node.at(name), f"there is no biomarker {name!r}")
        if not node.has(name):
            continue
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


def drug_lines(node: Node) -> list[Answers]:
    """Therapeutic, then supportive lines as the dosing step keeps them; raises Invalid for a strange drug."""
    nodes = [(item, role) for role in ("therapeutic", "supportive") for item in node.nodes(role)]
    lines = [_line(item, role) for item, role in nodes]
    known = content.drugs_by_name(line["drug"] for line in lines)
    for (item, _), line in zip(nodes, lines, strict=True):
        if line["role"] != "investigational" and line["drug"] not in known:
            raise Invalid(item.at("drug"), f"the drug catalog has no {line['drug']!r}")
    return lines


def _line(node: Node, role: str) -> Answers:
    length = node.whole("cycle_length_days", least=1, most=366)
    dose: Decimal = node.number("dose")
    if dose <= 0:
        raise Invalid(node.at("dose"), f"expected a dose above zero, found {dose}")
    days, cycles = str(node.value.get("days", "")), _cycles(node)
    try:
        parse_days(days, cycle_length_days=length)
    except ScheduleError as problem:
        raise Invalid(node.at("days"), str(problem)) from None
    try:
        parse_cycles(cycles)
    except ScheduleError as problem:
        raise Invalid(node.at("cycles"), str(problem)) from None
    return {
        "role": "investigational" if node.flag("investigational", False) else role,
        "drug": node.text("drug"),
        "hcpcs": node.text("hcpcs", ""),
        "dose": f"{dose.normalize():f}",
        "unit": node.text("unit"),
        "route": node.text("route", ""),
        "days": days,
        "cycle_length_days": length,
        "cycles": cycles,
        "per_day": node.whole("freq_per_day", 1, least=1, most=24),
        "phase": node.whole("seq", 1, most=20),
        "indication": node.text("indication", ""),
    }


def _radiation(node: Node) -> dict[str, Any]:
    """The course as facts (DR-24); a site without a policy is named all the same."""
    return {
        "radiation_site": node.text("site"),
        "radiation_technique": node.text("technique", among=terms.RADIATION_TECHNIQUES),
        "radiation_fractions": node.whole("fractions", least=1, most=200),
        "boost_fractions": node.whole("boost_fractions", 0, most=200),
        "reirradiation": node.flag("reirradiation", False),
        "radiation_reasons": _among(node, "attributes", terms.RADIATION_REASONS),
    }


def _radiation_line(node: Node) -> Answers:
    """The technique as the line that carries the status."""
    return {
        "role": radiation.ROLE,
        "drug": node.text("technique", among=terms.RADIATION_TECHNIQUES),
        "hcpcs": "",
        "dose": str(node.whole("fractions", least=1, most=200)),
        "unit": "fractions",
        "route": "",
        "days": LABEL,
        "cycle_length_days": 1,
        "cycles": "1",
        "per_day": 1,
        "phase": 0,
        "indication": "",
    }


def _cycles(node: Node) -> str:
    """The file counts cycles, ours are written out: 8 is 1-8."""
    if isinstance(node.value.get("cycles"), str):
        return str(node.value["cycles"])
    last = node.whole("cycles", least=1, most=200)
    return "1" if last == 1 else f"1-{last}"


def _choice(node: Node, regimen_id: str | None) -> str:
    if regimen_id:
        return "regimen"
    return "custom" if node.nodes("therapeutic") else "supportive_only"


def _number_of(node: Node, key: str, numbers: dict[str, str]) -> str | None:
    cited = node.text(key, None)
    return numbers.get(cited, cited) if cited else None


def _measure(node: Node, key: str) -> str:
    found = node.number(key, None)
    return "" if found is None else str(found)


def _spoken(value: Any) -> str:
    """A flag as the form has it; an answer that says nothing stays as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""
