"""Signing in and out: how the sign-in library is fitted to the portal, and where it sends people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from notifications import audit
from notifications.names import AuditName


class Adapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody registers himself yet (R-038 comes later)."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": (
            "This user name and password do not go together. Check both; after five wrong tries "
            "the name is locked for two hours."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse self-registration."""
        return False

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Record the sign-in."""
        audit.record(AuditName.SIGNIN_SUCCEEDED, actor=user, subject=f"user:{user.pk}")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failure, without what was typed: people type passwords into the wrong field."""
        audit.record(
            AuditName.SIGNIN_FAILED, actor=AnonymousUser(), subject=f"address:{client_address(request)}"
        )
        super().authentication_failed(request, **credentials)

    def logout(self, request: HttpRequest) -> None:
        """Record the sign-out and end the session."""
        audit.record(AuditName.SIGNOUT, actor=request.user, subject=f"user:{request.user.pk}")
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back home, where the page says that it is done."""
        messages.success(request, "Your password is changed. Your other sessions have ended.")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows a sign-in or sign-out shows what happened."""


def typed_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The user name that failures are counted by: as the sign-in matches it, whatever its case."""
    given = credentials or {}
    named = given.get("username") or given.get("login") or request.POST.get("login", "")
    return str(named).strip().casefold()[:150]


def client_address(request: HttpRequest) -> str:
    """The address that failures are counted by, as the outermost trusted proxy saw it."""
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in page, and from there back to the page he was on.

    htmx gets the address in a header (401), so that the page changes and not a part of it.
    """
    query = {"next": _page_of(request)}
    if ended := getattr(request, "session_ended", ""):
        query["ended"] = ended
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """The page the person looked at: this one, or for a form or a part of a page where it stood."""
    if request.method in {"GET", "HEAD"} and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    origin = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return urlsplit(origin)._replace(scheme="", netloc="", fragment="").geturl()
