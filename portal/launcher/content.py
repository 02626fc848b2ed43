"""What a new portal is filled with, each part once per database and state of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


@dataclass(frozen=True)
class Load:
    """One management command and the files under fixtures/ that it reads."""

    command: str
    arguments: tuple[str, ...]
    sources: tuple[str, ...]
    told: str


# In this order: each needs what stands above it.
LOADS: tuple[Load, ...] = (
    Load("load_programs", (), ("programs", "calendars"), "programs and their terms"),
    Load(
        "load_release",
        (),
        ("drugs", "codes", "tumors", "policies", "routing", "pathways", "radiation"),
        "codes, drugs, medical policies and pathways",
    ),
    Load("load_roster", (), ("rosters",), "members and providers"),
    Load("seed_demo", (), ("demo",), "demo people and orders"),
)


def prepare(say: Callable[[str], None]) -> None:
    """Migrate the database and load whatever it does not hold yet."""
    call_command("migrate", interactive=False, verbosity=0)
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)
    log = settings.VAR_DIR / "log" / "content.log"
    for path in (_note(), log):
        path.parent.mkdir(parents=True, exist_ok=True)
    loaded = _loaded()
    for load in _to_load():
        say(f"Loading {load.told} …")
        with log.open("a", encoding="utf-8") as output:
            call_command(load.command, *load.arguments, stdout=output)
        loaded[load.command] = _state_of(load)
        _note().write_text(json.dumps({"database": _birth_of_database(), "loaded": loaded}, indent=1))


def is_prepared() -> bool:
    """Whether `prepare` would find nothing to migrate and nothing to load."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return not waiting and not _to_load()
    except Error:
        return False


def _to_load() -> list[Load]:
    loaded = _loaded()
    return [load for load in LOADS if loaded.get(load.command) != _state_of(load)]


def _note() -> Path:
    return Path(settings.VAR_DIR) / "run" / "content.json"


def _loaded() -> dict[str, str]:
    """What was loaded into this very database; nothing if the note speaks of another one."""
    if not _note().exists():
        return {}
    noted = json.loads(_note().read_text())
    loaded: dict[str, str] = noted["loaded"]
    return loaded if noted["database"] == _birth_of_database() else {}


def _birth_of_database() -> str:
    """When the first migration was applied: tells a database from one made anew under its name."""
    first = MigrationRecorder(connection).migration_qs.order_by("pk").first()
    return first.applied.isoformat() if first else ""


def _state_of(load: Load) -> str:
    """A hash over the command and the names and bytes of its files."""
    digest = hashlib.sha256(" ".join((load.command, *load.arguments)).encode())
    for source in load.sources:
        for path in sorted((settings.FIXTURES_ROOT / source).rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(settings.FIXTURES_ROOT)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
