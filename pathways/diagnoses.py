"""Which diagnosis codes are of a cancer (DR-01)."""

from __future__ import annotations


def is_malignant(code: str) -> bool:
    """Is this ICD-10-CM code a malignancy for the gates: C00 to C96, or D46 (DR-01)?"""
    category = code.strip().upper()[:3]
    # As text, so that C4A, C7A and C7B are among them.
    return len(category) == 3 and ("C00" <= category <= "C96" or category == "D46")
