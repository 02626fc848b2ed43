"""A small body of content without a fault, and ways to change one thing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.catalog import CodeRow, DrugCatalog, DrugRow, ProductRow, TumorFile
from pathways.criteria import parse_policy, terms
from pathways.lint import PolicyFile, RegimenInRelease, ReleaseHead, ShippedContent
from pathways.policy_cases import PolicyCase
from pathways.regimens import RegimenRow
from pathways.routing_content import RoutingRow
from tests.pathways.criteria import content as policy_content

BEGINS = date(2021, 7, 1)
POLICY_FILE = "policies/pembrolizumab/2021-07-01.yaml"
CASES = "policies/pembrolizumab/cases.yaml"
TUMOR_OF = {
    "histologies": ["nonsquamous", "squamous"],
    "stages": ["III", "IV"],
    "lines": ["ADJUVANT", "L1", "L2"],
    "biomarkers": [],
    "prior_therapies": ["platinum", "chemoradiation"],
    "asks": ["bone_metastases"],
}
COMPONENT: dict[str, Any] = {
    "drug": "pembrolizumab",
    "dose": "200",
    "unit": "mg",
    "route": "IV",
    "days": "1",
    "cycle_length_days": 21,
    "cycles": {"type": "range", "min": 1, "max": 8},
    "per_day": 1,
    "phase": 1,
}
ROW: dict[str, Any] = {
    "id": "PW-NSC-001",
    "kind": "pathway",
    "tumor": "nsclc",
    "title": "Pembrolizumab",
    "histology": ["nonsquamous"],
    "stages": ["IV"],
    "lines": ["L1"],
    "ecog_max": 1,
    "components": [COMPONENT],
    "regimen_key": "nsclc:pembrolizumab",
    "fn_risk": "low",
    "duration": {"type": "fixed", "planned_days": 168},
    "s_codes": {"s0353": 1, "s0354_max": 1, "months": 2},
}
LUNG = {"fact": "tumor", "is_one_of": ["nsclc"]}
DRUGS = {
    "pembrolizumab": "therapeutic",
    "carboplatin": "therapeutic",
    "cisplatin": "therapeutic",
    "ondansetron": "supportive",
}


def paragraph(name: str = "P-01", **parts: list[Any]) -> dict[str, Any]:
    """A paragraph about non-small cell lung cancer, unless `includes` says otherwise."""
    start = {"id": name, "title": name, "source": "general knowledge", "includes": [LUNG]}
    return {**start, **parts}


def policies(*paragraphs: dict[str, Any], **head: Any) -> list[PolicyFile]:
    """One file of pembrolizumab, or of the drug in `head`."""
    policy = parse_policy(policy_content(*paragraphs, **head), file=POLICY_FILE)
    return [PolicyFile(POLICY_FILE, CASES, policy)]


def case(outcome: str = "met", base: PolicyCase | None = None, **changes: Any) -> PolicyCase:
    """A case of a stage IV patient; `as_of` and `line` apart, `changes` are facts."""
    as_of = changes.pop("as_of", BEGINS)
    line = {"drug": "pembrolizumab", "role": "therapeutic", "dose": "200", "unit": "mg"}
    line |= changes.pop("line", {})
    facts = {"tumor": "nsclc", "stage": "IV", **changes, "drugs": [line]}
    by = "P-01" if outcome == "met" else ""
    return PolicyCase(f"{outcome} {changes}", as_of, facts, line, outcome, by, (), base)


def cases() -> list[PolicyCase]:
    """Every case that the policy of the small content needs."""
    met = case()
    return [
        met,
        case("not_met", met, stage="III"),
        case("not_met", met, line={"dose": "201"}),
        case("no policy", as_of=date(2021, 6, 30)),
    ]


def row(**changes: Any) -> RegimenInRelease:
    """The regimen of the small content, changed."""
    return RegimenInRelease("pathways/PW-1/nsclc.yaml", "PW-1", RegimenRow.from_content({**ROW, **changes}))


def product(drug: str = "pembrolizumab", **changes: Any) -> ProductRow:
    """A product counted in milligrams, valid from 2017 on."""
    start = ProductRow(drug, "J9271", drug, Decimal(1), "mg", date(2017, 1, 1), None)
    return replace(start, **changes)


def products(*own: ProductRow) -> DrugCatalog:
    """The catalog, with these products of pembrolizumab."""
    drugs = tuple(DrugRow(name, (), "", role, "IV", "medical", False, name) for name, role in DRUGS.items())
    others = [product(name, hcpcs=f"J904{number}") for number, name in enumerate(DRUGS) if number]
    return DrugCatalog(drugs, (*(own or (product(),)), *others))


def route(**changes: Any) -> RoutingRow:
    """Pembrolizumab reviewed for BCBSNC from 2017 on, changed."""
    return replace(RoutingRow("BCBSNC", "*", "pembrolizumab", "", "2017-01-01", "aim", ""), **changes)


def release(kind: str, slug: str, effective: date = BEGINS, next_review: date | None = None) -> ReleaseHead:
    """A release, to be reviewed a year later unless told otherwise."""
    review = next_review or effective.replace(year=effective.year + 1)
    return ReleaseHead(f"{kind}/{slug}", kind, slug, effective, review)


def tumors(**changes: Any) -> list[TumorFile]:
    """The questions of all cancers, those of lung cancer changed."""
    return [
        TumorFile(slug, label, ("C34",), {**TUMOR_OF, **(changes if slug == "nsclc" else {})})
        for slug, label in terms.TUMORS.items()
    ]


def small(**changes: Any) -> ShippedContent:
    """The small content, with the parts given in place of its own."""
    limits = [{"fact": "stage", "is_one_of": ["IV"]}, {"fact": "dose", "at_most": "200 mg"}]
    parts: dict[str, Any] = {
        "releases": [release("pathways", "PW-1"), release("policy", "POL-1")],
        "regimens": [row()],
        "policies": policies(paragraph(criteria=limits)),
        "cases": {CASES: cases()},
        "routing": [route()],
        "catalog": products(),
        "tumors": tumors(),
        "codes": [CodeRow("C34.90", "lung", True, True, ("nsclc",), "")],
    }
    return ShippedContent(**{**parts, **changes})
