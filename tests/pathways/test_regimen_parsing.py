"""Slips in regimens are refused, each with its file, its place and the name meant (R-117, R-145)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.criteria import ContentError
from pathways.doses import UNITS as KNOWN_UNITS
from pathways.regimen_content import read_regimens
from portal.practice.forms.drug_lines import UNITS as OFFERED_UNITS

FILE = "pathways/PW-2027Q1/nsclc.yaml"
DRUGS = ("cisplatin", "etoposide")
HEAD = {
    "tumor": "nsclc",
    "notice": "Synthetic.",
    "authored_by": "author",
    "checked_by": "checker",
    "reviewed": "2026-09-14",
    "next_review": "2027-09-14",
}
COMPONENT: dict[str, Any] = {
    "drug": "cisplatin",
    "dose": "50",
    "unit": "mg/m2",
    "route": "IV",
    "days": "1,8",
    "cycle_length_days": 28,
    "cycles": {"type": "fixed", "allowed": [4]},
    "per_day": 1,
    "phase": 1,
}
ROW: dict[str, Any] = {
    "id": "PW-1",
    "kind": "pathway",
    "title": "Cisplatin",
    "histology": [],
    "stages": ["IV"],
    "lines": ["L1"],
    "biomarkers": [],
    "ecog_max": 1,
    "components": [COMPONENT],
    "regimen_key": "nsclc:cisplatin",
    "fn_risk": "low",
    "duration": {"type": "fixed", "planned_days": 112},
    "s_codes": {"s0353": 1, "s0354_max": 5, "months": 6},
}
Changes = dict[str, Any]


def read(row: Changes) -> list[dict[str, Any]]:
    return read_regimens({**HEAD, "regimens": [row]}, file=FILE, drugs=DRUGS)


def mistakes_of(row: Changes) -> list[str]:
    """The mistakes of one row, as they are told."""
    with pytest.raises(ContentError) as caught:
        read(row)
    return [str(problem).removeprefix(f"{FILE}: regimens[0]") for problem in caught.value.problems]


def given(**changes: Any) -> Changes:
    """The row with its drug given otherwise."""
    return {**ROW, "components": [{**COMPONENT, **changes}]}


def without(mapping: Changes, key: str) -> Changes:
    return {name: value for name, value in mapping.items() if name != key}


def test_the_row_itself_has_no_mistake() -> None:
    assert [row["id"] for row in read(ROW)] == ["PW-1"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unit": "mgs"}, ".unit: expected a unit such as mg or mg/m2, found 'mgs'. Did you mean 'mg'?"),
        ({"route": "VI"}, ".route: expected a route such as IV or PO, found 'VI'. Did you mean 'IV'?"),
        ({"route": None}, ".route: it is missing; expected a route such as IV or PO."),
        ({"rout": "IV"}, ".rout: 'rout' is not known here. Did you mean 'route'?"),
        ({"dose": "0"}, ".dose: expected an amount above 0 such as '200', found '0'."),
        ({"dose": "fifty"}, ".dose: expected an amount above 0 such as '200', found 'fifty'."),
        ({"days": "29"}, ".days: Day 29 is outside a cycle of 28 days."),
        ({"cycle_length_days": 0}, ".cycle_length_days: found 0; expected a whole number from 1 to 366."),
        ({"per_day": "1"}, ".per_day: found '1'; expected a whole number from 1 to 10."),
        ({"phase": -1}, ".phase: found -1; expected a whole number from 0 to 10."),
        (
            {"cycles": {"type": "fixd", "allowed": [4]}},
            ".cycles.type: expected fixed, range or until_progression, found 'fixd'. Did you mean 'fixed'?",
        ),
        (
            {"cycles": {"type": "fixed", "allowed": [0]}},
            ".cycles.allowed: found 0; expected a whole number from 1 to 366.",
        ),
        (
            {"cycles": {"type": "fixed", "allowed": []}},
            ".cycles.allowed: expected at least one number of cycles.",
        ),
        (
            {"cycles": {"type": "range", "min": 6, "max": 4}},
            ".cycles.min: 6 is above max, which is 4.",
        ),
        (
            {"cycles": {"type": "range", "min": 1, "max": 4, "max_per_order": 4}},
            ".cycles.max_per_order: 'max_per_order' is not known here.",
        ),
        (
            {"alternative_schedules": [{"dose": "25"}, {"unit": "mg/kgs"}]},
            ".alternative_schedules[1].unit: expected a unit such as mg or mg/m2, found 'mg/kgs'. "
            "Did you mean 'mg/kg'?",
        ),
        (
            {"alternative_schedules": [{"cycle_length_days": 7}]},
            ".alternative_schedules[0].days: Day 8 is outside a cycle of 7 days.",
        ),
    ],
)
def test_a_slip_in_dosing_is_refused_at_its_drug(changes: Changes, told: str) -> None:
    assert mistakes_of(given(**changes)) == [f".components[0]{told}"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"fn_risk": "lo"},
            ".fn_risk: expected low, intermediate or high, found 'lo'. Did you mean 'low'?",
        ),
        ({"kind": "pathwy"}, ".kind: expected pathway or library, found 'pathwy'. Did you mean 'pathway'?"),
        ({"ecog_max": 5}, ".ecog_max: found 5; expected a whole number from 0 to 4."),
        (
            {"duration": {"type": "fixd", "planned_days": 112}},
            ".duration.type: expected fixed or indefinite, found 'fixd'. Did you mean 'fixed'?",
        ),
        ({"s_codes": None}, ".s_codes: a pathway row says what it is worth in S-codes."),
        (
            {"s_codes": {**ROW["s_codes"], "s0354": 5}},
            ".s_codes.s0354: 's0354' is not known here. Did you mean 's0353'?",
        ),
        (
            {"ages": {"min": 70, "max": 60}},
            ": regimen PW-1: ages {'min': 70, 'max': 60}; expected min, max or both, min not above max.",
        ),
    ],
)
def test_a_slip_in_a_row_is_refused(changes: Changes, told: str) -> None:
    assert mistakes_of({**ROW, **changes}) == [told]


@pytest.mark.parametrize("most", [6, 9])
def test_a_row_is_worth_at_most_five_months_of_s0354_r_316(most: int) -> None:
    assert read({**ROW, "s_codes": {**ROW["s_codes"], "s0354_max": 5}})
    assert mistakes_of({**ROW, "s_codes": {**ROW["s_codes"], "s0354_max": most}}) == [
        f".s_codes.s0354_max: found {most}; expected a whole number from 0 to 5."
    ]


def test_a_row_without_its_risk_of_febrile_neutropenia_is_refused_r_184() -> None:
    told = [".fn_risk: it is missing; expected low, intermediate or high."]
    assert mistakes_of(without(ROW, "fn_risk")) == mistakes_of({**ROW, "fn_risk": None}) == told


def test_a_misspelled_drug_is_told_alone_and_a_wrong_key_with_the_right_one() -> None:
    assert mistakes_of(given(drug="cisplatn")) == [
        ".components[0].drug: 'cisplatn' is not in the drug catalog. Did you mean 'cisplatin'?"
    ]
    assert mistakes_of(given(drug="etoposide")) == [
        ".regimen_key: expected 'nsclc:etoposide', found 'nsclc:cisplatin'."
    ]


def test_every_unit_that_the_form_offers_may_be_written() -> None:
    assert set(OFFERED_UNITS) <= set(KNOWN_UNITS)
