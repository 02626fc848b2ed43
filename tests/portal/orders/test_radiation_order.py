"""A radiation order on its page, its PDF and its case (R-339 to R-344, R-347, R-348)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import OutboxMessage
from orders.actions.determination import decide
from orders.actions.findings import offer_peer_to_peer, record_information
from orders.actions.review import escalate_to_physician, take_case
from orders.models import Order
from portal.summaries.content import Audience, summary_of
from tests.factories import orders, radiation
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: What is said of drugs only.
OF_DRUGS = ("Drugs", "HCPCS", "Pathway Eligible", "S0353", "Visits", "Clinical trial")


@pytest.fixture
def practice_staff(shipped: None) -> Client:
    """The browser of the practice's staff."""
    return signed_in(orders.person("practice"))


@pytest.fixture
def nurse(shipped: None) -> Client:
    """The browser of a nurse."""
    return signed_in(orders.person("nurse"))


def words(html: str) -> str:
    """The text of a page, tags and whitespace taken out."""
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))


def page(client: Client, order: Order) -> str:
    return words(client.get(f"/orders/{order.reference}/").content.decode())


def case(client: Client, order: Order) -> str:
    return words(client.get(f"/review/{order.reference}/").content.decode())


def paper(order: Order) -> str:
    summary = summary_of(order, audience=Audience.ORDERING)
    return words(render_to_string("summaries/order.html", {"order": summary.order, "summary": summary}))


# --- Authorized at once -----------------------------------------------------------------------------
def test_r342_an_authorized_course_is_told_in_the_words_of_radiation(practice_staff):
    order = radiation.submitted()
    for shown in (page(practice_staff, order), paper(order)):
        assert "Authorized. 3D conformal radiation of the breast is approved through" in shown
        assert "Site Breast" in shown
        assert "Technique 3D conformal" in shown
        assert "Course 16 fractions and 4 boost fractions" in shown
        assert "What calls for it The whole breast is treated after lumpectomy" in shown
        assert order.order_id in shown
        assert not [text for text in OF_DRUGS if text in shown]
    assert "The medical policy for radiation of the breast is met" in page(practice_staff, order)


def test_r343_r344_the_page_says_how_long_it_holds_and_when_a_new_request_is_needed(practice_staff):
    order = radiation.submitted()
    assert order.valid_from
    assert order.valid_to
    assert (order.valid_to - order.valid_from).days == 89
    shown = page(practice_staff, order)
    after = order.valid_to + timedelta(days=1)
    assert "The order covers at most 90 days of treatment, the first one counted." in shown
    assert f"{after:%b} {after.day}, {after.year} on needs a new request." in shown
    assert "no longer covers treatment" not in shown


@pytest.mark.parametrize(("day", "covered"), [(90, True), (91, False)])
def test_r344_from_day_91_on_a_new_request_is_offered(shipped, day, covered):
    order = radiation.submitted()
    assert order.start_on
    ahead = (order.start_on - orders.today()).days + day - 1
    with time_machine.travel(samples.NOW + timedelta(days=ahead), tick=False):
        shown = page(signed_in(orders.person("practice")), order)
        at_the_site = page(signed_in(orders.person("nurse")), order)
    assert ("This order no longer covers treatment" in shown) is not covered
    assert ("Start a new order" in shown) is not covered
    assert "Start a new order" not in at_the_site


@pytest.mark.parametrize(
    ("name", "changes", "named", "not_named"),
    [
        (
            radiation.AUTHORIZED,
            {},
            (
                "AIM clinical guidelines",
                "medical policy",
                "National Coverage Determinations (NCD)",
                "Local Coverage Determinations (LCD)",
            ),
            (),
        ),
        (
            radiation.PENDED,
            {"radiation": radiation.SHORT},
            ("AIM clinical guidelines", "Blue Cross MA medical policy"),
            ("NCD", "LCD"),
        ),
    ],
)
def test_r341_the_rule_sets_of_the_program_and_the_policy_applied_are_named(
    practice_staff, name, changes, named, not_named
):
    order = radiation.submitted(name, **changes)
    for shown in (page(practice_staff, order), paper(order)):
        judged_by = shown.partition("Judged by")[2][:400]
        assert all(text in judged_by for text in named)
        assert not any(text in shown for text in not_named)
        assert "Criteria: Radiation of" in judged_by


