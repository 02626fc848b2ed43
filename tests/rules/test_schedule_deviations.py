"""The schedule of a plan against its row: by phase, by cycle, by day (DR-07, DR-12, DR-25; R-175)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.states import Disposition
from pathways.matching import PathwayMatch, match_regimen
from pathways.regimens import CycleRule
from pathways.schedules import format_numbers
from tests.rules.build import FIXED_4, UP_TO_8, component, facts, library, line, row
from tests.rules.worked import worked

Line = dict[str, Any]


def compared(parts: list[dict[str, Any]], lines: list[Line]) -> PathwayMatch:
    return match_regimen(library(row(*parts)), facts(*lines))


def codes(match: PathwayMatch) -> list[str]:
    return [deviation.code for deviation in match.deviations]


# --- one drug ---------------------------------------------------------------------------------------

ALTERNATIVE = {"cycle_length_days": 42, "cycles": FIXED_4}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([{}], id="as the row has it"),
        pytest.param([{"cycles": "1"}], id="fewer cycles until progression"),
        pytest.param([{"cycles": "1"}, {"cycles": "2-8"}], id="a loading dose"),
        pytest.param([{"cycles": "2-8"}, {"cycles": "1"}], id="a loading dose on the last line"),
        pytest.param([{"cycles": "1,3,5,7"}, {"cycles": "2,4,6,8"}], id="two doses by turns"),
        pytest.param([{"cycles": "1-4", "cycle_length_days": 42}], id="the other schedule"),
        pytest.param(
            [{"cycles": "1", "cycle_length_days": 42}, {"cycles": "2-4", "cycle_length_days": 42}],
            id="a loading dose in the other schedule",
        ),
    ],
)
def test_what_the_row_allows_is_no_deviation_dr_07(lines: list[Line]):
    part = component("pembrolizumab", cycles=UP_TO_8, alternative_schedules=[ALTERNATIVE])
    match = compared([part], [line(**{"cycles": "1-8", **own}) for own in lines])
    assert codes(match) == []
    assert match.on_pathway


@pytest.mark.parametrize(
    ("lines", "code", "field", "entered", "expected"),
    [
        pytest.param(
            [{"phase": 1}, {"phase": 2}, {"phase": 3}],
            *("CYCLE_COUNT", "lines.2.phase", "phase 2", "phase 1"),
            id="the course again in further phases",
        ),
        pytest.param(
            [{"phase": 2}],
            *("CYCLE_COUNT", "lines.1.phase", "phase 2", "phase 1"),
            id="another phase",
        ),
        pytest.param(
            [{"phase": 0}],
            *("CYCLE_COUNT", "lines.1.phase", "the whole course", "phase 1"),
            id="along the whole course",
        ),
        pytest.param(
            [{"cycles": "1,3,5,7,9,11,13,15"}],
            "CYCLE_COUNT",
            "lines.1.cycles",
            "8 cycles (1, 3, 5, 7, 9, 11, 13, 15)",
            "1 to 8 cycles per order, until progression, from cycle 1 without a gap",
            id="every other cycle",
        ),
        pytest.param(
            [{"cycles": "2-8"}],
            "CYCLE_COUNT",
            "lines.1.cycles",
            "7 cycles (2-8)",
            "1 to 8 cycles per order, until progression, from cycle 1 without a gap",
            id="no first cycle",
        ),
        pytest.param(
            [{"cycles": "1"}, {"cycles": "3-8"}],
            "CYCLE_COUNT",
            "lines.1.cycles",
            "7 cycles (1, 3-8)",
            "1 to 8 cycles per order, until progression, from cycle 1 without a gap",
            id="a gap after the loading dose",
        ),
        pytest.param(
            [{"cycles": "1"}, {"cycles": "2-9"}],
            "CYCLE_COUNT",
            "lines.1.cycles",
            "9 cycles",
            "1 to 8 cycles per order, until progression",
            id="too many cycles on two lines",
        ),
        pytest.param(
            [{}, {}],
            *("FREQUENCY", "lines.2.per_day", "two lines for the same day of cycles 1-8", "1 a day"),
            id="everything twice",
        ),
        pytest.param(
            [{"cycles": "1,2"}, {"cycles": "1-8"}],
            *("FREQUENCY", "lines.2.per_day", "two lines for the same day of cycles 1, 2", "1 a day"),
            id="two cycles twice",
        ),
        pytest.param(
            [{"cycles": "1"}, {"cycles": "1-8"}],
            *("FREQUENCY", "lines.2.per_day", "two lines for the same day of cycle 1", "1 a day"),
            id="a loading dose on top of the usual one",
        ),
    ],
)
def test_other_phases_and_other_cycles_are_deviations_dr_07(
    lines: list[Line], code: str, field: str, entered: str, expected: str
):
    part = component("pembrolizumab", cycles=UP_TO_8)
    match = compared([part], [line(**{"cycles": "1-8", **own}) for own in lines])
    [found] = match.deviations
    assert (found.code, found.kind, found.field) == (f"{code}:pembrolizumab", "schedule", field)
    assert (found.entered, found.expected) == (entered, expected)
    assert f"{entered} entered; the regimen has {expected}." in found.sentence
    assert not match.on_pathway


def test_gaps_make_no_other_schedule_of_the_row_dr_07():
    """Every other cycle of 21 days is not the alternative of 42 days: it has to be written as that."""
    part = component("pembrolizumab", cycles=UP_TO_8, alternative_schedules=[ALTERNATIVE])
    assert codes(compared([part], [line(cycles="1,3,5,7")])) == ["CYCLE_COUNT:pembrolizumab"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([{"days": "1", "cycles": "1"}, {"days": "8,15", "cycles": "1"}, {"cycles": "2-4"}], []),
        ([{"days": "1,8"}, {"days": "8"}], ["FREQUENCY:pembrolizumab"]),
        ([{"days": "LABEL"}, {"days": "8"}], ["FREQUENCY:pembrolizumab"]),
    ],
)
def test_the_label_s_own_days_may_be_written_out_but_not_given_twice_dr_07(
    lines: list[Line], expected: list[str]
):
    match = compared([component("pembrolizumab", days="LABEL")], [line(**own) for own in lines])
    assert codes(match) == expected


# --- several drugs ------------------------------------------------------------------------------------

#: Two drugs, then a third, and one along the whole course.
IN_PHASES = [
    component("doxorubicin"),
    component("cyclophosphamide"),
    component("paclitaxel", phase=2),
    component("trastuzumab", phase=0, cycles=UP_TO_8),
]
AS_THE_ROW = {
    "doxorubicin": [{}],
    "cyclophosphamide": [{}],
    "paclitaxel": [{"phase": 2}],
    "trastuzumab": [{"phase": 0, "cycles": "1-8"}],
}


@pytest.mark.parametrize(
    ("changed", "deviating"),
    [
        pytest.param({}, [], id="as the row has it"),
        pytest.param({"paclitaxel": [{"phase": 1}]}, ["paclitaxel"], id="all at once"),
        pytest.param({"cyclophosphamide": [{"phase": 3}]}, ["cyclophosphamide"], id="one after the other"),
        pytest.param(
            {"doxorubicin": [{"phase": 2}], "cyclophosphamide": [{"phase": 2}], "paclitaxel": [{}]},
            ["doxorubicin", "cyclophosphamide", "paclitaxel"],
            id="phases swapped",
        ),
        pytest.param({"paclitaxel": [{"phase": 3}]}, ["paclitaxel"], id="a phase left out"),
        pytest.param(
            {"trastuzumab": [{"phase": 1, "cycles": "1-4"}, {"phase": 2, "cycles": "1-4"}]},
            ["trastuzumab"],
            id="in phases instead of along the course",
        ),
        pytest.param({"trastuzumab": [{"phase": 0, "cycles": "5-8"}]}, ["trastuzumab"], id="begun later"),
    ],
)
def test_every_drug_stays_in_the_phase_of_the_row_dr_07_dr_25(
    changed: dict[str, list[Line]], deviating: list[str]
):
    plan = AS_THE_ROW | changed
    match = compared(IN_PHASES, [line(drug, **own) for drug, lines in plan.items() for own in lines])
    assert codes(match) == [f"CYCLE_COUNT:{drug}" for drug in deviating]


def test_supportive_and_trial_drugs_have_phases_and_cycles_of_their_own_r_147():
    others = [
        line("pegfilgrastim", role="supportive", phase=2, cycles="2,4"),
        line("XB-101", role="investigational", phase=3, cycles="5-9"),
    ]
    assert codes(compared([component("pembrolizumab")], [line(), *others])) == []


# --- orders -------------------------------------------------------------------------------------------


def _in_phases(lines: list[Line], *phases: int) -> list[Line]:
    return [{**drug, "phase": phase} for phase in phases for drug in lines]


def _one_after_the_other(drugs: list[Line]) -> list[Line]:
    return [{**drug, "phase": phase} for phase, drug in enumerate(drugs, start=1)]


def _swapped(drugs: list[Line]) -> list[Line]:
    return [{**drug, "phase": {1: 2, 2: 1}.get(drug["phase"], drug["phase"])} for drug in drugs]


def _given_twice(drugs: list[Line]) -> list[Line]:
    again = [{**drug, "phase": drug["phase"] + 2} for drug in drugs if drug["role"] == "therapeutic"]
    return [*drugs, *again]


def _every_other_cycle(drugs: list[Line]) -> list[Line]:
    count = int(drugs[0]["cycles"].removeprefix("1-"))
    return [{**drugs[0], "cycles": format_numbers(range(1, 2 * count, 2))}, *drugs[1:]]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("ex-001", lambda drugs: _in_phases(drugs, 1, 2, 3, 4, 5, 6), id="six courses in a row"),
        pytest.param("ex-001", _one_after_the_other, id="concurrent drugs in sequence"),
        pytest.param("ex-001", _every_other_cycle, id="every other cycle"),
        pytest.param("ex-003", _swapped, id="paclitaxel before doxorubicin and cyclophosphamide"),
        pytest.param("ex-003", _given_twice, id="the whole course twice"),
    ],
)
def test_no_order_with_another_schedule_is_decided_at_intake_dr_12(name: str, change: Any):
    example = worked(name)
    assert example.judge().disposition is Disposition.AUTHORIZED
    drugs = [
        {**drug, "number": number} for number, drug in enumerate(change(example.facts["drugs"]), start=1)
    ]
    judgement = example.judge(drugs=drugs)
    assert judgement.disposition is Disposition.IN_PROGRESS
    assert "SCHEDULE" in [reason.code for reason in judgement.pend_reasons]
    assert not judgement.pathway_eligible_when_final
    assert (judgement.scodes.s0353, judgement.scodes.s0354) == (0, 0)


# --- every row ----------------------------------------------------------------------------------------

DRUGS = ("carboplatin", "paclitaxel", "pembrolizumab")

rules = st.one_of(
    st.sets(st.integers(2, 8), min_size=1, max_size=2).map(
        lambda allowed: {"type": "fixed", "allowed": sorted(allowed)}
    ),
    st.integers(2, 8).map(lambda most: {"type": "until_progression", "min": 1, "max_per_order": most}),
    st.tuples(st.integers(2, 4), st.integers(4, 8)).map(
        lambda ends: {"type": "range", "min": ends[0], "max": ends[1]}
    ),
)


@st.composite
def parts_of_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The drugs of a row, each in a phase of its own choice."""
    return [
        component(
            drug,
            phase=draw(st.integers(0, 3)),
            cycles=draw(rules),
            cycle_length_days=draw(st.sampled_from([14, 21, 28])),
            days=format_numbers(draw(st.sets(st.integers(1, 14), min_size=1, max_size=3))),
            per_day=draw(st.integers(1, 2)),
        )
        for drug in draw(st.lists(st.sampled_from(DRUGS), min_size=1, unique=True))
    ]


