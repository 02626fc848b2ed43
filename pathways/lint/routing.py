"""Who reviews which drug, against the policies it is reviewed by (DR-04, R-017)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pathways.criteria.terms import RADIATION_POLICIES
from pathways.lint.finding import Finding
from pathways.lint.shipped import ShippedContent
from pathways.routing_content import RoutingRow

#: The manager who reviews by policy.
REVIEWED = "aim"
Days = tuple[date, date]


def check_routing(content: ShippedContent) -> Iterator[Finding]:
    """Policies nobody reads, reviewed drugs without one, and routing that decides nothing."""
    yield from _policies_read(content)
    yield from _reviewed_have_policy(content)
    yield from _idle_rows(content)


def _file(row: RoutingRow) -> str:
    return f"routing/{row.plan}.yaml"


def _path(row: RoutingRow) -> str:
    line = "" if row.line_of_business == "*" else f" {row.line_of_business}"
    return f"{row.drug}{f' {row.hcpcs}' if row.hcpcs else ''}{line} {row.effective}"


def _meet(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _policies_read(content: ShippedContent) -> Iterator[Finding]:
    plans = sorted({row.plan for row in content.routing})
    for found in content.policies:
        drug, days = found.policy.drug, content.policy_window(found)
        if drug in RADIATION_POLICIES.values():
            continue
        rows = [row for row in content.routing if row.drug == drug]
        if not any(row.by == REVIEWED and _meet(days, content.routing_window(row)) for row in rows):
            yield Finding(
                found.file, "policy", "never-read", f"No plan has {drug} reviewed while it is in force."
            )
        for plan in plans:
            begins = [row.effective for row in rows if row.plan == plan]
            if min(begins, default="9999") > found.policy.effective.isoformat():
                message = f"{drug} is not routed for {plan} when its policy begins."
                yield Finding(f"routing/{plan}.yaml", drug, "not-routed", message, found.file)


def _reviewed_have_policy(content: ShippedContent) -> Iterator[Finding]:
    start = min(content.begins("policy"), default=date.max)
    for row in content.routing:
        first, last = content.routing_window(row)
        begins = [found.policy.effective for found in content.policies if found.policy.drug == row.drug]
        if row.by == REVIEWED and last >= start and min(begins, default=date.max) > max(first, start):
            message = f"{row.drug} is reviewed from {max(first, start)}, when no policy for it is in force."
            yield Finding(_file(row), _path(row), "no-policy", message)


def _idle_rows(content: ShippedContent) -> Iterator[Finding]:
    before: dict[tuple[str, ...], RoutingRow] = {}
    for row in sorted(content.routing, key=lambda row: row.effective):
        key = (row.plan, row.line_of_business, row.drug, row.hcpcs)
        if key in before and before[key].by == row.by:
            message = f"It was {row.by} already."
            yield Finding(_file(row), _path(row), "routing-idle", message, _path(before[key]))
        before[key] = row
        days = content.routing_window(row)
        products = [item for item in content.products[row.drug] if item.hcpcs == row.hcpcs]
        if row.hcpcs and not any(
            _meet(days, (item.effective_from, item.effective_to or date.max)) for item in products
        ):
            message = f"{row.hcpcs} is not valid on any day that the row decides."
            yield Finding(_file(row), _path(row), "routing-idle", message, "drugs/products.csv")
