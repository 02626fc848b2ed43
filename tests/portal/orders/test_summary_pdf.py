"""The summary as PDF: the values of the page, for the chart (R-290)."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from notifications.models import AuditEvent
from notifications.names import AuditName
from portal.documents import press
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture(scope="module", autouse=True)
def _end_of_the_press():
    yield
    press._press.close()


def download(client, order):
    response = client.get(f"/orders/{order.reference}/summary.pdf")
    assert response.status_code == 200
    return response


def read(response) -> str:
    pages = PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_pdf_has_every_value_of_the_page(office, authorized):
    """R-282, R-290, R-294, R-302."""
    text = read(download(office, authorized))
    assert "Authorized. 2 of 2 reviewed drugs approved through Apr 18, 2022." in text
    assert authorized.order_id in text
    assert authorized.pathway_eligible_id in text
    assert "Tue Oct 12, 2021 to Mon Apr 18, 2022" in text
    for line in authorized.lines.filter(status="authorized"):
        assert re.search(
            rf"{line.drug} {line.hcpcs} .*? {line.visits} {line.billing_units:,.0f} Authorized "
            rf"Order ID {authorized.order_id}",
            text,
        ), line.drug
    assert "S0353 once at the start of treatment. S0354 up to 5 months" in text
    assert "earliest dates Nov 11, 2021; Dec 11, 2021; Jan 10, 2022; Feb 9, 2022; Mar 11, 2022." in text
    assert f"Ana Rivera born 04/18/1960 ID {authorized.member.member_number}" in text
    assert "Jordan Okafor NPI" in text
    assert "Harbor Infusion Center" in text
    assert "C34.11 Malignant neoplasm" in text
    assert "not a guarantee of payment" in text
    assert "synthetic" in text


def test_a_usual_regimen_takes_one_page(office, authorized):
    response = download(office, authorized)
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 1


def test_a_pending_order_has_no_approval_in_its_pdf(office, pending):
    """R-209, R-296."""
    text = read(download(office, pending))
    assert "In Progress" in text
    assert f"Tracking number {pending.reference}" in text
    for forbidden in ("Order ID", "Pathway Eligible ID", "S0353", "S0354", "Valid", "Visits"):
        assert forbidden not in text, forbidden


def test_the_servicing_site_gets_no_billing_instructions(authorized, servicing_site_user):
    """R-305."""
    text = read(download(signed_in(servicing_site_user), authorized))
    assert authorized.order_id in text
    assert "S0353" not in text


def test_the_second_download_prints_nothing(office, authorized, monkeypatch):
    first = download(office, authorized)

    def fail(html: str) -> press.Printed:
        raise AssertionError("printed again")

    monkeypatch.setattr(press, "print_document", fail)
    assert download(office, authorized).content == first.content


def test_a_changed_order_is_printed_anew(office, authorized):
    first = download(office, authorized)
    authorized.member.first_name = "Anna"
    authorized.member.save()
    assert "Anna Rivera" in read(download(office, authorized))
    assert first.content != download(office, authorized).content


def test_the_file_is_an_attachment_whose_name_tells_nothing_of_the_member(office, authorized):
    response = download(office, authorized)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="order-summary-{authorized.reference}.pdf"'
    )
    assert response["Cache-Control"] == "no-store"


def test_a_download_is_audited(office, authorized):
    download(office, authorized)
    assert AuditEvent.objects.filter(
        name=AuditName.SUMMARY_DOWNLOADED, subject=f"order:{authorized.reference}"
    ).exists()


def test_when_nothing_prints_the_page_says_what_to_do(office, authorized, monkeypatch):
    def fail(html: str) -> press.Printed:
        raise press.PrintFailed("xhtml2pdf raised MemoryError")

    monkeypatch.setattr(press, "print_document", fail)
    response = office.get(f"/orders/{authorized.reference}/summary.pdf", follow=True)
    assert "Print this page instead" in response.content.decode()


def test_a_draft_and_a_withdrawn_order_have_no_pdf(office, practice, practice_user, withdrawn):
    for order in (samples.draft(by=practice_user, practice=practice), withdrawn):
        assert office.get(f"/orders/{order.reference}/summary.pdf").status_code == 302


def test_a_stranger_gets_nothing(authorized, stranger):
    assert signed_in(stranger).get(f"/orders/{authorized.reference}/summary.pdf").status_code == 404


def test_a_download_costs_a_fixed_number_of_queries(office, authorized, django_assert_max_num_queries):
    """session, user, roles, order, read audited, order with what hangs on it, evaluation, its lines,
    diagnosis, events, download audited: 11."""
    download(office, authorized)
    with django_assert_max_num_queries(15):
        download(office, authorized)