def cycles_in(part: dict[str, Any], draw: st.DrawFn) -> range:
    """Cycles from 1 to a number of them that the row allows, two at least."""
    rule = CycleRule.from_content(part["cycles"])
    count = draw(st.sampled_from([number for number in range(2, 9) if rule.accepts(number)]))
    return range(1, count + 1)


def lines_as(part: dict[str, Any], cycles: set[int], draw: st.DrawFn) -> list[Line]:
    """The drug as the row has it in these cycles, on one line or with some cycles on a line of their own."""
    own = {name: part[name] for name in ("days", "cycle_length_days", "per_day", "phase")}
    apart = draw(st.sets(st.sampled_from(sorted(cycles))))
    return [
        line(part["drug"], **own, cycles=format_numbers(some)) for some in (apart, cycles - apart) if some
    ]


@given(parts_of_rows(), st.data())
def test_a_plan_equal_to_the_row_has_no_schedule_deviation(parts: list[dict[str, Any]], data: st.DataObject):
    lines = [drug for part in parts for drug in lines_as(part, set(cycles_in(part, data.draw)), data.draw)]
    shuffled = data.draw(st.permutations(lines))
    match = compared(parts, shuffled)
    assert codes(match) == []
    assert match.on_pathway


def _another_phase(lines: list[Line], at: int, draw: st.DrawFn) -> list[Line]:
    phase = draw(st.sampled_from([phase for phase in range(7) if phase != lines[at]["phase"]]))
    return [*lines[:at], {**lines[at], "phase": phase}, *lines[at + 1 :]]


