"""Submitting an order: judged at once, exactly once, all or nothing (R-099, R-201, DR-01 to DR-20)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import AuditEvent, OutboxMessage
from orders.actions.drafting import save_step
from orders.actions.submission import KeyReused, SubmissionRefused, content_hash, submit_order
from orders.models import ClinicalSnapshot, ClockEvent, DrugLine, Evaluation, Order, OrderEvent, WorkItem
from orders.replay import replay
from orders.rules.refusals import NotADraft
from orders.rules.states import Disposition, DrugStatus, OrderStatus
from orders.steps import state_of
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r201_r295_r299_a_clean_pathway_order_is_authorized_at_once_with_ids_and_scodes():
    order = orders.submitted("lung-high-pdl1")
    assert (order.status, order.disposition) == (OrderStatus.DETERMINED, Disposition.AUTHORIZED)
    assert len(order.order_id) == 9
    assert order.pathway_eligible_id.startswith("PE")
    assert (order.scode_grant.s0353, order.scode_grant.s0354) == (1, 5)
    line = order.lines.get()
    assert (line.drug, line.status, line.visits, line.billing_units) == (
        "pembrolizumab",
        "authorized",
        8,
        1600,
    )
    assert line.determinations.get().criterion == "POL-PEMBROLIZUMAB-03"


@pytest.mark.parametrize("name", ["lung-high-pdl1", "myeloma-custom", "lung-oral", "breast-her2-unknown"])
def test_r143_every_order_keeps_which_pathways_it_was_compared_with_and_what_came_of_it(name):
    evaluation = orders.submitted(name).evaluations.get()
    assert evaluation.pathway_release.kind == "pathways"
    match = evaluation.judgement["match"]
    assert match["custom"] or match["row_id"]
    assert match["custom"] is (name == "myeloma-custom")
    assert bool(match["deviations"]) is (name in {"myeloma-custom", "breast-her2-unknown"})


def test_dr20_r329_the_valid_range_runs_from_the_start_to_three_weeks_after_the_planned_end():
    order = orders.submitted("lung-high-pdl1")
    assert order.valid_from == order.start_on
    assert (order.valid_to - order.planned_end_on).days == 21


def test_r210_an_order_of_a_drug_for_the_pbm_alone_is_completed():
    order = orders.submitted("lung-oral")
    assert order.disposition == Disposition.COMPLETED
    assert order.order_id
    assert order.lines.get().status == DrugStatus.REFER_PBM
    assert not order.work_items.exists()


def test_r174_a_custom_plan_whose_drugs_meet_policy_still_waits_for_a_nurse():
    order = orders.submitted("myeloma-custom")
    assert (order.status, order.disposition) == (OrderStatus.NURSE_REVIEW, Disposition.IN_PROGRESS)
    assert order.order_id is None
    assert order.pathway_eligible is None
    assert not hasattr(order, "scode_grant")
    assert [reason["code"] for reason in order.work_items.get().reasons] == ["CUSTOM_PLAN"]
    evaluation = order.evaluations.get()
    assert evaluation.lines.get(line__drug="bortezomib").result == "met"


def test_dr12_r170_an_unknown_biomarker_pends_and_says_what_is_unknown():
    order = orders.submitted("breast-her2-unknown")
    reasons = {reason["code"] for reason in order.work_items.get().reasons}
    assert reasons == {"POLICY", "UNKNOWN_ANSWER"}
    assert order.lines.get(drug="trastuzumab").status == DrugStatus.IN_PROGRESS


def test_d05_the_clock_starts_at_receipt_and_stops_at_the_determination():
    order = orders.submitted("lung-high-pdl1")
    events = list(order.clock_events.values_list("clock", "kind"))
    assert sorted(events) == [("limit", "started"), ("limit", "stopped")]
    assert order.due_at is None
    pended = orders.submitted("myeloma-custom")
    started = pended.clock_events.get()
    assert started.at == pended.submitted_at
    assert (pended.due_at - pended.submitted_at).total_seconds() == 72 * 3600


def test_r208_what_was_stored_replays_to_the_same_judgement():
    for name in ("lung-high-pdl1", "breast-adjuvant", "lung-oral", "breast-her2-unknown"):
        assert replay(orders.submitted(name).evaluations.get()).same


def test_a_repeat_with_the_same_key_returns_the_same_order_and_writes_nothing():
    order = orders.draft()
    first = submit_order(order, by=orders.person("practice"), idempotency_key="first-key")
    before = _counts()
    again = submit_order(order, by=orders.person("practice"), idempotency_key="first-key")
    assert again.order_id == first.order_id
    assert _counts() == before


def test_g09_the_same_key_for_another_order_is_refused_and_changes_nothing():
    submit_order(orders.draft(), by=orders.person("practice"), idempotency_key="first-key")
    other = orders.draft("lung-oral")
    before = _counts()
    with pytest.raises(KeyReused):
        submit_order(other, by=orders.person("practice"), idempotency_key="first-key")
    assert _counts() == before


def test_g09_the_same_key_with_other_answers_is_refused():
    order = orders.draft()
    reviewed = content_hash(order)
    submit_order(order, by=orders.person("practice"), idempotency_key="first-key", reviewed_hash=reviewed)
    with pytest.raises(KeyReused):
        submit_order(
            order, by=orders.person("practice"), idempotency_key="first-key", reviewed_hash="another"
        )


def test_an_order_is_submitted_once_whatever_key_comes_later():
    order = orders.submitted()
    with pytest.raises(NotADraft):
        submit_order(order, by=orders.person("practice"), idempotency_key="another-key")


def test_r079_an_unfinished_draft_is_refused_with_every_missing_step_and_nothing_is_written():
    order = orders.draft()
    _save(order, "clinical", None)
    _save(order, "dates", None)
    before = _counts()
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(order, by=orders.person("practice"), idempotency_key="first-key")
    assert [problem.step for problem in refused.value.problems] == ["clinical", "dates"]
    assert _counts() == before


def test_an_answer_changed_after_the_review_page_was_opened_is_not_submitted_unseen():
    order = orders.draft()
    seen = content_hash(order)
    clinical = state_of(order).get("clinical")
    _save(order, "clinical", clinical | {"ecog": "2"})
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(order, by=orders.person("practice"), idempotency_key="first-key", reviewed_hash=seen)
    assert refused.value.problems[0].code == "CHANGED_SINCE_REVIEW"


def test_history_audit_and_outbox_come_with_the_order_and_hold_no_member_data():
    order = orders.submitted("myeloma-custom")
    names = list(
        AuditEvent.objects.filter(subject=f"order:{order.reference}")
        .order_by("pk")
        .values_list("name", flat=True)
    )
    assert names[-3:] == ["order.evaluated", "order.moved", "order.submitted"]
    assert [event.new_status for event in order.events.all()] == ["draft", "nurse_review"]
    assert not OutboxMessage.objects.exists()
    text = str(list(AuditEvent.objects.values()))
    assert order.member.last_name not in text
    assert order.member.member_number not in text


def test_the_number_of_queries_does_not_grow_with_the_members_earlier_orders():
    with CaptureQueriesContext(
        connection,
    ) as few:
        orders.submitted("lung-oral")
    for _ in range(3):
        earlier = orders.draft("lung-oral")
        submit_order(earlier, by=orders.person("practice"), idempotency_key=earlier.reference)
    order = orders.draft("lung-oral")
    with CaptureQueriesContext(connection) as many:
        submit_order(order, by=orders.person("practice"), idempotency_key="last-key")
    assert len(many) <= len(few)


def _save(order: Order, step: str, clean: dict[str, object] | None) -> None:
    revision = order.answers.get(step=step).revision
    save_step(order, step, raw={}, clean=clean, revision=revision, by=orders.person("practice"))


def _counts() -> dict[str, int]:
    models = (
        ClinicalSnapshot,
        DrugLine,
        Evaluation,
        ClockEvent,
        OrderEvent,
        WorkItem,
        AuditEvent,
        OutboxMessage,
    )
    return {model.__name__: model.objects.count() for model in models}
