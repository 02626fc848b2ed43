"""A filled portal for fault runs: database, queue, worker, and web servers that are killed and replaced."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools import servers
from tools.faults.client import Client
from tools.faults.ledger import Ledger

BASE = Path(__file__).resolve().parents[2]
USERNAME, PASSWORD = "practice", "harbor-front-desk-2026"  # of fixtures/demo/people.yaml
READY_SECONDS = 60


@dataclass
class Web:
    """One web server in a process group of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def wait_until_it_answers(self) -> None:
        """Wait for its first answer."""
        client = Client(self.port)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                client._ask("GET", "/healthz", {}, {})
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("a web server did not start")

    def kill(self) -> None:
        """End it and its workers at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Stage:
    """Everything a run needs.  The next web server is already warm when the current one is killed."""

    env: dict[str, str]
    folder: Path
    ledger: Ledger
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    web: Web | None = None
    spare: Web | None = None

    def python(self, *arguments: str) -> str:
        """Run `python <arguments>` to its end; what it printed."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=BASE, env=self.env, check=True, capture_output=True, text=True
        ).stdout

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

    def drafts(self, count: int, scenario: str) -> list[str]:
        """Enter drafts; their references."""
        return self.python("-m", "tools.faults.drafts", str(count), scenario).split()

    def next_web(self) -> Web:
        """Kill the current web server, put the spare in its place, and warm another one."""
        if self.web:
            self.web.kill()
        self.web = self.spare or self._start_web()
        self.web.wait_until_it_answers()
        self.spare = self._start_web()
        return self.web

    def start_worker(self) -> None:
        """Start a worker with beat."""
        self.start(
            *("-m", "celery", "-A", "portal", "worker", "-B", "-s", str(self.folder / "beat")),
            *("--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING"),
            log="worker",
        )

    def client(self) -> Client:
        """A signed-in person at the current web server."""
        client = Client((self.web or self.next_web()).port)
        client.sign_in(USERNAME, PASSWORD)
        return client

    def _start_web(self) -> Web:
        port = servers.free_port()
        process = self.start(
            *("-m", "gunicorn", "portal.wsgi:application", f"--bind=127.0.0.1:{port}"),
            # Loaded once for both workers, as it is started for every kill.
            *("--worker-class=gthread", "--workers=2", "--threads=4", "--timeout=60", "--preload"),
            log="web",
        )
        return Web(port, process)

    def close(self) -> None:
        """Kill whatever still runs."""
        for process in self.running:
            Web(0, process).kill()


@contextmanager
def stage(database: str = "postgresql") -> Iterator[Stage]:
    """A filled portal on that database for the length of the block."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="portal-faults-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        queue = stack.enter_context(servers.redis_server())
        env = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "DJANGO_SETTINGS_MODULE": "tools.faults.settings",
            "PORTAL_VAR": str(folder),
            "REDIS_URL": queue.url,
            "PYTHONPATH": str(BASE),
        }
        if database == "postgresql":
            server = stack.enter_context(servers.postgresql())
            name = f"portal_faults_{os.getpid()}"
            env["DATABASE_URL"] = stack.enter_context(servers.database(server, name))
        made = Stage(env, folder, Ledger(env.get("DATABASE_URL", ""), folder / "portal.sqlite3"))
        stack.callback(made.close)
        made.python("manage.py", "portal", "prepare")
        try:
            yield made
        except BaseException:
            sys.stderr.write((folder / "web.log").read_text(errors="replace")[-3000:])
            raise
