"""`manage.py portal up`, the whole portal on one machine, started, hurt and stopped for real."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools import servers

BASE = Path(__file__).resolve().parents[2]
# The first start loads all content; two cores may be shared with other runs.
FIRST_START_SECONDS = 300
SECOND_START_SECONDS = 45


class Launched:
    """One start of the portal, with what it says."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or servers.free_port()
        self.said = folder.parent / f"said-{self.port}-{time.monotonic_ns()}.txt"
        unwanted = ("REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
        env = {name: value for name, value in os.environ.items() if name not in unwanted}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "portal", "up", "--port", str(self.port)],
                cwd=BASE,
                env={**env, "PORTAL_VAR": str(folder)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float) -> Launched:
        deadline = time.monotonic() + seconds
        while "Stop it with" not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)
        return self

    def is_serving(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def pids(self) -> dict[str, int]:
        """The processes it remembers, by name."""
        return {
            path.stem: json.loads(path.read_text())["pid"] for path in (self.folder / "run").glob("*.pid")
        }

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the portal writes: a path with a space, filled by a first start."""
    folder = tmp_path_factory.mktemp("portal") / "a folder"
    first = Launched(folder)
    try:
        first.wait_until_ready(FIRST_START_SECONDS)
    finally:
        assert first.stop() == 0
    return folder


@pytest.fixture(scope="module")
def starts(folder):
    """Every later start on the same folder; the last one is stopped at the end."""
    starts: list[Launched] = []
    yield starts
    for start in starts:
        start.stop()


@pytest.fixture
def launched(folder, starts):
    """A running portal: the last start, or a new one if a test has ended that."""
    if not starts or starts[-1].process.poll() is not None:
        starts.append(Launched(folder))
        starts[-1].wait_until_ready(SECOND_START_SECONDS)
    return starts[-1]


def test_a_second_start_loads_nothing_and_tells_address_queue_and_people(launched):
    said = launched.said.read_text()
    assert "Loading" not in said
    assert f"http://localhost:{launched.port}" in said
    assert "Queue: Valkey, started here" in said
    assert re.search(r"Nurse reviewer +nurse +\S{15,}", said)
    assert launched.is_serving()


def test_a_second_copy_is_refused(launched):
    second = Launched(launched.folder)
    assert second.process.wait(30) == 1
    assert f"already runs at http://localhost:{launched.port}" in second.said.read_text()
    assert launched.is_serving()


def test_web_and_worker_come_back_when_killed(launched):
    before = launched.pids()
    for name in ("web", "worker"):
        os.killpg(before[name], signal.SIGKILL)
    _wait_for(lambda: launched.pids().get("web", before["web"]) != before["web"])
    _wait_for(lambda: launched.pids().get("worker", before["worker"]) != before["worker"])
    _wait_for(launched.is_serving)
    assert launched.pids()["queue"] == before["queue"]


def test_a_signal_stops_everything(launched):
    pids = launched.pids()
    assert set(pids) == {"queue", "web", "worker"}
    assert launched.stop() == 0
    assert [pid for pid in pids.values() if _runs(pid)] == []
    assert launched.pids() == {}


def test_a_killed_launcher_leaves_nothing_behind_and_the_next_start_works(launched):
    pids = launched.pids()
    launched.process.kill()
    launched.process.wait()
    if sys.platform == "linux":
        _wait_for(lambda: not any(_runs(pid) for pid in pids.values()))
    next_one = Launched(launched.folder, port=launched.port).wait_until_ready(SECOND_START_SECONDS)
    try:
        assert next_one.is_serving()
        assert set(next_one.pids().values()).isdisjoint(pids.values())
    finally:
        next_one.stop()


def _runs(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.2)
