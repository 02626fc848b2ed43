"""Routing files: who manages which drug for a plan, from when on (DR-04, R-017)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pathways.criteria.explain import nearest
from pathways.criteria.parse import Reader
from pathways.criteria.terms import LINES_OF_BUSINESS

FILE_KEYS = {"plan", "notice", "authored_by", "checked_by", "managers"}
GROUP_KEYS = {"by", "effective", "line_of_business", "source", "drugs", "products"}
BY = {"aim", "none", "health_plan", "pbm", "other_entity"}
ANY_LINE = "*"


@dataclass(frozen=True, slots=True)
class RoutingRow:
    """One row: `hcpcs` empty is every product of the drug, `line_of_business` "*" every line."""

    plan: str
    line_of_business: str
    drug: str
    hcpcs: str
    effective: str
    by: str
    source: str

    def to_json(self) -> dict[str, str]:
        """The row as JSON."""
        return asdict(self)


def read_routing(
    content: Mapping[str, Any], *, file: str, products: Mapping[str, Collection[str]]
) -> list[RoutingRow]:
    """The rows of one routing file; `products` are the HCPCS codes of each drug of the catalog.

    Raises ContentError with every mistake.
    """
    reader = Reader(file, products)
    reader.check_keys(content, FILE_KEYS)
    plan = reader.text(content, "plan")
    reader.text(content, "notice")
    rows: list[RoutingRow] = []
    for number, item in enumerate(reader.items(content.get("managers"), "managers")):
        rows += _group(reader, item, f"managers[{number}]", plan, products)
    _check_twice(reader, rows)
    reader.finish()
    return rows


def _group(
    reader: Reader, item: Any, path: str, plan: str, products: Mapping[str, Collection[str]]
) -> list[RoutingRow]:
    group = reader.mapping(item, path)
    reader.check_keys(group, GROUP_KEYS, path)
    line = group.get("line_of_business", ANY_LINE)
    if line not in {ANY_LINE, *LINES_OF_BUSINESS}:
        reader.wrong(
            f"{path}.line_of_business", f"{line!r} is not known.", nearest(str(line), LINES_OF_BUSINESS)
        )
    if group.get("by") not in BY:
        reader.wrong(f"{path}.by", f"{group.get('by')!r} is not known.", nearest(str(group.get("by")), BY))
    effective = _day(reader, group.get("effective"), f"{path}.effective")
    pairs = [(str(name), "") for name in group.get("drugs", ())]
    for entry in group.get("products", ()):
        product = reader.mapping(entry, f"{path}.products")
        pairs.append((str(product.get("drug")), str(product.get("hcpcs"))))
    for drug, code in pairs:
        if drug not in products:
            reader.wrong(path, f"{drug!r} is not in the drug catalog.", nearest(drug, products))
        elif code and code not in products[drug]:
            reader.wrong(path, f"{drug} has no product {code!r}.", nearest(code, products[drug]))
    return [
        RoutingRow(plan, line, drug, code, effective, str(group.get("by")), str(group.get("source", "")))
        for drug, code in pairs
    ]


def _day(reader: Reader, value: Any, path: str) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        reader.wrong(path, f"expected a date such as 2021-07-01, found {value!r}.")
        return date.min.isoformat()


def _check_twice(reader: Reader, rows: list[RoutingRow]) -> None:
    seen: set[tuple[str, str, str, str]] = set()
    for row in rows:
        key = (row.line_of_business, row.drug, row.hcpcs, row.effective)
        if key in seen:
            reader.wrong("managers", f"{row.drug} {row.hcpcs} is routed twice from {row.effective}.")
        seen.add(key)
