"""Every address says who may use it (G-32): one without a declared role fails the build."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal import access
from portal.access import Role
from tests.portal.access.routes import Route, routes


@pytest.mark.parametrize("route", routes(), ids=str)
def test_every_url_declares_its_roles(route: Route) -> None:
    assert route.declared is not None, (
        f"{route.pattern} has no declared role: put @access.requires(...) or access.public(...) on "
        f"{route.view.__module__}.{getattr(route.view, '__name__', route.view)}"
    )


@pytest.mark.parametrize("route", routes(), ids=str)
def test_every_url_lets_in_somebody_and_answers_something(route: Route) -> None:
    assert route.declared is not None
    assert route.declared.roles
    assert set(route.declared.methods) <= {"GET", "HEAD", "POST"}


def test_only_sign_in_pages_and_health_are_public() -> None:
    public = {r.name for r in routes() if r.declared and Role.ANONYMOUS in r.declared.roles}
    assert public == {"account_login", "account_logout", "account_inactive", "healthz", "readyz"}


def test_every_url_has_a_name_of_its_own() -> None:
    names = [route.name for route in routes()]
    assert all(names)
    assert len(names) == len(set(names))


def test_a_url_without_a_role_would_be_found() -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    found = routes([path("forgotten/", forgotten, name="forgotten")])
    assert [route.declared for route in found] == [None]


def test_administrators_reach_no_page_of_an_order() -> None:
    """Minimum necessary: no view that takes an order's tracking number lets an administrator in."""
    open_to_them = [
        route.pattern
        for route in routes()
        if route.declared and "reference" in route.parameters and Role.ADMINISTRATOR in route.declared.roles
    ]
    assert open_to_them == []


def test_nobody_who_may_not_order_reaches_order_entry() -> None:
    """R-043: servicing sites and reviewers enter no orders; agents do for callers alone (R-376)."""
    for route in routes():
        assert route.declared is not None
        if route.name.startswith("step_"):
            assert route.declared.roles <= access.ENTERING, route.pattern
        if route.name in ("order_new", "order_start"):
            assert route.declared.roles <= access.ORDERING, route.pattern


def test_agents_reach_no_page_of_a_review() -> None:
    """R-045, R-376: they enter orders and tell the outcome; they neither review nor decide."""
    for route in routes():
        assert route.declared is not None
        if route.pattern.startswith("review/"):
            assert route.declared.roles.isdisjoint(access.AGENTS), route.pattern
        if route.pattern.startswith("contact-center/"):
            assert route.declared.roles == access.AGENTS, route.pattern
