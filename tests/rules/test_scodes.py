"""S-codes: every condition of T2, the counts of DR-17, the bills of DR-18 (W-14 to W-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.scodes import (
    SCodeAward,
    SCodeClaim,
    award,
    check_claims,
    earliest_monthly_dates,
    last_eligible_day,
    monthly_codes,
    next_payable_on,
    no_award,
)
from orders.rules.states import Disposition
from tests.rules.build import component, earlier_order, row
from tests.rules.programs import BCBSM_URMBT, BCBSMA_COMMERCIAL, BCBSNC, URMBT_STATES

INDEFINITE = row(component("pembrolizumab"), duration={"type": "indefinite", "planned_days": 168})
FIXED = row(component("pembrolizumab"), s_codes={"s0353": 1, "s0354_max": 3, "months": 4})
FACTS = {
    "solution": "medical_oncology",
    "network": "in",
    "provider_state": "MI",
    "line_of_business": "COMMERCIAL",
    "age": 60,
}


def awarded(
    terms=BCBSM_URMBT, match=INDEFINITE, *, eligible=True, days=168, earlier=(), **changed
) -> SCodeAward:
    return award(
        {**FACTS, **changed}, terms, match, pathway_eligible=eligible, course_days=days, earlier=earlier
    )


def reasons(**how) -> list[str]:
    found = awarded(**how)
    assert (found.s0353, found.s0354) == (0, 0)
    return [reason["code"] for reason in found.reasons]


def test_all_conditions_of_t2_met():
    found = awarded()
    assert (found.s0353, found.s0354, found.reasons) == (1, 5, ())
    assert found.regimen_key == "nsclc:pembrolizumab"


@pytest.mark.parametrize(
    ("row", "how", "reason"),
    [
        ("2 R-323 off Pathway", {"eligible": False}, "NOT_ON_PATHWAY"),
        ("3 R-304 R-452 out of network", {"network": "out"}, "OUT_OF_NETWORK"),
        ("3 R-306 R-454 out of area", {"network": "bluecard"}, "OUT_OF_NETWORK"),
        ("3 network not known", {"network": None}, "OUT_OF_NETWORK"),
        ("4 R-307 a state that is not listed", {"provider_state": "TX"}, "STATE_NOT_LISTED"),
        ("4 state not known", {"provider_state": None}, "STATE_NOT_LISTED"),
        ("5 R-324 radiation", {"solution": "radiation_oncology"}, "NOT_MEDICAL_ONCOLOGY"),
        ("DR-17 a line that is not listed", {"line_of_business": "MEDICAID"}, "LINE_OF_BUSINESS"),
        ("6 R-447 a minor", {"terms": BCBSNC, "age": 17}, "NOT_AN_ADULT"),
        ("none offered", {"terms": replace(BCBSM_URMBT, scode_enabled=False)}, "NOT_OFFERED"),
    ],
)
def test_each_failing_condition_is_a_reason_t2(row, how, reason):
    assert reasons(**how) == [reason], row


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"eligible": False}, "The regimen is not on Pathway."),
        ({"network": "out"}, "The ordering provider is not in network for the member's benefit plan."),
        ({"provider_state": "TX"}, "Providers in TX are not eligible."),
        ({"provider_state": None}, "Providers in a state that is not known are not eligible."),
        (
            {"terms": replace(BCBSM_URMBT, scode_enabled=False)},
            "The Oncology Value Management program awards no S-codes.",
        ),
        (
            {"terms": BCBSNC, "age": 17},
            "The Medical Oncology Program is for members aged 18 and older.",
        ),
    ],
)
def test_each_reason_is_told_in_words_t2(how, sentence):
    assert [reason["sentence"] for reason in awarded(**how).reasons] == [sentence]


def test_every_failing_condition_is_shown_t2():
    assert reasons(eligible=False, network="out", provider_state="TX") == [
        "NOT_ON_PATHWAY",
        "OUT_OF_NETWORK",
        "STATE_NOT_LISTED",
    ]


@pytest.mark.parametrize("state", URMBT_STATES)
def test_the_eighteen_states_r_307_r_455(state):
    assert len(URMBT_STATES) == 18
    assert awarded(provider_state=state).s0353 == 1


def test_programs_without_a_list_pay_in_every_state():
    assert awarded(BCBSMA_COMMERCIAL, line_of_business="PPO_EPO", provider_state="TX").s0353 == 1


@pytest.mark.parametrize(("age", "paid"), [(17, 0), (18, 1)])
def test_adults_begin_at_eighteen_on_the_start_date_t2(age, paid):
    assert awarded(BCBSNC, age=age).s0353 == paid
    assert awarded(age=age).s0353 == 1


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Disposition.IN_PROGRESS, "NOT_FINAL"),
        (None, "NOT_FINAL"),
        (Disposition.NON_AUTHORIZED, "NOT_AUTHORIZED"),
        (Disposition.REVIEW_CANCELLED, "NOT_AUTHORIZED"),
        (Disposition.VOLUNTARILY_CANCELLED, "NOT_AUTHORIZED"),
    ],
)
def test_no_award_without_a_final_status_t2_r_325(case, reason):
    found = no_award(case)
    assert (found.s0353, found.s0354, [why["code"] for why in found.reasons]) == (0, 0, [reason])


# --- counts (DR-17, D-22) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "days", "codes"),
    [
        ("W-17", 25, 0),
        ("a month", 30, 0),
        ("a month and a day", 31, 1),
        ("W-18", 90, 2),
        ("W-19", 120, 3),
        ("EX-005", 126, 4),
        ("W-20", 365, 5),
        ("no course", 0, 0),
    ],
)
def test_monthly_codes_of_a_course_dr_17(example, days, codes):
    """What a fixed row of five months at most awards in Michigan."""
    fixed = row(component("pembrolizumab"))
    assert awarded(match=fixed, days=days).s0354 == codes, example


@given(st.integers(1, 180))
def test_codes_cover_every_planned_cycle_of_a_fixed_course_up_to_six_months_r_319(days):
    """S0353 is for the first 30 days, each S0354 for 30 more; DR-17 caps what is longer."""
    found = awarded(BCBSNC, row(component("pembrolizumab")), days=days)
    assert (found.s0353 + found.s0354) * 30 >= days


@pytest.mark.parametrize(("days", "codes"), [(25, 0), (90, 2), (112, 3), (365, 3)])
def test_a_fixed_row_pays_by_the_course_asked_for_up_to_its_own_maximum_dr_17_r_316(days, codes):
    assert awarded(match=FIXED, days=days).s0354 == codes


def test_an_indefinite_row_pays_its_maximum_whatever_the_course():
    assert awarded(days=21).s0354 == 5
    assert awarded(replace(BCBSM_URMBT, scode_max_months=2)).s0354 == 2


def test_the_same_pathway_again_has_no_second_onset_code_r_312_ex_020():
    found = awarded(earlier=[earlier_order(regimen_key="nsclc:pembrolizumab")])
    assert (found.s0353, found.s0354, found.continuation) == (0, 5, True)


@pytest.mark.parametrize(("days", "codes"), [(25, 0), (90, 2), (365, 3)])
def test_a_continuation_has_the_monthly_codes_of_its_row_and_no_more_dr_17(days, codes):
    """“Up to 5”: the count is that of the row and of the course, as in a first order."""
    found = awarded(match=FIXED, days=days, earlier=[earlier_order()])
    assert (found.s0353, found.s0354, found.continuation) == (0, codes, True)


@pytest.mark.parametrize(
    "own", [{"regimen_key": "nsclc:docetaxel"}, {"pathway_eligible": False}, {"regimen_key": ""}]
)
def test_another_regimen_or_one_off_pathway_is_an_onset_d_24(own):
    assert awarded(earlier=[earlier_order(**own)]).s0353 == 1


def test_a_library_row_pays_nothing():
    library_row = row(component("pembrolizumab"), kind="library", s_codes=None)
    assert reasons(match=library_row) == ["NOT_ON_PATHWAY"]


@given(st.integers(0, 2000), st.integers(0, 400), st.integers(0, 12))
def test_a_longer_course_never_earns_fewer_codes(days, more, highest):
    assert 0 <= monthly_codes(days, highest=highest) <= monthly_codes(days + more, highest=highest) <= highest


# --- dates and bills (DR-18) --------------------------------------------------------------------------

ONSET = date(2025, 1, 1)


def test_earliest_dates_w_15_r_313():
    assert [day.isoformat() for day in earliest_monthly_dates(ONSET, 5)] == [
        "2025-01-31",
        "2025-03-02",
        "2025-04-01",
        "2025-05-01",
        "2025-05-31",
    ]


def test_a_late_bill_moves_the_next_w_16():
    assert next_payable_on(date(2025, 2, 5)) == date(2025, 3, 7)
    for second, payable in ((date(2025, 3, 6), False), (date(2025, 3, 7), True)):
        billed = [(ONSET, "S0353"), (date(2025, 2, 5), "S0354"), (second, "S0354")]
        checked = check_claims([SCodeClaim(*bill) for bill in billed], SCodeAward(s0353=1, s0354=5))
        assert [check.payable for check in checked] == [True, True, payable]


def test_the_last_day_of_an_indefinite_regimen_w_14_r_320():
    assert last_eligible_day(date(2025, 1, 10), 6) == date(2025, 7, 9)


def bills(*days_and_codes, limit=5, **how):
    claims = [SCodeClaim(ONSET + timedelta(days=day), code) for day, code in days_and_codes]
    return [check.reason for check in check_claims(claims, SCodeAward(s0353=1, s0354=limit), **how)]


@pytest.mark.parametrize(
    ("rule", "days_and_codes", "expected"),
    [
        ("R-314", [(0, "S0353"), (19, "S0354")], ["", "WITHIN_30_DAYS_OF_S0353"]),
        ("R-314 the day before", [(0, "S0353"), (29, "S0354")], ["", "WITHIN_30_DAYS_OF_S0353"]),
        ("D-25 day 30 is payable", [(0, "S0353"), (30, "S0354")], ["", ""]),
        (
            "R-315",
            [(0, "S0353"), (30, "S0354"), (45, "S0354")],
            ["", "", "WITHIN_30_DAYS_OF_S0354"],
        ),
        ("R-315 from day 30 on", [(0, "S0353"), (30, "S0354"), (60, "S0354")], ["", "", ""]),
        ("once", [(0, "S0353"), (90, "S0353")], ["", "LIMIT_REACHED"]),
        (
            "R-317 month 7",
            [(0, "S0353"), *((30 * month, "S0354") for month in range(1, 7))],
            ["", "", "", "", "", "", "LIMIT_REACHED"],
        ),
        ("no S-code", [(0, "J9271")], ["NOT_AN_S_CODE"]),
    ],
)
def test_spacing_of_bills_dr_18(rule, days_and_codes, expected):
    assert bills(*days_and_codes) == expected, rule


def test_a_program_may_space_its_codes_otherwise_dr_18():
    early, late = [(0, "S0353"), (27, "S0354")], [(0, "S0353"), (28, "S0354")]
    assert bills(*early, min_days=28) == ["", "WITHIN_30_DAYS_OF_S0353"]
    assert bills(*late, min_days=28) == ["", ""]


def test_only_professional_claims_of_the_ordering_provider_r_305_r_308():
    facility = SCodeClaim(ONSET, "S0353", professional=False)
    servicing = SCodeClaim(ONSET, "S0353", by_ordering_provider=False)
    checked = check_claims([facility, servicing], SCodeAward(s0353=1))
    assert [check.reason for check in checked] == ["NOT_A_PROFESSIONAL_CLAIM", "NOT_THE_ORDERING_PROVIDER"]


def test_a_new_regimen_voids_what_is_left_r_318():
    changed = ONSET + timedelta(days=60)
    found = bills((0, "S0353"), (30, "S0354"), (60, "S0354"), regimen_ended_on=changed)
    assert found == ["", "", "REGIMEN_CHANGED"]


@given(st.lists(st.integers(0, 400), max_size=20), st.integers(0, 5))
def test_payable_bills_are_spaced_and_within_the_award(days, limit):
    claims = [SCodeClaim(ONSET, "S0353"), *(SCodeClaim(ONSET + timedelta(days=day), "S0354") for day in days)]
    paid = [c.claim for c in check_claims(claims, SCodeAward(s0353=1, s0354=limit)) if c.payable]
    assert sum(claim.code == "S0354" for claim in paid) <= limit
    for before, after in pairwise(paid):
        assert after.on - before.on >= timedelta(days=30)
