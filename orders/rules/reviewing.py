"""Who may decide what on a case (DR-27, R-240, R-246)."""

from __future__ import annotations

from enum import StrEnum


class Reviewer(StrEnum):
    """What somebody is to the review of a case."""

    NURSE = "nurse"
    PHYSICIAN = "physician"


class Act(StrEnum):
    """What a reviewer may want to do."""

    AUTHORIZE = "authorize"
    ASK_FOR_INFORMATION = "ask_for_information"
    SETTLE_DUPLICATE = "settle_duplicate"
    FORWARD = "forward"
    DENY = "deny"


ONLY_A_PHYSICIAN_DENIES = "ONLY_A_PHYSICIAN_DENIES"
PEER_TO_PEER_NOT_OFFERED = "PEER_TO_PEER_NOT_OFFERED"


def refusal(reviewer: Reviewer, act: Act, *, peer_to_peer_offered: bool) -> str:
    """Why this reviewer may not do this; "" when he may.

    Only a physician denies, and only after a peer-to-peer talk was offered; everything else is a
    nurse's too.
    """
    if act is not Act.DENY:
        return ""
    if reviewer is not Reviewer.PHYSICIAN:
        return ONLY_A_PHYSICIAN_DENIES
    return "" if peer_to_peer_offered else PEER_TO_PEER_NOT_OFFERED
