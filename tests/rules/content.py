"""The shipped clinical content, read from its files and compiled without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

from pathways.content import Catalog, ContentInForce, PolicyBook, Product, RoutingKey
from pathways.criteria import Policy, parse_policy
from pathways.files import read_csv
from pathways.loading import ReleaseContent, read_pathway_release, read_policy_releases
from pathways.matching import PathwayLibrary, RegimenRow
from tests.rules.programs import FIXTURES

PRODUCT_COLUMNS = (
    "drug",
    "hcpcs",
    "description",
    "unit_size",
    "unit_kind",
    "effective_from",
    "effective_to",
)


@cache
def _products() -> dict[str, tuple[Product, ...]]:
    found: dict[str, list[Product]] = defaultdict(list)
    path = FIXTURES / "drugs" / "products.csv"
    for row in read_csv(path, name=path.name, columns=PRODUCT_COLUMNS):
        ends = row["effective_to"]
        found[row["drug"]].append(
            Product(
                row["hcpcs"],
                Decimal(row["unit_size"]),
                row["unit_kind"],
                date.fromisoformat(row["effective_from"]),
                date.fromisoformat(ends) if ends else None,
            )
        )
    return {drug: tuple(items) for drug, items in found.items()}


@cache
def _pathway_releases() -> list[ReleaseContent]:
    folders = sorted(path.parent for path in (FIXTURES / "pathways").glob("*/release.yaml"))
    return [read_pathway_release(folder, drugs=_products()) for folder in folders]


@cache
def _policy_releases() -> list[ReleaseContent]:
    codes = {drug: [item.hcpcs for item in items] for drug, items in _products().items()}
    return read_policy_releases(FIXTURES / "policies", FIXTURES / "routing", products=codes)


@cache
def library(slug: str) -> PathwayLibrary:
    """The regimens of a pathway release."""
    release = next(found for found in _pathway_releases() if found.slug == slug)
    return PathwayLibrary(slug, [RegimenRow.from_content(row) for row in release.rows["regimens"]])


@cache
def _book(slug: str) -> PolicyBook:
    policies: dict[str, Policy] = {}
    routes: dict[RoutingKey, list[tuple[date, str]]] = defaultdict(list)
    for release in _policy_releases():
        for content in release.rows["policies"]:
            policies[content["policy"]] = parse_policy(content, file=release.slug)
        for row in release.rows["managers"]:
            key = (row["plan"], row["line_of_business"], row["drug"], row["hcpcs"])
            routes[key].insert(0, (date.fromisoformat(row["effective"]), row["by"]))
        if release.slug == slug:
            break
    return PolicyBook(policies, {key: tuple(found) for key, found in routes.items()})


def _in_force(releases: list[ReleaseContent], day: date) -> str:
    begun = [release for release in releases if release.effective <= day]
    return max(begun, key=lambda release: release.effective).slug


def content_on(*, plan: str, line_of_business: str, submitted_on: date, start_on: date) -> ContentInForce:
    """What an order is judged by: Pathways of the submission day, the rest of the start date (DR-03)."""
    pathways = _in_force(_pathway_releases(), submitted_on)
    policies = _in_force(_policy_releases(), start_on)
    return ContentInForce(
        pathways=library(pathways),
        book=_book(policies),
        catalog=Catalog(_products(), frozenset(), ""),
        plan=plan,
        line_of_business=line_of_business,
        start_on=start_on,
        pathway_release=pathways,
        policy_release=policies,
        pathway_release_pk=0,
        policy_release_pk=0,
        content_hash="",
    )
