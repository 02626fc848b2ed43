"""Why something is not done to an order: one class for each reason, with a code that stays.

Raised by `states` and `lifecycle`; the actions let them through, and pages answer them in their own words.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from orders.rules.reviewing import ONLY_A_PHYSICIAN_DENIES, PEER_TO_PEER_NOT_OFFERED


class Refused(Exception):
    """The order is not what this needs, or the person is not who may do it; nothing was changed."""

    code: ClassVar[str]


class IllegalTransition(Refused):
    """A status change that the table does not allow (R-219)."""

    code = "ILLEGAL_TRANSITION"


class StaleOrder(Refused):
    """The order changed since it was read; the caller's page must be loaded again."""

    code = "STALE_ORDER"


class NotADraft(Refused):
    """The order was submitted before under another key, or withdrawn."""

    code = "NOT_A_DRAFT"


class MayNotOrder(Refused, PermissionError):
    """The person holds no role that orders for the order's practice (R-043)."""

    code = "MAY_NOT_ORDER"


class NotAnAgent(Refused, PermissionError):
    """Only contact center agents enter orders for callers and close their calls (R-376)."""

    code = "NOT_AN_AGENT"


class WrongReceipt(Refused):
    """A fax or letter needs a possible moment of receipt, and a call has none (R-380)."""

    code = "WRONG_RECEIPT"


class NoOpenCall(Refused):
    """No call is waited for or owed for this order (any more)."""

    code = "NO_OPEN_CALL"


class NotOffered(Refused):
    """The order cannot be followed like this today, by its program or by its dates."""

    code = "NOT_OFFERED"


class NotOpen(Refused):
    """The case is not open for review (any more)."""

    code = "NOT_OPEN"


class AlreadyTaken(Refused):
    """Another reviewer holds the case; `holder` is who, None if unknown (R-235)."""

    code = "ALREADY_TAKEN"

    def __init__(self, holder: Hashable | None) -> None:
        super().__init__(f"This case is held by {holder or 'another reviewer'}.")
        self.holder = holder


class NotHolder(Refused):
    """The action needs the case taken by the person who acts."""

    code = "NOT_HOLDER"


class NotAReviewer(Refused, PermissionError):
    """The person has no role that may work on this kind of case (R-234, R-245)."""

    code = "NOT_A_REVIEWER"


class OwnOrder(NotAReviewer):
    """Whoever entered or submitted an order does not decide it."""

    code = "OWN_ORDER"


class NotReviewable(Refused):
    """The order is not waiting for a reviewer."""

    code = "NOT_REVIEWABLE"


class RationaleMissing(Refused):
    """A reviewer must say what settled the case."""

    code = "RATIONALE_MISSING"


class NotOpenToDecision(Refused):
    """A drug line that nobody reviews, that was withdrawn, or that is decided already."""

    code = "NOT_OPEN_TO_DECISION"


class NotInPhysicianReview(Refused):
    """Only a physician denies, and only a case that a nurse passed on (R-240, DR-27)."""

    code = ONLY_A_PHYSICIAN_DENIES


class PeerToPeerNotOffered(Refused):
    """A denial needs an earlier offer of a peer-to-peer talk (R-246, DR-27)."""

    code = PEER_TO_PEER_NOT_OFFERED


class NotFlagged(Refused):
    """The rules found no earlier order that this one may repeat."""

    code = "NOT_FLAGGED"


class NothingToWithdraw(Refused):
    """The order has no such drug line, or it was withdrawn or decided before."""

    code = "NOTHING_TO_WITHDRAW"


class PartlyDecided(Refused):
    """A drug of the case is decided, so that the case as a whole cannot be a mere repeat."""

    code = "PARTLY_DECIDED"


class NotChangeable(Refused):
    """Only an order in review, or decided and not cancelled, takes the change (D-40)."""

    code = "NOT_CHANGEABLE"


class NotCancellable(Refused):
    """Only an approval can be cancelled: Authorized, Completed, Multiple Decisions Rendered (R-219, D-39)."""

    code = "NOT_CANCELLABLE"


class TreatmentStarted(Refused):
    """From the start date on the practice does not cancel by itself (D-39)."""

    code = "TREATMENT_STARTED"


class ReasonMissing(Refused):
    """A withdrawal or cancellation says why (R-226)."""

    code = "REASON_MISSING"
