"""Radiation orders of the demo's members, with another course where a test asks for one."""

from __future__ import annotations

from typing import Any

from orders.models import Order
from portal import demo
from tests.factories import orders

#: Scenarios of fixtures/demo/orders.yaml: Medicare Advantage, and commercial.
AUTHORIZED, PENDED = "breast-radiation", "bone-radiation"
#: No policy covers the prostate: external beam there is voluntary (R-340), anything else goes to a nurse.
VOLUNTARY = {"site": "prostate", "technique": "3DCRT", "fractions": 28, "boost": 0}
ELSEWHERE = {**VOLUNTARY, "technique": "IMRT"}
#: Few enough fractions for bone metastases (RT-BM-01).
SHORT = {"site": "bone_metastases", "technique": "3DCRT", "fractions": 5, "boost": 0}


def submitted(name: str = AUTHORIZED, **changes: Any) -> Order:
    """A submitted radiation order; `changes` replace parts of the scenario, such as `radiation`."""
    scenario = demo.Scenario(name, {**demo.scenarios()[name].found, **changes})
    return demo.submit(scenario, by=orders.person("practice"), today=orders.today(), key=f"test-{name}")
