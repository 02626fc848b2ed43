"""Days and cycles as typed (R-121, R-122)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.schedules import ScheduleError, format_numbers, parse_cycles, parse_days, parse_numbers


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1-4", (1, 2, 3, 4)),
        ("1,2,3,4", (1, 2, 3, 4)),
        ("1,2,3", (1, 2, 3)),
        ("1,8,15", (1, 8, 15)),
        ("1-5,8", (1, 2, 3, 4, 5, 8)),
        (" 15 , 1, 8 ", (1, 8, 15)),
        ("1–3", (1, 2, 3)),
        ("7", (7,)),
    ],
)
def test_a_list_or_a_range_gives_the_same_set_r_121(typed, numbers):
    assert parse_numbers(typed, what="cycles") == numbers


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the cycles, for example 1-4 or 1,8,15."),
        ("4-1", "“4-1” runs backward; write 1-4."),
        ("0", "The cycles count from 1; 0 is not one of them."),
        ("0-3", "The cycles count from 1; 0 is not one of them."),
        ("1,,2", "“” is neither a number nor a range. Write the cycles like 1-4 or 1,8,15."),
        ("one", "“one” is neither a number nor a range. Write the cycles like 1-4 or 1,8,15."),
        ("-1", "“-1” is neither a number nor a range. Write the cycles like 1-4 or 1,8,15."),
        ("1.5", "“1.5” is neither a number nor a range. Write the cycles like 1-4 or 1,8,15."),
        ("1,1", "1 is written twice in the cycles; write each number once."),
        ("1-3,2", "2 is written twice in the cycles; write each number once."),
        ("367", "367 is too high: the cycles go up to 366."),
        ("1-999999999", "999999999 is too high: the cycles go up to 366."),
        ("٣", "“٣” is neither a number nor a range. Write the cycles like 1-4 or 1,8,15."),
    ],
)
def test_anything_else_is_refused_with_what_to_do_r_121(typed, sentence):
    with pytest.raises(ScheduleError) as refused:
        parse_cycles(typed)
    assert str(refused.value) == sentence


def test_the_highest_number_is_still_a_cycle_and_an_empty_list_of_days_asks_for_days():
    assert parse_cycles("366") == (366,)
    with pytest.raises(ScheduleError, match=r"^Enter the days, for example"):
        parse_days(" ", cycle_length_days=21)


def test_a_day_outside_the_cycle_is_refused_r_122():
    assert parse_days("1,21", cycle_length_days=21) == (1, 21)
    with pytest.raises(ScheduleError, match="Day 22 is outside a cycle of 21 days"):
        parse_days("1,8,22", cycle_length_days=21)


def test_the_label_s_own_schedule_has_no_days():
    assert parse_days("LABEL", cycle_length_days=28) is None
    assert parse_days("label", cycle_length_days=28) is None


@given(st.sets(st.integers(1, 366), min_size=1))
def test_what_is_written_reads_back(numbers):
    assert parse_numbers(format_numbers(numbers), what="days") == tuple(sorted(numbers))


@pytest.mark.parametrize(
    ("numbers", "text"), [((1,), "1"), ((1, 2), "1,2"), ((1, 2, 3), "1-3"), ((1, 2, 3, 8, 9), "1-3,8,9")]
)
def test_the_shortest_list_is_written(numbers, text):
    assert format_numbers(numbers) == text
