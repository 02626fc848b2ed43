"""Due dates, escalation and the retrospective window (D-01 to D-07, DR-02, DR-21; W-01 to W-10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.calendars import Calendar
from orders.rules.deadlines import due_at, due_on, escalate_at, retro_last_day
from orders.rules.gates import calendar_of
from tests.rules.programs import BCBSNC, HOLIDAYS, MA_COM, URMBT

NC = calendar_of(BCBSNC)
EASTERN = ZoneInfo("America/New_York")
THREE_DAYS = {"business_days": 3}
HOURS_24, HOURS_48, HOURS_72 = {"hours": 24}, {"hours": 48}, {"hours": 72}


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("name", "received", "allowance", "calendar", "due"),
    [
        ("W-01", "2025-03-06 10:00", THREE_DAYS, MA_COM, "2025-03-11 18:00"),
        ("W-02", "2025-03-06 10:00", THREE_DAYS, URMBT, "2025-03-11 17:00"),
        ("W-03 a Saturday", "2025-03-08 09:00", THREE_DAYS, MA_COM, "2025-03-12 18:00"),
        ("W-04 over a holiday", "2025-05-23 15:00", THREE_DAYS, URMBT, "2025-05-29 17:00"),
        ("W-05 clocks go forward", "2025-03-08 09:00", HOURS_72, URMBT, "2025-03-11 10:00"),
        ("W-06 target", "2025-03-14 16:00", HOURS_48, MA_COM, "2025-03-16 16:00"),
        ("W-06 limit", "2025-03-14 16:00", HOURS_72, MA_COM, "2025-03-17 16:00"),
        ("W-07 over the maintenance window", "2025-03-16 12:00", HOURS_24, MA_COM, "2025-03-17 12:00"),
        ("R-262", "2025-03-15 09:00", HOURS_72, URMBT, "2025-03-18 09:00"),
        ("clocks go back", "2025-11-01 09:00", HOURS_24, MA_COM, "2025-11-02 08:00"),
        ("late at night is still that day", "2025-03-06 23:59", THREE_DAYS, MA_COM, "2025-03-11 18:00"),
        ("after midnight is the next", "2025-03-07 00:00", THREE_DAYS, MA_COM, "2025-03-12 18:00"),
        ("EX-005", "2021-10-05 10:30", THREE_DAYS, MA_COM, "2021-10-08 18:00"),
        ("EX-017 Columbus Day", "2021-10-08 14:00", THREE_DAYS, MA_COM, "2021-10-14 18:00"),
        ("D-02 calendar days", "2025-03-06 10:00", {"calendar_days": 14}, MA_COM, "2025-03-20 18:00"),
    ],
)
def test_a_decision_is_due(name, received, allowance, calendar, due):
    """DR-21: the n-th business day after receipt, or n hours; W-06 has target and limit of one case."""
    found = due_at(eastern(received), allowance, calendar)
    assert found == eastern(due), name
    assert found.tzinfo is UTC


def test_the_day_of_receipt_is_the_plan_s_own():
    """23:30 Eastern is the next day in UTC; the count starts on the Eastern day (D-04)."""
    received = datetime(2025, 3, 7, 4, 30, tzinfo=UTC)
    assert due_on(received, THREE_DAYS, MA_COM) == date(2025, 3, 11)
    assert due_on(received, HOURS_24, MA_COM) == date(2025, 3, 7)


@pytest.mark.parametrize(
    ("name", "start", "last"),
    [
        ("W-08", date(2025, 3, 7), date(2025, 3, 11)),
        ("W-09 a Saturday", date(2025, 3, 8), date(2025, 3, 11)),
        ("W-10 over a holiday", date(2025, 5, 23), date(2025, 5, 28)),
        ("EX-014 Labor Day", date(2021, 9, 3), date(2021, 9, 8)),
    ],
)
def test_the_last_day_to_ask_after_the_start_dr_02(name, start, last):
    assert retro_last_day(start, 2, MA_COM) == last, name


@pytest.mark.parametrize(
    ("received", "allowance", "calendar", "escalated"),
    [
        ("2025-03-06 10:00", THREE_DAYS, MA_COM, "2025-03-11 10:00"),
        ("2025-03-06 10:00", THREE_DAYS, URMBT, "2025-03-11 09:00"),
        # Open from 8:00 to 16:00: eight hours are the whole day and reach back to its opening.
        ("2025-03-06 10:00", THREE_DAYS, NC, "2025-03-11 08:00"),
        ("2025-03-14 16:00", HOURS_72, MA_COM, "2025-03-17 12:00"),
        ("2025-03-08 09:00", HOURS_24, MA_COM, "2025-03-09 06:00"),
        # 14 days after a Saturday is a Saturday: eight business hours before lie on Friday.
        ("2025-03-08 10:00", {"calendar_days": 14}, MA_COM, "2025-03-21 10:00"),
    ],
)
def test_an_open_case_goes_to_a_physician_in_time_d_07(received, allowance, calendar, escalated):
    due = due_at(eastern(received), allowance, calendar)
    found = escalate_at(due.astimezone(EASTERN), allowance, calendar)
    assert found == eastern(escalated)
    assert found.tzinfo is UTC


def test_business_time_runs_over_evenings_weekends_and_holidays():
    """Four hours before 10:00 on the Tuesday after Memorial Day reach back to Friday."""
    short_day = Calendar("America/New_York", HOLIDAYS, closes_at=time(17), opens_at=time(8))
    assert short_day.business_time_before(eastern("2025-05-27 10:00"), timedelta(hours=4)) == eastern(
        "2025-05-23 15:00"
    )


@pytest.mark.parametrize("wrong", [{}, {"hours": 1, "business_days": 1}, {"weeks": 1}, {"hours": -1}])
def test_an_allowance_is_one_amount_of_one_unit(wrong):
    with pytest.raises(ValueError, match="not an allowance"):
        due_at(eastern("2025-03-06 10:00"), wrong, MA_COM)


# --- a second, slow way: walk the wall clock minute by minute -----------------------------------------

moments = st.datetimes(datetime(2021, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
zones = st.sampled_from(["America/New_York", "America/Chicago", "America/Phoenix"])
calendars = st.builds(
    lambda zone, opens, hours: Calendar(zone, HOLIDAYS, closes_at=time(opens + hours), opens_at=time(opens)),
    zones,
    st.integers(6, 10),
    st.integers(6, 10),
)


def walked_due(received: datetime, business_days: int, calendar: Calendar) -> datetime:
    """Step minute by minute until the closing bell of the n-th business day has rung."""
    zone = ZoneInfo(calendar.time_zone)
    received_on, moment, counted = received.astimezone(zone).date(), received, set()
    while True:
        moment += timedelta(minutes=1)
        local = moment.astimezone(zone)
        if local.date() == received_on or local.weekday() > 4 or local.date() in calendar.holidays:
            continue
        counted.add(local.date())
        if len(counted) == business_days and local.time() >= calendar.closes_at:
            return moment


def walked_back(moment: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Step back minute by minute, counting those in which the plan is open."""
    zone = ZoneInfo(calendar.time_zone)
    while minutes:
        moment -= timedelta(minutes=1)
        local = moment.astimezone(zone)
        is_open = calendar.opens_at <= local.time() < calendar.closes_at
        if is_open and local.weekday() < 5 and local.date() not in calendar.holidays:
            minutes -= 1
    return moment


