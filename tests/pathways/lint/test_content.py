"""Faults between regimens, releases, routing, products, units, codes and cases; and what nearly is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pathways.bundles import BundledCode, Per
from pathways.catalog import CodeRow
from pathways.lint import Accepted, Level, ShippedContent, lint
from pathways.radiation_content import BundleFile, ManagedRow, RadiationCodeRow, RadiationContent
from pathways.routing_content import RoutingRow
from tests.pathways.lint.small import (
    BEGINS,
    CASES,
    COMPONENT,
    case,
    cases,
    paragraph,
    policies,
    product,
    products,
    release,
    route,
    row,
    small,
    tumors,
)

Change = dict[str, Any]
AUTUMN = date(2021, 10, 1)
SPRING = date(2022, 4, 1)


def stage_and(*tests: dict[str, Any]) -> Change:
    """The policy with these tests beside its stage."""
    return {"policies": policies(paragraph(criteria=[{"fact": "stage", "is_one_of": ["IV"]}, *tests]))}


def dose(limit: str) -> Change:
    return stage_and({"fact": "dose", "at_most": limit})


def component(**changes: Any) -> dict[str, Any]:
    return {"components": [{**COMPONENT, **changes}]}


def without(number: int) -> Change:
    """The cases but one."""
    kept = cases()
    del kept[number]
    return {"cases": {CASES: kept}}


def reviewed_before(day: str) -> list[RoutingRow]:
    """Carboplatin reviewed until a day."""
    return [route(drug="carboplatin"), route(drug="carboplatin", effective=day, by="none")]


CODE = RadiationCodeRow("77407", "IMRT", "delivery", "IMRT delivery", date(2017, 1, 1), None)
MANAGED = [ManagedRow("BCBSMA", "PPO_EPO", "77407", BEGINS, None)]
#: Something else is managed all the time.
OTHERS = [ManagedRow("BCBSMA", "PPO_EPO", "77412", BEGINS, None)]


def radiation(
    codes: Sequence[RadiationCodeRow] = (CODE,),
    managed: Sequence[ManagedRow] = tuple(MANAGED),
    bundles: Mapping[date, str] | None = None,
) -> Change:
    """IMRT delivered by 77407 from the beginning, and from later days by other codes."""
    files = [
        BundleFile(f"radiation/bundles/{day}.yaml", day, {"IMRT": (BundledCode(code, "", Per.FRACTION),)})
        for day, code in {BEGINS: "77407", **(bundles or {})}.items()
    ]
    others = [replace(CODE, code="77412")]
    return {"radiation": RadiationContent((*codes, *others), tuple(managed), tuple(files))}


WEEKLY = component(days="1,8,15")
LATER = {
    "releases": [release("pathways", "PW-1"), release("pathways", "PW-2", AUTUMN), release("policy", "POL-1")]
}
IN_BOTH = [row(), replace(row(), release="PW-2")]
BREAST = row(id="PW-BRE-001", tumor="breast", regimen_key="breast:pembrolizumab")
#: PW-2 has no regimen any more, and the day before it the last product of pembrolizumab ends.
ENDED_WITH_PW_1 = {**LATER, "catalog": products(product(effective_to=date(2021, 9, 30)))}
#: Rule, a fault and what nearly is one.
FAULTS: dict[str, tuple[str, Change, Change]] = {
    # --- Regimens
    "a row for a stage that is not offered": (
        "not-offered",
        {"regimens": [row(stages=["I", "II"])]},
        {"regimens": [row(stages=["II", "III"])]},
    ),
    "a row for a line that is not offered": (
        "not-offered",
        {"regimens": [row(lines=["L1", "L3"])]},
        {"regimens": [row(lines=["L1", "L2"])]},
    ),
    "a row that asks twice": (
        "never-met",
        {
            "regimens": [
                row(biomarkers=[{"name": "ALK", "in": ["positive"]}, {"name": "ALK", "in": ["negative"]}])
            ]
        },
        {
            "regimens": [
                row(biomarkers=[{"name": "ALK", "in": ["positive"]}, {"name": "EGFR", "in": ["mutation"]}])
            ],
            "tumors": tumors(biomarkers=["ALK", "EGFR"]),
        },
    ),
    "a row with a supportive drug": (
        "not-ordered",
        {"regimens": [row(**component(drug="ondansetron"))]},
        {"regimens": [row(**component(drug="cisplatin"))]},
    ),
    "two rows alike": (
        "shadowed",
        {"regimens": [row(), row(id="PW-NSC-002", ecog_max=2)]},
        {"regimens": [row(), row(id="PW-NSC-002", ecog_max=2, stages=["III"])]},
    ),
    "a library row for patients of a Pathway row": (
        "shadowed",
        {"regimens": [row(), row(id="LIB-NSC-001", kind="library")]},
        {"regimens": [row(), row(id="LIB-NSC-001", kind="library", lines=["L1", "L2"], ecog_max=0)]},
    ),
    "two schedules for the same patients": (
        "overlap",
        {"regimens": [row(), row(id="PW-NSC-002", **WEEKLY)]},
        {"regimens": [row(), row(id="PW-NSC-002", lines=["L2"], **WEEKLY)]},
    ),
    "unknown accepted by one row only": (
        "shadowed",
        {
            "regimens": [
                row(biomarkers=[{"name": "ALK", "in": ["negative"]}]),
                row(
                    id="PW-NSC-002", biomarkers=[{"name": "ALK", "in": ["negative"], "accept_unknown": True}]
                ),
            ],
            "tumors": tumors(biomarkers=["ALK"]),
        },
        {
            "regimens": [
                row(biomarkers=[{"name": "ALK", "in": ["negative"], "accept_unknown": True}]),
                row(id="PW-NSC-002", ecog_max=2, biomarkers=[{"name": "ALK", "in": ["negative"]}]),
            ],
            "tumors": tumors(biomarkers=["ALK"]),
        },
    ),
    # --- Routing
    "a policy of a drug nobody reviews": (
        "never-read",
        {"routing": [route(by="none")]},
        {"routing": [route(by="none"), route(plan="BCBSM")]},
    ),
    "review that ended before the policy begins": (
        "never-read",
        {"routing": [route(), route(effective="2021-07-01", by="none")]},
        {"routing": [route(), route(effective="2021-07-02", by="none")]},
    ),
    "a policy drug that a plan does not name": (
        "not-routed",
        {"routing": [route(), route(plan="BCBSM", drug="carboplatin", by="none")]},
        {"routing": [route(), route(plan="BCBSM", by="none")]},
    ),
    "a policy drug that a plan names too late": (
        "not-routed",
        {"routing": [route(effective="2021-07-02")]},
        {"routing": [route(effective="2021-07-01")]},
    ),
    "a reviewed drug without policy": (
        "no-policy",
        {"routing": [route(), route(drug="carboplatin")]},
        {"routing": [route(), route(drug="carboplatin", by="none")]},
    ),
    "a drug reviewed on the day policy begins": (
        "no-policy",
        {"routing": [route(), *reviewed_before("2021-07-02")]},
        {"routing": [route(), *reviewed_before("2021-07-01")]},
    ),
    "a manager who was it already": (
        "routing-idle",
        {"routing": [route(), route(effective="2021-10-01")]},
        {"routing": [route(), route(effective="2021-10-01", by="none")]},
    ),
    "a product row after its code ended": (
        "routing-idle",
        {
            "routing": [route(), route(hcpcs="J1111", effective="2022-01-01")],
            "catalog": products(product(), product(hcpcs="J1111", effective_to=date(2021, 12, 31))),
        },
        {
            "routing": [route(), route(hcpcs="J1111", effective="2021-12-31")],
            "catalog": products(product(), product(hcpcs="J1111", effective_to=date(2021, 12, 31))),
        },
    ),
    # --- Releases and products
    "days with Pathways and no policy": (
        "release-gap",
        {"releases": [release("pathways", "PW-1", date(2021, 6, 30)), release("policy", "POL-1")]},
        {"releases": [release("pathways", "PW-1"), release("policy", "POL-1")]},
    ),
    "two releases on a day": (
        "release-gap",
        {"releases": [*small().releases, release("policy", "POL-2")]},
        {"releases": [*small().releases, release("policy", "POL-2", AUTUMN)]},
    ),
    "a review that nobody made": (
        "review-overdue",
        {
            "releases": [
                release("pathways", "PW-1", next_review=date(2022, 3, 30)),
                release("pathways", "PW-2", SPRING),
                release("policy", "POL-1"),
            ]
        },
        {
            "releases": [
                release("pathways", "PW-1", next_review=date(2022, 3, 31)),
                release("pathways", "PW-2", SPRING),
                release("policy", "POL-1"),
            ]
        },
    ),
    "a cancer that the next release has no row of": (
        "cancer-gone",
        {**LATER, "regimens": [*IN_BOTH, BREAST]},
        {**LATER, "regimens": [*IN_BOTH, BREAST, replace(BREAST, release="PW-2")]},
    ),
    "a cancer that comes and goes": (
        "cancer-gone",
        {**LATER, "regimens": [row()]},
        {**LATER, "regimens": [*IN_BOTH, replace(BREAST, release="PW-2")]},
    ),
    "a product that ends before its release": (
        "product-gap",
        {**ENDED_WITH_PW_1, "regimens": IN_BOTH, "policies": []},
        {**ENDED_WITH_PW_1, "policies": []},
    ),
    "a product that ends while only a policy needs it": (
        "product-gap",
        {**ENDED_WITH_PW_1, **dose("200 mg")},
        {**ENDED_WITH_PW_1, "policies": []},
    ),
    "a day between two codes": (
        "product-gap",
        {
            "catalog": products(
                product(effective_to=date(2021, 12, 31)),
                product(hcpcs="J1111", effective_from=date(2022, 1, 2)),
            )
        },
        {
            "catalog": products(
                product(effective_to=date(2021, 12, 31)),
                product(hcpcs="J1111", effective_from=date(2022, 1, 1)),
            )
        },
    ),
    "a code valid twice": (
        "product-overlap",
        {"catalog": products(product(effective_to=BEGINS), product(effective_from=BEGINS))},
        {"catalog": products(product(effective_to=date(2021, 6, 30)), product(effective_from=BEGINS))},
    ),
    # --- Units and amounts
    "a limit in units of a drug given in milligrams": ("unit", dose("200 units"), dose("2 mg/kg")),
    "an order in units of a drug billed in milligrams": (
        "unit",
        {"regimens": [row(**component(unit="units"))], "policies": []},
        {"regimens": [row(**component(unit="g"))], "policies": []},
    ),
    "a limit a thousand times too high": ("range", dose("200 g"), dose("2 g")),
    "a limit far too low": ("range", dose("19 mg"), dose("20 mg")),
    "a laboratory limit of another unit": (
        "range",
        stage_and({"fact": "labs.hemoglobin", "below": "100 g/dL"}),
        stage_and({"fact": "labs.hemoglobin", "below": "10 g/dL"}),
    ),
    "a course of many years": (
        "range",
        stage_and({"fact": "schedule", "total_days_at_most": 7300}),
        stage_and({"fact": "schedule", "total_days_at_most": 730}),
    ),
    # --- Codes
    "a diagnosis that nobody bills": (
        "code",
        {"codes": [CodeRow("C34", "lung", False, True, ("nsclc",), "")]},
        {"codes": [CodeRow("C34.1", "lung", True, True, ("nsclc",), "")]},
    ),
    "a cancer without questions": ("code", {"tumors": tumors()[1:]}, {"tumors": tumors()[::-1]}),
    "a code that is none": (
        "code",
        {"catalog": products(product(hcpcs="JX271"))},
        {"catalog": products(product(hcpcs="96413"))},
    ),
    "a plan that nobody routes for": (
        "code",
        stage_and({"fact": "plan", "is_one_of": ["BCBSNX"]}),
        stage_and({"fact": "plan", "is_one_of": ["BCBSNC"]}),
    ),
    "a question nobody needs": (
        "not-needed",
        {"tumors": tumors(biomarkers=["ALK"])},
        {
            "tumors": tumors(biomarkers=["ALK"]),
            "regimens": [row(biomarkers=[{"name": "ALK", "in": ["negative"]}])],
        },
    ),
    "a case with a stage that is none": (
        "code",
        {"cases": {CASES: [*cases(), case("not_met", stage="5")]}},
        {"cases": {CASES: [*cases(), case("not_met", stage="I")]}},
    ),
    "a case with a fact that is none": (
        "code",
        {"cases": {CASES: [*cases(), case(ecogg=1)]}},
        {"cases": {CASES: [*cases(), case(ecog=1)]}},
    ),
    # --- Radiation codes
    "a bundle with a code that nobody manages": ("not-managed", radiation(managed=OTHERS), radiation()),
    "a bundle with a code that one line of business has not managed": (
        "not-managed",
        radiation(managed=[*MANAGED, replace(MANAGED[0], line_of_business="MA", code="77412")]),
        radiation(managed=[*MANAGED, replace(MANAGED[0], line_of_business="MA")]),
    ),
    "a bundle with a code that is managed for a time only": (
        "not-managed",
        radiation(managed=[replace(MANAGED[0], effective_to=AUTUMN), *OTHERS]),
        radiation(
            managed=[
                replace(MANAGED[0], effective_to=AUTUMN),
                replace(MANAGED[0], effective_from=date(2021, 10, 2)),
                *OTHERS,
            ]
        ),
    ),
    "a later bundle with the code of the one before": (
        "not-managed",
        radiation(
            managed=[replace(MANAGED[0], effective_to=date(2022, 3, 31)), *OTHERS], bundles={SPRING: "77407"}
        ),
        radiation(
            managed=[replace(MANAGED[0], effective_to=date(2022, 3, 31)), *OTHERS], bundles={SPRING: "77412"}
        ),
    ),
    "a code managed after its last day": (
        "not-valid",
        radiation(codes=[replace(CODE, effective_to=SPRING)]),
        radiation(codes=[replace(CODE, effective_to=SPRING), replace(CODE, effective_from=date(2022, 4, 2))]),
    ),
    # --- Cases
    "a case that comes out otherwise": (
        "case-wrong",
        {"cases": {CASES: [*cases(), case(stage="III")]}},
        {"cases": {CASES: [*cases(), case(stage="IV", ecog=1)]}},
    ),
    "no case that meets it": ("case-missing", without(0), {}),
    "no case beyond the limit": ("case-missing", without(2), without(1)),
    "no case of the day before": ("case-missing", without(3), {}),
    "no case that differs by one change": (
        "case-missing",
        {"cases": {CASES: [replace(told, base=None) for told in cases()]}},
        {},
    ),
    "no case on the limit": ("case-missing", dose("200.5 mg"), dose("200 mg")),
}


def rules(content: ShippedContent) -> set[str]:
    return {finding.rule for finding in lint(content)}


def test_the_small_content_has_no_fault() -> None:
    assert lint(small()) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_what_nearly_is_one_is_not(name: str) -> None:
    rule, fault, near = FAULTS[name]
    assert rule in rules(small(**fault))
    assert rule not in rules(small(**near))


def test_a_finding_says_where_it_is_and_what_else_is_concerned() -> None:
    finding = next(f for f in lint(small(**FAULTS["two rows alike"][1])) if f.rule == "shadowed")
    assert str(finding) == (
        "error: pathways/PW-1/nsclc.yaml: PW-NSC-001: [shadowed] Its patients all fit PW-NSC-002, "
        "which gives the same drugs alike. See PW-NSC-002."
    )
    assert finding.to_json()["level"] == Level.ERROR == finding.level


def test_a_cancer_that_is_gone_is_told_at_the_later_release_and_may_be_accepted() -> None:
    content = small(**FAULTS["a cancer that the next release has no row of"][1])
    (finding,) = [found for found in lint(content) if found.rule == "cancer-gone"]
    assert str(finding) == (
        "error: pathways/PW-2: breast: [cancer-gone] PW-2 has no row of it; PW-1 has. See PW-1."
    )
    taken = Accepted("cancer-gone", "pathways/PW-2", "breast", "Its Pathways were withdrawn.", "PW-1")
    assert "cancer-gone" not in {found.rule for found in lint(content, [taken])}


# --- Accepted findings --------------------------------------------------------------------------------
FAULTY = small(routing=[route(by="none")])
TAKEN = Accepted("never-read", "policies/pembrolizumab/2021-07-01.yaml", "policy", "It waits for a plan.")


def test_an_accepted_finding_is_not_reported() -> None:
    assert [finding.rule for finding in lint(FAULTY)] == ["never-read"]
    assert lint(FAULTY, [TAKEN]) == []


@pytest.mark.parametrize(
    "changed", [{"rule": "no-policy"}, {"file": "x.yaml"}, {"path": "P-01"}, {"other": "P-02"}]
)
def test_an_acceptance_of_something_else_accepts_nothing_and_is_an_error(changed: Change) -> None:
    findings = lint(FAULTY, [replace(TAKEN, **changed)])
    assert [finding.rule for finding in findings] == ["never-read", "not-accepted"]
    assert all(finding.level is Level.ERROR for finding in findings)
