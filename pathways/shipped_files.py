"""The folder of shipped content read whole, without a database, for the lint."""

from __future__ import annotations

from pathlib import Path

from pathways.catalog import read_codes, read_drugs, read_trials, read_tumors
from pathways.criteria import parse_policy
from pathways.files import read_yaml
from pathways.lint import Accepted, PolicyFile, RegimenInRelease, ReleaseHead, ShippedContent
from pathways.loading import (
    CASES,
    Problems,
    ReleaseContent,
    read_pathway_release,
    read_policy_releases,
    read_routing_folder,
)
from pathways.policy_cases import PolicyCase, read_cases
from pathways.radiation_content import RadiationContent, read_radiation
from pathways.regimens import RegimenRow

ACCEPTED = "accepted_findings.yaml"


def read_shipped(root: Path) -> ShippedContent:
    """Everything under the folder; raises ContentError with every mistake of its files."""
    problems = Problems()
    catalog = read_drugs(root / "drugs")
    tumors = read_tumors(root / "tumors", drugs=catalog.codes)
    codes = read_codes(root / "codes" / "icd10cm_oncology.csv", tumors)
    read_trials(root / "codes" / "clinical_trials.csv")
    radiation = RadiationContent()
    with problems.collected():
        radiation = read_radiation(root / "radiation")
    heads: list[ReleaseHead] = []
    regimens: list[RegimenInRelease] = []
    for path in sorted(root.glob("pathways/*/release.yaml")):
        with problems.collected():
            release = read_pathway_release(path.parent, drugs=catalog.codes)
            folder = f"pathways/{path.parent.name}"
            heads.append(_head(release, f"{folder}/release.yaml"))
            for row in release.rows["regimens"]:
                file = f"{folder}/{row['tumor']}.yaml"
                regimens.append(RegimenInRelease(file, release.slug, RegimenRow.from_content(row)))
    with problems.collected():
        found = read_policy_releases(root / "policies", root / "routing", products=catalog.codes)
        heads += [_head(release, "policies/releases.yaml") for release in found]
    problems.finish()
    policies = _policies(root, catalog.codes)
    return ShippedContent(
        releases=heads,
        regimens=regimens,
        policies=policies,
        cases=_cases(root),
        routing=read_routing_folder(problems, root / "routing", catalog.codes),
        catalog=catalog,
        tumors=tumors,
        codes=codes,
        radiation=radiation,
    )


def read_accepted(root: Path) -> list[Accepted]:
    """The findings that are accepted, each with its reason; none when the file is missing."""
    path = root / ACCEPTED
    if not path.exists():
        return []
    return [
        Accepted(entry["rule"], file, entry["path"], entry["reason"], entry.get("other", ""))
        for entry in read_yaml(path, name=ACCEPTED)["accepted"]
        for file in entry["files"]
    ]


def _head(release: ReleaseContent, file: str) -> ReleaseHead:
    return ReleaseHead(file, release.kind, release.slug, release.effective, release.next_review)


def _policies(root: Path, drugs: dict[str, frozenset[str]]) -> list[PolicyFile]:
    found = []
    for path in sorted(root.glob("policies/*/*.yaml")):
        if path.name != CASES:
            folder = f"policies/{path.parent.name}"
            policy = parse_policy(read_yaml(path, name=path.name), file=path.name, drugs=drugs)
            found.append(PolicyFile(f"{folder}/{path.name}", f"{folder}/{CASES}", policy))
    return found


def _cases(root: Path) -> dict[str, list[PolicyCase]]:
    """The cases of each file."""
    paths = sorted(root.glob(f"policies/*/{CASES}"))
    names = [f"policies/{path.parent.name}/{CASES}" for path in paths]
    return {name: read_cases(path, name=name) for path, name in zip(paths, names, strict=True)}
