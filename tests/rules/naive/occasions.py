"""Single changes to who asks, when and for whom, and what came before: earlier orders, care under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.states import Disposition
from tests.rules.naive import course, raw

Raw = dict[str, Any]

DISPOSITIONS = [*Disposition, Disposition.AUTHORIZED, Disposition.AUTHORIZED, Disposition.COMPLETED]


def _start(facts: Raw) -> date:
    return date.fromisoformat(facts["start_on"])


def after_the_start(rng: Random, facts: Raw) -> None:
    facts["submitted_on"] = (_start(facts) + timedelta(days=rng.choice([1, 2, 3, 4, 5, 6, 7]))).isoformat()


def on_the_eve_of_the_program(rng: Random, facts: Raw) -> None:
    if facts["plan"] == "BCBSMA":
        facts["start_on"] = rng.choice(["2021-06-30", "2021-07-01"])
        facts["submitted_on"] = "2021-06-29"


def another_submitter(rng: Random, facts: Raw) -> None:
    facts["submitter_role"] = rng.choice(["servicing_provider", "ordering_practice", "ordering_clinician"])


def another_coverage(rng: Random, facts: Raw) -> None:
    facts["line_of_business"] = rng.choice(["HMO_POS", "PPO_EPO", "NEHP", "MA", "COMMERCIAL", "MEDICAID"])
    facts["pcp_state"] = rng.choice(["MA", "NH", None])


def another_group(rng: Random, facts: Raw) -> None:
    facts["group_number"] = rng.choice(["70605", "71714", "70606"])


def another_diagnosis(rng: Random, facts: Raw) -> None:
    facts["diagnosis"] = rng.choice(["D70.9", "D45", "C37", "C76.0", "D50.9", "D46.9", "C7A.00"])
    if not raw.is_listed(facts["diagnosis"]):
        facts["tumor"] = None
    elif facts["tumor"] is None:
        facts["tumor"] = "mds"  # of D46, the only one of these that is listed


def another_provider(rng: Random, facts: Raw) -> None:
    facts["network"] = rng.choice(["in", "out", "bluecard", None])
    facts["provider_state"] = rng.choice(["MI", "OH", "TX", None])


def withdrawn(rng: Random, facts: Raw) -> None:
    count = len(facts["drugs"])
    facts["withdrawn_lines"] = rng.sample(range(1, count + 1), rng.randint(1, count))


def another_end(rng: Random, facts: Raw) -> None:
    facts["planned_end_on"] = (_start(facts) + timedelta(days=rng.choice([0, 20, 83, 200, 400]))).isoformat()


def care_under_way(rng: Random, facts: Raw) -> None:
    start_on = _start(facts)
    began, last = start_on - timedelta(days=rng.choice([30, 90, 400])), rng.choice([-1, 0, 21, 59, 60, 61])
    facts["coverage_starts_on"] = rng.choice([began, began + timedelta(days=1), start_on]).isoformat()
    facts["continuity"] = {
        "attested": rng.choice([True] * 6 + [False, None]),
        "same_regimen": rng.choice([True] * 6 + [False, None]),
        "treatment_started_on": rng.choice([began.isoformat()] * 6 + [None]),
        "last_dose_on": rng.choice([(start_on - timedelta(days=last)).isoformat()] * 6 + [None]),
    }


def earlier_orders(rng: Random, facts: Raw) -> list[EarlierOrder]:
    """One to three orders around this one; often it names one of them, or a nurse has compared them."""
    orders = [_earlier(rng, facts, number) for number in range(rng.randint(1, 3))]
    named = rng.choice(orders)
    number = rng.choice([named.order_id, named.reference, "999999999"])
    if rng.random() < 0.6:
        facts[rng.choice(["references_order", "replaces_order"])] = number
    if rng.random() < 0.1:
        facts["not_duplicate_of"] = [number]
    return orders


def _earlier(rng: Random, facts: Raw, number: int) -> EarlierOrder:
    start_on, days = _start(facts), max(1, course.course_days(facts["drugs"]))
    begun = start_on + timedelta(days=rng.choice([-400, -84, -83, -30, 0, 7, days - 1, days]))
    row = rng.choice(raw.release_on(date.fromisoformat(facts["submitted_on"])).regimens)
    lines = facts["drugs"]
    drugs = {
        role: tuple({line["drug"] for line in lines if line["role"] == role})
        for role in ("therapeutic", "supportive")
    }
    own = next(
        (one for found in raw.RELEASES for one in found.regimens if one["id"] == facts["regimen_id"]), row
    )
    row = rng.choice([own, row])
    parts = tuple(sorted({part["drug"] for part in row["components"]}))
    return EarlierOrder(
        order_id=f"10000000{number}",
        disposition=rng.choice(DISPOSITIONS),
        start_on=begun,
        planned_end_on=begun + timedelta(days=rng.choice([0, 29, 83, 84])),
        regimen_id=rng.choice([row["id"], row["id"], None]),
        regimen_key=rng.choice([row["regimen_key"], row["regimen_key"], ""]),
        therapeutic_drugs=rng.choice([parts, parts, drugs["therapeutic"][:1], ()]),
        supportive_drugs=rng.choice([drugs["supportive"], ("ondansetron",), ()]),
        pathway_eligible=rng.choice([True, False]),
        reference=f"T00000000{number}",
        solution="radiation_oncology" if number == 2 else "medical_oncology",
    )


OCCASIONS: list[Callable[[Random, Raw], None]] = [
    *[care_under_way] * 4,
    *[another_provider] * 3,
    *[another_end] * 2,
    *[withdrawn] * 2,
    *[after_the_start] * 2,
    *(on_the_eve_of_the_program, another_submitter, another_coverage, another_group, another_diagnosis),
]
