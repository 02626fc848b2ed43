"""Every address of the portal; each view says with `portal.access` who may use it."""

from allauth.account import views as account
from django.urls import include, path

from portal import access, errors, health, home, session
from portal.practice import begin, worklist

# Only those pages of the sign-in library that work here: accounts are made by an administrator, and
# a forgotten password goes through portal support (docs/decisions/0003-accounts.md).
accounts = [
    path("login/", access.public(account.login), name="account_login"),
    path("logout/", access.public(account.logout), name="account_logout"),
    path("inactive/", access.public(account.account_inactive), name="account_inactive"),
    path(
        "password/change/",
        access.requires(*access.SIGNED_IN)(account.password_change),
        name="account_change_password",
    ),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", include(accounts)),
    path("session/keep-alive", session.keep_alive, name="keep_alive"),
    path("session/end", session.end_session, name="end_session"),
    path("orders/", worklist.index, name="worklist"),
    path("orders/", include("portal.practice.urls")),
    path("start/<slug:plan>/", begin.start, name="order_start"),
    path("contact-center/", include("portal.contact_center.urls")),
    path("review/", include("portal.review.urls")),
    path("", include("portal.guidance.urls")),
    path("resources/", include("portal.resources.urls")),
    path("healthz", access.public(health.healthz), name="healthz"),
    path("readyz", access.public(health.readyz), name="readyz"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