# --- Voluntary --------------------------------------------------------------------------------------
def test_r339_r340_a_voluntary_order_is_completed_and_marked_wherever_it_is_shown(practice_staff, nurse):
    order = radiation.submitted(radiation.PENDED, radiation=radiation.VOLUNTARY)
    assert order.disposition == "completed"
    for shown in (page(practice_staff, order), case(nurse, order), paper(order)):
        assert "needs no authorization" in shown
        assert "Voluntary: no authorization is needed for this technique at this site." in shown
    assert "AIM Clinical Review Not Required" in page(practice_staff, order)


# --- With a reviewer --------------------------------------------------------------------------------
def test_r342_what_does_not_meet_the_policy_goes_to_a_nurse_with_what_stands_against_it(
    practice_staff, nurse
):
    order = radiation.submitted(radiation.PENDED)
    assert (order.disposition, order.status) == ("in_progress", "nurse_review")
    seen = case(nurse, order)
    assert "The answers do not meet the policy for 3D conformal radiation of bone metastases." in seen
    assert "3D conformal radiation of bone metastases, 14 fractions" in seen
    assert "Site Bone metastases" in seen
    assert "Course is at most 10 fractions. Reported: 14 fractions." in seen
    assert "What stands against the policy" in seen
    assert "HCPCS" not in seen
    assert "3D conformal radiation of bone metastases" in page(practice_staff, order)


def test_a_technique_that_no_policy_covers_says_so_on_its_case(nurse):
    order = radiation.submitted(radiation.PENDED, radiation=radiation.ELSEWHERE)
    seen = case(nurse, order)
    assert "No policy for this site is in force." in seen
    assert "No medical policy covers this technique at this site." in seen
    assert "None of them has criteria for this site here; a reviewer decides." in seen


def test_r342_r347_a_nurse_authorizes_it_and_who_entered_it_is_told(nurse):
    order = radiation.submitted(radiation.PENDED)
    take_case(order, by=orders.person("nurse"))
    address = f"/review/{order.reference}/authorize/"
    asked = words(nurse.post(address, {"rationale": "A longer course suits the spine."}).content.decode())
    assert "3D conformal radiation of bone metastases Authorized 14 fractions" in asked
    assert "Not on Pathway" not in asked
    assert "Not awarded" not in asked
    nurse.post(address, {"rationale": "A longer course suits the spine.", "confirmed": "yes"})
    order.refresh_from_db()
    assert order.disposition == "authorized"
    [message] = OutboxMessage.objects.all()
    assert message.payload["address"] == order.created_by.email
    assert "A reviewer authorized this on further information." in case(nurse, order)


def test_r342_r347_a_physician_issues_an_adverse_determination_after_a_talk_was_offered(practice_staff):
    order = radiation.submitted(radiation.PENDED)
    nurse, physician = orders.person("nurse"), orders.person("reviewer")
    take_case(order, by=nurse)
    escalate_to_physician(order, by=nurse, why="14 fractions of one metastasis.")
    take_case(order, by=physician)
    offer_peer_to_peer(order, by=physician, phone="617-555-0110", reached="voicemail", outcome="no answer")
    decide(order, {1: "adverse"}, by=physician, rationale="A course of at most 10 relieves as well.")
    order.refresh_from_db()
    assert order.disposition == "non_authorized"
    assert "Non-Authorized" in page(practice_staff, order)
    assert OutboxMessage.objects.filter(payload__address=order.created_by.email).exists()


