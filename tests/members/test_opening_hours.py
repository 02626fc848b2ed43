"""Hours on the wall clock of their own zone (R-264, R-373, W-23)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from members import hours
from members.models import Plan, ProgramTerms
from members.queries import is_contact_center_open
from tests.factories.members import shipped_terms

EASTERN = ZoneInfo("America/New_York")
WINDOWS = shipped_terms()["maintenance_windows"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2025-03-06T07:59:59", False),
        ("2025-03-06T08:00:00", True),
        ("2025-03-06T15:59:59", True),
        ("2025-03-06T16:00:00", False),
        ("2025-03-08T12:00:00", False),  # Saturday
        ("2025-03-10T08:00:00", True),  # the Monday after the clocks went forward
    ],
)
def test_r373_r264_an_office_is_open_by_its_own_wall_clock(moment, is_open):
    assert hours.is_open(at(moment), zone="America/New_York", opens_at=time(8), closes_at=time(16)) is is_open


def test_r265_an_office_is_closed_on_a_holiday():
    noon = at("2025-05-26T12:00:00")
    assert not hours.is_open(
        noon,
        zone="America/New_York",
        opens_at=time(8),
        closes_at=time(17),
        holidays={date(2025, 5, 26)},
    )


@pytest.mark.parametrize(
    ("clock", "is_closed"), [("13:29:59", False), ("13:30:00", True), ("18:59:59", True), ("19:00:00", False)]
)
def test_w23_r050_the_sunday_window_by_the_second(clock, is_closed):
    ends = hours.maintenance_ends_at(at(f"2026-11-22T{clock}"), WINDOWS)
    assert (ends is not None) is is_closed
    assert ends in (None, at("2026-11-22T19:00:00"))


def test_r050_no_maintenance_on_a_saturday():
    assert hours.maintenance_ends_at(at("2026-11-21T14:00:00"), WINDOWS) is None


@pytest.mark.parametrize(
    ("program", "moment", "is_open"),
    [
        ("bcbsnc", "2026-11-20T16:01:00", False),
        ("bcbsma-commercial", "2026-11-20T17:59:00", True),
        ("bcbsm-urmbt", "2026-11-20T17:00:00", False),
        ("bcbsm-urmbt", "2026-11-26T12:00:00", False),  # Thanksgiving
    ],
)
def test_r373_to_r375_contact_centers(programs, program, moment, is_open):
    terms = ProgramTerms.objects.get(program__slug=program, effective_from__lt=date(2026, 1, 1))
    assert is_contact_center_open(terms, at(moment)) is is_open


def test_support_hours_are_in_central_time(programs):
    terms = Plan.objects.get(slug="BCBSM").programs.get().terms_on(date(2026, 11, 1))
    # 18:30 Eastern is 17:30 Central.
    assert hours.is_open(
        at("2026-11-20T18:30:00"),
        zone=terms.support_time_zone,
        opens_at=terms.support_opens_at,
        closes_at=terms.support_closes_at,
    )
