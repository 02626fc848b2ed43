"""Words of the review pages."""

from __future__ import annotations

#: Why a case is open (DR-12, R-232), short enough for a table.
REASONS: dict[str, str] = {
    "POLICY": "Criteria open",
    "CUSTOM_PLAN": "Custom plan",
    "DUPLICATE": "Possible duplicate",
    "SCHEDULE": "Cycles or dosing",
    "UNKNOWN_ANSWER": "Answer missing",
    "ESCALATED": "Escalated",
}
