"""The launcher's child processes: started in sessions of their own, watched, stopped, never left behind."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 15
GIVE_UP_AFTER = 5
STABLE_SECONDS = 60
LONGEST_BACK_OFF_SECONDS = 16

_PROC = Path("/proc")
_IS_LINUX = (_PROC / "self" / "stat").exists()
_PR_SET_PDEATHSIG = 1
# Loaded here, not in the forked child, where loading a library is not safe.
_libc = ctypes.CDLL(None) if _IS_LINUX else None


@dataclass
class Child:
    """One process of the portal, with its log and the file that remembers it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    folder: Path
    deaths: int = 0
    started: float = 0.0
    restart_at: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log_path(self) -> Path:
        """Where its output goes."""
        return self.folder / "log" / f"{self.name}.log"

    def start(self) -> None:
        """Start it in its own session, so that Ctrl-C reaches the launcher alone."""
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                env=dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.started = time.monotonic()
        self.restart_at = None
        remember(self.folder / "run" / f"{self.name}.pid", self.process.pid)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end; end it and its own children after `seconds`."""
        if self.process is None:
            return
        if self.is_alive():
            # To the leader alone: its children finish what they hold when it tells them.
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End it and all its own children at once."""
        if self.process is not None:
            _kill_group(self.process.pid)
            self.process.wait()
            (self.folder / "run" / f"{self.name}.pid").unlink(missing_ok=True)


def watch(children: Sequence[Child], say: Callable[[str], None]) -> bool:
    """Look once after each child; restart a dead one with back-off; False = one died too often."""
    for child in children:
        now = time.monotonic()
        if child.is_alive():
            if now - child.started > STABLE_SECONDS:
                child.deaths = 0
        elif child.restart_at is None:
            child.kill()
            child.deaths += 1
            if child.deaths > GIVE_UP_AFTER:
                say(f"{child.name} died {child.deaths} times; giving up. Its log: {child.log_path}")
                return False
            delay = min(2 ** (child.deaths - 1), LONGEST_BACK_OFF_SECONDS)
            child.restart_at = now + delay
            say(f"{child.name} stopped; starting it again in {delay} s. Its log: {child.log_path}")
        elif now >= child.restart_at:
            child.start()
    return True


def remember(path: Path, pid: int) -> None:
    """Write down a process, with its start time: pids are used again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "started": _start_time(pid)}))


def end_leftovers(run_folder: Path) -> list[str]:
    """End what a killed launcher left running; return the names of what was ended."""
    ended = []
    for path in sorted(run_folder.glob("*.pid")):
        try:
            noted = json.loads(path.read_text())
        except ValueError:
            noted = {"pid": 0, "started": None}
        # By pid and start time, not by name: gunicorn and Celery rewrite theirs.
        if noted["started"] and _start_time(noted["pid"]) == noted["started"]:
            _end_foreign(noted["pid"])
            ended.append(path.stem)
        path.unlink()
    return ended


def _end_foreign(pid: int) -> None:
    started = _start_time(pid)
    os.kill(pid, signal.SIGTERM)
    for _ in range(STOP_SECONDS * 10):
        if _start_time(pid) != started:
            break
        time.sleep(0.1)
    _kill_group(pid)


def _kill_group(leader: int) -> None:
    # Nobody of it is left; macOS says "permission" of a group of zombies.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _start_time(pid: int) -> str | None:
    """When a process started, as the system words it; None if it does not run."""
    if _IS_LINUX:
        try:
            # After the name in parentheses, which may itself hold spaces; a zombie is no process.
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    answer = subprocess.run(
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None


def _die_with_parent() -> None:
    """In the child: be told to end when the launcher dies, even by kill -9 (Linux only)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
