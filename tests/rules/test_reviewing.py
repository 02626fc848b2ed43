"""Who may decide what on a case (DR-27, R-240, R-246)."""

from __future__ import annotations

import pytest

from orders.rules.reviewing import Act, Reviewer, refusal

EVERYTHING_BUT_DENYING = [act for act in Act if act is not Act.DENY]


@pytest.mark.parametrize("reviewer", Reviewer)
@pytest.mark.parametrize("act", EVERYTHING_BUT_DENYING)
def test_a_nurse_does_what_a_physician_does_but_deny_dr_27(reviewer, act):
    assert refusal(reviewer, act, peer_to_peer_offered=False) == ""


@pytest.mark.parametrize(
    ("reviewer", "offered", "why"),
    [
        (Reviewer.NURSE, False, "ONLY_A_PHYSICIAN_DENIES"),
        (Reviewer.NURSE, True, "ONLY_A_PHYSICIAN_DENIES"),
        (Reviewer.PHYSICIAN, False, "PEER_TO_PEER_NOT_OFFERED"),
        (Reviewer.PHYSICIAN, True, ""),
    ],
)
def test_only_a_physician_denies_and_only_after_the_offer_of_a_talk_r_240_r_246(reviewer, offered, why):
    assert refusal(reviewer, Act.DENY, peer_to_peer_offered=offered) == why
