"""docker-compose.yml, its very commands run as processes of this machine."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.services.processes import Portal
from tools import servers
from tools.faults.client import Client
from tools.faults.ledger import Ledger

BASE = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
READY_SECONDS = 40


def arguments_of(service: str, *, port: int, folder: Path) -> list[str]:
    """The service's command without its `python`, on a port and in a folder of the test's own."""
    interpreter, *arguments = SERVICES[service]["command"]
    assert interpreter == "python"
    return [
        argument.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace("/var/portal", str(folder))
        for argument in arguments
    ]


class Visitor:
    """A browser behind the proxy that ends TLS."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, *, secure: bool = True) -> http.client.HTTPResponse:
        headers = {"Host": "portal.example"} | ({"X-Forwarded-Proto": "https"} if secure else {})
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.text = response.read().decode(errors="replace")
        return response


@pytest.fixture(scope="module")
def web(production_env, migrated, database_url, redis_server, sink, tmp_path_factory):
    """The web service, started by its own command; its static files as the image's build leaves them."""
    folder = tmp_path_factory.mktemp("web")
    env = {**production_env, "STATIC_ROOT": str(folder / "static")}
    portal = Portal(env, Ledger(database_url), redis_server, sink, folder)
    portal.run("manage.py", "collectstatic", "--noinput", "--verbosity=0")
    port = servers.free_port()
    process = portal.start(*arguments_of("web", port=port, folder=folder), log="web")
    try:
        yield _when_ready(Visitor(port), process, folder / "web.log")
    finally:
        portal.kill_all()


def _when_ready(visitor: Visitor, process: subprocess.Popen[bytes], log: Path) -> Visitor:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if visitor.get("/readyz", secure=False).status == 200:
                return visitor
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"not ready after {READY_SECONDS} s: {log.read_text()}")


def test_each_variable_that_compose_passes_is_a_setting():
    settings = (BASE / "portal/settings.py").read_text(encoding="utf-8")
    unknown = [name for name in SERVICES["web"]["environment"] if f'"{name}"' not in settings]
    assert unknown == []


def test_the_migrate_service_leaves_nothing_to_migrate(portal, tmp_path):
    portal.run(*arguments_of("migrate", port=0, folder=tmp_path))
    portal.run("manage.py", "migrate", "--check")


def test_web_serves_over_tls_only_and_says_when_it_is_ready(web):
    assert web.get("/healthz", secure=False).text == "ok"
    assert json.loads(web.get("/readyz", secure=False).text) == {
        "ready": True,
        "database": "ok",
        "queue": "ok",
    }
    refused = web.get("/accounts/login/", secure=False)
    assert (refused.status, refused.headers["Location"]) == (301, "https://portal.example/accounts/login/")
    page = web.get("/accounts/login/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert all(cookie.startswith("__Host-") for cookie in page.headers.get_all("Set-Cookie"))


def test_web_serves_its_static_files_under_names_that_never_change(web):
    page = web.get("/accounts/login/").text
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert files
    for file in files:
        answer = web.get(file)
        assert answer.status == 200, file
        assert "immutable" in answer.headers["Cache-Control"], file


def test_the_probe_of_the_health_check_agrees(web, portal):
    test, interpreter, *arguments = SERVICES["web"]["healthcheck"]["test"]
    assert (test, interpreter) == ("CMD", "python")
    portal.run(*(argument.replace(":8000", f":{web.port}") for argument in arguments))


def test_web_goes_on_while_redis_is_down(web, portal):
    """G-07: no 500, and it does not wait for the queue."""
    behind_proxy = {
        "Host": "portal.example",
        "X-Forwarded-Proto": "https",
        "Referer": "https://portal.example/",
    }
    client = Client(web.port, headers=behind_proxy)
    portal.redis.stop()
    assert json.loads(web.get("/readyz", secure=False).text)["queue"] == "down"
    started = time.monotonic()
    form = client.form("/accounts/login/") | {"login": "nobody", "password": "not a password of anybody"}
    assert client.post("/accounts/login/", form).status == 200
    assert time.monotonic() - started < 3


def test_worker_and_beat_deliver_by_their_own_commands(portal, tmp_path):
    for service in ("worker", "beat"):
        portal.start(*arguments_of(service, port=0, folder=tmp_path), log=service)
    portal.enqueue(5, "composed")
    portal.wait_until_all_sent(5, seconds=60)
    # A lost wake-up heals only if the separate beat really starts the sweep.
    portal.redis.client().flushall()
    portal.redis.stop()
    portal.enqueue(5, "composed while down")
    portal.redis.start()
    portal.wait_until_all_sent(10, seconds=90)
