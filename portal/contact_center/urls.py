"""Addresses of the contact center's pages, under /contact-center/."""

from django.urls import path

from portal.contact_center import entry, told

urlpatterns = [
    path("new/", entry.new, name="call_new"),
    # A list behind a search box: it names no order and no member.
    path("practices/", entry.practices, name="lookup_practices"),
    path("<str:reference>/take/", entry.take, name="call_take"),
    path("<str:reference>/told/", told.told, name="call_told"),
]
