"""The pages on which a practice adds to an order, withdraws, cancels and keeps contacts right.

R-095, R-101, R-102, R-226, D-39, D-40, D-59, G-45.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Practice
from notifications.models import AuditEvent
from orders.actions.review import take_case
from orders.actions.updates import Addition, add_information
from orders.models import Finding, Order, OrderDocument
from orders.queries import contact_phone
from orders.rules.states import Disposition
from portal import uploads
from portal.models import User
from tests.factories.documents import add, archive, pdf
from tests.factories.people import at_practice, signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

REASON = "The patient chose another treatment."
PAGES = ("information", "documents", "withdraw", "cancel", "contact")


def words(response: Any) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))


def url(order: Order, page: str = "") -> str:
    return f"/orders/{order.reference}/{page}{'/' if page else ''}"


def send(client: Client, order: Order, page: str, **typed: Any) -> Any:
    return client.post(url(order, page), typed, follow=True)


def inform(client: Client, order: Order, **typed: Any) -> Any:
    """Send the form as its page shows it, with these answers changed."""
    page = client.get(url(order, "information"))
    form = page.context["form"]
    standing = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in (standing | typed).items() if value not in (None, "", False)}
    return client.post(url(order, "information"), {"seen": page.context["seen"], **data}, follow=True)


def file(content: bytes, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(answer: Any) -> bytes:
    """All of an answer; closing a streamed one would end the test's own connection."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


class TestTheOrderPage:
    def test_r095_an_order_in_review_offers_what_can_be_added(self, office, pending):
        shown = words(office.get(url(pending)))
        assert "Add information" in shown
        assert "Add a document" in shown
        assert "Withdraw a drug or the order" in shown
        assert "Cancel this order" not in shown

    def test_d40_an_approval_offers_contact_and_cancellation_alone(self, office, authorized):
        shown = words(office.get(url(authorized)))
        assert "Change servicing site or phone" in shown
        assert "Cancel this order" in shown
        assert "Add information" not in shown

    def test_d39_from_the_start_date_on_it_is_not_cancelled_here(self, practice_user, authorized):
        with time_machine.travel(samples.NOW + timedelta(days=7), tick=False):
            office = signed_in(practice_user)
            shown = words(office.get(url(authorized)))
            assert "Cancel this order" not in shown
            page = words(office.get(url(authorized, "cancel")))
        assert "From that day on an order is not cancelled here: call the" in page

    @pytest.mark.parametrize("who", ["servicing_site_user", "nurse"])
    def test_r044_nobody_else_is_offered_anything(self, pending, who, servicing_site_user, nurse):
        client = signed_in({"servicing_site_user": servicing_site_user, "nurse": nurse}[who])
        page = client.get(url(pending))
        assert page.status_code == 200
        assert "Add to this order" not in words(page)

    def test_what_was_added_stands_there_with_what_was_before(self, office, pending, practice_user):
        facts = {"biomarkers": {"PDL1_TPS": "LT_1"}, "ecog": 2}
        add_information(pending, Addition(facts, note="By the second laboratory."), by=practice_user)
        shown = words(office.get(url(pending)))
        assert "PD-L1 tumor proportion score (TPS): Not reported now Below 1%" in shown
        assert "ECOG performance status: 1 now 2 corrected" in shown
        assert "By the second laboratory." in shown
        assert "Pat Clerk" in shown


