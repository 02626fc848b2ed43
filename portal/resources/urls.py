"""Addresses of the resources."""

from django.urls import path

from portal.resources import billing, checklist, codes, index

urlpatterns = [
    path("", index.page, name="resources"),
    path("radiation-codes/", codes.page, name="radiation_codes"),
    path("radiation-checklist/", checklist.page, name="radiation_checklist"),
    path("radiation-checklist.pdf", checklist.pdf, name="radiation_checklist_pdf"),
    path("billing-guide/", billing.page, name="billing_guide"),
]
