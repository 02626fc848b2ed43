"""The life of a case: who may do what with it when, and what follows (R-219, R-234 to R-253, DR-14, DR-27).

Each act is one function from a case to the case after it; what is not allowed raises a `Refused` and
changes nothing.  The actions ask here before they write, and write what is answered.  What the rules say
of the drugs is handed in; whether a clock's time has come is asked of `deadlines`.

Whatever is done, and in whatever order: only a physician denies a drug, in physician review, after an
earlier offer of a peer-to-peer talk; a case whose every drug, or whose treatment, is denied has no Order
ID; and the clocks of a case run from its submission to its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from orders.rules import rollup
from orders.rules.cases import Case, Hold, Person
from orders.rules.refusals import (
    AlreadyTaken,
    MayNotOrder,
    NotADraft,
    NotAReviewer,
    NotCancellable,
    NotChangeable,
    NotFlagged,
    NothingToWithdraw,
    NotHolder,
    NotInPhysicianReview,
    NotOpen,
    NotOpenToDecision,
    NotReviewable,
    OwnOrder,
    PartlyDecided,
    PeerToPeerNotOffered,
    RationaleMissing,
    ReasonMissing,
    TreatmentStarted,
)
from orders.rules.reviewing import ONLY_A_PHYSICIAN_DENIES, Act, Reviewer, refusal
from orders.rules.rollup import Decision, RolledLine
from orders.rules.states import (
    PENDING,
    WITH_ORDER_ID,
    Disposition,
    OrderStatus,
    check_revision,
    check_transition,
)

#: Whose queue a case waits in.
QUEUE: dict[OrderStatus, Reviewer] = {
    OrderStatus.NURSE_REVIEW: Reviewer.NURSE,
    OrderStatus.PHYSICIAN_REVIEW: Reviewer.PHYSICIAN,
}

#: Who works in a queue (R-234, R-245): what a nurse may do, a physician may too.
WORKS_IN: dict[Reviewer, frozenset[Reviewer]] = {
    Reviewer.NURSE: frozenset(Reviewer),
    Reviewer.PHYSICIAN: frozenset({Reviewer.PHYSICIAN}),
}

#: Decided orders whose servicing provider and contact phone the practice keeps right (D-40).
CHANGEABLE: frozenset[Disposition] = WITH_ORDER_ID | {Disposition.NON_AUTHORIZED}


# --- The practice -----------------------------------------------------------------------------------------


def check_orderer(case: Case, by: Person) -> None:
    """Raise MayNotOrder unless `by` orders for the practice."""
    if not by.orders:
        raise MayNotOrder(f"{by.who} may not order for the practice of order {case.reference}")


def check_draft(case: Case) -> None:
    """Raise NotADraft unless the order is one."""
    if case.status is not OrderStatus.DRAFT:
        raise NotADraft(f"order {case.reference} was submitted or withdrawn before")


def submit(case: Case, by: Person, lines: Mapping[int, RolledLine], *, flagged: bool, settled: bool) -> Case:
    """A draft becomes a case, with what the rules say of its drugs; its clocks start (D-05, DR-13).

    `settled`: nothing stands against it, so the authorize rule decides every reviewed line; else it
    waits for a nurse.  Raises MayNotOrder, NotADraft.
    """
    check_orderer(case, by)
    check_draft(case)
    case = case._replace(lines=lines, flagged=flagged, clocks_running=True)
    if settled:
        return _rolled_up(_all_authorized(case))
    check_transition(case.reference, case.status, OrderStatus.NURSE_REVIEW)
    return case._replace(status=OrderStatus.NURSE_REVIEW, disposition=Disposition.IN_PROGRESS)


def discard(case: Case) -> Case:
    """A draft is withdrawn before submission (R-100, T1 rule 1).  Raises IllegalTransition."""
    check_transition(case.reference, case.status, OrderStatus.WITHDRAWN)
    withdrawn = rollup.disposition((), withdrawn_before_submission=True)
    return case._replace(status=OrderStatus.WITHDRAWN, disposition=withdrawn)


def check_addition(case: Case, by: Person) -> None:
    """Whether the practice may add facts, documents, a phone number, notes or urgency (R-095, R-102, D-40).

    Raises MayNotOrder, NotReviewable.
    """
    check_orderer(case, by)
    check_in_review(case)


def check_contact(case: Case, by: Person) -> None:
    """Whether servicing provider and contact phone of a decided order may change (D-40).

    Raises MayNotOrder, NotChangeable.
    """
    check_orderer(case, by)
    if case.status is not OrderStatus.DETERMINED or case.disposition not in CHANGEABLE:
        raise NotChangeable(f"order {case.reference} is not decided, or closed without a decision")


def check_withdrawal(case: Case, by: Person, number: int) -> None:
    """Whether the practice may take that drug out of the case (R-226).

    Raises MayNotOrder, NotReviewable, NothingToWithdraw.
    """
    check_orderer(case, by)
    check_in_review(case)
    line = case.lines.get(number)
    if line is None or line.decision is not Decision.UNDECIDED:
        raise NothingToWithdraw(f"order {case.reference} has no line {number} to withdraw")


def withdraw(case: Case, by: Person, *, reason: str) -> Case:
    """The practice takes the whole case back: every drug is withdrawn (R-101, R-226, T1 rule 3).

    Raises MayNotOrder, NotReviewable, ReasonMissing; PartlyDecided when a drug is decided: what is left is
    withdrawn drug by drug then.
    """
    check_orderer(case, by)
    check_in_review(case)
    _check_reason(reason)
    if case.decisions:
        raise PartlyDecided(f"a drug of order {case.reference} is decided")
    return _rolled_up(_with(case, dict.fromkeys(case.lines, Decision.WITHDRAWN)))


def cancel(case: Case, by: Person, *, started: bool, reason: str) -> Case:
    """The practice gives an approval back before treatment starts, later an agent for it (R-219, D-39).

    The decisions stay on record; the Order ID is gone.  Raises MayNotOrder, NotCancellable,
    TreatmentStarted, ReasonMissing.
    """
    check_orderer(case, by)
    if case.status is not OrderStatus.DETERMINED or case.disposition not in WITH_ORDER_ID:
        raise NotCancellable(f"order {case.reference} is no approval that could be cancelled")
    if started and not by.agent:
        raise TreatmentStarted(f"the start date of order {case.reference} has come")
    _check_reason(reason)
    check_revision(case.reference, case.disposition, Disposition.VOLUNTARILY_CANCELLED)
    return case._replace(disposition=Disposition.VOLUNTARILY_CANCELLED, order_id=False)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("Say why it is withdrawn or cancelled.")


# --- The hold of a reviewer -------------------------------------------------------------------------------


def take(case: Case, by: Person, *, at: datetime, until: datetime) -> Case:
    """One reviewer has the case; whoever has it keeps it, and longer if he takes it again (R-235, D-62).

    Raises NotOpen, NotAReviewer, OwnOrder, AlreadyTaken.
    """
    if case.status not in PENDING:
        raise NotOpen(f"order {case.reference} has no open case")
    _check_works_on(case, by)
    if by.entered:
        raise OwnOrder(f"{by.who} entered order {case.reference}")
    if case.hold is not None and case.hold.until > at and case.hold.who != by.who:
        raise AlreadyTaken(case.hold.who)
    return case._replace(hold=Hold(by.who, until))


def release(case: Case, by: Person) -> Case:
    """The case is free again.  Raises NotHolder."""
    if case.hold is None or case.hold.who != by.who:
        raise NotHolder("You do not hold this case any more.")
    return case._replace(hold=None)


def check_in_review(case: Case) -> None:
    """Raise NotReviewable unless the case waits for a reviewer."""
    if case.status not in PENDING:
        raise NotReviewable(f"order {case.reference} is not in review")


def check_holder(case: Case, by: Person, *, at: datetime) -> None:
    """Raise NotHolder unless `by` holds the case in time, NotAReviewer if his role is gone since."""
    if case.hold is None or case.hold.who != by.who or case.hold.until <= at:
        raise NotHolder("Take the case first: you do not hold it, or your hold has run out.")
    _check_works_on(case, by)


def check_finding(case: Case, by: Person, *, at: datetime) -> None:
    """Whether `by` may record something on the case.  Raises NotReviewable, NotHolder, NotAReviewer."""
    check_in_review(case)
    check_holder(case, by, at=at)


def _check_works_on(case: Case, by: Person) -> None:
    queue = QUEUE[case.status]
    if by.reviews.isdisjoint(WORKS_IN[queue]):
        raise NotAReviewer(f"{by.who} may not work on a {queue} case")


# --- Review -----------------------------------------------------------------------------------------------


def escalate(case: Case, by: Person | None, *, at: datetime) -> Case:
    """The case moves up to the physicians, free to be taken (R-234, D-07).

    `by` is the nurse who holds it, None when its clock does it.  Raises NotHolder, NotAReviewer, NotOpen.
    """
    if by is not None:
        check_holder(case, by, at=at)
    if case.status is not OrderStatus.NURSE_REVIEW:
        raise NotOpen(f"order {case.reference} is not in nurse review")
    check_transition(case.reference, case.status, OrderStatus.PHYSICIAN_REVIEW)
    return case._replace(status=OrderStatus.PHYSICIAN_REVIEW, hold=None)


def offer_peer_to_peer(case: Case, by: Person, *, at: datetime) -> Case:
    """The ordering physician is offered a talk (R-246).  Raises what `check_finding` raises."""
    check_finding(case, by, at=at)
    return case._replace(offered_at=case.offered_at or at)


def judge_again(case: Case, lines: Mapping[int, RolledLine], *, flagged: bool, settled: bool) -> Case:
    """What follows when the rules judged the case again (DR-14).

    When they find it in order, they authorize what is open.  When nothing is open because all was decided
    or withdrawn, the case ends as decided: whoever decided settled what only a reviewer settles.
    """
    case = case._replace(lines=lines, flagged=flagged)
    if settled:
        return _rolled_up(_all_authorized(case))
    if case.decisions and not case.open_lines:
        return _rolled_up(case)
    return case


def confirm_duplicate(case: Case, by: Person, *, at: datetime, note: str) -> Case:
    """The case repeats an earlier order: Review Cancelled, nothing determined (R-190, D-13).

    Raises what `check_finding` raises, RationaleMissing, NotFlagged, PartlyDecided.
    """
    check_finding(case, by, at=at)
    if not note.strip():
        raise RationaleMissing("Say how the two orders were compared.")
    if not case.flagged:
        raise NotFlagged(f"order {case.reference} is not flagged as a duplicate")
    if case.decisions:
        raise PartlyDecided(f"a drug of order {case.reference} is decided")
    return _ended(case, rollup.disposition(case.lines.values(), confirmed_duplicate=True))


def decide(case: Case, by: Person, outcomes: Mapping[int, Decision], *, at: datetime, rationale: str) -> Case:
    """A reviewer decides drug lines; the case ends with the last (R-239, R-253, DR-14, DR-27).

    Raises NotReviewable, RationaleMissing, NotHolder, NotAReviewer, NotOpenToDecision; for a denial
    NotInPhysicianReview, PeerToPeerNotOffered.
    """
    check_in_review(case)
    if not rationale.strip():
        raise RationaleMissing(
            "Say what settled the case: which records or answers show that criteria are met."
        )
    check_holder(case, by, at=at)
    if stray := outcomes.keys() - case.open_lines:
        raise NotOpenToDecision(f"drug lines {sorted(stray)} of order {case.reference} are not open")
    if Decision.ADVERSE in outcomes.values():
        _check_denial(case, at=at)
    return _rolled_up(_with(case, outcomes))


def _check_denial(case: Case, *, at: datetime) -> None:
    """In physician review only a physician holds a case, so that the queue says who denies."""
    offered = case.offered_at is not None and case.offered_at <= at
    refused = refusal(QUEUE[case.status], Act.DENY, peer_to_peer_offered=offered)
    if refused == ONLY_A_PHYSICIAN_DENIES:
        raise NotInPhysicianReview(f"order {case.reference} is not in physician review")
    if refused:
        raise PeerToPeerNotOffered(
            "First offer the ordering physician a peer-to-peer talk, and log the call."
        )


# --- The end ----------------------------------------------------------------------------------------------


def _with(case: Case, decisions: Mapping[int, Decision]) -> Case:
    decided = {number: replace(case.lines[number], decision=made) for number, made in decisions.items()}
    return case._replace(lines={**case.lines, **decided})


def _all_authorized(case: Case) -> Case:
    return _with(case, dict.fromkeys(case.open_lines, Decision.AUTHORIZED))


def _rolled_up(case: Case) -> Case:
    """The case as its lines make it: ended, unless one still waits (T1)."""
    found = rollup.disposition(case.lines.values())
    return case if found is Disposition.IN_PROGRESS else _ended(case, found)


def _ended(case: Case, disposition: Disposition) -> Case:
    """Determined: nobody's any more, its clocks stopped, an Order ID where the case status gives one."""
    check_transition(case.reference, case.status, OrderStatus.DETERMINED)
    return case._replace(
        status=OrderStatus.DETERMINED,
        hold=None,
        disposition=disposition,
        order_id=disposition in WITH_ORDER_ID,
        clocks_running=False,
    )