@given(received=moments, days=st.integers(1, 3), calendar=calendars)
def test_business_days_agree_with_walking_the_clock(received, days, calendar):
    assert due_at(received, {"business_days": days}, calendar) == walked_due(received, days, calendar)


@given(due=moments, minutes=st.integers(1, 600), calendar=calendars)
def test_business_time_agrees_with_walking_back(due, minutes, calendar):
    expected = walked_back(due, minutes, calendar)
    assert calendar.business_time_before(due, timedelta(minutes=minutes)) == expected


@given(received=moments, hours=st.integers(0, 100), zone=zones)
def test_hours_are_elapsed_hours_whatever_the_wall_clock_does(received, hours, zone):
    calendar = Calendar(zone, HOLIDAYS, closes_at=time(17))
    local = received.astimezone(ZoneInfo(zone))
    assert due_at(local, {"hours": hours}, calendar) - received == timedelta(hours=hours)


allowances = st.one_of(
    st.builds(lambda n: {"business_days": n}, st.integers(1, 10)),
    st.builds(lambda n: {"calendar_days": n}, st.integers(1, 30)),
    st.builds(lambda n: {"hours": n}, st.integers(24, 100)),
)


@given(received=moments, later=st.integers(0, 10_000), allowance=allowances, calendar=calendars)
def test_who_asks_later_is_never_due_earlier(received, later, allowance, calendar):
    after = received + timedelta(minutes=later)
    assert due_at(received, allowance, calendar) <= due_at(after, allowance, calendar)


@given(received=moments, allowance=allowances, calendar=calendars)
def test_a_case_is_escalated_after_receipt_and_before_it_is_due(received, allowance, calendar):
    due = due_at(received, allowance, calendar)
    assert escalate_at(due, allowance, calendar) < due
    if allowance.get("business_days", 2) > 1 and allowance.get("calendar_days", 7) >= 7:
        assert received < escalate_at(due, allowance, calendar)
