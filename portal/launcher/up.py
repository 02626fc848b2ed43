"""The whole portal on one machine: queue, database, content, web, worker with beat."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import yaml
from django.db import connections

from portal.launcher.broker import Broker, remove_socket_folder, start_broker
from portal.launcher.children import Child, end_leftovers, watch
from portal.launcher.content import is_prepared

READY_SECONDS = 90
KEPT_LOG_BYTES = 10_000_000
# The path without its query: what people search for stays out of the log.
ACCESS_LOG_FORMAT = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"


class CannotStart(Exception):
    """The portal cannot be started; the text says what to do."""


@dataclass
class Launcher:
    """One start of the portal: `base` is the project, `folder` where it writes."""

    base: Path
    folder: Path
    host: str
    port: int
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        """Where people find the portal."""
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}"

    def run(self) -> bool:
        """Start everything, keep it running until a signal; False if it had to give up."""
        # Database, mail and logs hold patients' data: what is written from here on is ours alone.
        os.umask(0o077)
        for name in ("run", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        with _only_one(self.folder / "run" / "lock", self.address):
            self._clean_up()
            _check_port(self.host, self.port)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_: self.stopping.set())
            try:
                return self._start_and_watch()
            finally:
                self._stop()

    def _start_and_watch(self) -> bool:
        broker = start_broker(self.folder, self._environment(""))
        if broker.child:
            self.children.append(broker.child)
        environment = self._environment(broker.redis_url)
        if not _needs_nothing(broker) and not self._prepare(environment):
            return True
        for child in self._portal_children(environment):
            if self.stopping.is_set():
                return True
            child.start()
            self.children.append(child)
        if not self._wait_until_ready():
            return self.stopping.is_set()
        self._greet(broker)
        while not self.stopping.wait(0.5):
            if not watch(self.children, self.say):
                return False
        return True

    def _environment(self, redis_url: str) -> dict[str, str]:
        environment = {**os.environ, "PORTAL_VAR": str(self.folder), "PYTHONUNBUFFERED": "1"}
        environment.setdefault("PORTAL_BASE_URL", self.address)
        if redis_url:
            environment["REDIS_URL"] = redis_url
        return environment

    def _prepare(self, environment: dict[str, str]) -> bool:
        """Migrate and load in a process of its own, which sees the queue just started; False if stopped."""
        answer = subprocess.run(
            [sys.executable, "manage.py", "portal", "prepare"], cwd=self.base, env=environment, check=False
        )
        if answer.returncode and not self.stopping.is_set():
            raise CannotStart("The database could not be prepared; the reason stands above.")
        return answer.returncode == 0

    def _portal_children(self, environment: dict[str, str]) -> Iterator[Child]:
        web = [
            *("-m", "gunicorn", "portal.wsgi:application"),
            *("--bind", f"{self.host}:{self.port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"),
            *("--access-logfile", "-", "--access-logformat", ACCESS_LOG_FORMAT),
        ]
        worker = [
            *("-m", "celery", "-A", "portal", "worker", "-B"),
            *("-s", str(self.folder / "run" / "beat-schedule")),
            *("--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "INFO"),
        ]
        for name, arguments in (("web", web), ("worker", worker)):
            yield Child(name, [sys.executable, *arguments], environment, self.base, self.folder)

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping.wait(0.2):
            if not watch(self.children, self.say):
                return False
            if _is_ready(f"http://{self.host}:{self.port}/readyz"):
                return True
            if time.monotonic() > deadline:
                self.say(f"Not ready after {READY_SECONDS} s; the logs are in {self.folder / 'log'}")
                return False
        return False

    def _greet(self, broker: Broker) -> None:
        self.say(f"\nProviderPortal is ready: {self.address}\n")
        self.say(broker.sentence)
        self.say(f"Data, mail and logs: {self.folder}")
        for line in sign_ins(self.base / "fixtures" / "demo" / "people.yaml"):
            self.say(line)
        self.say("\nStop it with Ctrl-C; nothing is lost.")

    def _clean_up(self) -> None:
        ended = end_leftovers(self.folder / "run")
        if ended:
            self.say(f"Ended what an earlier start had left running: {', '.join(ended)}")
        for log in (self.folder / "log").glob("*.log"):
            if log.stat().st_size > KEPT_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def _stop(self) -> None:
        if self.children:
            self.say("Stopping …")
        for child in reversed(self.children):
            child.stop()
        remove_socket_folder(self.folder)


def _needs_nothing(broker: Broker) -> bool:
    """Whether preparing can be left out: asked here, as another process for nothing would cost seconds."""
    try:
        # Without a Redis there must be a cache table too, which `prepare` makes.
        return bool(broker.redis_url) and is_prepared()
    finally:
        connections.close_all()


def sign_ins(path: Path) -> list[str]:
    """The lines that tell who can sign in to the demo, from its list of people."""
    if not path.exists():
        return []
    people = yaml.safe_load(path.read_text(encoding="utf-8"))["people"]
    columns = [(person["who"], person["username"], person["password"]) for person in people]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    return ["\nSign in as (demo people, synthetic):"] + [
        "  " + "   ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in columns
    ]


@contextmanager
def _only_one(lock: Path, address: str) -> Iterator[None]:
    """Refuse a second copy on the same folder."""
    with lock.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            noted = json.loads(held.read() or '{"address": "an address of its own", "pid": "?"}')
            raise CannotStart(
                f"The portal already runs at {noted['address']} (process {noted['pid']}). "
                "Stop it first, or set PORTAL_VAR to another folder."
            ) from None
        held.truncate(0)
        held.write(json.dumps({"pid": os.getpid(), "address": address}))
        held.flush()
        yield


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} is taken ({error.strerror}). Choose another one: make run PORT={port + 1}"
            ) from error


def _is_ready(url: str) -> bool:
    try:
        # A loopback address of our own making, never a person's input.
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
