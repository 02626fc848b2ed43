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


def test_every_earlier_order_is_compared():
    denied = earlier_order(order_id="1", disposition=Disposition.NON_AUTHORIZED)
    first, second = earlier_order(order_id="2"), earlier_order(order_id="3")
    found = duplicates(facts(line()), [denied, first, second], planned_end_on=END)
    assert [flag.order_id for flag in found] == ["2", "3"]


def test_what_is_shared_is_told_of_supportive_orders_too():
    (flag,) = duplicates(facts(SUPPORTIVE), [earlier_order()], planned_end_on=END)
    assert (flag.shared, flag.start_on, flag.planned_end_on) == (
        ("ondansetron",),
        date(2026, 2, 16),
        date(2026, 3, 15),
    )


def test_without_a_shared_drug_the_notice_says_what_is_missing_r_188():
    (flag,) = duplicates(facts(OTHER), [earlier_order()], planned_end_on=END)
    assert flag.shared == ()
    assert flag.sentence.endswith("Mar 15, 2026, and this one neither replaces nor cites it.")


def test_several_shared_drugs_are_named_in_order():
    both = earlier_order(therapeutic_drugs=("pembrolizumab", "docetaxel"))
    (flag,) = duplicates(facts(line(), OTHER), [both], planned_end_on=END)
    assert flag.shared == ("docetaxel", "pembrolizumab")
    assert "also with docetaxel and pembrolizumab." in flag.sentence


def test_of_another_practice_s_order_only_its_being_there_is_told_d_63():
    (flag,) = duplicates(facts(line()), [earlier_order(own_practice=False)], planned_end_on=END)
    assert flag.sentence == (
        "Another practice has an order for this member whose dates overlap with this one."
    )


def test_an_order_is_cited_by_either_of_its_numbers():
    order = earlier_order(reference="T123456782")
    (flag,) = duplicates(facts(line()), [order], planned_end_on=END)
    assert (flag.order_id, flag.reference) == ("123456782", "T123456782")
    (flag,) = duplicates(facts(line()), [earlier_order()], planned_end_on=END)
    assert flag.reference == "123456782"
    for number in ("123456782", "T123456782"):
        assert not flagged(order, replaces_order=number)
        assert not flagged(order, not_duplicate_of=[number])
        assert not flagged(order, OTHER, references_order=number)


def test_an_order_replaced_before_it_began_leaves_nothing():
    later = earlier_order(start_on=START + timedelta(days=7), planned_end_on=END)
    assert not flagged(later, replaces_order="123456782")


RADIATION = {"solution": "radiation_oncology", "radiation_site": "breast", "radiation_technique": "3DCRT"}


def earlier_course(**own) -> EarlierOrder:
    """An authorized course of radiation over the four weeks around START."""
    return earlier_order(therapeutic_drugs=(), supportive_drugs=(), **{**RADIATION, **own})


COURSE = line("3DCRT", role="radiation")
CITED, REPLACED = {"references_order": "123456782"}, {"replaces_order": "123456782"}


@pytest.mark.parametrize(
    ("order", "own", "expected"),
    [
        (earlier_course(), {}, True),
        (earlier_course(), CITED, True),  # the same technique and site, whatever is cited
        (earlier_course(), REPLACED, False),
        (earlier_course(), {"not_duplicate_of": ["123456782"]}, False),
        (earlier_course(radiation_site="nsclc"), {}, True),  # nothing shared, neither replaced nor cited
        (earlier_course(radiation_site="nsclc"), CITED, False),
        (earlier_course(radiation_technique="IMRT"), CITED, False),
        (earlier_course(start_on=END + timedelta(days=1), planned_end_on=END + timedelta(days=9)), {}, False),
        (earlier_course(disposition=Disposition.NON_AUTHORIZED), {}, False),
    ],
)
def test_a_course_of_radiation_repeats_one_of_the_same_technique_and_site_dr_11_d_14(order, own, expected):
    assert flagged(order, COURSE, **RADIATION, **own) is expected


def test_the_notice_names_technique_and_site_of_the_radiation_r_188():
    (flag,) = duplicates(facts(COURSE, **RADIATION), [earlier_course()], planned_end_on=END)
    assert flag.shared == ("3D conformal radiation of the breast",)
    assert flag.sentence.endswith("to Mar 15, 2026, also with 3D conformal radiation of the breast.")


def test_orders_of_different_solutions_do_not_repeat_each_other_d_14():
    assert not flagged(earlier_order(), COURSE, **RADIATION)
    assert not flagged(earlier_course(), line(), solution="medical_oncology")
    assert flagged(earlier_order(), line(), solution="medical_oncology")


def test_earlier_orders_survive_storage():
    order = earlier_order(regimen_id=None)
    assert EarlierOrder.from_json(order.to_json()) == order
    assert order.to_json()["start_on"] == date(2026, 2, 16).isoformat()
