"""The content folder of plans and programs as files to spoil, and what loading them says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from members.models import Holiday, LineOfBusiness, Plan, Program, ProgramTerms
from members.programs.documents import ContentFaults
from members.programs.parse import read_content


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` in a file; it must be there."""
    path = folder / file
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))


def everything() -> list[list[dict[str, Any]]]:
    """All that a load may touch, to see that nothing changed."""
    tables = (Plan, LineOfBusiness, Program, ProgramTerms, Holiday)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def faults_of(folder: Path) -> list[str]:
    """What is said of a folder that cannot be read, with file names from the folder on."""
    with pytest.raises(ContentFaults) as refused:
        read_content(folder)
    return [str(fault).replace(f"{folder}/", "") for fault in refused.value.faults]
