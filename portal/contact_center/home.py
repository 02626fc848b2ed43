"""What waits for an agent: urgent drafts, calls that are owed, drafts in hand (D-37, D-41)."""

from __future__ import annotations

from typing import Any

from orders import calls
from orders.models import CallTask


def waiting() -> dict[str, Any]:
    """The lists of the contact center's home page (four queries); no member is named."""
    return {
        "urgent": calls.open_tasks(CallTask.Kind.URGENT_DRAFT),
        "owed": calls.open_tasks(CallTask.Kind.CALL_BACK),
        "drafts": calls.drafts_taken_up(),
        "outages": calls.outages(),
    }
