"""What review finds after submission, and deciding a case with it (R-190, R-191, R-226, R-240 to R-253)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.models import OutboxMessage
from orders.actions.determination import authorize, decide
from orders.actions.findings import (
    NoSuchAnswer,
    clear_duplicate,
    confirm_duplicate,
    offer_peer_to_peer,
    record_information,
)
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.submission import submit_order
from orders.actions.withdrawal import withdraw_drug
from orders.facts import RECORDABLE, wrong_answers
from orders.models import LineDetermination, Order
from orders.replay import replay
from orders.rules.refusals import (
    MayNotOrder,
    NotAReviewer,
    NotFlagged,
    NothingToWithdraw,
    NotHolder,
    NotInPhysicianReview,
    NotOpenToDecision,
    NotReviewable,
    PartlyDecided,
    PeerToPeerNotOffered,
    RationaleMissing,
)
from orders.rules.states import Disposition, OrderStatus
from pathways.content import CATALOG
from pathways.criteria import terms
from pathways.models import Drug, DrugProduct, LoadedFile
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

#: JSON with words, keys and numbers of the answers in it, so that some of it is almost one.
_WORDS = [*terms.UNKNOWN_ANSWERS, *terms.RISK_FACTORS, *terms.THERAPIES, *terms.ATTESTATIONS, "2021-06-28"]
_KEYS = ["attested", "same_regimen", "treatment_started_on", "last_dose_on", "HER2", "hemoglobin"]
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-1, max_value=300)
    | st.floats()
    | st.text()
    | st.sampled_from([*_WORDS, "positive", "1_0", "-0", "1e3", "٣", "70.5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)

#: HER2 is unknown: trastuzumab and pertuzumab cannot be judged.
UNKNOWN = "breast-her2-unknown"


def held(name: str = UNKNOWN, *, by: str = "nurse") -> Order:
    """A pended order in a reviewer's hand."""
    order = orders.submitted(name)
    take_case(order, by=orders.person("nurse"))
    if by == "reviewer":
        escalate_to_physician(order, by=orders.person("nurse"), why="Criteria are not met.")
        take_case(order, by=orders.person("reviewer"))
    return order


def offered(order: Order) -> Order:
    """The peer-to-peer talk offered to the ordering physician."""
    offer_peer_to_peer(
        order,
        by=orders.person("reviewer"),
        phone="617-555-0110",
        reached="voicemail",
        outcome="call back asked",
    )
    return order


def line(order: Order, drug: str) -> int:
    return order.lines.get(drug=drug).number


