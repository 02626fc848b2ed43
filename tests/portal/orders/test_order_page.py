"""The order page: the Order Request Summary on screen (R-282 to R-303)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent
from notifications.names import AuditName
from orders.actions.findings import confirm_duplicate
from orders.actions.review import take_case
from orders.models import Order
from orders.rules.states import Disposition
from portal.summaries.words import clinical
from tests.factories.people import signed_in
from tests.portal.orders import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: What stands on a page of an approved order only (R-209, R-292, R-296, R-325).
OF_AN_APPROVAL = ("Order ID</span>", "Pathway Eligible ID", "S0353", "S0354", "approved", "Valid ")


def words(response) -> str:
    """The text of a page, tags and whitespace taken out."""
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))


def page(client, order):
    response = client.get(f"/orders/{order.reference}/")
    assert response.status_code == 200
    return response


class TestAnAuthorizedOrder:
    def test_begins_with_a_sentence(self, office, authorized):
        first = re.search(r"<h1[^>]*>(.*?)</h1>", page(office, authorized).content.decode())
        assert first.group(1) == "Authorized. 2 of 2 reviewed drugs approved through Apr 18, 2022."

    def test_shows_the_eight_items_as_they_are_in_the_data(self, office, authorized):
        """R-119, R-128, R-129, R-152, R-206, R-282, R-294, R-328, D-15: code, visits, units."""
        shown = words(page(office, authorized))
        for line in authorized.lines.filter(status="authorized"):
            units = f"{line.billing_units:,.0f}"
            assert re.search(rf"{line.drug} HCPCS {line.hcpcs}.*? {line.visits} {units} ", shown)
        assert "pemetrexed HCPCS J9305 500 mg/m² IV, day 1, every 21 days, cycles 1–8" in shown
        assert authorized.order_id in shown
        assert authorized.pathway_eligible_id in shown
        assert "Valid Tue Oct 12, 2021 to Mon Apr 18, 2022" in shown
        assert "three weeks after the planned end (Mon Mar 28, 2022)" in shown
        assert "S0353 once, at the start of treatment" in shown
        assert "S0354 up to 5 months" in shown

    def test_lists_the_earliest_dates_of_the_monthly_code(self, office, authorized):
        """R-313: 30 days apart from the start on Oct 12, 2021."""
        dates = "Nov 11, 2021; Dec 11, 2021; Jan 10, 2022; Feb 9, 2022; Mar 11, 2022."
        assert f"Earliest dates of S0354, each 30 days after the one before: {dates}" in words(
            page(office, authorized)
        )

    def test_shows_the_order_id_on_approved_lines_only(self, office, authorized):
        """D-15: this program shows none on drugs that nobody here reviews."""
        shown = words(page(office, authorized))
        assert shown.count(f"Order ID {authorized.order_id}") == 1 + 2  # large, and two lines
        assert re.search(r"carboplatin HCPCS J9045.*?– – AIM Clinical Review Not Required", shown)

    def test_names_member_providers_diagnosis_and_start(self, office, authorized):
        """R-294."""
        shown = words(page(office, authorized))
        assert f"Ana Rivera · born 04/18/1960 · ID {authorized.member.member_number}" in shown
        assert "Jordan Okafor · NPI" in shown
        assert "Harbor Infusion Center, Boston, MA" in shown
        assert "C34.11 Malignant neoplasm of upper lobe, right bronchus or lung" in shown
        assert "Treatment starts Tue Oct 12, 2021" in shown

    def test_says_that_it_is_no_guarantee_of_payment_and_whose_program_it_is(self, office, authorized):
        """R-207, R-302, R-007."""
        shown = words(page(office, authorized))
        assert "not a guarantee of payment" in shown
        assert authorized.terms.independence_statement in shown
        assert authorized.terms.licensee_footer in shown
        assert authorized.terms.save_summary_text in shown

    def test_shows_the_criteria_of_each_reviewed_drug_and_what_was_cited(self, office, authorized):
        """R-161, R-163, R-168, R-221: the rule set is named, too."""
        shown = words(page(office, authorized))
        assert re.search(r"The medical policy for pemetrexed is met: [^.]*POL-PEMETREXED-01", shown)
        assert re.search(r"The medical policy for pembrolizumab is met: [^.]*POL-PEMBROLIZUMAB-01", shown)
        assert ", in force from Fri Oct 1, 2021" in shown
        assert "Pathways, third quarter 2021" in shown
        assert f"{authorized.terms.policy_label} ·" in shown

    def test_a_drug_with_a_dose_of_its_own_line_is_counted_and_judged_once(
        self, office, practice, practice_user
    ):
        """A loading dose is a line, and no drug."""
        *others, pembrolizumab, ondansetron = samples.ON_PATHWAY["dosing"]["lines"]
        split = [{**pembrolizumab, "cycles": cycles} for cycles in ("1", "2-8")]
        answers = samples.changed(samples.ON_PATHWAY, dosing={"lines": [*others, *split, ondansetron]})
        response = page(office, samples.submitted(answers, by=practice_user, practice=practice))
        assert "Authorized. 2 of 2 reviewed drugs approved through" in words(response)
        assert [tree.drug for tree in response.context["summary"].trees] == ["pemetrexed", "pembrolizumab"]

    def test_shows_what_the_pathway_asks_and_how_the_answers_compare(self, office, authorized):
        """R-158: the verdict with its reasons, when it is good news too."""
        text = words(office.get(f"/orders/{authorized.reference}/"))
        assert "fits this patient in everything it asks." in text
        assert "Days, cycles and cycle length are those of the regimen." in text

    def test_shows_no_amount_of_money(self, office, authorized):
        """R-310."""
        assert "$" not in words(page(office, authorized))

    def test_each_refused_s_code_has_its_reason(self, office, practice, practice_user):
        """R-452, R-456: out of network, on Pathway; the billing text is absent."""
        order = samples.submitted(by=practice_user, practice=practice, network="out")
        shown = words(page(office, order))
        assert order.pathway_eligible_id in shown
        assert "Not awarded: The ordering provider is not in network" in shown
        assert "S0353" not in shown

    def test_off_pathway_says_why(self, office, practice, practice_user):
        """R-158, R-323."""
        order = samples.submitted(samples.OFF_PATHWAY, by=practice_user, practice=practice)
        shown = words(page(office, order))
        assert "Not on Pathway" in shown
        assert "it is not one of the Pathways for this cancer" in shown
        assert "The regimen is not on Pathway." in shown

    def test_staff_of_the_servicing_site_see_no_s_codes(self, authorized, servicing_site_user):
        """R-305, R-368."""
        shown = words(page(signed_in(servicing_site_user), authorized))
        assert authorized.order_id in shown
        assert "S0353" not in shown
        assert authorized.terms.scode_billing_text not in shown


class TestAnOrderThatIsReferred:
    def test_names_the_entity_the_reason_and_the_contact(self, office, completed):
        """R-284, R-439, R-443, R-446."""
        shown = words(page(office, completed))
        assert "Completed. No drug of this order needs our clinical review" in shown
        assert "Osimertinib is reviewed by another organization: the drug’s message says whom" in shown
        assert "Refer to PBM This drug falls under the pharmacy benefit" in shown
        assert "Contact the patient's Pharmacy Benefit Administrator" in shown


class TestAnOrderInProgress:
    def test_says_what_is_open_what_settles_it_who_calls_and_by_when(self, office, pending):
        """R-205, R-236, R-244."""
        shown = words(page(office, pending))
        assert "In Progress. This order is with one of our nurses; a decision is due by Fri Oct 8" in shown
        assert "Unknown answer. PD-L1 tumor proportion score (TPS): not reported" in shown
        assert "What is the PD-L1 tumor proportion score (TPS)?" in shown
        assert (
            "One of our registered nurses looks at this order and calls your office at 617-555-0147" in shown
        )
        assert "due Fri Oct 8, 2021, 6:00 PM ET" in shown
        assert f"Call {pending.terms.contact_center_phone}" in shown

    def test_says_plainly_that_no_answer_would_help_where_none_would(self, office, practice, practice_user):
        """R-236, R-244: who decides then, and what comes before a denial."""
        found = {**samples.LUNG["clinical"]["biomarkers"], "EGFR": "mutation"}
        answers = samples.changed(samples.LUNG, clinical={"biomarkers": found})
        shown = words(page(office, samples.submitted(answers, by=practice_user, practice=practice)))
        assert (
            "No missing answer would meet the policy for pembrolizumab as entered. Our reviewer looks at it, "
            "and a physician offers a talk before any denial."
        ) in shown
        assert "Chart notes" not in shown

    def test_says_each_sentence_once(self, office, pending):
        """What is open is said on top; the table and the trees below give the particulars."""
        response = page(office, pending)
        shown, judgement = words(response), response.context["summary"].judgement
        said = [deviation.sentence for deviation in judgement.deviations]
        said += [line.outcome.sentence for line in judgement.lines if line.outcome]
        assert len(said) >= 2
        assert {sentence: shown.count(sentence) for sentence in said} == dict.fromkeys(said, 1)

    def test_the_pathway_is_not_yet_determined(self, office, pending):
        """R-154, R-285."""
        shown = words(page(office, pending))
        assert "Not yet determined" in shown
        assert "Pathway Eligible ID" not in shown

    def test_lists_each_deviation_with_what_was_entered_and_expected(self, office, pending):
        """R-171, R-287."""
        shown = words(page(office, pending))
        asked = "PD-L1 tumor proportion score (TPS)"
        assert f"What Entered Expected Clinical: {asked} not reported below 1% or 1 to 49%" in shown

    def test_says_why_a_changed_schedule_matters(self, office, practice, practice_user):
        """R-176; where no schedule was changed it is not said."""
        reason = (
            "Cycles/Dosing: The regimen was selected on these parameters and on safety, efficacy and cost."
        )
        lines = [{**found, "days": "2"} for found in samples.ON_PATHWAY["dosing"]["lines"]]
        changed = samples.changed(samples.ON_PATHWAY, dosing={"lines": lines})
        order = samples.submitted(changed, by=practice_user, practice=practice)
        assert reason in words(page(office, order))
        unknown = samples.submitted(samples.UNKNOWN, by=practice_user, practice=practice, last_name="Verbena")
        assert reason not in words(page(office, unknown))

    def test_every_drug_of_a_custom_plan_is_marked_custom(self, office, practice, practice_user):
        """R-173: supportive ones, too."""
        lines = [*samples.CUSTOM["dosing"]["lines"], samples.ON_PATHWAY["dosing"]["lines"][-1]]
        custom = samples.changed(samples.CUSTOM, dosing={"lines": lines})
        shown = words(page(office, samples.submitted(custom, by=practice_user, practice=practice)))
        assert "ondansetron HCPCS J2405 · supportive · custom" in shown
        assert shown.count(" · custom") == 4

    def test_the_tracking_number_is_never_called_an_order_id(self, office, pending):
        """D-15, R-209."""
        shown = words(page(office, pending))
        assert f"Tracking number {pending.reference}" in shown
        assert f"Order ID {pending.reference}" not in shown

    def test_a_possible_duplicate_leads_to_the_earlier_order(self, office, authorized, practice_user):
        """R-188, R-193, R-288."""
        again = samples.submitted(by=practice_user, practice=authorized.practice, member=authorized.member)
        response = page(office, again)
        assert f"Possible duplicate. Order {authorized.order_id} is planned from" in words(response)
        assert f'href="/orders/{authorized.reference}/"' in response.content.decode()


class TestAConfirmedDuplicate:
    @pytest.fixture
    def cancelled(self, authorized, practice_user, nurse):
        again = samples.submitted(by=practice_user, practice=authorized.practice, member=authorized.member)
        take_case(again, by=nurse)
        confirm_duplicate(again, by=nurse, note="Same regimen and dates.")
        return again

    def test_its_undecided_drugs_have_the_label_of_the_case(self, office, cancelled):
        """D-13, R-214."""
        shown = words(page(office, cancelled))
        assert (
            "pembrolizumab HCPCS J9271 200 mg IV, day 1, every 21 days, cycles 1–8 Review Cancelled" in shown
        )
        assert "In Progress" not in shown[shown.index("Drugs of this order") : shown.index("History")]


class TestARetrospectiveOrder:
    def test_is_marked(self, practice, practice_user, shipped):
        """R-356."""
        with time_machine.travel(samples.NOW + timedelta(days=8), tick=False):
            late = samples.submitted(by=practice_user, practice=practice)
            shown = words(page(signed_in(practice_user), late))
        assert "Retrospective: treatment started on Oct 12, 2021." in shown

    def test_a_start_on_the_day_itself_is_none(self, practice, practice_user):
        with time_machine.travel(samples.NOW + timedelta(days=7), tick=False):
            order = samples.submitted(by=practice_user, practice=practice)
            assert "Retrospective" not in words(page(signed_in(practice_user), order))


def test_michigan_shows_the_order_id_on_drugs_nobody_reviews(office, practice, practice_user):
    """R-297, D-15: a setting of the program."""
    order = samples.submitted(by=practice_user, practice=practice, plan="BCBSM")
    lines = page(office, order).context["summary"].lines
    unmanaged = [line for line in lines if line.status == "not_required"]
    assert unmanaged
    assert {line.order_id for line in unmanaged} == {order.order_id}


@pytest.mark.parametrize("state", ["pending", "withdrawn"])
def test_an_order_without_approval_shows_nothing_of_one(state, office, request):
    """R-209, R-292, R-296, R-325."""
    shown = page(office, request.getfixturevalue(state)).content.decode()
    body = shown[shown.index("<main") : shown.index("</main")]
    for forbidden in OF_AN_APPROVAL:
        assert forbidden not in body, forbidden


@pytest.mark.parametrize(
    "disposition",
    [Disposition.NON_AUTHORIZED, Disposition.REVIEW_CANCELLED, Disposition.VOLUNTARILY_CANCELLED],
)
def test_a_denied_or_cancelled_order_shows_nothing_of_an_approval(disposition, office, authorized):
    """R-212, R-214, R-292: even if numbers were left in the row, the page would not show them."""
    number = authorized.order_id
    Order.objects.filter(pk=authorized.pk).update(
        disposition=disposition, order_id=None, pathway_eligible_id=None
    )
    shown = page(office, authorized).content.decode()
    body = shown[shown.index("<main") : shown.index("</main")]
    for forbidden in (number, *OF_AN_APPROVAL[:4]):
        assert forbidden not in body, forbidden


def test_a_draft_opens_where_it_is_unfinished(office, practice, practice_user):
    order = samples.draft(by=practice_user, practice=practice)
    response = office.get(f"/orders/{order.reference}/")
    assert response.status_code == 302
    assert response["Location"].startswith(f"/orders/{order.reference}/")


def test_a_stranger_gets_what_a_missing_order_gives(authorized, stranger):
    """D-63, R-370: 404, and the refusal is audited."""
    client = signed_in(stranger)
    foreign = client.get(f"/orders/{authorized.reference}/")
    missing = client.get("/orders/T000000000/")
    assert foreign.status_code == missing.status_code == 404
    assert words(foreign) == words(missing)
    assert AuditEvent.objects.filter(
        name=AuditName.READ_DENIED, subject=f"order:{authorized.reference}"
    ).exists()


def test_an_administrator_has_no_business_here(authorized, administrator):
    assert signed_in(administrator).get(f"/orders/{authorized.reference}/").status_code == 403


def test_nobody_reads_without_signing_in(authorized, client):
    """R-372."""
    response = client.get(f"/orders/{authorized.reference}/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_reading_is_audited_once(office, authorized):
    page(office, authorized)
    event = AuditEvent.objects.get(name=AuditName.READ_ORDER, subject=f"order:{authorized.reference}")
    assert event.details["why"] == "order page"


def test_the_page_costs_a_fixed_number_of_queries(office, authorized, pending, django_assert_max_num_queries):
    """session, user, roles, order, read audited, order with terms and releases and award, evaluation,
    its lines, diagnosis, events, drafts counted: 11, whatever the order holds."""
    page(office, authorized)  # compiled content and templates
    with django_assert_max_num_queries(15), CaptureQueriesContext(connection) as few:
        page(office, authorized)
    big = samples.changed(
        samples.ON_PATHWAY,
        dosing={
            "lines": [
                *samples.ON_PATHWAY["dosing"]["lines"],
                *(
                    samples.line(drug, code, "8", "mg", role="supportive", route="PO")
                    for drug, code in (
                        ("dexamethasone", "J8540"),
                        ("prochlorperazine", ""),
                        ("olanzapine", ""),
                        ("lorazepam", ""),
                    )
                ),
            ]
        },
    )
    order = samples.submitted(
        big, by=authorized.submitted_by, practice=authorized.practice, last_name="Longlist"
    )
    with CaptureQueriesContext(connection) as many:
        page(office, order)
    assert len(few) == len(many)


class TestTheClinicalPicture:
    def test_none_is_an_answer(self):
        shown = dict(clinical({"prior_therapies": [], "stage": "IVA"}))
        assert shown["Earlier therapy"] == "None"

    def test_doses_by_body_size_can_be_checked(self):
        shown = dict(clinical({"height_cm": "168", "weight_kg": "72"}))
        assert (shown["Height"], shown["Weight"], shown["Body surface"]) == ("168 cm", "72 kg", "1.83 m²")

    def test_what_was_not_measured_is_left_out(self):
        assert "Body surface" not in dict(clinical({"weight_kg": "72"}))
