"""What the rules read of a request: the lines that are left, its dates, the body (DR-14, DR-20, D-56)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders.rules.billing_units import Body
from orders.rules.request import Request
from tests.rules.build import START, facts, line


def test_a_withdrawn_line_is_left_out_of_everything_but_the_list_of_lines_dr_14():
    order = facts(line("a", phase=1), line("b", phase=2), line("c", phase=3), withdrawn_lines=[1])
    request = Request.read(order)
    assert [drug["drug"] for drug in request.all_drugs] == ["a", "b", "c"]
    assert [drug["drug"] for drug in request.facts["drugs"]] == ["b", "c"]
    assert list(request.plan) == [2, 3]
    assert request.starts == {0: 0, 2: 0, 3: 84}
    assert request.facts["tumor"] == "nsclc"


@pytest.mark.parametrize(
    ("drugs", "own", "end"),
    [
        ([line()], {"planned_end_on": "2026-04-01"}, date(2026, 4, 1)),
        ([line()], {"planned_end_on": None}, START + timedelta(days=83)),
        ([line(), line(cycles="1-8")], {}, START + timedelta(days=167)),
        ([line()], {"withdrawn_lines": [1]}, START),
        ([], {}, START),
    ],
)
def test_until_an_end_is_planned_the_last_cycle_ends_the_course(drugs, own, end):
    request = Request.read(facts(*drugs, **own))
    assert (request.start_on, request.end_on) == (START, end)


def test_the_first_day_of_a_course_counts():
    request = Request.read(facts(line()))
    assert request.days_until(START) == 1
    assert request.days_until(START + timedelta(days=83)) == 84


def test_only_therapeutic_lines_make_the_regimen_dr_23():
    request = Request.read(facts(line("a"), line("b", role="supportive"), line("c", role="investigational")))
    assert [drug.drug for drug in request.therapeutic] == ["a"]


def test_an_order_without_drugs_has_no_plan():
    request = Request.read({"start_on": START.isoformat()})
    assert (request.all_drugs, dict(request.plan), request.facts["drugs"]) == ((), {}, [])


def test_each_measurement_is_read_as_far_as_it_is_a_number_d_56():
    order = facts(height_cm="170", weight_kg="70.5", creatinine_clearance=90)
    assert Request.read(order).body == Body(Decimal(170), Decimal("70.5"), Decimal(90))
    unreadable = facts(height_cm="tall", weight_kg="NaN", creatinine_clearance=None)
    assert Request.read(unreadable).body == Body()
