"""Statuses and the moves between them (R-217, R-219)."""

from __future__ import annotations

import pytest

from orders.rules.refusals import IllegalTransition
from orders.rules.states import (
    PENDING,
    PRACTICE_LABEL,
    STATUS_OWNER,
    TRANSITIONS,
    Disposition,
    OrderStatus,
    check_transition,
)


@pytest.mark.parametrize("old", list(OrderStatus))
@pytest.mark.parametrize("new", list(OrderStatus))
def test_only_the_moves_of_the_table_are_made_r_219(old, new):
    if new in TRANSITIONS[old]:
        check_transition("T123456782", old, new)
    else:
        with pytest.raises(IllegalTransition, match=f"T123456782 cannot go from {old} to {new}"):
            check_transition("T123456782", old, new)


def test_every_status_has_an_owner_a_label_and_a_row():
    assert set(OrderStatus) == STATUS_OWNER.keys() == PRACTICE_LABEL.keys() == TRANSITIONS.keys()


def test_the_practice_sees_one_word_for_every_pending_status():
    assert {PRACTICE_LABEL[status] for status in PENDING} == {"In Progress"}


def test_the_codes_of_case_statuses_never_change_r_217_d_67():
    assert {case.value for case in Disposition} == {
        *("in_progress", "completed", "authorized", "non_authorized", "multiple_decisions"),
        *("review_cancelled", "voluntarily_cancelled", "withdrawn"),
    }
