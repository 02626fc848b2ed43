"""Administrations, visits, course days and valid range (DR-20, DR-25; W-11, W-12, W-14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.schedule import (
    PlannedLine,
    administrations,
    case_visits,
    check_use,
    course_days,
    months_after,
    phase_starts,
    planned_end,
    valid_to,
    visits,
)
from tests.rules.build import START, facts, line, planned


def test_w_12_two_days_a_cycle_over_four_cycles():
    start = date(2025, 2, 10)
    given_on = administrations(planned(days="1,8"), start, {0: 0})
    assert len(given_on) == 8
    assert given_on[-1] == date(2025, 4, 21)
    assert valid_to(given_on[-1], 21) == date(2025, 5, 12)


def test_w_11_three_weeks_of_grace():
    assert valid_to(date(2025, 6, 1), 21) == date(2025, 6, 22)


def test_the_planned_end_proposed_is_the_last_day_of_the_last_cycle():
    """EX-001: eight cycles of 21 days from October 12, 2021."""
    lines = [planned(cycles="1-8"), planned("carboplatin", cycles="1-4")]
    assert planned_end(lines, date(2021, 10, 12)) == date(2022, 3, 28)


def test_cycle_k_begins_length_times_k_less_one_days_after_the_first_r_120():
    assert administrations(planned(cycles="2,4"), START, {0: 0}) == (
        START + timedelta(days=21),
        START + timedelta(days=63),
    )


def test_treatments_after_a_day_are_left_out_and_those_on_it_are_not():
    second = START + timedelta(days=21)
    assert administrations(planned(), START, {0: 0}, until=second) == (START, second)
    assert administrations(planned(), START, {0: 0}, until=second - timedelta(days=1)) == (START,)


def test_phases_follow_one_another_dr_25():
    """EX-003: AC four times every 14 days, then paclitaxel four times every 14 days."""
    lines = [
        planned("doxorubicin", cycle_length_days=14, phase=1),
        planned("cyclophosphamide", cycle_length_days=14, phase=1),
        planned("paclitaxel", cycle_length_days=14, phase=2),
        planned("pegfilgrastim", role="supportive", cycle_length_days=14, cycles="1-8", phase=0),
    ]
    assert phase_starts(lines) == {0: 0, 1: 0, 2: 56}
    assert course_days(lines) == 112
    assert administrations(lines[2], START, phase_starts(lines))[0] == START + timedelta(days=56)
    assert planned_end(lines, START) == START + timedelta(days=111)


def test_a_drug_along_the_whole_course_counts_when_it_is_longer_dr_25():
    """PW-BRE-004: paclitaxel for 12 weeks, trastuzumab along the course to one year."""
    lines = [planned("paclitaxel", cycles="1-4"), planned("trastuzumab", cycles="1-17", phase=0)]
    assert course_days(lines) == 357


def test_supportive_drugs_make_no_course_of_their_own_unless_they_are_alone():
    supportive = planned("pegfilgrastim", role="supportive", cycles="1-9", phase=1)
    assert course_days([planned(), supportive]) == 84
    assert course_days([supportive]) == 189
    assert phase_starts([planned(phase=1), planned("b", phase=2), supportive]) == {0: 0, 1: 0, 2: 84}


def test_each_phase_begins_when_those_before_it_have_ended_dr_25():
    lines = [planned(phase=1), planned("b", phase=2, cycles="1-2"), planned("c", phase=3)]
    longer = planned("d", phase=2)
    assert phase_starts(lines) == {0: 0, 1: 0, 2: 84, 3: 126}
    assert phase_starts([*lines, longer]) == phase_starts([longer, *lines]) == {0: 0, 1: 0, 2: 84, 3: 168}


def test_supportive_drugs_alone_last_as_long_as_the_longest_of_them():
    in_phases = [planned(role="supportive", phase=phase, cycles="1-2") for phase in (1, 2)]
    assert course_days([*in_phases, planned(role="supportive", phase=1, cycles="1-9")]) >= 189
    trial = [planned(role="investigational", phase=phase, cycles="1-2") for phase in (1, 2)]
    assert course_days(trial) == 84


def test_what_a_line_does_not_say_is_once_a_day_along_the_whole_course():
    told = PlannedLine.from_fact({**line(), "hcpcs": None, "per_day": None, "phase": None})
    assert (told.hcpcs, told.per_day, told.phase) == ("", 1, 0)


def test_a_trial_drug_that_goes_on_delays_no_later_phase_dr_25():
    lines = [planned(phase=1), planned("b", phase=2)]
    trial = planned("XB-101", role="investigational", phase=1, cycles="1-20")
    assert phase_starts([*lines, trial]) == phase_starts(lines) == {0: 0, 1: 0, 2: 84}
    assert course_days([*lines, trial]) == 168
    assert phase_starts([trial, planned("XB-102", role="investigational", phase=2)]) == {0: 0, 1: 0, 2: 420}


def test_supportive_care_in_a_phase_of_its_own_follows_the_phases_before_it_dr_25():
    """Not at once: its days, and so its visits and units, lie after the phases before it."""
    course = [planned(phase=1), planned("denosumab 120 mg", role="supportive", phase=2, cycles="1-2")]
    assert phase_starts(course) == {0: 0, 1: 0, 2: 84}
    assert administrations(course[1], START, phase_starts(course))[0] == START + timedelta(days=84)
    assert course_days(course) == 84
    alone = [planned(role="supportive", phase=1), planned("b", role="supportive", phase=2, cycles="1")]
    assert course_days(alone) == 105


def test_visits_are_distinct_days_over_the_lines_asked_for_d_57():
    order = facts(line("a", days="1,8"), line("b", days="1"), line("c", days="2"))
    assert case_visits(order, [1]) == 8
    assert case_visits(order, [1, 2]) == 8
    assert case_visits(order, [1, 2, 3]) == 12
    assert case_visits(order, []) == 0
    assert case_visits(order, [1], until=START) == 1
    assert case_visits(order, [1], until=START + timedelta(days=6)) == 1
    assert case_visits(order, [1], until=START + timedelta(days=7)) == 2


def test_visits_may_be_limited_to_the_first_days():
    lines = [planned(days="1,8"), planned("b", days="1")]
    assert visits(lines, {0: 0, 1: 0}, within_days=8) == 2
    assert visits(lines, {0: 0, 1: 0}, within_days=7) == 1


def test_the_label_s_own_schedule_has_no_dates():
    assert administrations(planned(days="LABEL"), START, {0: 0}) is None


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2025-01-10", 6, "2025-07-09"),
        ("2025-08-31", 6, "2026-02-27"),  # the 28th is the day it would end, clipped; one day before
        ("2023-08-31", 6, "2024-02-28"),
        ("2025-12-15", 1, "2026-01-14"),
        ("2025-01-31", 12, "2026-01-30"),
    ],
)
def test_calendar_months_d_21(start, months, last):
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(last)


def test_treatment_outside_the_valid_range_is_not_covered_r_334():
    first, last = date(2025, 1, 1), date(2025, 3, 1)
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    checked = check_use(days, valid_from=first, valid_to=last, visits_approved=9)
    assert [check.covered for check in checked] == [False, True, True, False]
    assert [check.on for check in checked] == days
    assert checked[0].reason == checked[3].reason == "OUTSIDE_VALID_RANGE"


lines = st.builds(
    lambda length, days, cycles, phase: PlannedLine.from_fact(
        line(
            cycle_length_days=length,
            days=",".join(str(day) for day in sorted({min(day, length) for day in days})),
            cycles=f"1-{cycles}",
            phase=phase,
        )
    ),
    st.integers(1, 42),
    st.sets(st.integers(1, 42), min_size=1, max_size=5),
    st.integers(1, 12),
    st.integers(0, 3),
)


@given(st.lists(lines, min_size=1, max_size=5))
def test_every_administration_lies_between_start_and_planned_end(course):
    starts, end = phase_starts(course), planned_end(course, START)
    for drug in course:
        given_on = administrations(drug, START, starts)
        assert given_on[0] >= START
        assert given_on[-1] <= end
        assert list(given_on) == sorted(set(given_on))
        assert len(given_on) == len(drug.days) * len(drug.cycles)
    assert end == START + timedelta(days=course_days(course) - 1)


@given(st.lists(lines, min_size=1, max_size=4), lines)
def test_one_more_drug_never_shortens_the_course(course, more):
    assert course_days([*course, more]) >= course_days(course)
