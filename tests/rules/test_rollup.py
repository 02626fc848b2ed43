"""The case status from the drug lines: every row of T1, DR-13, DR-14 (R-209 to R-217)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.rollup import Decision, RolledLine, disposition, letters_to, reviewed_status
from orders.rules.states import WITH_ORDER_ID, Disposition, DrugStatus

YES, NO, OPEN, GONE = Decision.AUTHORIZED, Decision.ADVERSE, Decision.UNDECIDED, Decision.WITHDRAWN


def chemo(decision: Decision) -> RolledLine:
    """A therapeutic drug that is reviewed."""
    return RolledLine("therapeutic", reviewed=True, decision=decision)


def support(decision: Decision) -> RolledLine:
    """A supportive drug that is reviewed."""
    return RolledLine("supportive", reviewed=True, decision=decision)


def other(decision: Decision = OPEN, role: str = "therapeutic") -> RolledLine:
    """A drug that nobody here reviews."""
    return RolledLine(role, reviewed=False, decision=decision)


T1 = [
    ("1 withdrawn before submission", [chemo(OPEN)], {"withdrawn_before_submission": True}, "withdrawn"),
    ("2 confirmed duplicate", [chemo(OPEN)], {"confirmed_duplicate": True}, "review_cancelled"),
    ("2 goes before every decision", [chemo(YES)], {"confirmed_duplicate": True}, "review_cancelled"),
    ("3 every drug withdrawn", [chemo(GONE), support(GONE)], {}, "voluntarily_cancelled"),
    ("3 unmanaged ones too", [chemo(GONE), other(GONE)], {}, "voluntarily_cancelled"),
    ("4 a managed drug undecided", [chemo(YES), support(OPEN)], {}, "in_progress"),
    ("4 even beside a denial", [chemo(NO), support(OPEN)], {}, "in_progress"),
    ("4 custom plan not yet reviewed", [chemo(YES)], {"open_question": True}, "in_progress"),
    ("4 custom plan with nothing managed, D-12", [other()], {"open_question": True}, "in_progress"),
    ("5 no managed drug at all", [other(), other(role="supportive")], {}, "completed"),
    ("5 a referral does not hold it up, R-442", [other()], {}, "completed"),
    ("5 after the managed one is withdrawn", [other(), support(GONE)], {}, "completed"),
    ("6 a managed therapeutic drug denied", [chemo(NO)], {}, "non_authorized"),
    ("6 one of two", [chemo(NO), chemo(YES)], {}, "non_authorized"),
    ("6 whatever is supportive", [chemo(NO), support(YES), other()], {}, "non_authorized"),
    ("7 therapeutic authorized, supportive denied", [chemo(YES), support(NO)], {}, "multiple_decisions"),
    ("7 one of two supportive denied", [chemo(YES), support(NO), support(YES)], {}, "multiple_decisions"),
    ("8 supportive only, some not", [support(YES), support(NO)], {}, "multiple_decisions"),
    ("8 beside unmanaged chemotherapy", [other(), support(YES), support(NO)], {}, "multiple_decisions"),
    ("9 supportive only, all denied", [support(NO), support(NO)], {}, "non_authorized"),
    ("9 beside unmanaged chemotherapy", [other(), support(NO)], {}, "non_authorized"),
    ("10 all authorized", [chemo(YES), support(YES)], {}, "authorized"),
    ("10 beside unmanaged drugs", [chemo(YES), other()], {}, "authorized"),
    ("10 with the denied one withdrawn", [chemo(YES), support(GONE)], {}, "authorized"),
]


@pytest.mark.parametrize(("name", "lines", "how", "expected"), T1, ids=[row[0] for row in T1])
def test_table_t1(name, lines, how, expected):
    """R-216: one status for every combination of drug statuses."""
    assert disposition(lines, **how) == expected


def test_a_denied_therapeutic_drug_denies_every_reviewed_line_d_68():
    for decision in (YES, NO):
        assert reviewed_status(decision, Disposition.NON_AUTHORIZED) is DrugStatus.NON_AUTHORIZED
    assert reviewed_status(GONE, Disposition.NON_AUTHORIZED) is DrugStatus.VOLUNTARILY_CANCELLED


def test_mixed_decisions_keep_their_own_status():
    assert reviewed_status(YES, Disposition.MULTIPLE_DECISIONS) is DrugStatus.AUTHORIZED
    assert reviewed_status(NO, Disposition.MULTIPLE_DECISIONS) is DrugStatus.NON_AUTHORIZED


def test_an_undecided_case_shows_no_line_as_decided_d_11_d_13():
    for case in (Disposition.IN_PROGRESS, Disposition.REVIEW_CANCELLED):
        for decision in (YES, NO, OPEN):
            assert reviewed_status(decision, case) is DrugStatus.IN_PROGRESS


def test_letters_go_out_about_final_decisions_on_reviewed_drugs_dr_26():
    lettered = {case for case in Disposition if letters_to(case, ("member",))}
    assert lettered == {
        Disposition.AUTHORIZED,
        Disposition.NON_AUTHORIZED,
        Disposition.MULTIPLE_DECISIONS,
    }


lines = st.lists(
    st.builds(
        RolledLine,
        st.sampled_from(["therapeutic", "supportive", "investigational"]),
        st.booleans(),
        st.sampled_from(Decision),
    ).filter(lambda line: not (line.reviewed and line.role == "investigational")),
    max_size=6,
)
questions = st.booleans()


@given(lines, questions)
def test_no_order_id_beside_a_denied_therapeutic_drug(found, question):
    case = disposition(found, open_question=question)
    denied = any(line.reviewed and line.role == "therapeutic" and line.decision is NO for line in found)
    assert not (denied and case in WITH_ORDER_ID)


@given(lines, questions)
def test_what_is_undecided_never_authorizes(found, question):
    undecided = any(line.reviewed and line.decision is OPEN for line in found)
    if undecided or (question and any(line.decision is not GONE for line in found)):
        assert disposition(found, open_question=question) not in WITH_ORDER_ID


@given(lines)
def test_the_order_of_lines_and_unreviewed_drugs_change_no_decided_case(found):
    case = disposition(found)
    assert disposition(list(reversed(found))) is case
    if any(line.reviewed and line.decision is not GONE for line in found):
        assert disposition([*found, other()]) is case


@given(lines, st.data())
def test_a_denial_in_place_of_an_authorization_never_helps(found, data):
    authorized = [number for number, line in enumerate(found) if line.reviewed and line.decision is YES]
    if not authorized:
        return
    changed = list(found)
    number = data.draw(st.sampled_from(authorized))
    changed[number] = RolledLine(found[number].role, reviewed=True, decision=NO)
    merit = [Disposition.NON_AUTHORIZED, Disposition.MULTIPLE_DECISIONS, Disposition.AUTHORIZED]
    before, after = disposition(found), disposition(changed)
    if before in merit and after in merit:
        assert merit.index(after) <= merit.index(before)