def test_what_a_nurse_learns_is_judged_by_the_same_policy(nurse):
    """R-243, R-342: a reason recorded in review settles a breast order."""
    course = {"site": "breast", "technique": "3DCRT", "fractions": 16, "boost": 0, "reasons": []}
    order = radiation.submitted(radiation=course, continuity={"under_way": "no"})
    assert order.status == "nurse_review"
    assert "None of the reasons asked about" in case(nurse, order)
    take_case(order, by=orders.person("nurse"))
    record_information(
        order, {"radiation_reasons": ["whole_breast_after_lumpectomy"]}, by=orders.person("nurse")
    )
    order.refresh_from_db()
    assert order.disposition == "authorized"
    assert "What calls for it The whole breast is treated after lumpectomy" in case(nurse, order)


def test_r095_the_practice_adds_what_calls_for_the_course_and_is_asked_nothing_of_drugs(practice_staff):
    course = {"site": "breast", "technique": "3DCRT", "fractions": 16, "boost": 0, "reasons": []}
    order = radiation.submitted(radiation=course, continuity={"under_way": "no"})
    address = f"/orders/{order.reference}/information/"
    shown = practice_staff.get(address)
    assert shown.context["form"].questions == ["ecog", "radiation_reasons"]
    seen = shown.context["seen"]
    alone = practice_staff.post(address, {"seen": seen, "radiation_reasons": ["none", "post_mastectomy"]})
    assert alone.status_code == 422
    assert "cannot stand beside another answer" in words(alone.content.decode())
    practice_staff.post(
        address, {"seen": seen, "ecog": "0", "radiation_reasons": ["whole_breast_after_lumpectomy"]}
    )
    order.refresh_from_db()
    assert order.disposition == "authorized"


def test_a_radiation_order_is_withdrawn_as_a_whole_and_cancelled_in_its_own_words(practice_staff):
    order = radiation.submitted(radiation.PENDED)
    assert "Withdraw the order" in page(practice_staff, order)
    asked = words(practice_staff.get(f"/orders/{order.reference}/withdraw/").content.decode())
    assert "The course becomes Voluntarily Cancelled" in asked
    assert "drug" not in asked.partition("What do you withdraw?")[2].partition("Why is it withdrawn?")[0]
    approved = radiation.submitted()
    address = f"/orders/{approved.reference}/cancel/"
    assert "The course becomes Voluntarily Cancelled" in words(practice_staff.get(address).content.decode())
    said = practice_staff.post(address, {"reason": "The patient moved away."}, follow=True)
    assert "Its Order ID is void." in words(said.content.decode())


# --- Continuity of care -----------------------------------------------------------------------------
def test_r348_radiation_under_way_when_coverage_changed_is_continued(shipped):
    """The rules take the continuity answers of a radiation order as they take those of drugs (DR-10)."""
    started_on, last_on = samples.NOW.date() - timedelta(days=150), samples.NOW.date() - timedelta(days=5)
    under_way = {
        "under_way": "yes",
        "attested": True,
        "same_regimen": True,
        "treatment_started_on": started_on.isoformat(),
        "last_dose_on": last_on.isoformat(),
    }
    order = radiation.submitted(radiation.PENDED, continuity=under_way)
    assert order.disposition == "authorized"


# --- Lists ------------------------------------------------------------------------------------------
def test_lists_name_site_and_technique_where_a_regimen_would_stand(practice_staff, nurse):
    radiation.submitted(radiation.PENDED)
    name = "3D conformal radiation of bone metastases, 14 fractions"
    assert name in words(practice_staff.get("/orders/").content.decode())
    assert name in words(nurse.get("/review/").content.decode())


def test_the_pages_of_a_radiation_order_take_no_more_queries_than_those_of_drugs(
    practice_staff, nurse, office, authorized
):
    course = radiation.submitted()
    of_course = _cost(practice_staff, f"/orders/{course.reference}/")
    assert of_course <= _cost(office, f"/orders/{authorized.reference}/")
    of_case = _cost(nurse, f"/review/{course.reference}/")
    assert of_case <= _cost(nurse, f"/review/{authorized.reference}/")


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
