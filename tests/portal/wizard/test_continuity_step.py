"""Treatment under way: asked only where criteria are left open, and what the answers lead to (DR-10)."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from orders.actions.submission import CONTINUITY_UNANSWERED, SubmissionRefused, submit_order
from orders.models import Order
from portal.practice.forms.words import in_full
from tests.factories import orders
from tests.portal.wizard.entry import (
    CLINICAL,
    DIAGNOSIS,
    MASSACHUSETTS_MEMBER,
    MEMBER_NUMBER,
    NOT_MET,
    PLAN,
    Entry,
    under_way,
    us,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

NO = {"under_way": "no"}
UNDER_WAY = under_way(last_dose_on="02/20/2026")


@pytest.fixture
def failing(entry: Entry) -> Entry:
    return entry.reach_continuity()


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


def test_r194_the_questions_come_before_an_order_may_wait(failing: Entry):
    assert failing.get("review")["Location"] == failing.url("continuity")
    page = failing.get("continuity")
    assert page.context["step"].key == "continuity"
    assert [stop.key for stop in page.context["progress"]][-2:] == ["continuity", "review"]
    assert "Was this treatment already under way?" in text(page)
    assert "Pembrolizumab alone, TPS 50 or more" in text(page)


def test_r194_the_action_refuses_what_was_not_asked(failing: Entry):
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(failing.order, by=orders.person("practice"), idempotency_key="the-only-key")
    assert refused.value.problems == [CONTINUITY_UNANSWERED]


def test_r194_a_plain_no_is_enough_and_the_order_waits(failing: Entry):
    assert failing.answer("continuity", NO)["Location"] == failing.url("review")
    assert "A nurse will look at it." in text(failing.get("review"))
    failing.submit()
    order = failing.order
    assert order.disposition == "in_progress"
    assert order.snapshot.answers["continuity"] == NO
    assert "Treatment already under way No" in words_of(failing, order)


def words_of(entry: Entry, order: Order) -> str:
    page = text(entry.client.get(f"/orders/{order.reference}/"))
    return " ".join(page.replace("<dt>", " ").replace("</dt><dd>", " ").replace("</dd>", " ").split())


def test_r194_r195_r197_treatment_under_way_is_authorized_at_once(failing: Entry):
    failing.answer("continuity", UNDER_WAY)
    page = failing.get("review")
    end = in_full(date.fromisoformat(failing.state.get("dates")["planned_end_on"]))
    assert f"Authorized at once as continuity of care, through {end}, if you submit" in text(page)
    assert "pembrolizumab: covered as continuity of care." in text(page)
    failing.submit()
    order = failing.order
    assert order.disposition == "authorized"
    assert "The criteria left open are covered as continuity of care." in words_of(failing, order)


def test_r198_a_member_new_from_another_insurer_is_asked_the_same(entry: Entry):
    """Coverage begins later than the program: treatment begun between the two counts."""
    Member.objects.get(member_number=MASSACHUSETTS_MEMBER).coverages.update(starts_on=date(2026, 1, 1))
    entry.reach_continuity()
    asked = text(entry.get("continuity"))
    assert "Begun before the member’s coverage began on Thu Jan 1, 2026." in asked
    entry.answer("continuity", {**UNDER_WAY, "treatment_started_on": "11/03/2025"})
    assert entry.get("review").context["judgement"].disposition == "authorized"


def test_r199_no_questions_where_criteria_are_met(entry: Entry):
    entry.reach_review_at("BCBSMA", MASSACHUSETTS_MEMBER, clinical=CLINICAL)
    assert entry.get("review").status_code == 200
    assert entry.get("continuity")["Location"] == entry.url("review")
    assert "Continuity" not in text(entry.get("review"))


def test_no_questions_where_the_program_has_no_such_rule_pd_39(entry: Entry):
    entry.reach_review_at("BCBSM", MEMBER_NUMBER, clinical=NOT_MET)
    assert entry.get("review").context["judgement"].disposition == "in_progress"


def test_r196_answers_that_do_not_establish_it_tell_of_a_denial_and_offer_a_talk(failing: Entry):
    failing.answer("continuity", {**UNDER_WAY, "same_regimen": "no"})
    shown = text(failing.get("review"))
    offer = "the ordering provider is offered a peer-to-peer talk: AIM medical oncologist, 1-866-745-1783"
    assert "Continuity of care could not be established" in shown
    assert "The regimen is not said to be the same as before." in shown
    assert offer in shown
    failing.submit()
    assert failing.order.disposition == "in_progress"
    after = words_of(failing, failing.order)
    assert "Continuity of care could not be established." in after
    assert offer in after


def test_r200_answers_user_and_moment_stand_on_the_order_and_the_case(failing: Entry, client_of_practice):
    failing.answer("continuity", {**UNDER_WAY, "same_regimen": "no"})
    failing.submit()
    order = failing.order
    assert order.snapshot.answers["continuity"] == {
        "under_way": "yes",
        "same_regimen": False,
        "treatment_started_on": "2021-05-10",
        "last_dose_on": "2026-02-20",
        "attested": True,
    }
    row = order.answers.get(step="continuity")
    assert (row.saved_by, row.saved_at) == (order.submitted_by, order.submitted_at)
    said = f"Attested Yes, {order.submitted_by}, Tue Mar 3, 2026, 10:00 AM ET"
    assert said in words_of(failing, order)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"under_way": None}, "under_way", "Choose whether treatment was under way."),
        ({"same_regimen": None}, "same_regimen", "Choose whether it is the same regimen."),
        ({"treatment_started_on": ""}, "treatment_started_on", "Enter the date of the first dose."),
        ({"last_dose_on": ""}, "last_dose_on", "Enter the date of the last dose."),
        ({"last_dose_on": "02/30/2026"}, "last_dose_on", "Enter the date of the last dose so far as month"),
        ({"last_dose_on": "03/04/2026"}, "last_dose_on", "The last dose cannot lie in the future."),
        ({"treatment_started_on": "03/04/2026"}, "treatment_started_on", "The first dose cannot lie in"),
        ({"last_dose_on": "05/09/2021"}, "last_dose_on", "The last dose cannot come before the first"),
        ({"treatment_started_on": "05/10/1921"}, "treatment_started_on", "before the member was born"),
        ({"attested": None}, "attested", "Tick the attestation, or answer “No”"),
    ],
)
def test_r194_what_cannot_be_is_told_beside_its_field_and_kept(failing: Entry, typed, field, message):
    page = failing.shown("continuity", {**UNDER_WAY, **typed})
    assert message in " ".join(page.context["form"].errors[field])
    assert page.context["form"]["same_regimen"].value() == {**UNDER_WAY, **typed}["same_regimen"]
    assert failing.get("review")["Location"] == failing.url("continuity")


def test_details_left_over_do_not_stand_beside_a_no(failing: Entry):
    failing.answer("continuity", {**UNDER_WAY, **NO, "last_dose_on": "never"})
    assert failing.state.get("continuity") == NO


def test_a_last_dose_on_or_after_a_start_in_the_past_belongs_to_this_order(entry: Entry):
    entry.post("plan", {**PLAN, "plan": "BCBSMA"})
    entry.answer("member", entry.typed_member(MASSACHUSETTS_MEMBER, date(2026, 3, 2)))
    entry.reach("diagnosis").answer("diagnosis", DIAGNOSIS)
    entry.answer("clinical", NOT_MET)
    entry.reach("review")
    page = entry.shown("continuity", {**UNDER_WAY, "last_dose_on": us(date(2026, 3, 3))})
    assert "on or before Mon Mar 2, 2026" in " ".join(page.context["form"].errors["last_dose_on"])


def test_the_answers_are_asked_anew_for_another_regimen(failing: Entry):
    """“The same regimen” was said of the one that stood then."""
    failing.answer("continuity", UNDER_WAY)
    failing.answer("regimen", {"pick": "LIB-NSC-005"})
    assert failing.state.answers.get("continuity") is None
    assert failing.state.raw["continuity"]["treatment_started_on"] == ["05/10/2021"]


def test_answers_given_and_then_not_needed_settle_nothing(failing: Entry):
    """R-199: the criteria are met after all."""
    failing.answer("continuity", UNDER_WAY)
    failing.answer("clinical", CLINICAL)
    for step in ("regimen", "dosing", "dates"):
        if step not in failing.state.done:
            failing.answer(step)
    judgement = failing.get("review").context["judgement"]
    assert (judgement.disposition, judgement.continuity_applied) == ("authorized", False)


def test_the_panel_says_what_the_answers_lead_to(failing: Entry):
    panel = text(failing.post("continuity", UNDER_WAY, "so_far"))
    assert "Continuity of care: covered through" in panel
    panel = text(failing.post("continuity", {**UNDER_WAY, "last_dose_on": "10/01/2025"}, "so_far"))
    assert "Not continuity of care. The last dose was not within 60 days before the start date." in panel


def test_back_and_save_and_exit_lose_nothing(failing: Entry):
    typed = {**UNDER_WAY, "last_dose_on": ""}
    assert failing.post("continuity", typed, "back")["Location"] == failing.url("dates")
    assert failing.get("continuity").context["form"]["treatment_started_on"].value() == "05/10/2021"
    assert failing.post("continuity", typed, "exit")["Location"] == "/orders/"


@pytest.mark.parametrize("step", ["continuity", "review"])
def test_a_page_takes_at_most_15_queries(failing: Entry, step: str):
    failing.answer("continuity", UNDER_WAY)
    failing.get(step)
    with CaptureQueriesContext(connection) as found:
        assert failing.get(step).status_code == 200
    assert len(found) <= 15
