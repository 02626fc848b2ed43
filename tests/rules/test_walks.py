"""Random lives of a case on the rules alone, a slice of `walks.py` (R-204, R-246, DR-14, DR-19, DR-27)."""

from __future__ import annotations

import pytest

from orders.rules import lifecycle
from tests.rules import walks


def test_g20_no_act_in_any_order_breaks_a_promise():
    found = walks.walk(8_000, 30, seed=20)
    assert found.broken == []
    assert found.denials > 100
    assert walks.never(found) == set(), "every act, refusal and end is among them"


def _whoever_holds_it(case, by, *, at):
    """A rule left out: nobody asks who holds the case."""


def _denied_anyhow(case, *, at):
    """A rule left out: nobody asks for physician review and offer."""


_ended = lifecycle._ended


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("check_holder", _whoever_holds_it, "by somebody who does not hold the case"),
        ("_check_denial", _denied_anyhow, "denied before a talk was offered"),
        ("_check_denial", _denied_anyhow, "denied by decide of nurse"),
        ("_ended", lambda *end: _ended(*end)._replace(clocks_running=True), "a clock runs without end"),
        ("_ended", lambda *end: _ended(*end)._replace(order_id=True), "a denied case has an Order ID"),
    ],
)
def test_a_rule_left_out_is_found(monkeypatch, name, wrong, told):
    monkeypatch.setattr(lifecycle, name, wrong)
    found = walks.walk(3_000, 30, seed=20)
    assert any(told in line for line in found.broken), found.broken[:5]
