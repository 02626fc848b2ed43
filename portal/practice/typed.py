"""Numbers in what was posted: anybody can post anything, of any length."""

from __future__ import annotations

#: As far as primary keys count (BigAutoField).
LAST_KEY = 2**63 - 1


def whole(text: str, lowest: int, highest: int) -> int | None:
    """The whole number from `lowest` to `highest` that a text is; None for any other text.

    Python refuses to read thousands of digits, and a database has no room for them: both would be
    faults of ours.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(highest))):
        return None
    return found if lowest <= (found := int(text)) <= highest else None
