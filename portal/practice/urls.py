"""Addresses of the practice pages, under /orders/."""

from django.urls import path

from pathways.queries import Offered
from portal.practice import (
    begin,
    contact,
    documents,
    following,
    information,
    lookups,
    order,
    status,
    withdrawal,
    wizard,
)

urlpatterns = [
    path("new/", begin.new, name="order_new"),
    path("status/", status.index, name="order_status"),
    # Lists behind search boxes: they name no order and no member.
    path("lookups/diagnoses/", lookups.diagnoses, name="lookup_diagnoses"),
    path(
        "lookups/diagnoses/listed/",
        lookups.diagnoses,
        {"offered": Offered.LISTED},
        name="lookup_diagnoses_listed",
    ),
    path(
        "lookups/diagnoses/malignant/",
        lookups.diagnoses,
        {"offered": Offered.MALIGNANT},
        name="lookup_diagnoses_malignant",
    ),
    path("lookups/drugs/", lookups.drugs, name="lookup_drugs"),
    path("lookups/sites/<slug:plan>/", lookups.sites, name="lookup_sites"),
    path("<str:reference>/", order.page, name="order"),
    path("<str:reference>/summary.pdf", order.summary_pdf, name="order_summary_pdf"),
    path("<str:reference>/continue/", order.continue_draft, name="order_continue"),
    path("<str:reference>/follow/", following.follow, name="order_follow"),
    # What the practice may still do after submission.
    path("<str:reference>/information/", information.page, name="order_information"),
    path("<str:reference>/documents/", documents.page, name="order_documents"),
    path("<str:reference>/documents/<int:number>/", documents.download, name="order_document"),
    path("<str:reference>/withdraw/", withdrawal.withdraw, name="order_withdraw"),
    path("<str:reference>/cancel/", withdrawal.cancel, name="order_cancel"),
    path("<str:reference>/contact/", contact.page, name="order_contact"),
    # Each step of order entry has an address of its own, so that it can be linked to: step_<key>.
    path("<str:reference>/plan/", wizard.plan, name="step_plan"),
    path("<str:reference>/member/", wizard.member, name="step_member"),
    path("<str:reference>/providers/", wizard.providers, name="step_providers"),
    path("<str:reference>/diagnosis/", wizard.diagnosis, name="step_diagnosis"),
    path("<str:reference>/clinical/", wizard.clinical, name="step_clinical"),
    path("<str:reference>/regimen/", wizard.regimen, name="step_regimen"),
    path("<str:reference>/dosing/", wizard.dosing, name="step_dosing"),
    path("<str:reference>/radiation/", wizard.radiation, name="step_radiation"),
    path("<str:reference>/dates/", wizard.dates, name="step_dates"),
    path("<str:reference>/continuity/", wizard.continuity, name="step_continuity"),
    path("<str:reference>/review/", wizard.review, name="step_review"),
    path("<str:reference>/discard/", wizard.discard, name="order_discard"),
]
