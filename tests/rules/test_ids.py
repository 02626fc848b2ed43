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
    drawn = [make(random) for make in (order_id, tracking_number, pathway_eligible_id)]
    assert [len(number) for number in drawn] == [9, 10, 10]
    assert [clean(number) for number in drawn] == drawn


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


def test_numbers_follow_their_random_source_and_do_not_repeat_r_295():
    assert order_id(Random(7)) == order_id(Random(7))
    assert len({order_id(Random(seed)) for seed in range(500)}) == 500


class Extreme(Random):
    """Draws the lowest number of a range, or the highest."""

    def __init__(self, *, high: bool) -> None:
        super().__init__(0)
        self.high = high

    def randrange(self, start, stop):
        return stop - 1 if self.high else start


@pytest.mark.parametrize(("high", "digits"), [(False, "10000000"), (True, "99999999")])
def test_every_number_of_nine_digits_that_spreadsheets_keep_may_be_drawn(high, digits):
    assert order_id(Extreme(high=high)) == digits + check_digit(digits)
