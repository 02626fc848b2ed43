"""A request of the file as the answers of order entry (`orders/steps.py`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.rules import radiation
from orders.rules.billing_units import Body, Product, billing_units
from orders.steps import Answers
from pathways import queries as content
from pathways.criteria import terms
from pathways.doses import parse_unit
from pathways.files import read_yaml
from pathways.models import Drug, RegimenEntry
from pathways.schedules import LABEL, ScheduleError, parse_cycles, parse_days
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

#: Characters that the columns of an order and its drug lines hold.
DRUG, ROUTE, SCHEDULE, UNIT, CODE = 80, 20, 60, 12, 8
LEAST_DOSE, MOST_DOSE = Decimal("0.0001"), Decimal("99999999.9999")
MOST_UNITS = Decimal(10) ** 12
#: No course is planned for longer.
LONGEST = timedelta(days=10 * 366)
#: Measurements of people there have been; a clearance as the form takes it.
MEASURES: dict[str, tuple[int, int]] = {
    "height_cm": (30, 272),
    "weight_kg": (1, 650),
    "creatinine_clearance": (1, 300),
}
#: What doses of the regimens and of the billed products measure (`pathways/doses.py`), and per what.
MEASURED = frozenset({"mg", "units", "auc", "ml", "mci", "uci", "kbq", "dose", "infusion"})
PER = frozenset({"", "kg", "m2"})
HCPCS = re.compile(r"[A-Z]\d{4}", re.ASCII)
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
        lines = [_radiation_line(node.node("rt"))] if radiates else drug_lines(node)
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
                **{name: facts.get(name, "") for name in MEASURES},
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
        facts["labs"] = {
            name: _spelled(labs.number(name, least=0, most=99_999)) for name in terms.LABS if labs.has(name)
        }
    if node.has("continuity"):
        facts["continuity"] = _continuity(node.node("continuity"))
    measured = {name: value for name, value in _measures(node).items() if value is not None}
    return facts | {name: _spelled(value) for name, value in measured.items()}


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


def drug_lines(node: Node) -> list[Answers]:
    """Therapeutic, then supportive lines as the dosing step keeps them; raises Invalid for a strange drug."""
    nodes = [(item, role) for role in ("therapeutic", "supportive") for item in node.nodes(role)]
    if not nodes:
        raise Invalid(node.at("therapeutic"), "names no drug, nor does supportive")
    lines = [_line(item, role) for item, role in nodes]
    known = content.drugs_by_name(line["drug"] for line in lines)
    body = Body(**_measures(node))
    for (item, _), line in zip(nodes, lines, strict=True):
        _check_product(item, line, known.get(line["drug"]), body)
    return lines


def _line(node: Node, role: str) -> Answers:
    length = node.whole("cycle_length_days", least=1, most=366)
    dose: Decimal = node.number("dose", least=LEAST_DOSE, most=MOST_DOSE)
    days, cycles = _days(node), _cycles(node)
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
        "drug": node.text("drug", most=DRUG),
        "hcpcs": node.text("hcpcs", ""),
        "dose": _spelled(dose),
        "unit": _unit(node),
        "route": node.text("route", "", most=ROUTE),
        "days": days,
        "cycle_length_days": length,
        "cycles": cycles,
        "per_day": node.whole("freq_per_day", 1, least=1, most=24),
        "phase": node.whole("seq", 1, most=20),
        "indication": node.text("indication", "", among={**terms.INDICATIONS, **UNKNOWN}),
    }


def is_unit(text: str) -> bool:
    """Whether doses are written in this unit."""
    unit = parse_unit(text)
    return unit.measure in MEASURED and unit.per in PER


def _unit(node: Node) -> str:
    found: str = node.text("unit", most=UNIT)
    if not is_unit(found):
        raise Invalid(node.at("unit"), f"{shown(found)} is no unit of a dose that is known here")
    return found


def _check_product(node: Node, line: Answers, drug: Drug | None, body: Body) -> None:
    """Raise Invalid unless the catalog has the drug with this code, in an amount that can be billed."""
    code = line["hcpcs"]
    if drug is None:
        if line["role"] != "investigational":
            raise Invalid(node.at("drug"), f"the drug catalog has no {shown(line['drug'])}")
        if code and not HCPCS.fullmatch(code):
            raise Invalid(node.at("hcpcs"), f"{shown(code)} is no HCPCS code")
        return
    products = [product for product in drug.products.all() if product.hcpcs == code]
    if code and not products:
        raise Invalid(node.at("hcpcs"), f"{shown(code)} is no code of {drug.name}")
    for product in products:
        units = billing_units(
            dose=Decimal(line["dose"]),
            unit=line["unit"],
            product=Product(product.unit_size, product.unit_kind),
            administrations=_most_administrations(line),
            body=body,
        ).units
        if units is not None and units >= MOST_UNITS:
            raise Invalid(node.at("dose"), "gives more billing units than can be counted")


def _most_administrations(line: Answers) -> int:
    days = parse_days(line["days"], cycle_length_days=line["cycle_length_days"]) or ()
    return len(days) * len(parse_cycles(line["cycles"])) * int(line["per_day"])


def _radiation(node: Node) -> dict[str, Any]:
    """The course as facts (DR-24); a site without a policy is named all the same."""
    return {
        "radiation_site": node.text("site", most=DRUG),
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


def _days(node: Node) -> str:
    """Days as a list in a text, or the one day as a number."""
    if isinstance(node.value.get("days"), int):
        return str(node.whole("days", least=1, most=366))
    return str(node.text("days", most=SCHEDULE))


def _cycles(node: Node) -> str:
    """The file counts cycles, ours are written out: 8 is 1-8."""
    if isinstance(node.value.get("cycles"), str):
        return str(node.text("cycles", most=SCHEDULE))
    last = node.whole("cycles", least=1, most=200)
    return "1" if last == 1 else f"1-{last}"


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
    return {name: node.number(name, None, least=least, most=most) for name, (least, most) in MEASURES.items()}


def _spelled(number: Decimal) -> str:
    """A number as the form has it: without idle zeros or exponent."""
    return f"{number.normalize():f}"


def _spoken(value: Any) -> str:
    """A flag as the form has it; an answer that says nothing stays as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""
