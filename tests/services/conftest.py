"""PostgreSQL, a Redis of our own, a mail server and real Celery workers."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest

from tests.services.processes import BASE, Portal
from tests.services.smtp_sink import smtp_sink
from tools import servers
from tools.faults.ledger import Ledger


@pytest.fixture(scope="session")
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def redis_server():
    with servers.redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def database_url():
    with servers.postgresql() as server, servers.database(server, f"portal_services_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def production_env(database_url, redis_server, sink, tmp_path_factory) -> dict[str, str]:
    """The environment of the production shape, as docker-compose.yml would give it."""
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ENV": "production",
        "SECRET_KEY": "for the services suite only: not a secret, and never used elsewhere",
        "ALLOWED_HOSTS": "portal.example",
        "PORTAL_BASE_URL": "https://portal.example",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_server.url,
        "EMAIL_URL": sink.url,
        "DEFAULT_FROM_EMAIL": "ProviderPortal <no-reply@portal.example>",
        "PORTAL_VAR": str(tmp_path_factory.mktemp("var")),
    }


@pytest.fixture(scope="session")
def migrated(production_env) -> None:
    """The database as the one-shot migrate service leaves it."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity=0"],
        cwd=BASE,
        env=production_env,
        check=True,
    )


@pytest.fixture
def portal(production_env, migrated, database_url, redis_server, sink, tmp_path):
    """A portal without messages, an empty queue, and nothing running."""
    portal = Portal(production_env, Ledger(database_url), redis_server, sink, tmp_path)
    if redis_server.process is None:
        redis_server.start()
    redis_server.client().flushall()
    sink.forget()
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_outboxmessage CASCADE")
    yield portal
    portal.kill_all()
