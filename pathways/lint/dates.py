"""Days on which something is missing: releases, reviews, cancers and products (DR-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from pathways.catalog import ProductRow
from pathways.criteria.terms import RADIATION_POLICIES
from pathways.lint.finding import Finding
from pathways.lint.shipped import ReleaseHead, ShippedContent

KINDS = ("pathways", "policy")
PRODUCTS = "drugs/products.csv"
DAY = timedelta(days=1)


def check_releases(content: ShippedContent) -> Iterator[Finding]:
    """Days without a release of each kind or with two, and reviews that nobody made."""
    for kind in KINDS:
        heads = sorted((head for head in content.releases if head.kind == kind), key=_begins)
        for before, after in pairwise(heads):
            if before.effective == after.effective:
                message = f"It begins on the same day as {before.slug}."
                yield Finding(after.file, after.slug, "release-gap", message, before.slug)
            elif before.next_review < after.effective - DAY:
                message = (
                    f"It was to be reviewed by {before.next_review}; {after.slug} begins {after.effective}."
                )
                yield Finding(before.file, before.slug, "review-overdue", message, after.slug)
    yield from _first_days(content)
    yield from _cancers(content)


def _first_days(content: ShippedContent) -> Iterator[Finding]:
    """One kind of release begins before the other: orders of the days between cannot be judged."""
    firsts = {kind: min(content.begins(kind), default=date.max) for kind in KINDS}
    late = max(KINDS, key=lambda kind: firsts[kind])
    early = min(firsts.values())
    if firsts[late] > early:
        head = next(head for head in content.releases if head.effective == early and head.kind != late)
        message = f"From {early} to {firsts[late] - DAY} no {late} release is in force."
        yield Finding(head.file, head.slug, "release-gap", message)


def _cancers(content: ShippedContent) -> Iterator[Finding]:
    """Cancers of which a release has no row any more: with it their Pathways end, perhaps unnoticed."""
    tumors: dict[str, set[str]] = defaultdict(set)
    for found in content.regimens:
        tumors[found.release].add(found.row.tumor)
    heads = sorted((head for head in content.releases if head.kind == "pathways"), key=_begins)
    for before, after in pairwise(heads):
        for tumor in sorted(tumors[before.slug] - tumors[after.slug]):
            message = f"{after.slug} has no row of it; {before.slug} has."
            yield Finding(after.file, tumor, "cancer-gone", message, before.slug)


def _begins(head: ReleaseHead) -> date:
    return head.effective


def check_products(content: ShippedContent) -> Iterator[Finding]:
    """Drugs of a regimen or policy without a valid product on a day it is in force; products valid twice."""
    for drug, place, days in _needs(content):
        missing = first_day_without(content.products.get(drug, []), *days)
        if missing:
            message = f"It has no valid product on {missing}, when it is in force there."
            yield Finding(PRODUCTS, drug, "product-gap", message, place)
    for drug, products in content.products.items():
        for one, other in combinations(products, 2):
            if one.hcpcs == other.hcpcs and _overlap(one, other):
                message = f"{one.hcpcs or 'its product without a code'} is valid twice on a day."
                yield Finding(PRODUCTS, drug, "product-overlap", message)


def _needs(content: ShippedContent) -> Iterator[tuple[str, str, tuple[date, date]]]:
    """Each drug with the release or policy that needs it, and the days that is in force."""
    for head in content.releases:
        if head.kind == "pathways":
            rows = [found.row for found in content.regimens if found.release == head.slug]
            for drug in sorted({drug for row in rows for drug in row.drugs}):
                yield drug, head.slug, content.window(head)
    for found in content.policies:
        if found.policy.drug not in RADIATION_POLICIES.values():
            yield found.policy.drug, found.file, content.policy_window(found)


def first_day_without(products: Sequence[ProductRow], first: date, last: date) -> date | None:
    """The first day from `first` to `last` on which none of the products is valid, or None."""
    day = first
    for product in sorted(products, key=lambda item: item.effective_from):
        ends = product.effective_to or date.max
        if product.effective_from <= day <= ends:
            if ends >= last:
                return None
            day = ends + DAY
    return day


def _overlap(one: ProductRow, other: ProductRow) -> bool:
    return one.effective_from <= (other.effective_to or date.max) and other.effective_from <= (
        one.effective_to or date.max
    )
