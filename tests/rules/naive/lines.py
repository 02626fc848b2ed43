"""Drug lines: from the catalog, as a regimen row has them, and supportive drugs beside them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from tests.rules.naive import raw

Raw = dict[str, Any]

GROWTH_FACTORS = ("pegfilgrastim", "filgrastim", "tbo-filgrastim")
SUPPORTIVE = [row["name"] for row in raw.DRUGS if row["role"] == "supportive"]


def new_line(rng: Random, drug: str, start_on: date) -> Raw:
    """A line of a drug with the role of the catalog and one of its products."""
    role = next((row["role"] for row in raw.DRUGS if row["name"] == drug), "therapeutic")
    codes = [product["hcpcs"] for product in raw.products_on(drug, start_on)]
    return {
        "drug": drug,
        "hcpcs": rng.choice([*codes, *codes, ""]),
        "role": role,
        "dose": "100",
        "unit": "mg",
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": "1-4",
        "per_day": 1,
        "phase": 1 if role == "therapeutic" else 0,
        "indication": "",
    }


def as_in_row(rng: Random, part: Raw, start_on: date) -> Raw:
    """The drug with one of the row's schedules and a number of cycles that it allows."""
    schedule = {**part, **rng.choice([{}, *part.get("alternative_schedules", [])])}
    rule = schedule["cycles"]
    if rule["type"] == "fixed":
        count = rng.choice(rule["allowed"])
    else:
        count = rng.randint(rule["min"], rule.get("max_per_order", rule.get("max")))
    names = ("dose", "unit", "days", "cycle_length_days", "per_day", "phase")
    return {
        **new_line(rng, part["drug"], start_on),
        **{name: schedule[name] for name in names},
        "role": "therapeutic",
        "cycles": f"1-{count}" if count > 1 else "1",
    }


def give_supportive(rng: Random, facts: Raw) -> None:
    """Add a supportive drug: half of them growth factors, with a reason for it."""
    drug = rng.choice(GROWTH_FACTORS if rng.random() < 0.6 else SUPPORTIVE)
    line = new_line(rng, drug, date.fromisoformat(facts["start_on"]))
    if drug in GROWTH_FACTORS:
        line["indication"] = rng.choice(
            ["primary_prophylaxis"] * 4 + ["secondary_prophylaxis", "treatment", ""]
        )
        line.update(dose="6", days=rng.choice(["1", "2", "1,8"]), cycle_length_days=rng.choice([14, 21]))
    facts["drugs"] = [*facts["drugs"], line]
