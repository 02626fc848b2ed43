"""Quantities of procedure codes (R-283, R-345), on bundles made for a test and on the shipped ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.judgement import judge_order
from orders.rules.procedure_codes import ApprovedCode, procedure_codes
from orders.rules.results import Judgement
from pathways.bundles import Bundle, BundledCode, Per
from pathways.criteria.terms import RADIATION_TECHNIQUES
from pathways.radiation_content import read_radiation
from tests.rules.build import START, facts
from tests.rules.fake_content import FakeContent
from tests.rules.programs import FIXTURES
from tests.rules.test_radiation_lines import TERMS, fractions, judged

SHIPPED = {file.effective: file.bundles for file in read_radiation(FIXTURES / "radiation").bundles}
IN_2026 = SHIPPED[date(2026, 1, 1)]


def coded(per: Per, quantity: int = 1, **limits: int) -> BundledCode:
    return BundledCode("77300", "Basic dose calculation", per, quantity, **limits)


def quantity(entry: BundledCode, given_fractions: int, boost: int = 0) -> int:
    """How many of the only code of a bundle; 0 when the course does not have it."""
    return sum(code.quantity for code in procedure_codes([entry], fractions=given_fractions, boost=boost))


@pytest.mark.parametrize(
    ("per", "course", "boost", "expected"),
    [
        (Per.COURSE, 1, 0, 1),
        (Per.COURSE, 28, 8, 1),
        (Per.PHASE, 28, 0, 1),
        (Per.PHASE, 28, 8, 2),
        (Per.FRACTION, 1, 0, 1),
        (Per.FRACTION, 28, 8, 36),
        (Per.WEEK, 1, 0, 1),
        (Per.WEEK, 5, 0, 1),
        (Per.WEEK, 6, 0, 2),
        (Per.WEEK, 15, 5, 4),
        (Per.FIVE_FRACTIONS, 2, 0, 0),
        (Per.FIVE_FRACTIONS, 3, 0, 1),
        (Per.FIVE_FRACTIONS, 5, 0, 1),
        (Per.FIVE_FRACTIONS, 7, 0, 1),
        (Per.FIVE_FRACTIONS, 8, 0, 2),
        (Per.FIVE_FRACTIONS, 28, 8, 7),
    ],
)
def test_r345_a_code_is_counted_by_what_its_bundle_says(
    per: Per, course: int, boost: int, expected: int
) -> None:
    assert quantity(coded(per), course, boost) == expected
    assert quantity(coded(per, 3), course, boost) == 3 * expected


@pytest.mark.parametrize(
    ("course", "boost", "management"),
    [
        (1, 0, {"77431": 1}),
        (2, 0, {"77431": 1}),
        (3, 0, {"77427": 1}),
        (2, 1, {"77427": 1}),
        (10, 0, {"77427": 2}),
    ],
)
def test_r345_a_course_of_one_or_two_fractions_has_a_management_code_of_its_own(
    course: int, boost: int, management: dict[str, int]
) -> None:
    found = procedure_codes(IN_2026["3DCRT"], fractions=course, boost=boost)
    assert {code.code: code.quantity for code in found if code.code in {"77427", "77431"}} == management


def test_r345_sixteen_fractions_and_a_boost_of_five_to_the_breast() -> None:
    """The configured bundle of 3D conformal treatment, in its order, from 2026 on."""
    found = procedure_codes(IN_2026["3DCRT"], fractions=16, boost=5)
    assert [(code.code, code.quantity) for code in found] == [
        ("77263", 1),
        ("77290", 2),
        ("77295", 2),
        ("77300", 8),
        ("77334", 8),
        ("77407", 21),
        ("77417", 5),
        ("77336", 5),
        ("77427", 4),
    ]
    assert found[0].description == "Physician treatment planning, complex"
    assert found[5].description == "External-beam delivery, level 2: single-isocenter 3D or IMRT"


entries = st.builds(coded, st.sampled_from(Per), st.integers(1, 9), fractions_at_least=st.integers(1, 40))


@given(entries, st.integers(1, 200), st.integers(0, 200), st.integers(0, 50), st.integers(0, 50))
def test_r345_a_quantity_is_never_negative_and_never_falls_with_more_fractions(
    entry: BundledCode, course: int, boost: int, more: int, more_boost: int
) -> None:
    assert 0 <= quantity(entry, course, boost) <= quantity(entry, course + more, boost + more_boost)


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.sampled_from(sorted(RADIATION_TECHNIQUES)),
    st.integers(1, 60),
    st.integers(0, 20),
)
def test_r345_every_shipped_bundle_names_each_code_once_and_delivers_each_fraction_once(
    begins: date, technique: str, course: int, boost: int
) -> None:
    found = procedure_codes(SHIPPED[begins][technique], fractions=course, boost=boost)
    assert len({code.code for code in found}) == len(found)
    assert all(code.quantity >= 1 and code.description for code in found)
    delivered = {"77402", "77407", "77386", "77373", "77771", "77523"}
    assert [code.quantity for code in found if code.code in delivered] == [course + boost]


# --- In a judgement -----------------------------------------------------------------------------------
BUNDLE: Bundle = (coded(Per.COURSE), BundledCode("77407", "Delivery", Per.FRACTION))


def decided(*, bundles: dict[str, Bundle], **own: Any) -> Judgement:
    """A radiation order of the breast, judged on content with these bundles."""
    order = facts(
        fractions(),
        solution="radiation_oncology",
        radiation_site="breast",
        line_of_business="PPO_EPO",
        planned_end_on=START.isoformat(),
        **{"radiation_fractions": 15, "boost_fractions": 5, **own},
    )
    return judge_order(order, TERMS, FakeContent(bundles=bundles), [])


def test_r345_the_judgement_keeps_the_codes_of_the_technique_and_is_read_back_with_them() -> None:
    found = decided(bundles={"IMRT": BUNDLE})
    (technique,) = found.lines
    assert technique.codes == (
        ApprovedCode("77300", "Basic dose calculation", 1),
        ApprovedCode("77407", "Delivery", 20),
    )
    assert Judgement.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("bundles", "own"),
    [
        ({}, {}),
        ({"SBRT": BUNDLE}, {}),
        ({"IMRT": BUNDLE}, {"radiation_fractions": None}),
        ({"IMRT": BUNDLE}, {"radiation_fractions": "unknown"}),
        ({"IMRT": BUNDLE}, {"withdrawn_lines": [1]}),
    ],
)
def test_r345_without_a_bundle_or_a_number_of_fractions_there_are_no_codes(
    bundles: dict[str, Bundle], own: dict[str, object]
) -> None:
    assert [line.codes for line in decided(bundles=bundles, **own).lines] == [()]


def test_a_judgement_stored_before_there_were_codes_is_read_as_having_none() -> None:
    stored = judged().to_json()
    for line in stored["lines"]:
        del line["codes"]
    assert [line.codes for line in Judgement.from_json(stored).lines] == [()]
