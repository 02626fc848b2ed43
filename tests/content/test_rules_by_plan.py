"""One order under the rules of different plans (R-160, R-161)."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.criteria import deciding, judge
from tests.rules.content import content_on

ANEMIA = {
    "tumor": "breast",
    "anemia_cause": "chemotherapy",
    "on_myelosuppressive_chemotherapy": True,
    "treatment_intent": "curative",
    "labs": {"hemoglobin": "9.9"},
}
EPOETIN = {"drug": "epoetin alfa", "dose": "60000", "unit": "units", "days": "1"} | {
    "cycle_length_days": 7,
    "cycles": "1-4",
}


@pytest.mark.parametrize(
    ("plan", "line", "managed_by", "result", "by"),
    [
        ("BCBSMA", "PPO_EPO", "pbm", "not_met", ""),
        ("BCBSMA", "MA", "aim", "met", "POL-EPOETIN-ALFA-02"),
        ("BCBSM", "COMMERCIAL", "aim", "not_met", ""),
    ],
)
def test_the_same_order_is_judged_by_the_rules_of_its_own_plan(plan, line, managed_by, result, by) -> None:
    """R-160; R-161: Medicare follows the national determination, which asks for no intent."""
    day = date(2021, 10, 1)
    content = content_on(plan=plan, line_of_business=line, submitted_on=day, start_on=day)
    policy = content.policy("epoetin alfa")
    assert policy is not None
    outcome = judge(policy, {**ANEMIA, "line_of_business": line}, EPOETIN)
    found = deciding(outcome) if result == "met" else ""
    assert (content.manager("epoetin alfa", "J0885"), outcome.result.value, found) == (managed_by, result, by)
