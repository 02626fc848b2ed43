"""Names and numbers in plain form (R-058), and NPI check digits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members import keys
from members.npi import check_digit, is_valid_npi


@pytest.mark.parametrize(
    "typed", ["ZMI400000013", "zmi400000013", " ZMI 400 000 013 ", "zmi-400-000-013", "ZMI.400000013"]
)
def test_r058_a_member_number_is_the_same_in_any_case_with_spaces_and_hyphens(typed):
    assert keys.normalise_member_number(typed) == "ZMI400000013"
    assert keys.number_key(typed) == "400000013"
    assert keys.number_prefix(typed) == "ZMI"


def test_r058_only_three_letters_before_a_digit_are_a_prefix():
    assert keys.number_key("R12345678") == "R12345678"
    assert keys.number_key("ABCD12345") == "ABCD12345"
    assert keys.number_prefix("400000013") == ""


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("Seán", "O'Brien", "OBRIEN|SEAN"),
        ("Ana María", "de la Peña", "DELAPENA|ANAMARIA"),
        ("Jo", "Smith-Jones", "SMITHJONES|JO"),
    ],
)
def test_r057_names_match_without_accents_spaces_hyphens_and_apostrophes(first, last, key):
    assert keys.name_key(first, last) == key


@settings(deadline=None)  # a busy machine is not a fault of the code
@given(st.text(max_size=30))
def test_r058_normalising_twice_changes_nothing(text):
    once = keys.normalise_member_number(text)
    assert keys.normalise_member_number(once) == once


@pytest.mark.parametrize("npi", ["1234567893", "2000000002", "2123456784", "2987654326", "2999999990"])
def test_right_npi_check_digits_pass(npi):
    assert is_valid_npi(npi)
    assert check_digit(npi[:9]) == npi[9]


@pytest.mark.parametrize("npi", ["1234567890", "3123456789", "0123456789", "123456789", "12345678930", ""])
def test_wrong_npis_do_not_pass(npi):
    assert not is_valid_npi(npi)


@settings(deadline=None)  # a busy machine is not a fault of the code
@given(st.from_regex(r"\A[12][0-9]{8}\Z"), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_passes(nine, place, shift):
    right = nine + check_digit(nine)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert not is_valid_npi(wrong)
