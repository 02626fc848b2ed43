"""The shipped plans and programs for the tests of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from members.models import Plan
from tests.factories.members import load_programs_once


@pytest.fixture
def programs(db: None) -> None:
    """The four programs, as `manage.py load_programs` makes them."""
    load_programs_once()


@pytest.fixture
def bcbsnc(programs: None) -> Plan:
    return Plan.objects.get(slug="BCBSNC")


@pytest.fixture
def bcbsma(programs: None) -> Plan:
    return Plan.objects.get(slug="BCBSMA")


@pytest.fixture
def bcbsm(programs: None) -> Plan:
    return Plan.objects.get(slug="BCBSM")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped plans, programs and calendars, to spoil."""
    for name in ("programs", "calendars"):
        shutil.copytree(settings.FIXTURES_ROOT / name, tmp_path / name)
    return tmp_path
