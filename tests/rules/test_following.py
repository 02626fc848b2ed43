"""What may follow an order when, and how it is named to the rules (D-14, DR-11, PD-34)."""

from __future__ import annotations

from datetime import date

import pytest

from orders.rules.following import ChangeRule, Cites, Earlier, FollowOn, cites, ends_on, offers, renewal_due
from orders.rules.states import WITH_ORDER_ID, Disposition

FULL, ANY = ChangeRule.NEW_PLAN_FOR_THERAPEUTIC, ChangeRule.ANY_CHANGE_NEW_ORDER
ENDS = date(2022, 3, 28)
CONTINUE, CHANGE, SUPPORT, ANOTHER = (
    FollowOn.CONTINUATION,
    FollowOn.CHANGE,
    FollowOn.SUPPORTIVE,
    FollowOn.ANOTHER,
)


def an_order(**changes) -> Earlier:
    return Earlier(
        **{
            "disposition": Disposition.AUTHORIZED,
            "planned_end_on": ENDS,
            "treatment_until": ENDS,
            **changes,
        }
    )


def offered(earlier: Earlier, *, rule=FULL, today=date(2022, 3, 1)) -> list[FollowOn]:
    return offers(earlier, rule, today=today, start_ahead_days=90)


@pytest.mark.parametrize(
    ("requirement", "changes", "rule", "today", "expected"),
    [
        ("R-333", {}, FULL, date(2022, 3, 1), [CONTINUE, CHANGE, SUPPORT, ANOTHER]),
        ("R-094: nothing but a new request", {}, ANY, date(2022, 3, 1), [CONTINUE, CHANGE, ANOTHER]),
        ("D-36: first day 90 days ahead", {}, FULL, date(2021, 12, 29), [CONTINUE, CHANGE, SUPPORT, ANOTHER]),
        ("D-36: 91 days ahead is too early", {}, FULL, date(2021, 12, 28), [CHANGE, SUPPORT, ANOTHER]),
        ("R-093 on the last planned day", {}, FULL, ENDS, [CONTINUE, CHANGE, SUPPORT, ANOTHER]),
        ("after it there is nothing to change", {}, FULL, date(2022, 3, 29), [CONTINUE, ANOTHER]),
        ("R-344", {"medical": False}, FULL, date(2022, 3, 1), [CONTINUE, CHANGE, ANOTHER]),
        ("DR-23: no regimen to change", {"regimen": False}, FULL, date(2022, 3, 1), [CONTINUE, ANOTHER]),
        ("DR-11: replaced", {"ended_on": date(2022, 2, 1)}, FULL, date(2022, 3, 1), [ANOTHER]),
    ],
)
def test_what_is_offered(requirement, changes, rule, today, expected):
    assert offered(an_order(**changes), rule=rule, today=today) == expected, requirement


@pytest.mark.parametrize("disposition", sorted(set(Disposition) - WITH_ORDER_ID))
def test_an_order_without_an_order_id_is_only_a_start_for_another(disposition):
    assert offered(an_order(disposition=disposition)) == [ANOTHER]


@pytest.mark.parametrize(
    ("kind", "start_on", "expected"),
    [
        (FollowOn.CHANGE, date(2022, 1, 10), Cites(replaces_order="123456782")),
        (FollowOn.SUPPORTIVE, date(2022, 1, 10), Cites(references_order="123456782")),
        (FollowOn.CONTINUATION, date(2022, 3, 29), Cites()),
        (FollowOn.ANOTHER, date(2022, 1, 10), Cites()),
        (FollowOn.CHANGE, None, Cites(replaces_order="123456782")),
    ],
)
def test_d14_how_the_earlier_order_is_named(kind, start_on, expected):
    assert cites(kind, "123456782", an_order(), start_on=start_on) == expected


@pytest.mark.parametrize(
    ("start_on", "expected"),
    [
        (date(2022, 2, 28), Cites()),
        (date(2022, 3, 1), Cites(replaces_order="123456782")),
        (date(2022, 9, 30), Cites(replaces_order="123456782")),
        (date(2022, 10, 1), Cites()),
    ],
)
def test_r320_after_the_months_of_an_indefinite_regimen_a_continuation_takes_over_the_rest(
    start_on, expected
):
    """R-320, D-20: treatment was planned to Sep 30, and six months end on Feb 28."""
    earlier = an_order(planned_end_on=date(2022, 9, 30), treatment_until=date(2022, 2, 28))
    assert cites(FollowOn.CONTINUATION, "123456782", earlier, start_on=start_on) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, date(2022, 3, 29)),
        ({"treatment_until": None}, date(2022, 3, 29)),
        ({"treatment_until": date(2022, 2, 28)}, date(2022, 3, 1)),
        ({"ended_on": date(2022, 1, 31)}, date(2022, 2, 1)),
    ],
)
def test_d14_a_continuation_begins_after_the_last_planned_day(changes, expected):
    assert an_order(**changes).next_day == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 2, 25), False),
        (date(2022, 2, 26), True),
        (date(2022, 3, 28), True),
        (date(2022, 4, 18), True),
        (date(2022, 4, 19), False),
    ],
)
def test_r332_the_prompt_comes_30_days_before_the_end_and_goes_with_the_last_valid_day(today, expected):
    until, last = date(2022, 3, 28), date(2022, 4, 18)
    assert renewal_due(until, today=today, notice_days=30, valid_to=last) is expected


def test_r332_an_order_that_was_never_approved_asks_for_nothing():
    assert not renewal_due(None, today=date(2022, 3, 28), notice_days=30, valid_to=None)


@pytest.mark.parametrize(
    ("start_on", "expected"),
    [
        (date(2022, 1, 10), date(2022, 1, 9)),
        (date(2022, 6, 1), ENDS),
        (date(2021, 9, 1), date(2021, 8, 31)),
    ],
)
def test_dr11_a_replaced_order_ends_the_day_before(start_on, expected):
    assert ends_on(start_on, planned_end_on=ENDS) == expected
