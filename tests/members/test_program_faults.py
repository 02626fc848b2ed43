"""Faults of program files: each names file and path, all come at once, nothing is changed (R-001)."""

from __future__ import annotations

import pytest

from members.programs.documents import ContentFaults
from members.programs.load import load_programs
from tests.factories.program_files import everything, faults_of, spoil

NC, MICHIGAN = "programs/bcbsnc.yaml", "programs/bcbsm-urmbt.yaml"
COMMERCIAL, ADVANTAGE = "programs/bcbsma-commercial.yaml", "programs/bcbsma-medicare-advantage.yaml"
DEFAULTS, REGISTRY = "programs/defaults.yaml", "programs/registry.yaml"
CALENDAR = "calendars/us-federal.yaml"

#: File, what stands there, what is put in its place, where the fault is said to be, and how.
CASES = [
    (
        NC,
        "contact_center_phone:",
        "contact_centre_phone:",
        NC,
        "terms[0].contact_centre_phone",
        'unknown setting; did you mean "contact_center_phone"?',
    ),
    (
        NC,
        'value: "866-455-8414"',
        'value: "866 455 8414"',
        NC,
        "terms[0].contact_center_phone",
        "expected a phone number like 1-800-555-0100, found '866 455 8414'",
    ),
    (
        NC,
        'contact_center_closes_at: {value: "16:00"',
        "contact_center_closes_at: {value: 16:00",
        NC,
        "terms[0].contact_center_closes_at",
        'expected a time in quotes ("08:00"), found 960',
    ),
    (
        NC,
        "adult_only: {value: true",
        'adult_only: {value: "yes"',
        NC,
        "terms[0].adult_only",
        "expected true or false, found 'yes'",
    ),
    (
        MICHIGAN,
        'retro_business_days: {value: 2, source: "PD-20, R-350: BCBSM provider FAQ 2025"}',
        "retro_business_days: {value: 2}",
        MICHIGAN,
        "terms[0].retro_business_days",
        "expected a value and its source",
    ),
    (
        MICHIGAN,
        'urgent_limit_hours: {value: 72, source: "PD-18, R-262: BCBSM provider FAQ 2025"}',
        'urgent_limit_hours: {value: 72, source: " "}',
        MICHIGAN,
        "terms[0].urgent_limit_hours",
        "the source is empty; say where the value is from",
    ),
    (MICHIGAN, '"AL", "AR"', '"AL", "XX"', MICHIGAN, "terms[0].scode_states[1]", "unknown value 'XX'"),
    (
        MICHIGAN,
        '{number: "70605", name',
        "{number: 70605, name",
        MICHIGAN,
        "terms[0].excluded_groups[0].number",
        "expected text, found 70605",
    ),
    (
        MICHIGAN,
        "scode_lines: {value: [COMMERCIAL]",
        "scode_lines: {value: [COMERCIAL]",
        MICHIGAN,
        "terms[0].scode_lines",
        "'COMERCIAL' is no line of this program; did you mean \"COMMERCIAL\"?",
    ),
    (
        COMMERCIAL,
        "urgent_target_hours: {value: 48",
        "urgent_target_hours: {value: 96",
        COMMERCIAL,
        "terms[0].urgent_target_hours",
        "is beyond urgent_limit_hours",
    ),
    (
        ADVANTAGE,
        "standard_hours: {value: 72",
        "standard_hours: {value: null",
        ADVANTAGE,
        "terms[0].standard_business_days",
        "give business days or standard_hours, and leave the other null",
    ),
    (
        ADVANTAGE,
        "effective_from: 2026-01-01",
        "effective_from: 2020-01-01",
        ADVANTAGE,
        "terms[1].effective_from",
        "rows must go from old to new",
    ),
    (
        COMMERCIAL,
        "lines_of_business: [HMO_POS, PPO_EPO, NEHP]",
        "lines_of_business: [HMO_POS, PPO_EPO, NEHP, MA]",
        ADVANTAGE,
        "lines_of_business",
        "'MA' is already in bcbsma-commercial",
    ),
    (
        NC,
        "plan: BCBSNC",
        "plan: BCBSN",
        NC,
        "plan",
        "'BCBSN' is not in the registry; did you mean \"BCBSNC\"?",
    ),
    (
        NC,
        "solutions: [medical_oncology]",
        "solutions: [medical_oncolgy]",
        NC,
        "solutions[0]",
        "unknown value 'medical_oncolgy'; did you mean \"medical_oncology\"?",
    ),
    (
        DEFAULTS,
        'holiday_calendar: {value: "us-federal"',
        'holiday_calendar: {value: "us-federl"',
        NC,
        "terms[0].holiday_calendar",
        'no such calendar; did you mean "us-federal"?',
    ),
    (
        DEFAULTS,
        'time_zone: {value: "America/New_York"',
        'time_zone: {value: "America/Boston"',
        NC,
        "terms[0].time_zone",
        "'America/Boston' is no time zone",
    ),
    (
        DEFAULTS,
        "grace_days:",
        "graze_days:",
        DEFAULTS,
        "graze_days",
        'unknown setting; did you mean "grace_days"?',
    ),
    (
        DEFAULTS,
        'from: "13:30", to: "19:00"',
        'from: "19:30", to: "19:00"',
        NC,
        "terms[0].maintenance_windows[0]",
        "ends before it begins",
    ),
    (
        REGISTRY,
        'states: ["NC"]',
        "states: [NO]",
        REGISTRY,
        "plans[0].states",
        "False is no state; quote the code",
    ),
    (REGISTRY, "slug: BCBSMA", "slug: BCBSNC", REGISTRY, "plans[1].slug", "'BCBSNC' is there twice"),
    (
        CALENDAR,
        'name: "Labor Day"',
        'title: "Labor Day"',
        CALENDAR,
        "holidays[6]",
        "expected a date (YYYY-MM-DD) and a name",
    ),
    (CALENDAR, "date: 2021-01-18", "date: 2021-01-01", CALENDAR, "holidays[1]", "2021-01-01 is there twice"),
    (CALENDAR, "closings: []", "on: []", CALENDAR, "line 129", "the key True is not text; quote it"),
    (
        NC,
        "program: bcbsnc",
        "program: bcbsnc\nprogram: other",
        NC,
        "line 2",
        "the key 'program' is written twice",
    ),
    (NC, "program: bcbsnc", "program: [", NC, "line 4", ""),
]


