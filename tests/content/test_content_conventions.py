"""Content keeps its own rules: labeled, dated, checked by a second person; the rest asks the lint."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orders.steps import STEPS
from pathways.catalog import read_drugs
from pathways.criteria import FACTS
from pathways.files import read_yaml
from pathways.loading import ReleaseContent, read_pathway_release, read_policy_releases
from tests.rules.programs import FIXTURES

CATALOG = read_drugs(FIXTURES / "drugs")
PATHWAYS = [
    read_pathway_release(path.parent, drugs=CATALOG.codes)
    for path in sorted((FIXTURES / "pathways").glob("*/release.yaml"))
]
POLICIES = read_policy_releases(FIXTURES / "policies", FIXTURES / "routing", products=CATALOG.codes)
FOLDERS = ("codes", "drugs", "pathways", "policies", "radiation", "routing", "tumors")


def content_files() -> list[Path]:
    """Every YAML file of clinical content, cases apart."""
    files = [path for folder in FOLDERS for path in (FIXTURES / folder).rglob("*.yaml")]
    return sorted(path for path in files if path.name not in {"cases.yaml", "releases.yaml"})


@cache
def read(path: Path) -> dict[str, Any]:
    """A content file, parsed once for all tests here: there are hundreds."""
    return read_yaml(path, name=path.name)


@pytest.mark.parametrize("path", content_files(), ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_content_file_says_that_it_is_synthetic_and_who_wrote_and_checked_it(path: Path) -> None:
    content = read(path)
    assert path.read_text().startswith("# Synthetic content for building and testing")
    assert "Synthetic" in content["notice"]
    assert content["authored_by"] != content["checked_by"]
    assert "(synthetic role)" in content["authored_by"]
    assert "(synthetic role)" in content["checked_by"]


@pytest.mark.parametrize("release", [*PATHWAYS, *POLICIES], ids=lambda release: release.slug)
def test_no_review_was_overdue_when_its_release_began(release: ReleaseContent) -> None:
    for path in content_files():
        content = read(path)
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