def _once_more_in_another_phase(lines: list[Line], at: int, draw: st.DrawFn) -> list[Line]:
    return [*lines, _another_phase(lines, at, draw)[at]]


def _once_more(lines: list[Line], at: int, _draw: st.DrawFn) -> list[Line]:
    return [*lines, lines[at]]


def _another_length(lines: list[Line], at: int, _draw: st.DrawFn) -> list[Line]:
    return [*lines[:at], {**lines[at], "cycle_length_days": 42}, *lines[at + 1 :]]


def _another_day(lines: list[Line], at: int, _draw: st.DrawFn) -> list[Line]:
    return [*lines[:at], {**lines[at], "days": "1-4"}, *lines[at + 1 :]]


def _more_a_day(lines: list[Line], at: int, _draw: st.DrawFn) -> list[Line]:
    return [*lines[:at], {**lines[at], "per_day": lines[at]["per_day"] + 1}, *lines[at + 1 :]]


CHANGES = {
    _another_phase: "CYCLE_COUNT",
    _once_more_in_another_phase: "CYCLE_COUNT",
    _once_more: "FREQUENCY",
    _another_length: "CYCLE_LENGTH",
    _another_day: "DAYS",
    _more_a_day: "FREQUENCY",
}


@pytest.mark.parametrize(("change", "code"), CHANGES.items())
@given(parts_of_rows(), st.data())
def test_any_single_change_is_one_deviation_of_its_drug(
    change: Any, code: str, parts: list[dict[str, Any]], data: st.DataObject
):
    rest = [drug for part in parts[1:] for drug in lines_as(part, set(cycles_in(part, data.draw)), data.draw)]
    own = lines_as(parts[0], set(cycles_in(parts[0], data.draw)), data.draw)
    at = data.draw(st.integers(0, len(own) - 1))
    match = compared(parts, [*rest, *change(own, at, data.draw)])
    assert codes(match) == [f"{code}:{parts[0]['drug']}"]
    assert not match.on_pathway


@given(parts_of_rows(), st.data())
def test_cycles_left_out_or_put_off_are_one_deviation_of_their_drug(
    parts: list[dict[str, Any]], data: st.DataObject
):
    rest = [drug for part in parts[1:] for drug in lines_as(part, set(cycles_in(part, data.draw)), data.draw)]
    cycles = cycles_in(parts[0], data.draw)
    begun = data.draw(st.sampled_from(cycles))
    pause = data.draw(st.integers(1, 12))
    put_off = {cycle if cycle < begun else cycle + pause for cycle in cycles}
    match = compared(parts, [*rest, *lines_as(parts[0], put_off, data.draw)])
    assert codes(match) == [f"CYCLE_COUNT:{parts[0]['drug']}"]
