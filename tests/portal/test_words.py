"""How doses, days, times and statuses read (ui: words; R-209 to R-229, R-218)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from orders.rules.states import Disposition, DrugStatus, OrderStatus
from pathways.criteria.outcome import Result
from portal import words as spoken

DUE = datetime(2021, 10, 12, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (Decimal("200.0000"), "mg", "200 mg"),
        (Decimal("500"), "mg/m2", "500 mg/m²"),
        (Decimal("0.10"), "mg/kg", "0.1 mg/kg"),
        (Decimal("5"), "AUC", "AUC 5"),
        (Decimal("60000"), "units", "60,000 units"),
        (None, "mg", ""),
        ("", "mg", ""),
    ],
)
def test_a_dose_reads_as_it_is_ordered(amount: object, unit: str, words: str) -> None:
    assert spoken.dose(amount, unit) == words


@pytest.mark.parametrize(
    ("value", "words"), [("1250.00", "1,250"), ("4.00", "4"), (Decimal("0.5"), "0.5"), ("many", "many")]
)
def test_a_figure_has_no_idle_zeros(value: object, words: str) -> None:
    assert spoken.number(value) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (DUE, "Tue Oct 12, 2021, 6:00 PM ET"),
        (datetime(2021, 12, 1, 17, 5, tzinfo=UTC), "Wed Dec 1, 2021, 12:05 PM ET"),
        # The hour that summer time takes away: 2 AM is 3 AM.
        (datetime(2021, 3, 14, 7, 0, tzinfo=UTC), "Sun Mar 14, 2021, 3:00 AM ET"),
        (datetime(2021, 10, 13, 2, 0, tzinfo=UTC), "Tue Oct 12, 2021, 10:00 PM ET"),
    ],
)
def test_a_moment_reads_in_the_plans_zone(at: datetime, words: str) -> None:
    assert spoken.moment(at) == words


def test_another_zone_has_its_own_letters() -> None:
    assert spoken.moment(DUE, zone="America/Chicago").endswith("5:00 PM CT")
    assert spoken.moment(DUE, zone="UTC").endswith("10:00 PM UTC")


def test_no_day_and_no_moment_read_as_nothing() -> None:
    assert (spoken.day(None), spoken.moment(None)) == ("", "")


def test_the_day_of_a_moment_is_the_plans_day() -> None:
    assert spoken.day(datetime(2021, 10, 13, 2, 0, tzinfo=UTC)) == "Tue Oct 12, 2021"
    assert spoken.day(date(2021, 10, 2)) == "Sat Oct 2, 2021"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=2, hours=5, minutes=59), "2 days 5 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=3, minutes=10), "3 h 10 min"),
        (timedelta(hours=4), "4 h"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=-12), "12 min"),
    ],
)
def test_a_length_of_time_reads_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert spoken.span(length) == words


@pytest.mark.parametrize(
    ("now", "state", "left"),
    [
        (DUE - timedelta(hours=4, minutes=1), "open", "4 h 1 min left"),
        (DUE - timedelta(hours=4), "soon", "4 h left"),
        (DUE, "soon", "0 min left"),
        (DUE + timedelta(minutes=1), "overdue", "Overdue by 1 min"),
    ],
)
def test_a_clock_is_urgent_from_four_hours_before_on(now: datetime, state: str, left: str) -> None:
    clock = spoken.clock(DUE, now=now)
    assert clock == spoken.Clock("Tue Oct 12, 2021, 6:00 PM ET", left, state)


def test_nothing_due_has_no_clock() -> None:
    assert spoken.clock(None, now=DUE) is None


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (("1", 21, "1-8", 1), "Day 1, every 21 days, cycles 1–8"),
        (("1,8", 21, "1", 1), "Days 1 and 8, every 21 days, cycle 1"),
        (("1-4,8", 28, "1,2,3", 2), "Days 1–4 and 8, 2 times a day, every 28 days, cycles 1, 2 and 3"),
        (("1", 1, "1-30", 1), "Day 1, daily, cycles 1–30"),
        (("LABEL", 28, "1-6", 1), "As the label says, every 28 days, cycles 1–6"),
    ],
)
def test_a_schedule_reads_as_a_sentence(schedule: tuple[str, int, str, int], words: str) -> None:
    days, cycle, cycles, per_day = schedule
    assert spoken.schedule(days, cycle, cycles, per_day) == words


@pytest.mark.parametrize("status", [*Disposition, *DrugStatus, *OrderStatus, *Result], ids=str)
def test_every_status_has_word_icon_colour_and_meaning(status: str) -> None:
    """R-218: the definition of a status is there for its help."""
    look = spoken.look_of(status)
    assert look.word
    assert look.icon
    assert look.tone in {"good", "wait", "bad", "refer", "quiet", "mixed"}
    assert look.meaning.endswith(".")


def test_a_status_without_a_look_is_found() -> None:
    with pytest.raises(KeyError):
        spoken.look_of("approved")
