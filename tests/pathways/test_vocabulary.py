"""How answers are read: which texts and numbers are numbers, and which of them a fact may be (R-111)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.criteria.vocabulary import FACTS, MEASURES, number


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("10.6", "10.6"),
        (" 10.60 ", "10.60"),
        ("+2", "2"),
        (".5", "0.5"),
        (3, "3"),
        (9.9, "9.9"),
        (1e-7, "1E-7"),
        (Decimal("1E+1"), "1E+1"),
        ("0.12345678901234567890123456789012345", "0.12345678901234567890123456789012345"),
    ],
)
def test_a_number_is_read_exactly(value: Any, read: str) -> None:
    assert str(number(value)) == str(Decimal(read))


@pytest.mark.parametrize("zero", ["-0", "-0.0", -0.0, Decimal("-0")])
def test_there_is_no_zero_below_zero(zero: Any) -> None:
    found = number(zero)
    assert found == 0
    assert not str(found).startswith("-")


@pytest.mark.parametrize(
    "value",
    [
        *("", "unknown", "low", "1_0", "1e3", "1E3", "٣", "３", "1 0", "1,5", "--1", ".", "NaN", "Infinity"),
        *(None, True, [1], {"a": 1}, float("nan"), float("inf"), Decimal("NaN")),
    ],
)
def test_what_is_no_number_is_no_answer(value: Any) -> None:
    assert number(value) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_every_digit_of_a_text_counts(value: Decimal) -> None:
    assert number(f"{value:f}") == value


@pytest.mark.parametrize(
    ("name", "may_be", "may_not"),
    [
        ("ecog", [0, "4", 2.0], [-1, 5, 1.5, "high", None]),
        ("age", [0, 17, 104], [-1, 17.5, 151]),
        ("labs.hemoglobin", [0, "9.9", 99_999], ["-0.1", 100_000]),
        ("radiation_fractions", [1, 200], [0, 1.5, 201]),
        ("boost_fractions", [0, 200], [-1, 201]),
    ],
)
def test_a_number_lies_within_what_the_fact_may_be(name: str, may_be: list[Any], may_not: list[Any]) -> None:
    assert [value for value in [*may_be, *may_not] if FACTS[name].may_be(value)] == may_be


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("height_cm", 30, 272), ("weight_kg", 1, 650), ("creatinine_clearance", 1, 300)],
)
def test_measurements_are_such_as_people_have_had(name: str, lowest: int, highest: int) -> None:
    values = [lowest - Decimal("0.1"), lowest, highest, highest + Decimal("0.1")]
    assert [MEASURES[name].may_be(value) for value in values] == [False, True, True, False]