class TestInformation:
    def test_r243_an_answer_that_settles_everything_authorizes_the_case(self):
        order = held()
        record_information(order, {"biomarkers": {"HER2": "positive"}}, by=orders.person("nurse"))
        order.refresh_from_db()
        assert (order.status, order.disposition) == (OrderStatus.DETERMINED, Disposition.AUTHORIZED)
        assert order.order_id
        determination = order.lines.get(drug="trastuzumab").determinations.get()
        assert determination.decided_by is None, "the authorize rule decided, on the nurse's finding"
        assert OutboxMessage.objects.count() == 1

    def test_old_and_new_answers_their_source_and_the_nurse_are_kept(self):
        order = held()
        record_information(
            order,
            {"biomarkers": {"HER2": "negative"}},
            by=orders.person("nurse"),
            source="phone",
            note="Dr. A.",
        )
        finding = order.findings.get()
        assert (finding.source, finding.recorded_by, finding.note) == (
            "phone",
            orders.person("nurse"),
            "Dr. A.",
        )
        assert order.snapshot.facts["biomarkers"]["HER2"] == "unknown"
        assert order.evaluations.latest("sequence").inputs["facts"]["biomarkers"]["HER2"] == "negative"
        # Nothing was denied by it, and the reasons are those that remain.
        assert order.status == OrderStatus.NURSE_REVIEW
        assert "UNKNOWN_ANSWER" not in [reason["code"] for reason in order.work_items.get().reasons]

    def test_dr03_the_same_releases_judge_again_and_the_judgement_replays(self):
        order = held()
        again = record_information(order, {"ecog": "2"}, by=orders.person("nurse"))
        first = order.evaluations.earliest("sequence")
        assert (again.pathway_release, again.policy_release) == (first.pathway_release, first.policy_release)
        assert again.inputs["terms"] == first.inputs["terms"]
        assert replay(again).same

    def test_dr14_the_drug_catalog_of_the_first_evaluation_judges_again(self):
        """Codes end and benefits move meanwhile; the case is not judged by what came later."""
        order = held()
        first = order.evaluations.earliest("sequence")
        DrugProduct.objects.update(effective_to=order.start_on - timedelta(days=1))
        Drug.objects.update(benefit=Drug.Benefit.PHARMACY)
        LoadedFile.objects.filter(path=CATALOG).update(content_hash="of a later catalog")
        again = record_information(order, {"ecog": "2"}, by=orders.person("nurse"))
        assert again.inputs["catalog"] == first.inputs["catalog"]
        assert again.content_hash == first.content_hash
        before, after = (
            {line["drug"]: line["billing_units"] for line in found.judgement["lines"]}
            for found in (first, again)
        )
        assert before == after
        assert any(before.values())
        assert replay(again).same

    def test_it_takes_the_case_in_hand(self):
        order = orders.submitted(UNKNOWN)
        with pytest.raises(NotHolder):
            record_information(order, {"ecog": "2"}, by=orders.person("nurse"))
        assert not order.findings.exists()

    def test_not_on_a_decided_order(self):
        with pytest.raises(NotReviewable):
            record_information(orders.submitted(), {"ecog": "2"}, by=orders.person("nurse"))

    @pytest.mark.parametrize(
        "facts",
        [
            {"line_of_business": "MA"},
            {"drugs": []},
            {"withdrawn_lines": [1, 2]},
            {"stage": "XI"},
            {"biomarkers": {"LUCK": "good"}},
            {"biomarkers": {"HER2": "purple"}},
            {"ecog": "high"},
            {"bone_metastases": "maybe"},
            # A list holds what the form offers, or drugs of the catalog.
            {"fn_risk_factors": ["nonsense"]},
            {"prior_therapies": ["cisplatinn"]},
            {"prior_therapies": [7]},
            {"attestations": ["x"]},
            {"radiation_reasons": ["x"]},
            # Numbers lie within their limits.
            {"ecog": -1},
            {"ecog": 1.5},
            {"ecog": 5},
            {"labs": {"hemoglobin": -1}},
            {"weight_kg": 0},
            {"weight_kg": ["a"]},
            {"height_cm": 273},
            {"creatinine_clearance": "1e2"},
            # Mappings are answered key by key.
            {"biomarkers": "unknown"},
            {"labs": "unknown"},
            {"continuity": "unknown"},
            {"continuity": {"attested": True, "treatment_started_on": "gestern"}},
            {"continuity": {"last_dose_on": 5}},
            {"continuity": {"last_dose_on": "20210628"}},
            {"continuity": {"attested": "yes"}},
            {"continuity": {"sworn": True}},
        ],
    )
    def test_only_clinical_answers_are_recorded_and_only_those_that_exist(self, facts):
        order = held()
        with pytest.raises(NoSuchAnswer, match=next(iter(facts))):
            record_information(order, facts, by=orders.person("nurse"))
        assert order.status == OrderStatus.NURSE_REVIEW
        assert not order.findings.exists()

    @pytest.mark.parametrize(
        "facts",
        [
            {"fn_risk_factors": ["prior_fn"]},
            {"fn_risk_factors": ["unknown"]},
            {"prior_therapies": ["platinum", "trastuzumab"]},
            {"prior_therapies": "not_reported"},
            {"attestations": []},
            {"radiation_reasons": ["palliative_intent"]},
            {"ecog": 4},
            {"ecog": "unknown"},
            {"labs": {"hemoglobin": "9.9", "ferritin": 0}},
            {"weight_kg": "70.5", "height_cm": 272, "creatinine_clearance": 1},
            {"continuity": {"attested": True, "same_regimen": False, "last_dose_on": None}},
            {"continuity": {"treatment_started_on": "2021-04-12", "last_dose_on": "2021-06-28"}},
        ],
    )
    def test_r243_what_the_form_could_have_said_is_recorded(self, facts):
        order = held()
        record_information(order, facts, by=orders.person("nurse"))
        assert order.findings.get().facts == facts

    def test_whatever_is_thrown_at_it_is_judged_or_named_as_no_answer(self):
        order = held()

        @settings(max_examples=60, deadline=None)
        @given(st.dictionaries(st.sampled_from(sorted(RECORDABLE)) | st.text(), ODD, min_size=1, max_size=2))
        def throw(facts):
            with transaction.atomic():
                again = Order.objects.get(pk=order.pk)
                if wrong := wrong_answers(facts):
                    with pytest.raises(NoSuchAnswer) as refused:
                        record_information(again, facts, by=orders.person("nurse"))
                    assert str(refused.value) == f"not recorded: {', '.join(wrong)}"
                else:
                    assert record_information(again, facts, by=orders.person("nurse")).judgement
                transaction.set_rollback(True)

        throw()

    def test_a_finding_never_changes(self):
        order = held()
        record_information(order, {"ecog": "2"}, by=orders.person("nurse"))
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            order.findings.update(note="rewritten")


