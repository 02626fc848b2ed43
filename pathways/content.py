"""Compiled content: kept per process and content hash, so that judging an order compiles nothing.

A published release never changes, so what was compiled of it stays right for as long as the process
lives; the hash in the key keeps releases of different databases apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pathways.bundles import Bundle, BundleBook, BundledCode
from pathways.criteria import Policy, content_hash, parse_policy
from pathways.matching import PathwayLibrary
from pathways.models import (
    CodeBundle,
    Drug,
    DrugManager,
    DrugProduct,
    LoadedFile,
    MedicalPolicy,
    RegimenEntry,
    Release,
)
from pathways.regimens import RegimenRow
from pathways.routing_content import ANY_LINE

#: Releases kept compiled in a process; a few are in use at a time, older ones only for replays.
KEPT = 16


@dataclass(frozen=True, slots=True)
class Product:
    """A billable product: HCPCS code and billing unit, valid from a day to a day."""

    hcpcs: str
    unit_size: Decimal
    unit_kind: str
    effective_from: date
    effective_to: date | None

    def is_valid_on(self, day: date) -> bool:
        """Whether the code may be billed for that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Products by drug, and the drugs that the pharmacy benefit pays (R-130)."""

    products: Mapping[str, tuple[Product, ...]]
    pharmacy: frozenset[str]
    content_hash: str

    def product_on(self, drug: str, hcpcs: str, day: date) -> Product | None:
        """The product of that code as valid on a day; of the drug's only valid one without a code."""
        valid = [item for item in self.products.get(drug, ()) if item.is_valid_on(day)]
        if not hcpcs and len(valid) == 1:
            return valid[0]
        return next((item for item in valid if item.hcpcs == hcpcs), None)


RoutingKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Medical policy and routing as of one policy release.

    `routes` maps (plan, line of business, drug, code) to its managers, latest first.
    """

    policies: Mapping[str, Policy]
    routes: Mapping[RoutingKey, tuple[tuple[date, str], ...]]

    def manager_on(self, day: date, *, plan: str, line_of_business: str, drug: str, hcpcs: str) -> str | None:
        """Who manages the drug: a product row before a drug row, a line of business before all (DR-04)."""
        for code in (hcpcs, "") if hcpcs else ("",):
            for line in (line_of_business, ANY_LINE):
                for effective, by in self.routes.get((plan, line, drug, code), ()):
                    if effective <= day:
                        return by
        return None


@dataclass(frozen=True, slots=True)
class ContentInForce:
    """Everything one order is judged by: Pathways, policy, products and managers (DR-03).

    `content_hash` names all of it together.
    """

    pathways: PathwayLibrary
    book: PolicyBook
    catalog: Catalog
    plan: str
    line_of_business: str
    start_on: date
    pathway_release: str
    policy_release: str
    pathway_release_pk: int
    policy_release_pk: int
    content_hash: str
    bundles: BundleBook = field(default_factory=lambda: BundleBook({}))

    def policy(self, drug: str) -> Policy | None:
        """The medical policy for the drug on the start date; None when there is none."""
        return self.book.policies.get(drug)

    def manager(self, drug: str, hcpcs: str) -> str:
        """Who manages the drug on the start date (DR-04).

        A drug that no row names is not on the plan's list: the pharmacy benefit manager's when the
        pharmacy benefit pays it, not reviewed otherwise (R-017, R-130).
        """
        by = self.book.manager_on(
            self.start_on,
            plan=self.plan,
            line_of_business=self.line_of_business,
            drug=drug,
            hcpcs=hcpcs,
        )
        return by or ("pbm" if drug in self.catalog.pharmacy else "none")

    def product(self, drug: str, hcpcs: str) -> tuple[Decimal, str] | None:
        """Billing unit of a product on the start date: size and kind; None when the code is not valid."""
        found = self.catalog.product_on(drug, hcpcs, self.start_on)
        return None if found is None else (found.unit_size, found.unit_kind)

    def bundle(self, technique: str) -> Bundle:
        """The procedure codes of a radiation technique on the start date (R-345)."""
        return self.bundles.bundle_on(technique, self.start_on)


def assemble(
    pathways: Release, policy: Release, *, plan: str, line_of_business: str, start_on: date
) -> ContentInForce:
    """The content of two releases for one coverage and start date; one query once all is compiled."""
    loaded = _loaded()
    catalog = _catalog(loaded.get(CATALOG, ""))
    return ContentInForce(
        pathways=library_of(pathways),
        book=book_of(policy),
        catalog=catalog,
        plan=plan,
        line_of_business=line_of_business,
        start_on=start_on,
        pathway_release=pathways.slug,
        policy_release=policy.slug,
        pathway_release_pk=pathways.pk,
        policy_release_pk=policy.pk,
        content_hash=_joint_hash(pathways.content_hash, policy.content_hash, catalog.content_hash),
        bundles=_bundles(loaded.get(RADIATION, "")),
    )


@lru_cache(maxsize=KEPT)
def _joint_hash(*hashes: str) -> str:
    return content_hash(list(hashes))


def library_of(release: Release) -> PathwayLibrary:
    """The regimens of a pathway release; one query the first time in a process."""
    return _library(release.pk, release.slug, release.content_hash)


@lru_cache(maxsize=KEPT)
def _library(pk: int, slug: str, _hash: str) -> PathwayLibrary:
    rows = RegimenEntry.objects.filter(release=pk).values_list("content", flat=True)
    return PathwayLibrary(slug, [RegimenRow.from_content(row) for row in rows])


def book_of(release: Release) -> PolicyBook:
    """Policies and routing as of a policy release; two queries the first time in a process."""
    return _book(release.effective_from, release.content_hash, release.pk)


@lru_cache(maxsize=KEPT)
def _book(effective_from: date, _hash: str, _pk: int) -> PolicyBook:
    upto = {"release__effective_from__lte": effective_from}
    policies = {
        row.drug: compiled(row)
        for row in MedicalPolicy.objects.filter(**upto).order_by("effective_from")  # a later one replaces
    }
    routes: dict[RoutingKey, list[tuple[date, str]]] = {}
    rows = DrugManager.objects.filter(**upto).order_by("-effective_from")
    for plan, line, drug, code, day, by in rows.values_list(
        "plan", "line_of_business", "drug__name", "hcpcs", "effective_from", "by"
    ):
        routes.setdefault((plan, line, drug, code), []).append((day, by))
    return PolicyBook(policies, {key: tuple(found) for key, found in routes.items()})


def compiled(row: MedicalPolicy) -> Policy:
    """The policy of a row, compiled once per content."""
    known = _policies.get(row.content_hash)
    if known is None:
        known = parse_policy(row.content, file=f"policy {row.drug} {row.effective_from}")
        _policies[row.content_hash] = known
    return known


_policies: dict[str, Policy] = {}


#: The names under which the digests of what is not released are kept.
CATALOG, RADIATION = "drugs", "radiation"


def _loaded() -> dict[str, str]:
    """The content hashes of drug catalog and radiation codes as loaded; none before the first load."""
    found = LoadedFile.objects.filter(path__in=(CATALOG, RADIATION))
    return dict(found.values_list("path", "content_hash"))


@lru_cache(maxsize=2)
def _catalog(current: str) -> Catalog:
    products: dict[str, list[Product]] = {}
    for row in DrugProduct.objects.select_related("drug").order_by("drug__name", "hcpcs", "-effective_from"):
        product = Product(row.hcpcs, row.unit_size, row.unit_kind, row.effective_from, row.effective_to)
        products.setdefault(row.drug.name, []).append(product)
    pharmacy = Drug.objects.filter(benefit=Drug.Benefit.PHARMACY).values_list("name", flat=True)
    return Catalog({drug: tuple(found) for drug, found in products.items()}, frozenset(pharmacy), current)


@lru_cache(maxsize=2)
def _bundles(_current: str) -> BundleBook:
    found: dict[str, list[tuple[date, Bundle]]] = {}
    for row in CodeBundle.objects.order_by("-effective_from"):
        bundle = tuple(BundledCode.from_json(entry) for entry in row.content)
        found.setdefault(row.technique, []).append((row.effective_from, bundle))
    return BundleBook(found)


def forget() -> None:
    """Drop everything compiled; for tests that load other content under the same hashes."""
    for cached in (_library, _book, _catalog, _bundles):
        cached.cache_clear()
    _policies.clear()