class TestInformation:
    def test_r095_what_would_settle_it_comes_first_and_the_rest_is_folded(self, office, pending):
        page = office.get(url(pending, "information"))
        groups = page.context["groups"]
        assert [bound.name for bound in groups["wanted"]] == ["biomarker-PDL1_TPS"]
        assert {"histology", "stage", "ecog"} <= {bound.name for bound in groups["answered"]}
        shown = words(page)
        assert shown.index("What would settle it") < shown.index("Correct an answer already given")

    def test_r095_an_answer_decides_the_order_at_once(self, office, pending):
        answer = inform(office, pending, **{"biomarker-PDL1_TPS": "1_49"})
        assert "Added. With it the order could be decided: Authorized." in words(answer)
        order = fresh(pending)
        assert order.disposition == Disposition.AUTHORIZED
        assert Finding.objects.get().facts == {"biomarkers": {"PDL1_TPS": "1_49"}}, "only what is new"

    def test_each_kind_of_answer_is_read_as_the_form_reads_it(self, office, pending):
        inform(
            office,
            pending,
            ecog="2",
            concurrent_radiation="yes",
            prior_therapies=["unknown"],
            weight_kg="82.5",
            note="See the chart.",
        )
        finding = Finding.objects.get()
        assert finding.facts == {
            "ecog": 2,
            "concurrent_radiation": True,
            "prior_therapies": ["unknown"],
            "weight_kg": "82.5",
        }
        assert finding.note == "See the chart."

    def test_d40_phone_and_note_alone_judge_nothing_anew(self, office, pending):
        inform(office, pending, phone="(617) 555 0199", note="Call after 2 PM.")
        assert contact_phone(fresh(pending)) == "617-555-0199"
        assert pending.evaluations.count() == 1
        assert "617-555-0199" in words(office.get(url(pending)))

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({}, "Nothing is changed yet."),
            ({"phone": "555"}, "Enter a phone number of ten digits"),
            ({"weight_kg": "heavy"}, "Enter the value as a number"),
            ({"weight_kg": "5000"}, "Enter the weight from 1 to 650 kg."),
            ({"prior_therapies": ["none", "platinum"]}, "“None” cannot stand beside another answer."),
            ({"stage": "XI"}, "Choose the stage."),
            ({"urgency": "expedited"}, "Tick the attestation"),
        ],
    )
    def test_a_message_stands_beside_the_field_and_nothing_is_kept(self, office, pending, typed, message):
        answer = inform(office, pending, **typed)
        assert answer.status_code == 422
        assert message in words(answer)
        assert not pending.findings.exists()

    def test_d37_this_plan_takes_urgent_requests_by_phone(self, office, pending):
        shown = words(office.get(url(pending, "information")))
        assert "Your plan takes urgent requests by phone" in shown
        answer = inform(office, pending, urgency="expedited", expedited_attested="on")
        assert answer.status_code == 422
        assert "Urgent requests are taken by phone" in words(answer)

    def test_d37_another_plan_takes_them_here(self, office, practice, practice_user):
        order = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice, plan="BCBSM")
        inform(office, order, urgency="expedited", expedited_attested="on")
        assert fresh(order).urgency == "expedited"
        assert fresh(order).due_at < order.due_at

    def test_two_people_add_different_answers_and_both_stay(self, office, pending, ordering_physician):
        page = office.get(url(pending, "information"))
        add_information(pending, Addition({"ecog": 2}), by=ordering_physician)
        typed = {"seen": page.context["seen"], "ecog": "1", "biomarker-PDL1_TPS": "LT_1"}
        office.post(url(pending, "information"), typed, follow=True)
        facts = pending.evaluations.latest("sequence").inputs["facts"]
        assert facts["ecog"] == 2, "the older page did not change it"
        assert facts["biomarkers"]["PDL1_TPS"] == "LT_1"

    def test_the_same_answer_changed_by_both_is_asked_again(self, office, pending, ordering_physician):
        page = office.get(url(pending, "information"))
        add_information(pending, Addition({"ecog": 2}), by=ordering_physician)
        answer = office.post(
            url(pending, "information"), {"seen": page.context["seen"], "ecog": "3", "note": "Seen today."}
        )
        assert answer.status_code == 409
        assert "Somebody changed the same meanwhile" in words(answer)
        assert answer.context["form"]["ecog"].value() == "3"
        assert answer.context["form"]["note"].value() == "Seen today."
        again = {"seen": answer.context["seen"], "ecog": "3", "note": "Seen today."}
        assert office.post(url(pending, "information"), again).status_code == 302
        assert pending.findings.last().facts == {"ecog": 3}

    @pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
    def test_a_made_up_page_is_no_fault(self, office, pending, seen):
        answer = office.post(url(pending, "information"), {"seen": seen, "note": "Hello."})
        assert answer.status_code == 302


