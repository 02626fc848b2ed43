"""Production starts with every setting right, or not at all, and says which is wrong (G-51)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.source import BASE
from tools.lint import PRODUCTION


def start(tmp_path: Path, **changed: str | None) -> subprocess.CompletedProcess[str]:
    """Read the settings of the production shape in a process of its own; None leaves one out."""
    env = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path / "var"), **PRODUCTION, **changed}
    return subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env={name: value for name, value in env.items() if value is not None},
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_is_set(tmp_path):
    answer = start(tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, None) for name in PRODUCTION if name != "PORTAL_ENV"],
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 60),
        ("ALLOWED_HOSTS", ""),
        ("PORTAL_BASE_URL", "http://portal.example"),
        ("EMAIL_URL", "filemail:///tmp/mail"),
        ("EMAIL_URL", "consolemail://"),
        ("DATABASE_URL", "sqlite:////tmp/portal.sqlite3"),
        ("PORTAL_DEBUG", "on"),
        ("PORTAL_ENV", "prod"),
    ],
)
def test_a_missing_or_wrong_setting_stops_the_start_with_its_name(tmp_path, name, value):
    answer = start(tmp_path, **{name: value})
    assert answer.returncode != 0
    assert "ImproperlyConfigured" in answer.stderr.splitlines()[-1]
    assert name in answer.stderr.splitlines()[-1]


def test_sqlite_comes_only_with_the_options_that_it_needs(tmp_path):
    """A DATABASE_URL of SQLite would open it without IMMEDIATE, in the embedded shape too."""
    answer = start(tmp_path, PORTAL_ENV="embedded", DATABASE_URL="sqlite:////tmp/portal.sqlite3")
    assert "DATABASE_URL must begin with postgres://" in answer.stderr


def test_the_folder_of_the_portal_is_open_to_its_owner_alone(tmp_path):
    start(tmp_path)
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
