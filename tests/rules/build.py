"""Small builders: regimen rows, drug lines, facts and earlier orders, with only what a test names."""

from __future__ import annotations

from datetime import date
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.schedule import PlannedLine
from orders.rules.states import Disposition
from pathways.matching import PathwayLibrary, RegimenRow

START = date(2026, 3, 2)

FIXED_4 = {"type": "fixed", "allowed": [4]}
UP_TO_8 = {"type": "until_progression", "min": 1, "max_per_order": 8}


def component(drug: str, **own: Any) -> dict[str, Any]:
    """One drug of a regimen: 200 mg on day 1 of 21, four cycles."""
    return {
        "drug": drug,
        "dose": "200",
        "unit": "mg",
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": FIXED_4,
        "per_day": 1,
        "phase": 1,
        **own,
    }


def row(*components: dict[str, Any], **own: Any) -> RegimenRow:
    """A pathway row for nsclc that asks nothing of the patient."""
    drugs = "+".join(sorted(part["drug"] for part in components))
    content = {
        "id": "PW-1",
        "kind": "pathway",
        "tumor": "nsclc",
        "title": "Regimen one",
        "regimen_key": f"nsclc:{drugs}",
        "components": list(components),
        "fn_risk": "low",
        "duration": {"type": "fixed", "planned_days": 84},
        "s_codes": {"s0353": 1, "s0354_max": 5, "months": 6},
        **own,
    }
    return RegimenRow.from_content(content)


def library(*rows: RegimenRow) -> PathwayLibrary:
    """A release of these rows."""
    return PathwayLibrary("PW-TEST", rows)


def line(drug: str = "pembrolizumab", **own: Any) -> dict[str, Any]:
    """One item of facts["drugs"] that fits `component`."""
    return {
        "number": 1,
        "drug": drug,
        "hcpcs": "",
        "role": "therapeutic",
        "dose": "200",
        "unit": "mg",
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": "1-4",
        "per_day": 1,
        "phase": 1,
        **own,
    }


def planned(drug: str = "pembrolizumab", **own: Any) -> PlannedLine:
    """A drug line as the schedule rules take it."""
    return PlannedLine.from_fact(line(drug, **own))


def facts(*drugs: dict[str, Any], **own: Any) -> dict[str, Any]:
    """Facts of an nsclc order with these drug lines, numbered, that starts on START."""
    return {
        "tumor": "nsclc",
        "regimen_id": "PW-1",
        "start_on": START.isoformat(),
        "submitted_on": START.isoformat(),
        "drugs": [{**drug, "number": number} for number, drug in enumerate(drugs, start=1)],
        **own,
    }


def earlier_order(**own: Any) -> EarlierOrder:
    """An authorized order for pembrolizumab over the four weeks around START."""
    values: dict[str, Any] = {
        "order_id": "123456782",
        "disposition": Disposition.AUTHORIZED,
        "start_on": date(2026, 2, 16),
        "planned_end_on": date(2026, 3, 15),
        "regimen_id": "PW-1",
        "regimen_key": "nsclc:pembrolizumab",
        "therapeutic_drugs": ("pembrolizumab",),
        "supportive_drugs": ("ondansetron",),
        "pathway_eligible": True,
        **own,
    }
    return EarlierOrder(**values)
