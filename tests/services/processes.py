"""A portal as processes that a test starts and kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.services.smtp_sink import Sink
from tools import servers
from tools.faults.ledger import Ledger

BASE = Path(__file__).resolve().parents[2]


@dataclass
class Portal:
    """A portal as processes: its environment, its database, its queue (None = files), its workers."""

    env: dict[str, str]
    ledger: Ledger
    redis: servers.RedisServer | None
    sink: Sink
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str, log: str) -> subprocess.Popen[bytes]:
        """Start `python <arguments>` in a process group of its own."""
        with (self.folder / f"{log}.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=BASE,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker with its beat; the log it writes is `worker.log`."""
        return self.start(
            *("-m", "celery", "-A", "portal", "worker", "-B", "-s", str(self.folder / "beat")),
            *("--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO"),
            log="worker",
        )

    def run(self, *arguments: str) -> None:
        """Run `python <arguments>` to its end."""
        subprocess.run([sys.executable, *arguments], cwd=BASE, env=self.env, check=True, timeout=120)

    def enqueue(self, count: int, prefix: str) -> None:
        """Owe so many messages."""
        self.run("-m", "tests.services.drive", "enqueue", str(count), prefix)

    def states(self) -> Counter[str]:
        """How many messages are in which state, read from the database itself."""
        return Counter(dict(self.query("SELECT state, count(*) FROM notifications_outboxmessage GROUP BY 1")))

    def query(self, sql: str) -> list[tuple]:
        """The rows of one question to the database."""
        return self.ledger.rows(sql)

    def wait_until_all_sent(self, count: int, seconds: float) -> float:
        """Wait until `count` messages are sent and none is open; the seconds it took."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if self.states() == {"sent": count}:
                return time.monotonic() - started
            time.sleep(0.2)
        log = (self.folder / "worker.log").read_text(errors="replace")[-3000:]
        pytest.fail(f"after {seconds} s: {dict(self.states())}, wanted {count} sent\n{log}")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and all its children at once, as a power cut would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def kill_all(self) -> None:
        """Kill whatever still runs."""
        for process in list(self.running):
            self.kill(process)