class TestDuplicates:
    @pytest.fixture
    def flagged(self) -> Order:
        """The same order entered twice."""
        orders.submitted()
        order = submit_order(orders.draft(), by=orders.person("practice"), idempotency_key="entered-again")
        take_case(order, by=orders.person("nurse"))
        return order

    def test_r190_a_confirmed_duplicate_is_cancelled_and_names_the_order_it_repeats(self, flagged):
        confirm_duplicate(flagged, by=orders.person("nurse"), note="Same regimen and dates.")
        flagged.refresh_from_db()
        assert flagged.disposition == Disposition.REVIEW_CANCELLED
        assert flagged.order_id is None
        earlier = Order.objects.exclude(pk=flagged.pk).get()
        assert flagged.findings.get().facts == {"duplicate_of": [earlier.reference]}
        assert not LineDetermination.objects.filter(line__order=flagged).exists()

    def test_a_drug_withdrawn_before_stays_voluntarily_cancelled(self):
        orders.submitted(UNKNOWN)
        order = submit_order(
            orders.draft(UNKNOWN), by=orders.person("practice"), idempotency_key="entered-again"
        )
        for drug in ("docetaxel", "trastuzumab"):
            withdraw_drug(order, line(order, drug), by=orders.person("practice"))
        take_case(order, by=orders.person("nurse"))
        confirm_duplicate(order, by=orders.person("nurse"), note="Same regimen and dates.")
        statuses = dict(order.lines.values_list("drug", "status"))
        assert statuses["docetaxel"] == statuses["trastuzumab"] == "voluntarily_cancelled"
        assert statuses["pertuzumab"] == "in_progress"

    def test_r191_a_cleared_duplicate_is_decided_as_if_it_were_not_flagged(self, flagged):
        clear_duplicate(flagged, by=orders.person("nurse"), note="A second primary tumor.")
        flagged.refresh_from_db()
        assert flagged.disposition == Disposition.AUTHORIZED

    def test_a_duplicate_is_confirmed_with_a_word_of_how_it_was_compared(self, flagged):
        with pytest.raises(RationaleMissing):
            confirm_duplicate(flagged, by=orders.person("nurse"), note=" ")

    def test_nothing_to_confirm_where_nothing_is_flagged(self):
        with pytest.raises(NotFlagged):
            confirm_duplicate(held(), by=orders.person("nurse"), note="Looks alike.")

    def test_a_cleared_duplicate_stays_cleared_when_the_other_order_gets_its_order_id(self):
        first = orders.submitted(UNKNOWN)
        second = submit_order(
            orders.draft(UNKNOWN), by=orders.person("practice"), idempotency_key="entered-again"
        )
        nurse = orders.person("nurse")
        take_case(second, by=nurse)
        clear_duplicate(second, by=nurse, note="A second primary tumor.")
        take_case(first, by=nurse)
        authorize(first, by=nurse, rationale="HER2 positive by phone.")
        record_information(second, {"biomarkers": {"HER2": "positive"}}, by=nurse)
        second.refresh_from_db()
        assert second.disposition == Disposition.AUTHORIZED

    def test_a_case_with_a_decided_drug_is_no_mere_repeat(self):
        orders.submitted(UNKNOWN)
        order = submit_order(
            orders.draft(UNKNOWN), by=orders.person("practice"), idempotency_key="entered-again"
        )
        nurse = orders.person("nurse")
        take_case(order, by=nurse)
        decide(order, {line(order, "trastuzumab"): "authorized"}, by=nurse, rationale="Shown by phone.")
        with pytest.raises(PartlyDecided):
            confirm_duplicate(order, by=nurse, note="Same regimen and dates.")


