"""The worked examples EX-001 to EX-029 against the content as shipped (DR-01 to DR-25)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.rules.deadlines import due_at, due_on
from orders.rules.gates import calendar_of, refusals
from orders.rules.judgement import Conclusion, Judgement
from orders.rules.rollup import letters_to
from orders.rules.schedule import check_use, valid_to
from orders.rules.scodes import SCodeAward, SCodeClaim, check_claims
from orders.rules.states import WITH_ORDER_ID
from tests.rules.programs import ALLOWANCES
from tests.rules.worked import Worked, after_events, example_names, read_example, worked

NAMES = example_names()
ACCEPTED = [name for name in NAMES if read_example(name)["expected"]["intake"]["accepted"]]
REFUSED = [name for name in NAMES if name not in ACCEPTED]
WITH_FINAL = [name for name in NAMES if "final" in read_example(name)["expected"]]


def test_every_worked_example_of_a_request_is_here():
    assert len(ACCEPTED) + len(REFUSED) == 25
    assert REFUSED == ["ex-015", "ex-023"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_a_gate(name):
    example = worked(name)
    found = refusals(example.facts, example.terms)
    expected = example.expected["intake"]
    assert (found[0].code, found[0].redirect) == (expected["reason"], expected["redirect"])
    judgement = example.judge()
    assert judgement.refusals == tuple(found)
    assert judgement.disposition is None
    assert judgement.lines == ()


@pytest.mark.parametrize("name", ACCEPTED)
def test_intake(name):
    example = worked(name)
    judgement = example.judge()
    expected = example.expected["intake"]
    assert judgement.refusals == ()
    assert example.content.pathway_release == expected["pathway_release"]
    assert example.content.policy_release == expected["policy_release"]
    assert judgement.disposition == expected["disposition"]
    assert {line.drug: line.status for line in judgement.lines} == expected["lines"]
    assert judgement.pathway_eligible is expected["pathway_eligible"]
    assert _codes(judgement.scodes) == expected["scodes"]
    assert (judgement.disposition in WITH_ORDER_ID) is expected["order_id"]
    assert _range(judgement) == _expected_range(expected)
    _check_reasons(judgement, expected)
    _check_clock(example, expected)
    if "letters_to" in expected:
        letters = letters_to(judgement.disposition, example.terms.letter_recipients)
        assert list(letters) == expected["letters_to"]
    if "message_code" in expected:
        assert {line.message_code for line in judgement.lines} == {expected["message_code"]}
    for drug, approved in expected.get("approved", {}).items():
        line = next(line for line in judgement.lines if line.drug == drug)
        assert (line.visits, line.billing_units) == (approved["visits"], Decimal(approved["billing_units"]))


def _check_reasons(judgement: Judgement, expected: dict[str, Any]) -> None:
    assert [deviation.code for deviation in judgement.deviations] == expected["deviations"]
    assert [warning.code for warning in judgement.warnings] == expected["warnings"]
    assert [reason.code for reason in judgement.pend_reasons] == expected["pend_reasons"]
    assert list(judgement.deciding_rows) == expected["deciding_rows"]
    assert judgement.continuity_applied is expected["continuity_applied"]


def _check_clock(example: Worked, expected: dict[str, Any]) -> None:
    standard, urgent, _ = ALLOWANCES[example.terms.program]
    allowance = standard if example.facts["urgency"] == "standard" else urgent
    calendar = calendar_of(example.terms)
    if "due_on" in expected:
        assert due_on(example.received_at, allowance, calendar) == date.fromisoformat(expected["due_on"])
    if "due_at" in expected:
        assert due_at(example.received_at, allowance, calendar) == datetime.fromisoformat(expected["due_at"])


@pytest.mark.parametrize("name", WITH_FINAL)
def test_final(name):
    example = worked(name)
    judgement, conclusion = after_events(example)
    expected = example.expected["final"]
    end: Judgement | Conclusion = conclusion or judgement
    statuses = (
        conclusion.line_statuses if conclusion else {line.number: line.status for line in judgement.lines}
    )
    assert end.disposition == expected["disposition"]
    assert {line.drug: statuses[line.number] for line in judgement.lines} == expected["lines"]
    assert end.pathway_eligible is expected["pathway_eligible"]
    assert _codes(end.scodes) == expected["scodes"]
    assert (end.disposition in WITH_ORDER_ID) is expected["order_id"]
    assert _range(end) == _expected_range(expected)
    assert list(letters_to(end.disposition, example.terms.letter_recipients)) == expected["letters_to"]
    assert [deviation.code for deviation in judgement.deviations] == expected["deviations"]
    assert list(judgement.deciding_rows) == expected["deciding_rows"]


def _codes(award: SCodeAward) -> dict[str, int]:
    return {"s0353": award.s0353, "s0354": award.s0354}


def _range(found: Judgement | Conclusion) -> tuple[date | None, date | None]:
    return found.valid_from, found.valid_to


def _expected_range(expected: dict[str, Any]) -> tuple[date | None, date | None]:
    first, last = (expected.get(key) for key in ("valid_from", "valid_to"))
    return date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None


def test_a_seventh_treatment_inside_the_grace_is_not_covered_r_330_ex_028():
    example = read_example("ex-028")
    order = example["order"]
    last = valid_to(date.fromisoformat(order["planned_end_on"]), 21)
    checked = check_use(
        [date.fromisoformat(day) for day in example["given_on"]],
        valid_from=date.fromisoformat(order["start_on"]),
        valid_to=last,
        visits_approved=order["visits_approved"],
    )
    assert last == date.fromisoformat(example["expected"]["valid_to"])
    assert [check.covered for check in checked] == example["expected"]["covered"]
    assert checked[-1].reason == "ALL_TREATMENTS_USED"


def test_s_code_bills_are_spaced_and_limited_ex_029():
    example = read_example("ex-029")
    claims = [SCodeClaim(date.fromisoformat(bill["billed_on"]), bill["code"]) for bill in example["claims"]]
    checked = check_claims(claims, SCodeAward(**example["award"]))
    assert [check.reason for check in checked] == [bill["reason"] for bill in example["claims"]]
