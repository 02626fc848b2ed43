"""Content keeps its own rules: labeled, dated, checked by a second person, and answerable in the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orders.steps import STEPS
from pathways.catalog import read_codes, read_drugs, read_tumors
from pathways.criteria import FACTS, terms
from pathways.files import read_yaml
from pathways.loading import ReleaseContent, read_pathway_release, read_policy_releases
from tests.content.cases import FIXTURES

CATALOG = read_drugs(FIXTURES / "drugs")
TUMORS = {tumor.slug: tumor for tumor in read_tumors(FIXTURES / "tumors", drugs=CATALOG.codes)}
PATHWAYS = [
    read_pathway_release(path.parent, drugs=CATALOG.codes)
    for path in sorted((FIXTURES / "pathways").glob("*/release.yaml"))
]
POLICIES = read_policy_releases(FIXTURES / "policies", FIXTURES / "routing", products=CATALOG.codes)
REGIMENS = [row for release in PATHWAYS for row in release.rows["regimens"]]
PARAGRAPHS = [
    {**paragraph, "drug": policy["policy"]}
    for release in POLICIES
    for policy in release.rows["policies"]
    for paragraph in policy["paragraphs"]
]
FOLDERS = ("codes", "drugs", "pathways", "policies", "routing", "tumors")


def content_files() -> list[Path]:
    """Every YAML file of clinical content, cases apart."""
    files = [path for folder in FOLDERS for path in (FIXTURES / folder).rglob("*.yaml")]
    return sorted(path for path in files if path.name not in {"cases.yaml", "releases.yaml"})


@pytest.mark.parametrize("path", content_files(), ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_content_file_says_that_it_is_synthetic_and_who_wrote_and_checked_it(path: Path) -> None:
    content = read_yaml(path, name=path.name)
    assert path.read_text().startswith("# Synthetic content for building and testing")
    assert "Synthetic" in content["notice"]
    assert content["authored_by"] != content["checked_by"]
    assert "(synthetic role)" in content["authored_by"]
    assert "(synthetic role)" in content["checked_by"]


@pytest.mark.parametrize("release", [*PATHWAYS, *POLICIES], ids=lambda release: release.slug)
def test_no_review_was_overdue_when_its_release_began(release: ReleaseContent) -> None:
    for path in content_files():
        content = read_yaml(path, name=path.name)
        if content.get("effective") == release.effective.isoformat() and "next_review" in content:
            assert date.fromisoformat(content["reviewed"]) <= release.effective
            assert date.fromisoformat(content["next_review"]) >= release.effective


BRITISH = (
    *("tumour", "leukaem", "anaem", "haemo", " oesoph", "favour", "labell", "programme"),
    *("authoris", "randomis", "sensitis", "metastasis", "per cent", "paediat", "licence", "colour"),
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_content_is_spelled_the_american_way(folder: str) -> None:
    for path in (FIXTURES / folder).rglob("*.*"):
        text = path.read_text().lower()
        # "metastasis" is American too; the verb is not.
        found = [word for word in BRITISH if word in text.replace("metastasis", "")]
        # Titles of trials are quoted as registered.
        assert not found or path.name == "clinical_trials.csv", f"{path.name}: {found}"


def test_every_fact_is_asked_in_a_step_of_the_form() -> None:
    assert {fact.step for fact in FACTS.values()} <= {step.key for step in STEPS}
    assert all(fact.question.endswith(("?", ".")) for fact in FACTS.values())


# --- Whatever a row asks, the form offers -------------------------------------------------------------
def criteria_of(paragraph: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tests of a paragraph, joins opened."""

    def opened(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for entry in entries:
            joined = next((entry[kind] for kind in ("all", "any", "not") if kind in entry), None)
            yield from opened(joined) if joined else [entry]

    for part in ("includes", "excludes", "criteria"):
        yield from opened(paragraph.get(part, []))


def asked_of(paragraph: dict[str, Any]) -> dict[str, list[str]]:
    """Fact -> values named, for the tests of a paragraph that list values."""
    return {test["fact"]: test["is_one_of"] for test in criteria_of(paragraph) if "is_one_of" in test}


def test_the_form_offers_what_a_regimen_asks() -> None:
    for row in REGIMENS:
        asked = TUMORS[row["tumor"]].content
        assert set(row["stages"]) & set(asked["stages"]), row["id"]
        assert set(row["lines"]) <= set(asked["lines"]), row["id"]
        assert set(row["histology"]) <= set(asked["histologies"]), row["id"]
        assert {rule["name"] for rule in row["biomarkers"]} <= set(asked["biomarkers"]), row["id"]
        assert set(row["prior_therapy"].get("all", ())) <= set(asked["prior_therapies"]), row["id"]
        assert row["concurrent_radiation"] is None or "concurrent_radiation" in asked["asks"], row["id"]


def test_the_form_offers_what_a_policy_asks() -> None:
    for paragraph in PARAGRAPHS:
        facts = asked_of(paragraph)
        prior = {test["include"] for test in criteria_of(paragraph) if "include" in test}
        for tumor in facts.get("tumor", ()):
            asked = TUMORS[tumor].content
            excluded = tumor in next(
                (test["is_one_of"] for test in paragraph.get("excludes", ()) if test["fact"] == "tumor"), ()
            )
            if excluded:
                continue
            assert "stage" not in facts or set(facts["stage"]) & set(asked["stages"]), paragraph["id"]
            assert set(facts.get("line_of_therapy", ())) <= set(asked["lines"]), paragraph["id"]
            assert set(facts.get("histology", ())) <= set(asked["histologies"]), paragraph["id"]
            markers = {name.partition(".")[2] for name in facts if name.startswith("biomarkers.")}
            assert markers <= set(asked["biomarkers"]), paragraph["id"]
            assert prior <= set(asked["prior_therapies"]), paragraph["id"]


def test_every_biomarker_asked_is_needed_by_a_regimen_or_a_policy_of_that_cancer() -> None:
    """R-088: what a cancer does not need is not asked."""
    for slug, tumor in TUMORS.items():
        needed = {rule["name"] for row in REGIMENS if row["tumor"] == slug for rule in row["biomarkers"]}
        for paragraph in PARAGRAPHS:
            facts = asked_of(paragraph)
            if slug in facts.get("tumor", ()):
                needed |= {name.partition(".")[2] for name in facts if name.startswith("biomarkers.")}
        assert set(tumor.content["biomarkers"]) == needed, slug


def test_every_drug_of_a_regimen_or_policy_can_be_ordered() -> None:
    roles = {drug.name: drug.role for drug in CATALOG.drugs}
    for row in REGIMENS:
        for component in row["components"]:
            assert roles[component["drug"]] == "therapeutic", (row["id"], component["drug"])
    for release in PATHWAYS:
        begins = release.effective
        for drug in {part["drug"] for row in release.rows["regimens"] for part in row["components"]}:
            products = [product for product in CATALOG.products if product.drug == drug]
            assert any(
                product.effective_from <= begins <= (product.effective_to or date.max) for product in products
            ), (release.slug, drug)


def test_every_cancer_has_a_diagnosis_code_that_can_be_billed() -> None:
    codes = read_codes(FIXTURES / "codes" / "icd10cm_oncology.csv", list(TUMORS.values()))
    for slug in terms.TUMORS:
        assert any(row.billable and row.malignant and slug in row.tumors for row in codes), slug


def test_every_policy_drug_is_routed_for_every_plan() -> None:
    routed = {(row["plan"], row["drug"]) for release in POLICIES for row in release.rows["managers"]}
    plans = {plan for plan, _ in routed}
    drugs = {paragraph["drug"] for paragraph in PARAGRAPHS} - set(terms.RADIATION_POLICIES.values())
    assert {(plan, drug) for plan in plans for drug in drugs} <= routed
