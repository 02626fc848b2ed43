"""Possible duplicates (DR-11; R-188 to R-193)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orders.rules.duplicates import EarlierOrder, duplicates
from orders.rules.states import Disposition
from tests.rules.build import START, earlier_order, facts, line

END = START + timedelta(days=83)
SUPPORTIVE = line("ondansetron", role="supportive")
OTHER = line("docetaxel")


def flagged(order: EarlierOrder, *drugs, **own) -> bool:
    return bool(duplicates(facts(*drugs or (line(),), **own), [order], planned_end_on=END))


def test_the_notice_names_the_earlier_order_its_dates_and_what_is_shared_r_188():
    (flag,) = duplicates(facts(line()), [earlier_order()], planned_end_on=END)
    assert (flag.order_id, flag.shared) == ("123456782", ("pembrolizumab",))
    assert flag.sentence == (
        "Order 123456782 is planned from Feb 16, 2026 to Mar 15, 2026, also with pembrolizumab."
    )


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [
        (START - timedelta(days=84), START - timedelta(days=1), False),
        (START - timedelta(days=84), START, True),
        (END, END + timedelta(days=84), True),
        (END + timedelta(days=1), END + timedelta(days=84), False),
        (START, END, True),
        (START + timedelta(days=7), START + timedelta(days=8), True),
    ],
)
def test_planned_dates_overlap_with_the_grace_left_out_dr_11(start, end, overlaps):
    assert flagged(earlier_order(start_on=start, planned_end_on=end)) is overlaps


@pytest.mark.parametrize("case", list(Disposition))
def test_which_earlier_orders_count_dr_11(case):
    counts = case in {
        Disposition.IN_PROGRESS,
        Disposition.AUTHORIZED,
        Disposition.COMPLETED,
        Disposition.MULTIPLE_DECISIONS,
    }
    assert flagged(earlier_order(disposition=case)) is counts


@pytest.mark.parametrize(
    ("drugs", "own", "expected"),
    [
        ([OTHER], {}, True),  # nothing shared, neither replaced nor cited
        ([OTHER], {"references_order": "123456782"}, False),
        ([OTHER], {"replaces_order": "123456782"}, False),
        ([OTHER], {"replaces_order": "000000000"}, True),
        ([line()], {"references_order": "123456782"}, True),  # shared, whatever is cited
        ([line()], {"replaces_order": "123456782"}, False),  # its range ends the day before
        ([SUPPORTIVE], {}, True),
        ([SUPPORTIVE], {"references_order": "123456782"}, False),
        ([line("pegfilgrastim", role="supportive")], {"references_order": "123456782"}, False),
        ([OTHER, SUPPORTIVE], {"references_order": "123456782"}, False),  # supportive drugs do not share
        ([line()], {"not_duplicate_of": ["123456782"]}, False),  # a nurse compared them
    ],
)
def test_shared_drugs_citations_and_replacements_dr_11(drugs, own, expected):
    assert flagged(earlier_order(), *drugs, **own) is expected


def test_an_order_replaced_before_it_began_leaves_nothing():
    later = earlier_order(start_on=START + timedelta(days=7), planned_end_on=END)
    assert not flagged(later, replaces_order="123456782")


def test_earlier_orders_survive_storage():
    order = earlier_order(regimen_id=None)
    assert EarlierOrder.from_json(order.to_json()) == order
    assert order.to_json()["start_on"] == date(2026, 2, 16).isoformat()
