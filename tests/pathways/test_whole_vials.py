"""A dose in whole vials: the least left over, then the fewest vials (information only)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.doses import whole_vials

CARBOPLATIN = [Decimal(size) for size in (50, 150, 450, 600)]
SIZES = st.lists(st.integers(1, 60).map(lambda tenths: Decimal(tenths) / 10), min_size=1, max_size=4)


def opened(amount: str, sizes: list[Decimal]) -> dict[str, int]:
    return {str(size): number for size, number in whole_vials(Decimal(amount), sizes)}


@pytest.mark.parametrize(
    ("amount", "sizes", "vials"),
    [
        ("575", CARBOPLATIN, {"600": 1}),
        ("601", CARBOPLATIN, {"600": 1, "50": 1}),
        ("200", [Decimal(100)], {"100": 2}),
        ("2.3", [Decimal("3.5")], {"3.5": 1}),
        ("575", [], {}),
        ("99999999", CARBOPLATIN, {}),
    ],
)
def test_the_vials_of_a_dose(amount, sizes, vials):
    assert opened(amount, sizes) == vials


@given(SIZES, st.integers(1, 200).map(lambda tenths: Decimal(tenths) / 10))
def test_the_vials_hold_the_dose_and_none_could_be_left_closed(sizes, amount):
    vials = whole_vials(amount, sizes)
    total = sum(size * number for size, number in vials)
    assert total >= amount
    assert all(total - size < amount for size, _ in vials)
