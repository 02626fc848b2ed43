"""Each act on a case: in which status, by whom, and what follows (R-219, R-226 to R-253, DR-14, DR-27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orders.rules import lifecycle
from orders.rules.cases import Case, Hold, Person
from orders.rules.refusals import AlreadyTaken, Refused
from orders.rules.reviewing import Reviewer
from orders.rules.rollup import Decision, RolledLine
from orders.rules.states import Disposition, OrderStatus

AUTHORIZED, ADVERSE = Decision.AUTHORIZED, Decision.ADVERSE
ORDER = "T123456782"
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)

NURSE, OTHER_NURSE = (Person(name, reviews=frozenset({Reviewer.NURSE})) for name in ("nurse", "other nurse"))
PHYSICIAN = Person("physician", reviews=frozenset({Reviewer.PHYSICIAN}))
PRACTICE = Person("practice", orders=True)
#: Entered the order, and is a nurse besides.
BOTH = Person("both", reviews=frozenset({Reviewer.NURSE}), orders=True, entered=True)
STRANGER = Person("stranger")
PEOPLE = {person.who: person for person in (NURSE, OTHER_NURSE, PHYSICIAN, PRACTICE, BOTH, STRANGER)}


def drug(role="therapeutic", decision=Decision.UNDECIDED, *, reviewed=True):
    return RolledLine(role, reviewed=reviewed, decision=decision)


#: A treatment and its support, and a drug that the plan does not have reviewed.
LINES = {1: drug(), 2: drug("supportive"), 3: drug("supportive", reviewed=False)}


def in_nurse_review(lines=LINES, *, flagged=False):
    """Submitted, and taken by the nurse."""
    case = lifecycle.submit(Case(ORDER), PRACTICE, lines, flagged=flagged, settled=False)
    return lifecycle.take(case, NURSE, at=AT, until=AT + HOUR)


def in_physician_review(lines=LINES):
    """Passed on by the nurse, and taken by the physician."""
    case = lifecycle.escalate(in_nurse_review(lines), NURSE, at=AT)
    return lifecycle.take(case, PHYSICIAN, at=AT, until=AT + HOUR)


def in_status(status):
    """A case in this status, got there by the acts themselves; while pending a talk was offered."""
    if status is OrderStatus.DRAFT:
        return Case(ORDER)
    if status is OrderStatus.WITHDRAWN:
        return lifecycle.discard(Case(ORDER))
    if status is OrderStatus.DETERMINED:
        return lifecycle.submit(Case(ORDER), PRACTICE, LINES, flagged=False, settled=True)
    if status is OrderStatus.NURSE_REVIEW:
        return lifecycle.offer_peer_to_peer(in_nurse_review(flagged=True), NURSE, at=AT)
    return lifecycle.offer_peer_to_peer(in_physician_review()._replace(flagged=True), PHYSICIAN, at=AT)


def withdraw(case, by):
    lifecycle.check_withdrawal(case, by, 2)
    lines = {**case.lines, 2: replace(case.lines[2], decision=Decision.WITHDRAWN)}
    return lifecycle.judge_again(case, lines, flagged=case.flagged, settled=False)


def inform(case, by):
    lifecycle.check_finding(case, by, at=AT)
    return lifecycle.judge_again(case, case.lines, flagged=case.flagged, settled=True)


def decide(outcome):
    return lambda case, by: lifecycle.decide(
        case, by, dict.fromkeys((1, 2), outcome), at=AT, rationale="Said."
    )


ACTS = {
    "submit": lambda case, by: lifecycle.submit(case, by, LINES, flagged=False, settled=False),
    "submit in order": lambda case, by: lifecycle.submit(case, by, LINES, flagged=False, settled=True),
    "discard": lambda case, by: lifecycle.discard(case),
    "withdraw a drug": withdraw,
    "take": lambda case, by: lifecycle.take(case, by, at=AT, until=AT + HOUR),
    "release": lifecycle.release,
    "pass on": lambda case, by: lifecycle.escalate(case, by, at=AT),
    "time is up": lambda case, by: lifecycle.escalate(case, None, at=AT),
    "offer a talk": lambda case, by: lifecycle.offer_peer_to_peer(case, by, at=AT),
    "now met": inform,
    "duplicate": lambda case, by: lifecycle.confirm_duplicate(case, by, at=AT, note="The same."),
    "authorize": decide(AUTHORIZED),
    "deny": decide(ADVERSE),
}

#: What an act comes to: the status after it, or the code of the refusal.  In nurse review the nurse holds
#: the case, in physician review the physician does.
TABLE = """
act             | who         | draft          | nurse_review     | physician_review | determined         | withdrawn
submit          | practice    | nurse_review   | NOT_A_DRAFT      | NOT_A_DRAFT      | NOT_A_DRAFT        | NOT_A_DRAFT
submit          | both        | nurse_review   | NOT_A_DRAFT      | NOT_A_DRAFT      | NOT_A_DRAFT        | NOT_A_DRAFT
submit          | nurse       | MAY_NOT_ORDER  | MAY_NOT_ORDER    | MAY_NOT_ORDER    | MAY_NOT_ORDER      | MAY_NOT_ORDER
submit          | stranger    | MAY_NOT_ORDER  | MAY_NOT_ORDER    | MAY_NOT_ORDER    | MAY_NOT_ORDER      | MAY_NOT_ORDER
submit in order | practice    | determined     | NOT_A_DRAFT      | NOT_A_DRAFT      | NOT_A_DRAFT        | NOT_A_DRAFT
discard         | practice    | withdrawn      | NO_MOVE          | NO_MOVE          | NO_MOVE            | NO_MOVE
withdraw a drug | practice    | NOT_REVIEWABLE | nurse_review     | physician_review | NOT_REVIEWABLE     | NOT_REVIEWABLE
withdraw a drug | nurse       | MAY_NOT_ORDER  | MAY_NOT_ORDER    | MAY_NOT_ORDER    | MAY_NOT_ORDER      | MAY_NOT_ORDER
take            | nurse       | NOT_OPEN       | nurse_review     | NOT_A_REVIEWER   | NOT_OPEN           | NOT_OPEN
take            | other nurse | NOT_OPEN       | ALREADY_TAKEN    | NOT_A_REVIEWER   | NOT_OPEN           | NOT_OPEN
take            | physician   | NOT_OPEN       | ALREADY_TAKEN    | physician_review | NOT_OPEN           | NOT_OPEN
take            | both        | NOT_OPEN       | OWN_ORDER        | NOT_A_REVIEWER   | NOT_OPEN           | NOT_OPEN
take            | practice    | NOT_OPEN       | NOT_A_REVIEWER   | NOT_A_REVIEWER   | NOT_OPEN           | NOT_OPEN
release         | nurse       | NOT_HOLDER     | nurse_review     | NOT_HOLDER       | NOT_HOLDER         | NOT_HOLDER
release         | physician   | NOT_HOLDER     | NOT_HOLDER       | physician_review | NOT_HOLDER         | NOT_HOLDER
pass on         | nurse       | NOT_HOLDER     | physician_review | NOT_HOLDER       | NOT_HOLDER         | NOT_HOLDER
pass on         | other nurse | NOT_HOLDER     | NOT_HOLDER       | NOT_HOLDER       | NOT_HOLDER         | NOT_HOLDER
pass on         | physician   | NOT_HOLDER     | NOT_HOLDER       | NOT_OPEN         | NOT_HOLDER         | NOT_HOLDER
time is up      | stranger    | NOT_OPEN       | physician_review | NOT_OPEN         | NOT_OPEN           | NOT_OPEN
offer a talk    | nurse       | NOT_REVIEWABLE | nurse_review     | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
offer a talk    | physician   | NOT_REVIEWABLE | NOT_HOLDER       | physician_review | NOT_REVIEWABLE     | NOT_REVIEWABLE
now met         | nurse       | NOT_REVIEWABLE | determined       | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
now met         | physician   | NOT_REVIEWABLE | NOT_HOLDER       | determined       | NOT_REVIEWABLE     | NOT_REVIEWABLE
duplicate       | nurse       | NOT_REVIEWABLE | determined       | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
duplicate       | physician   | NOT_REVIEWABLE | NOT_HOLDER       | determined       | NOT_REVIEWABLE     | NOT_REVIEWABLE
authorize       | nurse       | NOT_REVIEWABLE | determined       | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
authorize       | other nurse | NOT_REVIEWABLE | NOT_HOLDER       | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
authorize       | physician   | NOT_REVIEWABLE | NOT_HOLDER       | determined       | NOT_REVIEWABLE     | NOT_REVIEWABLE
authorize       | practice    | NOT_REVIEWABLE | NOT_HOLDER       | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
deny            | nurse       | NOT_REVIEWABLE | NO_DENIAL        | NOT_HOLDER       | NOT_REVIEWABLE     | NOT_REVIEWABLE
deny            | physician   | NOT_REVIEWABLE | NOT_HOLDER       | determined       | NOT_REVIEWABLE     | NOT_REVIEWABLE
"""  # noqa: E501
SHORT = {"NO_MOVE": "ILLEGAL_TRANSITION", "NO_DENIAL": "ONLY_A_PHYSICIAN_DENIES"}
HEAD, *ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
CELLS = [
    (act, who, OrderStatus(status), SHORT.get(cell, cell))
    for act, who, *cells in ROWS
    for status, cell in zip(HEAD[2:], cells, strict=True)
]


@pytest.mark.parametrize(("act", "who", "status", "then"), CELLS)
def test_each_act_in_each_status_is_done_or_refused_r_219_dr_27(act, who, status, then):
    case = in_status(status)
    if then.isupper():
        with pytest.raises(Refused) as refused:
            ACTS[act](case, PEOPLE[who])
        assert refused.value.code == then
    else:
        assert ACTS[act](case, PEOPLE[who]).status == then


def refused(act, *given, **named):
    """What is said when the act is refused."""
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return str(caught.value)


# --- The practice -----------------------------------------------------------------------------------------


def test_a_submitted_order_waits_for_a_nurse_and_its_clocks_run_d_05():
    case = lifecycle.submit(Case(ORDER), PRACTICE, LINES, flagged=True, settled=False)
    assert case == Case(
        ORDER,
        status=OrderStatus.NURSE_REVIEW,
        lines=LINES,
        flagged=True,
        disposition=Disposition.IN_PROGRESS,
        clocks_running=True,
    )
    assert case.open_lines == {1, 2}


def test_an_order_that_needs_nobody_is_authorized_at_once_dr_13():
    case = lifecycle.submit(Case(ORDER), PRACTICE, LINES, flagged=False, settled=True)
    assert case == Case(
        ORDER,
        status=OrderStatus.DETERMINED,
        lines={1: drug(decision=AUTHORIZED), 2: drug("supportive", AUTHORIZED), 3: LINES[3]},
        disposition=Disposition.AUTHORIZED,
        order_id=True,
    )
    assert case.decisions == {1: AUTHORIZED, 2: AUTHORIZED}


def test_an_order_with_nothing_to_review_is_completed_r_210():
    case = lifecycle.submit(Case(ORDER), PRACTICE, {3: LINES[3]}, flagged=False, settled=True)
    assert (case.disposition, case.order_id, case.decisions) == (Disposition.COMPLETED, True, {})


def test_a_draft_that_is_discarded_was_not_reviewed_r_100_r_227():
    assert lifecycle.discard(Case(ORDER)) == Case(
        ORDER, status=OrderStatus.WITHDRAWN, disposition=Disposition.WITHDRAWN
    )


@pytest.mark.parametrize("decision", [AUTHORIZED, ADVERSE, Decision.WITHDRAWN])
def test_a_drug_that_is_decided_withdrawn_or_not_there_cannot_be_withdrawn_r_226(decision):
    case = in_nurse_review({1: drug(), 2: drug(decision=decision)})
    lifecycle.check_withdrawal(case, PRACTICE, 1)
    for number in (2, 4):
        said = refused(lifecycle.check_withdrawal, case, PRACTICE, number)
        assert said == f"order {ORDER} has no line {number} to withdraw"


# --- The hold ---------------------------------------------------------------------------------------------


def test_one_reviewer_has_the_case_and_keeps_it_longer_by_taking_it_again_r_235_d_62():
    case = in_nurse_review()
    assert case.hold == Hold("nurse", AT + HOUR)
    with pytest.raises(AlreadyTaken, match="This case is held by nurse") as taken:
        lifecycle.take(case, OTHER_NURSE, at=AT + HOUR - MOMENT, until=AT + 2 * HOUR)
    assert taken.value.holder == "nurse"
    again = lifecycle.take(case, NURSE, at=AT + HOUR - MOMENT, until=AT + 3 * HOUR)
    assert again == case._replace(hold=Hold("nurse", AT + 3 * HOUR))


def test_a_hold_that_has_run_out_holds_nobody_off_and_allows_nothing_d_62():
    case = in_nurse_review()
    lifecycle.check_holder(case, NURSE, at=AT + HOUR - MOMENT)
    said = refused(lifecycle.check_holder, case, NURSE, at=AT + HOUR)
    assert said == "Take the case first: you do not hold it, or your hold has run out."
    assert lifecycle.take(case, OTHER_NURSE, at=AT + HOUR, until=AT + 2 * HOUR).hold.who == "other nurse"


def test_a_released_case_is_free():
    free = lifecycle.release(in_nurse_review(), NURSE)
    assert free == in_nurse_review()._replace(hold=None)
    assert refused(lifecycle.release, free, NURSE) == "You do not hold this case any more."
    assert lifecycle.take(free, PHYSICIAN, at=AT, until=AT + HOUR).hold.who == "physician"


def test_whoever_lost_the_role_does_nothing_more_with_the_case_he_holds_r_245():
    case, former = in_nurse_review(), Person("nurse")
    for act in (lifecycle.check_finding, lifecycle.escalate, lifecycle.offer_peer_to_peer):
        assert refused(act, case, former, at=AT) == "nurse may not work on a nurse case"
    said = refused(lifecycle.decide, case, former, {1: AUTHORIZED}, at=AT, rationale="Said.")
    assert said == "nurse may not work on a nurse case"


# --- Review -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [NURSE, None], ids=["by the nurse", "by its clock"])
def test_a_case_passed_on_is_free_for_the_physicians_r_234_d_07(by):
    case = in_nurse_review()
    assert lifecycle.escalate(case, by, at=AT) == case._replace(
        status=OrderStatus.PHYSICIAN_REVIEW, hold=None
    )


def test_the_first_offer_of_a_talk_counts_r_246():
    case = lifecycle.offer_peer_to_peer(in_nurse_review(), NURSE, at=AT)
    assert case == in_nurse_review()._replace(offered_at=AT)
    assert lifecycle.offer_peer_to_peer(case, NURSE, at=AT + MOMENT) == case


def test_a_denial_needs_an_earlier_offer_of_a_talk_r_246_dr_27():
    case, first = (
        in_physician_review(),
        "First offer the ordering physician a peer-to-peer talk, and log the call.",
    )
    deny = {1: ADVERSE}
    assert refused(lifecycle.decide, case, PHYSICIAN, deny, at=AT, rationale="Said.") == first
    later = case._replace(offered_at=AT + MOMENT)
    assert refused(lifecycle.decide, later, PHYSICIAN, deny, at=AT, rationale="Said.") == first
    offered = case._replace(offered_at=AT)
    assert lifecycle.decide(offered, PHYSICIAN, deny, at=AT, rationale="Said.").decisions == deny


@pytest.mark.parametrize(
    ("outcomes", "disposition", "order_id"),
    [
        ({1: AUTHORIZED, 2: AUTHORIZED}, Disposition.AUTHORIZED, True),
        ({1: AUTHORIZED, 2: ADVERSE}, Disposition.MULTIPLE_DECISIONS, True),
        ({1: ADVERSE, 2: AUTHORIZED}, Disposition.NON_AUTHORIZED, False),
        ({1: ADVERSE, 2: ADVERSE}, Disposition.NON_AUTHORIZED, False),
    ],
)
def test_the_case_ends_with_its_last_drug_dr_14_r_253(outcomes, disposition, order_id):
    case = in_status(OrderStatus.PHYSICIAN_REVIEW)
    for number, outcome in outcomes.items():
        assert (case.status, case.hold) == (OrderStatus.PHYSICIAN_REVIEW, Hold("physician", AT + HOUR))
        case = lifecycle.decide(case, PHYSICIAN, {number: outcome}, at=AT, rationale="Said.")
    assert case == in_status(OrderStatus.PHYSICIAN_REVIEW)._replace(
        status=OrderStatus.DETERMINED,
        lines={1: drug(decision=outcomes[1]), 2: drug("supportive", outcomes[2]), 3: LINES[3]},
        hold=None,
        disposition=disposition,
        order_id=order_id,
        clocks_running=False,
    )


def test_what_is_not_open_is_not_decided():
    case = lifecycle.decide(in_nurse_review(), NURSE, {2: AUTHORIZED}, at=AT, rationale="Said.")
    everything = dict.fromkeys((1, 2, 3, 4), AUTHORIZED)
    said = refused(lifecycle.decide, case, NURSE, everything, at=AT, rationale="Said.")
    assert said == f"drug lines [2, 3, 4] of order {ORDER} are not open"


@pytest.mark.parametrize("said", ["", " \n"])
def test_whoever_decides_says_why_r_253(said):
    assert refused(lifecycle.decide, in_nurse_review(), NURSE, {1: AUTHORIZED}, at=AT, rationale=said) == (
        "Say what settled the case: which records or answers show that criteria are met."
    )
    assert refused(lifecycle.confirm_duplicate, in_nurse_review(flagged=True), NURSE, at=AT, note=said) == (
        "Say how the two orders were compared."
    )


def test_a_confirmed_duplicate_is_cancelled_with_nothing_determined_r_190_d_13():
    case = in_nurse_review(flagged=True)
    assert lifecycle.confirm_duplicate(case, NURSE, at=AT, note="The same.") == case._replace(
        status=OrderStatus.DETERMINED,
        hold=None,
        disposition=Disposition.REVIEW_CANCELLED,
        clocks_running=False,
    )


def test_only_a_flagged_case_without_a_decision_is_a_duplicate_r_190():
    same = {"at": AT, "note": "The same."}
    said = refused(lifecycle.confirm_duplicate, in_nurse_review(), NURSE, **same)
    assert said == f"order {ORDER} is not flagged as a duplicate"
    begun = in_nurse_review(LINES | {2: drug("supportive", AUTHORIZED)}, flagged=True)
    assert refused(lifecycle.confirm_duplicate, begun, NURSE, **same) == f"a drug of order {ORDER} is decided"


@pytest.mark.parametrize(
    ("settled", "lines", "status", "disposition"),
    [
        (False, {1: drug(), 2: drug("supportive")}, OrderStatus.NURSE_REVIEW, Disposition.IN_PROGRESS),
        (True, {1: drug(), 2: drug("supportive")}, OrderStatus.DETERMINED, Disposition.AUTHORIZED),
        (False, {1: drug(decision=AUTHORIZED), 2: drug()}, OrderStatus.NURSE_REVIEW, Disposition.IN_PROGRESS),
        (
            False,
            {1: drug(decision=AUTHORIZED), 2: drug(decision=Decision.WITHDRAWN)},
            OrderStatus.DETERMINED,
            Disposition.AUTHORIZED,
        ),
        (
            True,
            {1: drug(decision=Decision.WITHDRAWN)},
            OrderStatus.DETERMINED,
            Disposition.VOLUNTARILY_CANCELLED,
        ),
        # Nobody has decided a thing and nothing is open: what else stands against it waits for a reviewer.
        (False, {3: LINES[3]}, OrderStatus.NURSE_REVIEW, Disposition.IN_PROGRESS),
    ],
    ids=[
        "still open",
        "in order now",
        "one is open",
        "the last was withdrawn",
        "all withdrawn",
        "other questions",
    ],
)
def test_what_follows_when_the_rules_judge_again_dr_14(settled, lines, status, disposition):
    case = lifecycle.judge_again(in_nurse_review(flagged=True), lines, flagged=False, settled=settled)
    assert (case.status, case.disposition, case.flagged) == (status, disposition, False)
    assert case.lines.keys() == lines.keys()
    assert case.clocks_running is (status is OrderStatus.NURSE_REVIEW)


# --- What is said -----------------------------------------------------------------------------------------


def test_a_refusal_says_what_stands_against_it():
    draft, ended = in_status(OrderStatus.DRAFT), in_status(OrderStatus.DETERMINED)
    nurse_review, physician_review = in_nurse_review(), in_physician_review()
    assert [
        refused(lifecycle.check_orderer, draft, NURSE),
        refused(lifecycle.check_draft, ended),
        refused(lifecycle.check_in_review, ended),
        refused(lifecycle.discard, nurse_review),
        refused(lifecycle.take, ended, NURSE, at=AT, until=AT + HOUR),
        refused(lifecycle.take, nurse_review, BOTH, at=AT, until=AT + HOUR),
        refused(lifecycle.take, physician_review, NURSE, at=AT, until=AT + HOUR),
        refused(lifecycle.escalate, physician_review, None, at=AT),
        refused(lifecycle.decide, nurse_review, NURSE, {1: ADVERSE}, at=AT, rationale="Said."),
    ] == [
        f"nurse may not order for the practice of order {ORDER}",
        f"order {ORDER} was submitted or withdrawn before",
        f"order {ORDER} is not in review",
        f"order {ORDER} cannot go from nurse_review to withdrawn",
        f"order {ORDER} has no open case",
        f"both entered order {ORDER}",
        "nurse may not work on a physician case",
        f"order {ORDER} is not in nurse review",
        f"order {ORDER} is not in physician review",
    ]


def test_an_unknown_holder_is_another_reviewer():
    assert str(AlreadyTaken(None)) == "This case is held by another reviewer."