@pytest.mark.parametrize(("file", "old", "new", "blamed", "path", "message"), CASES)
def test_a_fault_names_file_and_path(folder, file, old, new, blamed, path, message):
    spoil(folder, file, old, new)
    faults = faults_of(folder)
    assert any(fault.startswith(f"{blamed}: {path}: {message}") for fault in faults), faults


@pytest.mark.django_db
def test_all_faults_come_at_once_and_nothing_is_changed(folder):
    load_programs(folder, by=None)
    before = everything()
    spoil(folder, "programs/bcbsnc.yaml", "adult_only: {value: true", "adult_only: {value: 1")
    spoil(folder, "programs/bcbsm-urmbt.yaml", '"AL", "AR"', '"AL", "XX"')
    spoil(folder, "calendars/us-federal.yaml", 'name: "Labor Day"', 'title: "Labor Day"')
    assert len(faults_of(folder)) == 3
    with pytest.raises(ContentFaults):
        load_programs(folder, by=None)
    assert everything() == before


def test_a_value_without_default_must_be_given(folder):
    spoil(
        folder, "programs/defaults.yaml", 'grace_days: {value: 21, source: "PD-33 default (D-18, DR-20)"}', ""
    )
    found = faults_of(folder)
    assert len(found) == 5, "one for every row of terms"
    assert found[0].endswith("terms[0].grace_days: has no value, neither here nor in the defaults")


@pytest.mark.parametrize("content", [b"", b"- a list\n", b"\xff\xfe\x00", b"program: x\n"])
def test_files_that_are_no_programs_are_faults(folder, content):
    (folder / "programs/extra.yaml").write_bytes(content)
    assert all(found.startswith("programs/extra.yaml") for found in faults_of(folder))


def test_a_missing_registry_is_a_fault(folder):
    (folder / "programs/registry.yaml").unlink()
    assert "programs/registry.yaml: the file is missing" in faults_of(folder)
