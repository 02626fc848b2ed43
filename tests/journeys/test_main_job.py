"""The main job, by hand in a browser: four orders from the first click to the summary."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from notifications.delivery import deliver_message
from notifications.models import OutboxMessage
from orders.models import Order
from tests.factories import orders
from tests.journeys.screens import Portal

pytestmark = pytest.mark.browser

#: Questions that have the same answer in both journeys of lung cancer.
PLAIN = {"Earlier therapy": "None", "Is radiation given": "No"}


def _start() -> date:
    return orders.today() + timedelta(days=9)


def test_metastatic_lung_cancer_with_high_pdl1_is_authorized_on_pathway_with_scodes(portal: Portal) -> None:
    # Given practice staff with a first-line patient of the Michigan plan
    portal.sign_in("practice")
    portal.looks_right("home")
    reference = portal.start_order()

    # When they enter the order step by step
    portal.looks_right("entry-1-plan")
    portal.answer_plan("Michigan")
    portal.fill("Member ID", "zmi 4000-00024")
    portal.fill("Planned start of treatment", f"{_start():%m/%d/%Y}")
    portal.page.get_by_role("button", name="Find member").click()
    portal.sees("Verbena, Lee", "Eligible")
    portal.looks_right("entry-2-member")
    portal.go_on()
    portal.looks_right("entry-3-providers")
    portal.answer_providers("Alder", "Nashua", "Nashua")
    portal.looks_right("entry-4-diagnosis")
    portal.answer_diagnosis("C34.11", "Non-small")
    portal.looks_right("entry-5-clinical")
    portal.answer_clinical(
        {
            "Histology": "Nonsquamous",
            "Stage": re.compile("IVA"),
            "Line of therapy": "First line",
            "ECOG": re.compile("^1 "),
            "EGFR": "Wild type",
            "PD-L1": "50% or more",
            "ALK": "Negative",
            "ROS1": "Negative",
            "Another driver": "None found",
            **PLAIN,
        }
    )
    # Then the Pathways that fit this patient stand first
    portal.sees("Pathway regimens that fit, or may fit", "Pembrolizumab alone, TPS 50 or more")
    portal.looks_right("entry-6-regimen")
    portal.choose("Regimen", "Pembrolizumab alone, TPS 50")
    portal.go_on()
    portal.sees("pembrolizumab: policy met")
    portal.page.get_by_text("No supportive drugs are planned").click()
    portal.looks_right("entry-7-dosing")
    portal.go_on()
    portal.choose("Urgency", "Standard")
    portal.choose("Is the patient enrolled", "No")
    portal.looks_right("entry-8-dates")
    portal.go_on()
    portal.sees("Authorized at once, if you submit it like this.")
    portal.looks_right("entry-9-review")
    portal.submit()

    # And the answer is on the next page, with everything the chart and the biller need
    order = Order.objects.get(reference=reference)
    portal.sees("Authorized. 1 of 1 reviewed drug approved through")
    portal.sees(order.order_id, order.pathway_eligible_id, "S0353", "S0354", "up to 5 months", "1,600")
    portal.looks_right("nsclc-authorized")
    portal.summary_pdf_says(order.order_id, order.pathway_eligible_id, "S0353", "J9271", "1,600")


def test_adjuvant_breast_regimen_with_a_growth_factor_is_authorized(portal: Portal) -> None:
    # Given a patient of the Massachusetts plan after surgery
    portal.sign_in("practice")
    reference = portal.start_order()
    portal.answer_plan("Massachusetts")
    portal.answer_member("ZMA300000014", _start())
    portal.answer_providers("Alder", "Boston", "Quincy")
    portal.answer_diagnosis("C50.911")
    portal.answer_clinical(
        {
            "Histology": "Invasive",
            "Stage": re.compile("IIB"),
            "Line of therapy": "Adjuvant",
            "ECOG": re.compile("^0 "),
            "HER2": "Negative",
            "Hormone receptor": "Positive",
            "Residual disease": "Not Reported",
            "combined positive score": "Not Reported",
            "immune cells": "Not Reported",
            "HER2 expression": "Not Reported",
            "Lymph node": "Not Reported",
            "BRCA": "Not Reported",
            "ESR1 or PIK3CA": "Not Reported",
            "Earlier therapy": "None",
        }
    )
    # When dose-dense AC then paclitaxel is chosen and a growth factor added
    portal.choose("Regimen", "Dose-dense AC then paclitaxel")
    portal.go_on()
    portal.fill("Height", "168")
    portal.fill("Weight", "72")
    portal.pick("Add a supportive drug", "Neulasta", re.compile("pegfilgrastim"))
    portal.page.get_by_role("button", name="Add drug").click()
    line = portal.page.locator("section.wz-line").filter(has_text="pegfilgrastim")
    line.get_by_label("Dose").fill("6")
    line.get_by_label("Unit").select_option("mg")
    line.get_by_label("Days of the cycle").fill("2")
    line.get_by_label("Cycle length").fill("14")
    line.get_by_label("Cycles").fill("1-8")
    line.locator("label").filter(has_text="Primary prophylaxis").first.click()
    portal.looks_right("breast-dosing")
    portal.go_on()
    portal.answer_dates()
    portal.submit()

    # Then the growth factor is authorized by policy and the chemotherapy needs no review
    order = Order.objects.get(reference=reference)
    assert order.disposition == "authorized"
    portal.sees("Authorized. 1 of 1 reviewed drug approved", "pegfilgrastim", "J2506", "doxorubicin")
    portal.sees(order.order_id, "S0353", "up to 3 months", "Adjuvant", "Phase 2: 175 mg/m²")
    portal.looks_right("breast-authorized")


def test_an_oral_drug_goes_to_the_pharmacy_benefit_and_the_order_is_completed(portal: Portal) -> None:
    # Given a patient of the North Carolina plan with an EGFR mutation
    portal.sign_in("practice")
    reference = portal.start_order()
    portal.answer_plan("North Carolina")
    portal.answer_member("ZNC200000011", _start())
    portal.answer_providers("Alder", "Boston", "Boston")
    portal.answer_diagnosis("C34.31", "Non-small")
    portal.answer_clinical(
        {
            "Histology": "Nonsquamous",
            "Stage": re.compile("IVB"),
            "Line of therapy": "First line",
            "ECOG": re.compile("^1 "),
            "EGFR": "mutation",
            "PD-L1": "Unknown",
            "ALK": "Negative",
            "ROS1": "Not Reported",
            "Another driver": "None found",
            **PLAIN,
        }
    )
    # When osimertinib is ordered
    portal.choose("Regimen", "Osimertinib, EGFR mutated, first line")
    portal.go_on()
    portal.page.get_by_text("No supportive drugs are planned").click()
    portal.go_on()
    portal.answer_dates()
    portal.submit()

    # Then nothing is for the administrator to review, and the page says who authorizes it
    order = Order.objects.get(reference=reference)
    assert order.disposition == "completed"
    portal.sees(
        "Completed", "osimertinib", "pharmacy benefit", "Pharmacy Benefit Administrator", order.order_id
    )
    portal.looks_right("oral-completed")


def test_a_custom_plan_pends_and_a_nurse_authorizes_it(portal: Portal) -> None:
    # Given a Medicare Advantage patient and drugs that match no regimen
    portal.sign_in("physician")
    reference = portal.start_order()
    portal.answer_plan("Massachusetts")
    portal.answer_member("ZMV310000015", _start())
    portal.answer_providers("Alder", "Boston", "Boston")
    portal.answer_diagnosis("C90.00")
    portal.answer_clinical(
        {
            "Histology": re.compile("yeloma"),
            "Stage": re.compile("II"),
            "Line of therapy": "First line",
            "ECOG": re.compile("^2 "),
            "transplant": "No",
            "Earlier therapy": "None",
        }
    )
    for drug in ("bortezomib", "cyclophosphamide", "dexamethasone"):
        portal.pick("Find by drugs", drug, re.compile(drug))
        portal.page.get_by_role("button", name="Add drug").click()
        expect(portal.page.get_by_role("list", name="Drugs added")).to_contain_text(drug)
    portal.sees("No regimen for this cancer has exactly these drugs.")
    portal.looks_right("custom-regimen")
    portal.choose("Regimen", "Custom treatment plan with these drugs")
    portal.go_on()
    portal.fill("Height", "162")
    portal.fill("Weight", "64")
    portal.dose("bortezomib", "1.3", "mg/m²", days="1,8,15,22", length="28", cycles="1-6")
    portal.dose("cyclophosphamide", "500", "mg", days="1,8,15", length="28", cycles="1-6")
    portal.dose("dexamethasone", "40", "mg", days="1,8,15,22", length="28", cycles="1-6")
    portal.page.get_by_text("No supportive drugs are planned").click()
    portal.go_on()
    portal.answer_dates()
    portal.submit()

    # Then it is In Progress with its reason and due time, and shows no Order ID
    order = Order.objects.get(reference=reference)
    assert [reason["code"] for reason in order.work_items.get().reasons] == ["CUSTOM_PLAN"]
    portal.sees("In Progress", "Custom treatment plan", reference)
    portal.sees("The Order ID comes with the decision.", "Not yet determined.")
    portal.sees_not("S0353", "Pathway Eligible ID", "Visits approved")
    portal.looks_right("custom-pended")

    # When a nurse takes the case, sees the same criteria and authorizes it
    portal.sign_in("nurse")
    portal.open("/review/")
    portal.looks_right("queue")
    portal.take_next()
    portal.sees("bortezomib", "Met", "Custom treatment plan")
    portal.looks_right("case")
    portal.authorize("Plan discussed with the prescriber by phone; doses agree with the label.")

    # Then the person who entered the case gets a mail without patient data, and sees the change
    deliver_message(OutboxMessage.objects.get().pk)
    text = str(mail.outbox[0].message())
    assert mail.outbox[0].to == ["rowan.alder@harbor.example"]
    assert reference in text
    assert "Juniper" not in text
    assert "ZMV" not in text
    portal.sign_in("physician")
    order.refresh_from_db()
    portal.find_order("BCBSMA", order.order_id)
    portal.sees("Authorized. 1 of 1 reviewed drug approved", order.order_id)
    portal.looks_right("custom-authorized")
