"""After submission, by hand in a browser: an answer settles a pending order; a document reaches its nurse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.factories import documents, orders
from tests.journeys.screens import Portal

pytestmark = pytest.mark.browser

UNKNOWN = "breast-her2-unknown"


def test_r095_a_missing_answer_given_later_authorizes_the_order(portal: Portal) -> None:
    # Given an order that waits for a nurse because HER2 is unknown
    order = orders.submitted(UNKNOWN)
    portal.sign_in("practice")
    portal.open(f"/orders/{order.reference}/")
    portal.sees("In Progress", "Add to this order")

    # When the office has the result and adds it
    portal.page.get_by_role("link", name="Add information").click()
    portal.sees("What would settle it", "HER2 is positive.")
    portal.looks_right("information-open")
    portal.choose("HER2", "Positive")
    portal.page.get_by_role("button", name="Add to the order").click()

    # Then it is authorized at once, and both answers stay
    portal.sees("Added. With it the order could be decided: Authorized.")
    portal.sees("HER2: Unknown", "Positive", Order.objects.get().order_id)
    portal.looks_right("information-settled")


def test_r102_a_document_is_on_the_case_of_its_nurse(portal: Portal, tmp_path: Path) -> None:
    # Given an order that waits for a nurse
    order = orders.submitted(UNKNOWN)
    report = tmp_path / "HER2 report.pdf"
    report.write_bytes(documents.pdf("HER2 positive"))

    # When the office adds the report, and by mistake once more
    portal.sign_in("practice")
    portal.open(f"/orders/{order.reference}/")
    portal.page.get_by_role("link", name="Add a document").click()
    portal.fill("What is it?", "Report of Sep 30")
    for said in ("Document 1 is added.", "This file is on the order already, as document 1."):
        portal.page.get_by_label("File").set_input_files(report)
        portal.page.get_by_role("button", name="Add the document").click()
        portal.sees(said)
    portal.looks_right("documents-added")

    # Then the nurse is told, reads it, and says so
    portal.sign_in("nurse")
    portal.open("/review/")
    portal.sees("New from the practice")
    portal.take_next()
    portal.sees("New information from the practice", "Document 1: HER2 report.pdf", "Report of Sep 30")
    portal.looks_right("case-with-a-document")
    with portal.page.expect_download() as download:
        portal.page.get_by_role("link", name="Download document 1").click()
    assert Path(download.value.path()).read_bytes() == report.read_bytes()
    assert download.value.suggested_filename == f"{order.reference}-document-1.pdf"
    portal.page.get_by_role("button", name="I have read it").click()
    expect(portal.page.get_by_text("New information from the practice")).to_have_count(0)
    portal.sees("Document 1: HER2 report.pdf")


def test_g45_a_file_that_is_too_large_is_told_before_it_is_sent(portal: Portal, tmp_path: Path) -> None:
    order = orders.submitted(UNKNOWN)
    large = tmp_path / "scan.pdf"
    with large.open("wb") as file:
        file.truncate(21 * 1024**2)
    portal.sign_in("practice")
    portal.open(f"/orders/{order.reference}/documents/")
    portal.page.get_by_label("File").set_input_files(large)
    portal.sees("The file is larger than 20 MB. Split it, then add the parts.")
    assert portal.page.get_by_label("File").input_value() == ""