class TestWithdrawing:
    def test_r226_a_withdrawn_drug_is_voluntarily_cancelled_and_leaves_the_roll_up(self):
        order = orders.submitted(UNKNOWN)
        for drug in ("trastuzumab", "pertuzumab"):
            withdraw_drug(order, line(order, drug), by=orders.person("practice"), note="Not given.")
        order.refresh_from_db()
        assert order.lines.get(drug="trastuzumab").status == "voluntarily_cancelled"
        assert order.lines.get(drug="docetaxel").status == "not_required"

    def test_only_the_ordering_practice_withdraws_a_drug(self):
        order = orders.submitted(UNKNOWN)
        for stranger in ("piedmont", "nurse", "site"):
            with pytest.raises(MayNotOrder):
                withdraw_drug(order, line(order, "trastuzumab"), by=orders.person(stranger))

    def test_a_drug_is_withdrawn_once(self):
        order = orders.submitted(UNKNOWN)
        withdraw_drug(order, line(order, "trastuzumab"), by=orders.person("practice"))
        for number in (line(order, "trastuzumab"), 99):
            with pytest.raises(NothingToWithdraw):
                withdraw_drug(order, number, by=orders.person("practice"))

    def test_a_case_ends_when_its_last_open_drug_is_withdrawn(self):
        order = held()
        nurse = orders.person("nurse")
        decide(order, {line(order, "trastuzumab"): "authorized"}, by=nurse, rationale="Shown by phone.")
        withdraw_drug(order, line(order, "pertuzumab"), by=orders.person("practice"))
        order.refresh_from_db()
        assert (order.disposition, order.status) == (Disposition.AUTHORIZED, OrderStatus.DETERMINED)

    def test_what_is_withdrawn_is_not_authorized_with_the_rest(self):
        order = held()
        withdraw_drug(order, line(order, "pertuzumab"), by=orders.person("practice"))
        authorize(order, by=orders.person("nurse"), rationale="Shown by phone.")
        assert order.lines.get(drug="pertuzumab").status == "voluntarily_cancelled"
        assert order.lines.get(drug="trastuzumab").status == "authorized"

    def test_a_decided_drug_is_withdrawn_no_more(self):
        order = held()
        decide(
            order,
            {line(order, "trastuzumab"): "authorized"},
            by=orders.person("nurse"),
            rationale="By phone.",
        )
        with pytest.raises(NothingToWithdraw):
            withdraw_drug(order, line(order, "trastuzumab"), by=orders.person("practice"))


