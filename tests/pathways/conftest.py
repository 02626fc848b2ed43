"""The shipped clinical content, loaded once for a file of tests; and small releases of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from pathways.content import forget
from pathways.criteria import nodes


@pytest.fixture(autouse=True)
def nothing_explained() -> None:
    """Each test has criteria explained for itself: what an earlier test kept could hide a mistake."""
    nodes._shared.clear()


@pytest.fixture(scope="module")
def shipped_content(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:
    """Loading takes seconds, so it is done once; afterwards the database is as empty as before."""
    with django_db_blocker.unblock():
        call_command("load_release", verbosity=0)
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def nothing_compiled() -> Iterator[None]:
    """As in a process that has just begun."""
    forget()
    yield
    forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may spoil: one drug's policy, two cancers."""
    root: Path = settings.FIXTURES_ROOT
    for name in ("codes", "drugs", "tumors", "radiation", "routing"):
        shutil.copytree(root / name, tmp_path / name)
    (tmp_path / "policies").mkdir()
    shutil.copy(root / "policies" / "releases.yaml", tmp_path / "policies")
    shutil.copytree(root / "policies" / "pembrolizumab", tmp_path / "policies" / "pembrolizumab")
    for release in ("PW-2021Q2", "PW-2021Q3"):
        (tmp_path / "pathways" / release).mkdir(parents=True)
        for file in ("release.yaml", "breast.yaml", "nsclc.yaml"):
            shutil.copy(root / "pathways" / release / file, tmp_path / "pathways" / release)
    return tmp_path
