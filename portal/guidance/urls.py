"""Addresses of the guide and the worksheets; none of them names an order or a member."""

from django.urls import path

from portal.guidance import order_entry, worksheets

urlpatterns = [
    path("help/order-entry/", order_entry.guide, name="guide"),
    path("resources/worksheets/", worksheets.index, name="worksheets"),
    path("resources/worksheets/<slug:tumor>/", worksheets.page, name="worksheet"),
    path("resources/worksheets/<slug:tumor>.pdf", worksheets.pdf, name="worksheet_pdf"),
]
