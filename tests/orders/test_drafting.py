"""Drafts: kept as typed, never overwritten in silence (R-078, R-100)."""

from __future__ import annotations

import pytest

from orders.actions.drafting import StaleDraft, discard_draft, save_step
from orders.models import Order
from orders.rules import ids
from orders.rules.refusals import IllegalTransition, StaleOrder
from orders.rules.states import OrderStatus
from orders.steps import state_of
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def _save(
    order: Order, step: str, clean: dict[str, object] | None, revision: int | None, **raw: list[str]
) -> None:
    save_step(order, step, raw=raw, clean=clean, revision=revision, by=orders.person("practice"))


def test_d16_a_draft_has_a_tracking_number_and_no_order_id():
    order = orders.draft()
    assert ids.kind_of(order.reference) == ids.IdKind.TRACKING_NUMBER
    assert order.order_id is None


def test_what_was_typed_is_kept_when_it_is_wrong():
    order = orders.draft()
    _save(order, "dates", None, 1, planned_end_on=["13/45/2026"])
    state = state_of(order)
    assert state.raw["dates"]["planned_end_on"] == ["13/45/2026"]
    assert state.first_unfinished == "dates"


def test_a_second_tab_with_an_older_page_overwrites_nothing():
    order = orders.draft()
    _save(order, "review", {"notes": "first"}, None)
    _save(order, "review", {"notes": "second"}, 1)
    with pytest.raises(StaleDraft) as stale:
        _save(order, "review", {"notes": "from the older tab"}, 1)
    assert stale.value.saved.cleaned == {"notes": "second"}
    with pytest.raises(StaleDraft):
        _save(order, "review", {"notes": "from a tab opened before the first save"}, None)
    assert state_of(order).get("review") == {"notes": "second"}


def test_another_tumor_keeps_the_answers_and_asks_to_look_at_them_again():
    order = orders.draft("lung-high-pdl1")
    diagnosis = state_of(order).get("diagnosis")
    _save(order, "diagnosis", diagnosis | {"tumor": "sclc"}, 1)
    state = state_of(order)
    assert state.recheck == {"clinical", "regimen"}
    assert state.get("clinical")["stage"] == "IVA"
    assert state.first_unfinished == "clinical"


def test_r227_a_discarded_draft_is_closed_and_can_neither_be_saved_nor_submitted():
    order = orders.order_in(OrderStatus.WITHDRAWN)
    assert order.disposition == "withdrawn"
    with pytest.raises(StaleOrder):
        _save(order, "review", {"notes": ""}, None)
    with pytest.raises(IllegalTransition):
        discard_draft(order, by=orders.person("practice"))


def test_a_submitted_order_takes_no_more_answers():
    order = orders.submitted()
    with pytest.raises(StaleOrder):
        _save(order, "clinical", {"ecog": "4"}, 1)