class TestTwice:
    def test_a_second_press_of_authorize_finds_the_case_decided(self):
        order = held()
        as_read_before = Order.objects.get(pk=order.pk)
        authorize(order, by=orders.person("nurse"), rationale="Shown by phone.")
        with pytest.raises(NotReviewable):
            authorize(as_read_before, by=orders.person("nurse"), rationale="Shown by phone.")

    def test_a_drug_is_decided_once(self):
        order = held()
        nurse = orders.person("nurse")
        decide(order, {line(order, "trastuzumab"): "authorized"}, by=nurse, rationale="Shown by phone.")
        with pytest.raises(NotOpenToDecision):
            decide(order, {line(order, "trastuzumab"): "authorized"}, by=nurse, rationale="Again.")

    def test_the_rest_is_authorized_after_a_first_decision(self):
        order = held()
        nurse = orders.person("nurse")
        decide(order, {line(order, "trastuzumab"): "authorized"}, by=nurse, rationale="Shown by phone.")
        authorize(order, by=nurse, rationale="Shown by phone.")
        order.refresh_from_db()
        assert order.disposition == Disposition.AUTHORIZED


class TestDenying:
    def test_r253_r222_a_physician_denies_after_the_offer(self):
        order = offered(held(by="reviewer"))
        numbers = (line(order, "trastuzumab"), line(order, "pertuzumab"))
        decide(
            order,
            dict.fromkeys(numbers, "adverse"),
            by=orders.person("reviewer"),
            rationale="HER2 never tested.",
        )
        order.refresh_from_db()
        assert order.disposition == Disposition.NON_AUTHORIZED
        assert set(order.lines.filter(number__in=numbers).values_list("status", flat=True)) == {
            "non_authorized"
        }
        assert order.order_id is None
        assert order.due_at is None
        found = LineDetermination.objects.filter(line__order=order)
        assert {determination.physician for determination in found} == {orders.person("reviewer")}
        assert all(determination.peer_to_peer_offered_at for determination in found)

    def test_r246_not_before_the_offer(self):
        order = held(by="reviewer")
        with pytest.raises(PeerToPeerNotOffered):
            decide(
                order, {line(order, "trastuzumab"): "adverse"}, by=orders.person("reviewer"), rationale="No."
            )
        assert not LineDetermination.objects.exists()

    def test_r240_a_nurse_denies_nothing(self):
        order = held()
        with pytest.raises(NotInPhysicianReview):
            decide(order, {line(order, "trastuzumab"): "adverse"}, by=orders.person("nurse"), rationale="No.")

    def test_a_nurse_cannot_take_what_was_passed_on(self):
        order = held(by="reviewer")
        with pytest.raises(NotAReviewer):
            take_case(order, by=orders.person("nurse"))

    def test_a_denial_says_why(self):
        order = offered(held(by="reviewer"))
        with pytest.raises(RationaleMissing):
            decide(
                order, {line(order, "trastuzumab"): "adverse"}, by=orders.person("reviewer"), rationale=" "
            )

    def test_dr14_a_decision_on_one_drug_waits_for_the_other(self):
        order = offered(held(by="reviewer"))
        reviewer = orders.person("reviewer")
        decide(order, {line(order, "trastuzumab"): "authorized"}, by=reviewer, rationale="Shown by phone.")
        order.refresh_from_db()
        assert order.status == OrderStatus.PHYSICIAN_REVIEW
        decide(order, {line(order, "pertuzumab"): "authorized"}, by=reviewer, rationale="Shown by phone.")
        order.refresh_from_db()
        assert order.disposition == Disposition.AUTHORIZED

    def test_only_drugs_under_review_are_decided(self):
        order = offered(held(by="reviewer"))
        with pytest.raises(NotOpenToDecision):
            decide(
                order, {line(order, "docetaxel"): "adverse"}, by=orders.person("reviewer"), rationale="No."
            )