class TestDocuments:
    def test_r102_a_file_is_added_and_read_again(self, office, pending):
        answer = send(office, pending, "documents", document=file(pdf()), note="PD-L1 report of Sep 30")
        assert "Document 1 is added. Our reviewer sees it." in words(answer)
        assert "Document 1: report.pdf" in words(answer)
        assert "PD-L1 report of Sep 30" in words(answer)
        saved = office.get(url(pending, "documents/1"))
        assert body(saved) == pdf()

    def test_d59_it_is_served_as_a_file_to_save_with_a_name_that_tells_nothing(
        self, pending, practice_user, nurse
    ):
        add(pending, pdf(), by=practice_user, name="Rivera Ana PD-L1.pdf")
        answer = signed_in(nurse).get(url(pending, "documents/1"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'attachment; filename="{pending.reference}-document-1.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert body(answer) == pdf()

    def test_every_read_is_audited(self, pending, practice_user, nurse):
        add(pending, pdf(), by=practice_user)
        body(signed_in(nurse).get(url(pending, "documents/1")))
        event = AuditEvent.objects.get(name="document.downloaded")
        assert (event.actor_id, event.member) == (nurse.pk, str(pending.member_id))
        assert event.details["document"] == 1
        assert event.details["role"] == "nurse"

    @pytest.mark.parametrize(
        ("who", "status"),
        [("stranger", 404), ("servicing_site_user", 403), ("administrator", 403), ("nurse", 200)],
    )
    def test_r044_d63_who_may_read_it(
        self, pending, practice_user, who, status, stranger, servicing_site_user, administrator, nurse
    ):
        people = {
            "stranger": stranger,
            "servicing_site_user": servicing_site_user,
            "administrator": administrator,
            "nurse": nurse,
        }
        add(pending, pdf(), by=practice_user)
        answer = signed_in(people[who]).get(url(pending, "documents/1"))
        assert answer.status_code == status
        assert (body(answer) == pdf()) == (status == 200)

    def test_a_number_that_is_none_is_not_found(self, office, pending):
        assert office.get(url(pending, "documents/7")).status_code == 404

    def test_the_same_file_again_is_said(self, office, pending):
        send(office, pending, "documents", document=file(pdf()))
        answer = send(office, pending, "documents", document=file(pdf(), "again.pdf"))
        assert "This file is on the order already, as document 1." in words(answer)
        assert OrderDocument.objects.count() == 1

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"MZ a program", "This is not a PDF, PNG, JPEG or TIFF file."),
            (archive(1_000_000), "This is not a PDF, PNG, JPEG or TIFF file."),
            (pdf() + archive(), "The file holds something besides the document"),
            (pdf()[:90], "The file is damaged or not complete."),
        ],
    )
    def test_g45_what_is_refused_is_refused_with_its_reason(self, office, pending, content, message):
        answer = send(office, pending, "documents", document=file(content), note="The report")
        assert answer.status_code == 422
        assert message in words(answer)
        assert 'value="The report"' in answer.content.decode(), "what was typed stays"
        assert not pending.findings.exists()

    def test_g45_no_file_or_an_empty_one(self, office, pending):
        assert "Choose a file first." in words(send(office, pending, "documents", note="x"))
        assert send(office, pending, "documents", document=file(b"")).status_code == 422

    def test_g45_a_file_over_the_limit_is_read_to_its_end_and_thrown_away(
        self, office, pending, settings, tmp_path
    ):
        settings.DOCUMENT_MAX_BYTES, settings.FILE_UPLOAD_TEMP_DIR = 1024**2, tmp_path
        answer = send(office, pending, "documents", document=file(b"%PDF-1.4" + b"x" * 3 * 1024**2))
        assert answer.status_code == 422
        assert "The file is larger than 1 MB." in words(answer)
        assert list(tmp_path.iterdir()) == []

    def test_g45_a_body_far_over_it_is_not_read_at_all(self, office, pending, settings, monkeypatch):
        settings.DOCUMENT_MAX_BYTES = 1024
        monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", pytest.fail)
        answer = office.post(url(pending, "documents"), {"document": file(b"x" * 1024 * 6)})
        assert answer.status_code == 413
        assert "What you sent is too large" in words(answer)

    def test_g45_files_to_other_pages_and_of_strangers_never_reach_the_disk(
        self, office, pending, monkeypatch
    ):
        reached = []
        monkeypatch.setattr(
            uploads.TemporaryFileUploadHandler, "new_file", lambda self, *a, **k: reached.append(a)
        )
        office.post(url(pending, "withdraw"), {"document": file(pdf()), "reason": "x"})
        Client().post(url(pending, "documents"), {"document": file(pdf())})
        assert reached == []

    def test_an_infected_file_is_no_longer_opened(self, pending, practice_user, office):
        add(pending, pdf(), by=practice_user)
        OrderDocument.objects.update(scan="infected")
        answer = office.get(url(pending, "documents/1"), follow=True)
        assert "A virus was found in document 1." in words(answer)

    def test_a_file_that_retention_has_taken_is_said_to_be_gone(self, pending, practice_user, office):
        default_storage.delete(add(pending, pdf(), by=practice_user).stored_as)
        answer = office.get(url(pending, "documents/1"), follow=True)
        assert "Document 1 is no longer kept." in words(answer)


