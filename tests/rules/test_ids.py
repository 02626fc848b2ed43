"""Numbers people read over the phone (D-15, D-16; R-295, R-299)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.ids import (
    IdKind,
    check_digit,
    clean,
    kind_of,
    order_id,
    pathway_eligible_id,
    tracking_number,
)

seeds = st.integers(0, 2**32)


@given(seeds)
def test_each_number_has_its_form_and_is_told_apart_d_16(seed):
    random = Random(seed)
    assert kind_of(order_id(random)) is IdKind.ORDER_ID
    assert kind_of(tracking_number(random)) is IdKind.TRACKING_NUMBER
    assert kind_of(pathway_eligible_id(random)) is IdKind.PATHWAY_ELIGIBLE_ID
    assert [len(make(random)) for make in (order_id, tracking_number, pathway_eligible_id)] == [9, 10, 10]


@given(seeds, st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(seed, place, by):
    number = order_id(Random(seed))
    wrong = str((int(number[place]) + by) % 10)
    assert kind_of(number[:place] + wrong + number[place + 1 :]) is None


@given(seeds, st.integers(0, 7))
def test_a_swap_of_neighbors_is_noticed(seed, place):
    number = order_id(Random(seed))
    first, second = number[place : place + 2]
    swapped = number[:place] + second + first + number[place + 2 :]
    assert (kind_of(swapped) is None) is (first != second)


def test_damm_s_own_example():
    assert check_digit("572") == "4"


@pytest.mark.parametrize("typed", ["123-456-782", " 123 456 782 ", "123–456–782", "123456782"])
def test_spaces_and_hyphens_do_not_matter_d_16(typed):
    assert clean(typed) == "123456782"


def test_lower_case_is_read_too():
    number = pathway_eligible_id(Random(1))
    assert kind_of(number.lower()) is IdKind.PATHWAY_ELIGIBLE_ID


@pytest.mark.parametrize("text", ["", "12345", "T123", "PE12345678", "PEABCDEFG0", "٣٣٣٣٣٣٣٣٣"])
def test_anything_else_is_none_of_them(text):
    assert kind_of(text) is None


def test_numbers_follow_their_random_source():
    assert order_id(Random(7)) == order_id(Random(7))
    assert len({order_id(Random(seed)) for seed in range(500)}) == 500
