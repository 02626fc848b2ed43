"""Headers and cookies on every answer, errors and redirects too (G-42, G-43)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from portal import access
from portal.models import User
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as real
from tests.factories.people import PASSWORD, signed_in
from tests.portal.access.routes import ENDING_THE_SESSION, routes
from tests.portal.access.world import values

__all__ = ["handler400", "handler403", "handler404", "handler500"]

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: What the production shape adds; read from the settings themselves, in a process of their own.
PRODUCTION = [
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_REDIRECT_EXEMPT",
]
YEAR = 365 * 24 * 3600


@access.public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("out of order")


@access.public
def nonsense(request: HttpRequest) -> HttpResponse:
    from django.core.exceptions import SuspiciousOperation

    raise SuspiciousOperation("nonsense")


urlpatterns = [*real, path("broken", broken, name="broken"), path("nonsense", nonsense, name="nonsense")]


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """The security settings of the production shape."""
    script = (
        "import json, portal.settings as s;"
        f"print(json.dumps({{name: getattr(s, name) for name in {PRODUCTION!r}}}))"
    )
    env = os.environ | {
        "PORTAL_ENV": "production",
        "SECRET_KEY": "for tests only: not a secret, and never used anywhere else",
        "ALLOWED_HOSTS": "testserver",
        "PORTAL_BASE_URL": "https://testserver",
        "EMAIL_URL": "smtp://localhost:1",
        "DATABASE_URL": "postgres://nobody@localhost/none",
        "REDIS_URL": "redis://localhost:1/0",
        "PORTAL_DEBUG": "0",
    }
    out = subprocess.run(
        [sys.executable, "-c", script], env=env, cwd=live.BASE_DIR, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(out.stdout)
    found["SECURE_PROXY_SSL_HEADER"] = tuple(found["SECURE_PROXY_SSL_HEADER"])
    return found


@pytest.fixture
def in_production(production: dict[str, Any]) -> Iterator[None]:
    with override_settings(**production):
        yield


def check_headers(response: HttpResponse, where: str) -> None:
    for name, value in ALWAYS.items():
        assert response.headers.get(name) == value, f"{where}: {name}"
    assert response.headers["X-Request-ID"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    check_policy(response.headers["Content-Security-Policy"])


def check_policy(text: str) -> None:
    directives = {words[0]: words[1:] for words in (part.split() for part in text.split(";")) if words}
    assert "unsafe" not in text
    assert directives["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src", "font-src", "form-action"):
        assert directives[name] == ["'self'"], name
    for name in ("frame-ancestors", "base-uri", "object-src"):
        assert directives[name] == ["'none'"], name
    assert not any(source in ("*", "http:", "https:") for words in directives.values() for source in words)


def check_cookies(response: HttpResponse) -> None:
    for cookie in response.cookies.values():
        assert cookie.key.startswith("__Host-"), cookie.key
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_every_address_answers_with_all_headers(
    practice_user: User, nurse: User, administrator: User
) -> None:
    people = [Client(), *(signed_in(who) for who in (practice_user, nurse, administrator))]
    for client in people:
        client.raise_request_exception = False
        for route in routes():
            for method in ("get", "head", "post", "put", "delete", "options"):
                if route.name in ENDING_THE_SESSION and method == "post":
                    continue  # the same client goes on
                response = getattr(client, method)(route.address(values(None)))
                check_headers(response, f"{method} {route}")


@pytest.mark.urls("tests.portal.access.test_headers")
@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere/", 404), ("/broken", 500), ("/nonsense", 400), ("/orders", 301), ("/accounts/login/", 200)],
)
def test_errors_and_redirects_carry_the_headers(client: Client, db: None, address: str, status: int) -> None:
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    check_headers(response, address)


def test_a_wrong_host_is_refused_with_the_headers(client: Client, db: None) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    check_headers(response, "wrong host")


def test_a_forged_form_is_refused_with_a_way_back(practice_user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(practice_user)
    response = client.post("/session/keep-alive")
    assert response.status_code == 403
    assert b"out of date" in response.content
    check_headers(response, "forged form")


def test_static_files_may_be_cached_and_carry_the_rest(client: Client, db: None) -> None:
    response = client.get("/static/css/tokens.css")
    assert response.status_code == 200
    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    check_policy(response.headers["Content-Security-Policy"])
    response.close()


@pytest.mark.usefixtures("in_production")
def test_production_cookies_are_bound_to_the_host_and_to_tls(practice_user: User) -> None:
    client = Client()
    page = client.get("/accounts/login/", secure=True)
    assert set(page.cookies) == {"__Host-csrf"}
    check_cookies(page)
    signed = client.post("/accounts/login/", {"login": "pat.clerk", "password": PASSWORD}, secure=True)
    assert "__Host-session" in signed.cookies
    check_cookies(signed)
    out = client.post("/accounts/logout/", secure=True)
    check_cookies_are_deleted_only(out)


def check_cookies_are_deleted_only(response: HttpResponse) -> None:
    assert [cookie.value for cookie in response.cookies.values() if "session" in cookie.key] in ([""], [])


@pytest.mark.usefixtures("in_production")
@pytest.mark.urls("tests.portal.access.test_headers")
@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/", "/broken", "/nonsense", "/", "/orders"])
def test_production_demands_tls_for_two_years(client: Client, db: None, address: str) -> None:
    client.raise_request_exception = False
    response = client.get(address, secure=True)
    check_headers(response, address)
    told = response.headers["Strict-Transport-Security"]
    assert int(told.split(";")[0].removeprefix("max-age=")) >= YEAR
    assert "includeSubDomains" in told


@pytest.mark.usefixtures("in_production")
def test_production_sends_plain_http_to_tls(client: Client, db: None) -> None:
    response = client.get("/orders/?plan=BCBSM")
    assert response.status_code == 301
    assert response.headers["Location"] == "https://testserver/orders/?plan=BCBSM"
    check_policy(response.headers["Content-Security-Policy"])
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0123456789abcdef", True), ("short", False), ("x" * 65, False), ("evil id\nX-Injected: 1", False)],
)
def test_a_request_id_is_taken_over_only_when_it_is_harmless(
    client: Client, db: None, given: str, kept: bool
) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) is kept
    assert len(answered) <= 64