class TestWithdrawing:
    def test_r101_r226_a_drug(self, office, pending):
        drug = pending.lines.get(drug="pembrolizumab")
        answer = send(office, pending, "withdraw", what=str(drug.number), reason=REASON)
        assert "pembrolizumab is withdrawn; the rest goes on." in words(answer)
        drug.refresh_from_db()
        assert drug.status == "voluntarily_cancelled"
        assert Finding.objects.get().note == REASON

    def test_r101_the_whole_order(self, office, pending):
        answer = send(office, pending, "withdraw", what="order", reason=REASON)
        assert "Voluntarily Cancelled. Your office cancelled this order." in words(answer)
        assert "Order withdrawn" in words(answer)
        assert fresh(pending).disposition == Disposition.VOLUNTARILY_CANCELLED

    @pytest.mark.parametrize(
        "typed", [{}, {"what": "order"}, {"reason": REASON}, {"what": "99", "reason": REASON}]
    )
    def test_both_are_asked_for(self, office, pending, typed):
        assert send(office, pending, "withdraw", **typed).status_code == 422
        assert fresh(pending).disposition == Disposition.IN_PROGRESS

    def test_a_second_click_changes_nothing(self, office, pending):
        for _ in range(2):
            answer = send(office, pending, "withdraw", what="order", reason=REASON)
        assert "Nothing was changed." in words(answer)
        assert pending.findings.count() == 1


class TestCancelling:
    def test_d39_what_becomes_void_is_said_before_and_after(self, office, authorized):
        before = words(office.get(url(authorized, "cancel")))
        assert authorized.order_id in before
        assert "S0353" in before
        answer = words(send(office, authorized, "cancel", reason=REASON))
        assert "Voluntarily Cancelled" in answer
        assert f"Void Order ID {authorized.order_id}" in answer
        assert REASON in answer
        assert "S0353" not in answer

    def test_d39_the_void_number_still_finds_the_order(self, office, authorized):
        send(office, authorized, "cancel", reason=REASON)
        answer = office.post("/orders/status/", {"q": authorized.order_id})
        assert answer["Location"] == url(authorized)

    def test_r226_a_reason_is_asked_for(self, office, authorized):
        assert send(office, authorized, "cancel").status_code == 422
        assert fresh(authorized).order_id


