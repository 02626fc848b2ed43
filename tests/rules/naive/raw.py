"""The content as the files have it, and what of it is in force on a day (DR-03, DR-04)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pathways.files import read_yaml

FIXTURES = Path(__file__).parents[3] / "fixtures"

Raw = dict[str, Any]


def _yaml(pattern: str) -> Iterator[tuple[Path, Raw]]:
    for path in sorted(FIXTURES.glob(pattern)):
        yield path, read_yaml(path, name=path.name)


def _csv(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Release:
    """A pathway release: the day it begins and all its regimens, each with its tumor."""

    slug: str
    effective: date
    regimens: list[Raw]


def _release(path: Path, head: Raw) -> Release:
    regimens = [
        {**row, "tumor": found["tumor"]}
        for file, found in _yaml(f"pathways/{path.parent.name}/*.yaml")
        if file.name != "release.yaml"
        for row in found["regimens"]
    ]
    return Release(head["release"], date.fromisoformat(head["effective"]), regimens)


RELEASES = [_release(path, head) for path, head in _yaml("pathways/*/release.yaml")]
POLICIES = [found for _, found in _yaml("policies/*/[0-9]*.yaml")]
ROUTING = [found for _, found in _yaml("routing/*.yaml")]
TUMORS = [found for _, found in _yaml("tumors/*.yaml")]
PRODUCTS = _csv("drugs/products.csv")
DRUGS = _csv("drugs/drugs.csv")


def release_on(day: date) -> Release:
    """The pathway release in force on the day of submission (DR-03)."""
    return max((found for found in RELEASES if found.effective <= day), key=lambda found: found.effective)


def policy_on(drug: str, day: date) -> Raw | None:
    """The file of a drug's policy in force on the start date, the latest that has begun (DR-03)."""
    begun = [
        found
        for found in POLICIES
        if found["policy"] == drug and date.fromisoformat(found["effective"]) <= day
    ]
    return max(begun, key=lambda found: str(found["effective"])) if begun else None


def _rows(plan: str, line_of_business: str, drug: str, hcpcs: str | None, day: date) -> list[Raw]:
    """The routing rows of a product, or of the drug without `hcpcs`, for that line or for all lines."""
    return [
        row
        for file in ROUTING
        if file["plan"] == plan
        for row in file["managers"]
        if date.fromisoformat(row["effective"]) <= day
        and row.get("line_of_business", "") in ("", line_of_business)
        and (
            drug in row.get("drugs", [])
            if hcpcs is None
            else any(item == {"drug": drug, "hcpcs": hcpcs} for item in row.get("products", []))
        )
    ]


def manager_on(plan: str, line_of_business: str, drug: str, hcpcs: str, day: date) -> str:
    """Who manages a drug: product row first, then drug row, the line's own before the one for all (DR-04).

    A drug on no list is the pharmacy benefit manager's or nobody's (R-017, R-130).
    """
    for code in (hcpcs, None):
        if code == "":
            continue
        rows = _rows(plan, line_of_business, drug, code, day)
        own = [row for row in rows if row.get("line_of_business")]
        if found := own or rows:
            return str(max(found, key=lambda row: str(row["effective"]))["by"])
    pharmacy = any(row["name"] == drug and row["benefit"] == "pharmacy" for row in DRUGS)
    return "pbm" if pharmacy else "none"


def products_on(drug: str, day: date) -> list[dict[str, str]]:
    """The products of a drug that may be billed for that day."""
    return [
        row
        for row in PRODUCTS
        if row["drug"] == drug
        and row["effective_from"] <= day.isoformat() <= (row["effective_to"] or "9999-12-31")
    ]


def is_listed(diagnosis: str) -> bool:
    """Does the code, or a code it belongs to, stand for one of the cancers (DR-01)?"""
    return any(diagnosis.startswith(code) for tumor in TUMORS for code in tumor["diagnoses"])
