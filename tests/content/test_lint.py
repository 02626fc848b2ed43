"""The shipped content has no fault that the lint knows, cases of every policy included (R-170, R-088)."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from pathways.shipped_files import ACCEPTED, read_accepted

SHIPPED = settings.FIXTURES_ROOT
FOLDERS = ("codes", "drugs", "pathways", "policies", "radiation", "routing", "tumors")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped content, to spoil."""
    for name in FOLDERS:
        shutil.copytree(SHIPPED / name, tmp_path / name)
    shutil.copy(SHIPPED / ACCEPTED, tmp_path)
    return tmp_path


def run(folder: Path, **options: bool) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("lint_content", folder, stdout=printed, **options)
    return printed.getvalue()


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_shipped_content_has_no_finding() -> None:
    assert run(SHIPPED).startswith("clinical content: 0 errors, 0 warnings, ")


def test_each_accepted_finding_has_a_reason() -> None:
    assert all(len(entry.reason) > 30 for entry in read_accepted(SHIPPED))


def test_an_error_is_printed_with_its_place_and_fails(folder: Path) -> None:
    file = folder / "policies" / "azacitidine" / "2021-07-01.yaml"
    spoil(file, "with_one_of: [venetoclax]", "with_one_of: [azacitidine]")
    printed = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("lint_content", folder, stdout=printed, json=True)
    assert refused.value.returncode == 1
    findings = json.loads(printed.getvalue())
    assert {"level", "file", "path", "rule", "message", "other"} == findings[0].keys()
    places = {(finding["rule"], finding["file"]) for finding in findings}
    assert ("never-met", "policies/azacitidine/2021-07-01.yaml") in places


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    spoil(folder / "policies" / "azacitidine" / "2021-07-01.yaml", "fact: tumor", "fact: tumour")
    with pytest.raises(CommandError, match=r"policies/azacitidine/2021-07-01\.yaml.*tumour"):
        run(folder)


def test_a_warning_alone_does_not_fail(folder: Path) -> None:
    text = (folder / ACCEPTED).read_text(encoding="utf-8")
    entries = text.split("  - rule: ")
    kept = [entry for entry in entries if not entry.startswith("overlap")]
    (folder / ACCEPTED).write_text("  - rule: ".join(kept), encoding="utf-8")
    printed = run(folder)
    assert "warning: pathways/PW-2026Q4/breast.yaml: PW-BRE-006: [overlap]" in printed
    assert "0 errors, 6 warnings" in printed


def test_r337_a_managed_code_that_is_not_in_the_list_is_named_with_its_line(folder: Path) -> None:
    spoil(folder / "radiation" / "managed" / "BCBSMA.csv", "77301,", "77399X,")
    with pytest.raises(CommandError, match=r"managed/BCBSMA\.csv: line \d+, code: '77399X' is not in"):
        run(folder)


def test_r345_a_bundle_with_a_code_that_a_line_of_business_has_not_managed_fails(folder: Path) -> None:
    file = folder / "radiation" / "managed" / "BCBSMA.csv"
    spoil(file, "77301,HMO_POS;PPO_EPO;NEHP;MA", "77301,HMO_POS;PPO_EPO;NEHP")
    printed = StringIO()
    with pytest.raises(CommandError):
        call_command("lint_content", folder, stdout=printed)
    place = "error: radiation/bundles/2026-01-01.yaml: bundles.IMRT: [not-managed]"
    assert f"{place} 77301 is not managed for BCBSMA MA on 2026-01-01." in printed.getvalue()
