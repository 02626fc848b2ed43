"""The current releases, PW-2026Q4 and POL-2026Q4, as a practice finds them (R-145, R-410, R-412)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from pathways.content import ContentInForce
from pathways.criteria import judge
from pathways.criteria.outcome import Result
from pathways.factors import Answers, clinical_factors
from pathways.matching import RegimenRow, match_regimen
from pathways.regimens import Component
from tests.rules.content import content_on, library

BEGINS = date(2026, 10, 1)
COMMONEST = (
    *("breast", "nsclc", "colorectal", "prostate", "melanoma", "kidney", "bladder"),
    *("dlbcl", "follicular", "cll", "myeloma", "gastroesophageal", "pancreatic", "ovarian"),
)
#: Rows that practices order most, and the demo with them: same id, same title as before.
LASTING = ("PW-NSC-007", "PW-NSC-010", "PW-NSC-011", "PW-BRE-001", "PW-BRE-003")
COVERAGES = (("BCBSNC", "PPO_EPO"), ("BCBSMA", "PPO_EPO"), ("BCBSMA", "MA"), ("BCBSM", "COMMERCIAL"))

CURRENT, BEFORE = library("PW-2026Q4"), library("PW-2021Q3")
ON_PATHWAY = [row for tumor in COMMONEST for row in CURRENT.of_tumor(tumor) if row.on_pathway]


def in_force(plan: str, line_of_business: str, day: date = BEGINS) -> ContentInForce:
    return content_on(plan=plan, line_of_business=line_of_business, submitted_on=day, start_on=day)


# --- What is in force ---------------------------------------------------------------------------------
def test_the_release_of_2021_is_in_force_until_the_day_before() -> None:
    last = in_force("BCBSM", "COMMERCIAL", BEGINS - timedelta(days=1))
    assert (last.pathway_release, last.policy_release) == ("PW-2021Q3", "POL-2026Q1")
    first = in_force("BCBSM", "COMMERCIAL")
    assert (first.pathway_release, first.policy_release) == ("PW-2026Q4", "POL-2026Q4")


@pytest.mark.parametrize("tumor", COMMONEST)
def test_each_of_the_commonest_cancers_has_new_pathways(tumor: str) -> None:
    new = [row for row in CURRENT.of_tumor(tumor) if row.on_pathway and BEFORE.get(row.id) is None]
    assert new


@pytest.mark.parametrize("row_id", LASTING)
def test_the_rows_ordered_most_stay(row_id: str) -> None:
    now, then = CURRENT.get(row_id), BEFORE.get(row_id)
    assert now is not None
    assert then is not None
    assert (now.on_pathway, now.title) == (True, then.title)


def test_a_row_new_in_the_release_rests_on_general_knowledge() -> None:
    for row in ON_PATHWAY:
        if BEFORE.get(row.id) is None:
            assert row.source == {"basis": "general knowledge", "addresses": []}, row.id


def test_a_retired_row_says_until_when_it_was_a_pathway() -> None:
    retired = [
        row
        for tumor in COMMONEST
        for row in CURRENT.of_tumor(tumor)
        if not row.on_pathway and (then := BEFORE.get(row.id)) is not None and then.on_pathway
    ]
    assert [row.id for row in retired] == [
        *("PW-BRE-008", "PW-BRE-009", "PW-CRC-009", "PW-PRO-001", "PW-BLA-004", "PW-MYE-001")
    ]
    assert all(row.s_codes is None for row in retired)


# --- A row on Pathway meets policy --------------------------------------------------------------------
def line_of(part: Component) -> dict[str, Any]:
    """The drug line that the form is filled with for a component (R-126)."""
    schedule = part.schedule
    days = "LABEL" if schedule.days is None else ",".join(map(str, schedule.days))
    return {
        "drug": part.drug,
        "role": "therapeutic",
        "dose": str(schedule.dose),
        "unit": schedule.unit,
        "route": part.route,
        "days": days,
        "cycle_length_days": schedule.cycle_length_days,
        "cycles": f"1-{schedule.cycles.usual}" if schedule.cycles.usual > 1 else "1",
        "per_day": schedule.per_day,
        "phase": part.phase,
    }


def patients_of(row: RegimenRow) -> Iterator[dict[str, Any]]:
    """Orders of the row for patients whom it asks for, one per stage, line, histology and results."""
    markers = [rule.name for rule in row.biomarkers]
    results = product(*(rule.values for rule in row.biomarkers))
    lines = [{**line_of(part), "number": number} for number, part in enumerate(row.components, start=1)]
    for stage, line, histology, found in product(row.stages, row.lines, row.histology, results):
        yield {
            "tumor": row.tumor,
            "regimen_id": row.id,
            "stage": stage,
            "line_of_therapy": line,
            "histology": histology,
            "biomarkers": dict(zip(markers, found, strict=True)),
            "ecog": row.ecog_max,
            "age": 60,
            "prior_therapies": list(row.prior_therapies),
            "concurrent_radiation": row.concurrent_radiation,
            "weight_kg": "70",
            "height_cm": "170",
            "drugs": lines,
        }


def not_met(facts: dict[str, Any], content: ContentInForce) -> set[str]:
    """The reviewed drugs of an order whose policy is missing or not met."""
    found = set()
    for line in facts["drugs"]:
        if content.manager(line["drug"], "") == "aim":
            policy = content.policy(line["drug"])
            if policy is None or judge(policy, facts, line).result is not Result.MET:
                found.add(line["drug"])
    return found


@pytest.mark.parametrize("coverage", COVERAGES, ids=" ".join)
@pytest.mark.parametrize("row", ON_PATHWAY, ids=lambda row: row.id)
def test_the_reviewed_drugs_of_a_row_meet_policy_for_a_patient_it_asks_for(
    row: RegimenRow, coverage: tuple[str, str]
) -> None:
    plan, line_of_business = coverage
    content = in_force(plan, line_of_business)
    failing = [
        not_met({**facts, "plan": plan, "line_of_business": line_of_business}, content)
        for facts in patients_of(row)
    ]
    assert set() in failing, set().union(*failing)


@pytest.mark.parametrize("row", ON_PATHWAY, ids=lambda row: row.id)
def test_an_order_filled_from_a_row_is_on_pathway(row: RegimenRow) -> None:
    facts = next(patients_of(row))
    assert all(factor.result is Result.MET for factor in clinical_factors(row, Answers.of(facts)))
    assert match_regimen(CURRENT, facts).on_pathway
