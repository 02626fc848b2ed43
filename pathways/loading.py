"""Release folders read into what a release holds: everything checked, or every mistake (R-168, R-169).

Nothing here writes: `pathways.actions` stages what was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pathways.criteria import ContentError, ContentProblem, content_hash, parse_policy
from pathways.criteria.parse import Reader, check_head
from pathways.files import read_yaml
from pathways.regimen_content import read_regimens
from pathways.routing_content import RoutingRow, read_routing

RELEASE_KEYS = {
    "release",
    "kind",
    "effective",
    "label",
    "notice",
    "authored_by",
    "checked_by",
    "reviewed",
    "next_review",
    "basis",
    "changes",
}
CASES = "cases.yaml"


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """A release as read from its files; `rows` is JSON: regimens, or policies and managers."""

    kind: str
    slug: str
    label: str
    effective: date
    next_review: date
    notice: str
    changes: tuple[str, ...]
    authored_by: str
    checked_by: str
    rows: dict[str, list[dict[str, Any]]]

    @property
    def content_hash(self) -> str:
        """Names the content: equal hashes, equal content."""
        return content_hash(self.rows)


class Problems:
    """Mistakes of many files, raised together."""

    def __init__(self) -> None:
        self.found: list[ContentProblem] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Note the mistakes raised within and go on after it."""
        try:
            yield
        except ContentError as mistakes:
            self.found += mistakes.problems

    def finish(self) -> None:
        """Raise what was noted."""
        if self.found:
            raise ContentError(self.found)


def read_pathway_release(folder: Path, *, drugs: Collection[str]) -> ReleaseContent:
    """A folder with `release.yaml` and one regimen file per cancer.

    Raises ContentError with every mistake of every file.
    """
    problems = Problems()
    head: ReleaseContent | None = None
    regimens: list[dict[str, Any]] = []
    place = f"pathways/{folder.name}"
    for path in sorted(folder.glob("*.yaml")):
        name = f"{place}/{path.name}"
        with problems.collected():
            content = read_yaml(path, name=name)
            if path.name == "release.yaml":
                head = _head(content, file=name)
            else:
                regimens += read_regimens(content, file=name, drugs=drugs)
    _check_unique(problems, place, [row["id"] for row in regimens if "id" in row])
    if head is None and not problems.found:
        problems.found.append(ContentProblem(place, "release.yaml", "the file is missing."))
    problems.finish()
    assert head is not None
    return replace(head, rows={"regimens": sorted(regimens, key=lambda row: str(row["id"]))})


def read_policy_releases(
    policies: Path, routing: Path, *, products: Mapping[str, Collection[str]]
) -> list[ReleaseContent]:
    """All policy releases: each introduces the policies and routing rows that begin with it.

    `policies` holds `releases.yaml` and a folder per drug, `routing` a file per plan; `products` the
    HCPCS codes of each drug.  Raises ContentError with every mistake of every file.
    """
    problems = Problems()
    heads: list[ReleaseContent] = []
    with problems.collected():
        listed = read_yaml(policies / "releases.yaml", name="policies/releases.yaml")
        for number, item in enumerate(listed.get("releases", ())):
            heads.append(_head(item, file="policies/releases.yaml", path=f"releases[{number}]"))
    heads.sort(key=lambda head: head.effective)
    policy_rows = _policies(problems, policies, products)
    managers = read_routing_folder(problems, routing, products)
    days = {head.effective.isoformat() for head in heads}
    for row in policy_rows:
        if row["effective"] not in days:
            problems.found.append(
                ContentProblem(row["file"], "effective", "no policy release begins on this day.")
            )
    problems.finish()
    return [
        replace(
            head,
            rows={
                "policies": [
                    row["content"] for row in policy_rows if row["effective"] == str(head.effective)
                ],
                "managers": [row.to_json() for row in _introduced(managers, head, heads)],
            },
        )
        for head in heads
    ]


def _policies(
    problems: Problems, root: Path, products: Mapping[str, Collection[str]]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted(root.glob("*/*.yaml")):
        if path.name == CASES:
            continue
        name = f"policies/{path.parent.name}/{path.name}"
        with problems.collected():
            content = read_yaml(path, name=name)
            policy = parse_policy(content, file=name, drugs=products)
            if path.stem != policy.effective.isoformat():
                message = f"the file is named {path.stem}."
                raise ContentError([ContentProblem(name, "effective", message)])
            rows.append({"file": name, "effective": path.stem, "content": content})
    return rows


def read_routing_folder(
    problems: Problems, root: Path, products: Mapping[str, Collection[str]]
) -> list[RoutingRow]:
    """The rows of every plan's routing file; mistakes are noted in `problems`."""
    rows: list[RoutingRow] = []
    for path in sorted(root.glob("*.yaml")):
        name = f"routing/{path.name}"
        with problems.collected():
            rows += read_routing(read_yaml(path, name=name), file=name, products=products)
    return rows


def _introduced(
    rows: Iterable[RoutingRow], head: ReleaseContent, heads: list[ReleaseContent]
) -> list[RoutingRow]:
    """The routing rows that begin with this release; the first one also takes what began before it."""
    later = [other.effective.isoformat() for other in heads if other.effective > head.effective]
    first = heads[0] is head
    return [
        row
        for row in rows
        if (first or row.effective >= head.effective.isoformat())
        and (not later or row.effective < min(later))
    ]


def _head(content: Mapping[str, Any], *, file: str, path: str = "") -> ReleaseContent:
    reader = Reader(file)
    reader.check_keys(content, RELEASE_KEYS, path)
    check_head(reader, content)
    effective = reader.day(content, "effective")
    next_review = reader.day(content, "next_review")
    if next_review < effective:
        reader.wrong("next_review", "the next review lies before the day the release begins.")
    kind = reader.text(content, "kind")
    if kind not in {"pathways", "policy"}:
        reader.wrong("kind", f"expected pathways or policy, found {kind!r}.")
    slug, label = reader.text(content, "release"), reader.text(content, "label")
    reader.finish()
    return ReleaseContent(
        kind=kind,
        slug=slug,
        label=label,
        effective=effective,
        next_review=next_review,
        notice=content["notice"].strip(),
        changes=tuple(map(str, content.get("changes", ()))),
        authored_by=content["authored_by"].strip(),
        checked_by=content["checked_by"].strip(),
        rows={},
    )


def _check_unique(problems: Problems, file: str, ids: list[str]) -> None:
    twice = {name for name in ids if ids.count(name) > 1}
    problems.found += [ContentProblem(file, name, "the regimen is listed twice.") for name in sorted(twice)]
