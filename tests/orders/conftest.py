from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    """A storage of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"]},
    }
    settings.STORAGES["default"]["OPTIONS"] = {
        **settings.STORAGES["default"]["OPTIONS"],
        "location": tmp_path / "files",
    }
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path / "files"
