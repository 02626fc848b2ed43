"""The kinds of scenarios beside cases (DR-18, DR-20, DR-27, D-13)."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from members.models import ProgramTerms
from portal.evaluate import kinds
from tests.portal.evaluate.conftest import EXAMPLES


def of_kind(kind, **request_):
    return {"id": 1, "kind": kind, "request": request_}


class TestReviewPermission:
    @pytest.mark.parametrize(
        ("request_", "expected"),
        [
            ({"actor": "nurse", "action": "deny"}, (False, "ONLY_A_PHYSICIAN_DENIES")),
            ({"actor": "nurse", "action": "authorize"}, (True, None)),
            ({"actor": "physician", "action": "deny"}, (False, "PEER_TO_PEER_NOT_OFFERED")),
            ({"actor": "physician", "action": "deny", "peer_to_peer_offered": True}, (True, None)),
        ],
    )
    def test_dr27_who_may_deny(self, request_, expected, evaluated):
        found = evaluated(of_kind("review_permission", **request_))
        assert (found["allowed"], found["reason"]) == expected


class TestDraftWithdrawal:
    DRUGS = [{"drug": "pembrolizumab"}, {"drug": "XB-101", "investigational": True}]

    def test_d13_r192_a_draft_withdrawn_before_submission(self, evaluated):
        found = evaluated(of_kind("draft_withdrawal", therapeutic=self.DRUGS[:1], supportive=self.DRUGS[1:]))
        assert found == {
            "case_status": None,
            "drug_status": {
                "pembrolizumab": "Not Reviewed/Error Entry",
                "XB-101": "Not Reviewed/Error Entry",
            },
            "order_id_issued": False,
        }

    def test_r100_a_real_draft_is_discarded_by_the_action_of_the_screens(self, evaluated):
        with patch.object(kinds, "discard_draft", wraps=kinds.discard_draft) as discard:
            evaluated(of_kind("draft_withdrawal", therapeutic=self.DRUGS))
        (draft,) = discard.call_args.args
        assert (draft.status, draft.disposition) == ("withdrawn", "withdrawn")


class TestOrderUseCheck:
    ORDER = {"start_date": "2021-10-12", "planned_end": "2022-02-14", "visits_approved": 6}

    def test_without_a_plan_the_grace_is_three_weeks(self, evaluated):
        found = evaluated(of_kind("order_use_check", order=self.ORDER, administrations=["2022-03-07"]))
        assert found == {"valid_to": "2022-03-07", "covered": [True]}

    def test_dr20_the_grace_is_that_of_the_plan_s_program(self, evaluated):
        """The line of business tells the programs of a plan apart."""
        ProgramTerms.objects.filter(program__slug="bcbsma-medicare-advantage").update(grace_days=7)
        asked = {"plan": "BCBSMA", "order": self.ORDER, "administrations": ["2022-02-21", "2022-02-22"]}
        assert evaluated(of_kind("order_use_check", **asked, lob="MA")) == {
            "valid_to": "2022-02-21",
            "covered": [True, False],
        }
        assert evaluated(of_kind("order_use_check", **asked, lob="PPO_EPO"))["valid_to"] == "2022-03-07"

    def test_dr20_programs_that_differ_must_be_told_apart(self, evaluated):
        ProgramTerms.objects.filter(program__slug="bcbsma-medicare-advantage").update(grace_days=7)
        error = evaluated(of_kind("order_use_check", plan="BCBSMA", order=self.ORDER))
        assert error["path"] == "request.lob"

    def test_before_the_plan_had_a_program_there_is_no_grace(self, evaluated):
        early = {"start_date": "2001-10-12", "planned_end": "2002-02-14", "visits_approved": 6}
        error = evaluated(of_kind("order_use_check", plan="BCBSMA", order=early))
        assert error["path"] == "request.plan"


def test_dr18_r327_bills_are_answered_in_the_order_of_the_file(evaluated):
    request = EXAMPLES["EX-029"]["request"]
    backward = of_kind("billing", award=request["award"], claims=request["claims"][::-1])
    assert evaluated(backward)["claims"] == EXAMPLES["EX-029"]["expected"]["claims"][::-1]