class TestContact:
    def test_d40_site_and_phone(self, office, authorized, practice):
        site = practice.sites.first()
        answer = send(office, authorized, "contact", servicing_site=site.pk, phone="617 555 0199")
        assert "The order is changed." in words(answer)
        order = fresh(authorized)
        assert order.servicing_site == site
        assert "Contact details changed" in words(answer)
        assert order.order_id == authorized.order_id

    def test_d40_a_site_of_another_network_status_needs_a_new_order(self, office, authorized, other_practice):
        site = other_practice.sites.get()
        typed = {"servicing_site": "other", "other_site": site.pk, "other_site_text": str(site)}
        answer = send(office, authorized, "contact", phone="617-555-0199", **typed)
        assert answer.status_code == 422
        assert "This site stands differently to the plan’s network" in words(answer)
        assert fresh(authorized).servicing_site == authorized.servicing_site

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"servicing_site": "other", "phone": "617-555-0199"},
            {"servicing_site": "other", "other_site": "9" * 30, "phone": "617-555-0199"},
            {"servicing_site": "x", "phone": "1"},
        ],
    )
    def test_what_is_missing_is_said(self, office, authorized, typed):
        assert send(office, authorized, "contact", **typed).status_code == 422


@pytest.mark.parametrize("which", PAGES)
def test_r044_d63_each_page_is_for_the_ordering_practice_alone(
    which, pending, stranger, servicing_site_user, nurse, administrator
):
    for who, status in ((stranger, 404), (servicing_site_user, 403), (nurse, 403), (administrator, 403)):
        for method in ("get", "post"):
            assert getattr(signed_in(who), method)(url(pending, which)).status_code == status


@pytest.mark.parametrize("which", PAGES)
def test_a_page_that_does_not_fit_leads_to_the_order(which, office, pending, authorized):
    order = pending if which in ("cancel", "contact") else authorized
    for method in ("get", "post"):
        answer = getattr(office, method)(url(order, which))
        assert (answer.status_code, answer["Location"]) == (302, url(order))


def test_somebody_of_both_sides_acts_as_the_ordering_practice(
    pending: Order, practice: Practice, servicing_site_user: User
) -> None:
    both = at_practice("sam.infusion", "practice_user", practice)
    assert signed_in(both).get(url(pending, "information")).status_code == 200


@pytest.mark.parametrize(("which", "most"), [("information", 15), ("documents", 9), ("withdraw", 9)])
def test_the_pages_cost_few_queries_whatever_was_added(which, most, office, pending, practice_user):
    counts = []
    for number in range(2):
        add(pending, pdf(f"Page {number}"), by=practice_user)
        add_information(fresh(pending), Addition(note=f"Note {number}"), by=practice_user)
        office.get(url(pending, which))
        with CaptureQueriesContext(connection) as queries:
            office.get(url(pending, which))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most, counts


class TestTheReviewer:
    @pytest.fixture
    def held(self, pending: Order, nurse: User, practice_user: User) -> Order:
        take_case(pending, by=nurse)
        add(pending, pdf(), by=practice_user, name="PD-L1 report.pdf")
        return fresh(pending)

    def test_r095_r102_the_mark_and_the_document_stand_on_the_case(self, held, nurse):
        shown = words(signed_in(nurse).get(f"/review/{held.reference}/"))
        assert "New information from the practice, Tue Oct 5, 2021, 10:30 AM ET" in shown
        assert "Document 1: PD-L1 report.pdf" in shown
        assert "Not checked for viruses" in shown

    def test_r095_the_queue_says_so(self, held, other_nurse):
        assert "New from the practice, Tue Oct 5" in words(signed_in(other_nurse).get("/review/"))

    def test_r095_the_holder_confirms_it(self, held, nurse, other_nurse):
        page = f"/review/{held.reference}/"
        assert "I have read it" not in words(signed_in(other_nurse).get(page))
        signed_in(other_nurse).post(f"{page}news/", {"seen": held.news_at.isoformat()})
        assert fresh(held).news_at is not None
        client = signed_in(nurse)
        seen = re.search(r'name="seen" value="([^"]+)"', client.get(page).content.decode())[1]
        answer = client.post(f"{page}news/", {"seen": unescape(seen)}, follow=True)
        assert "New information from the practice" not in words(answer)
        assert "Document 1: PD-L1 report.pdf" in words(answer), "what came stays"

    @pytest.mark.parametrize("seen", ["", "yesterday", "2021-10-05", "9999999-99"])
    def test_a_made_up_moment_confirms_nothing(self, held, nurse, seen):
        signed_in(nurse).post(f"/review/{held.reference}/news/", {"seen": seen})
        assert fresh(held).news_at is not None
