"""The check digit of National Provider Identifiers."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"^[12][0-9]{9}$")
#: What the prefix 80840 adds to the sum of the other digits.
_PREFIX_SUM = 24


def check_digit(nine: str) -> str:
    """The tenth digit of an NPI: Luhn over prefix 80840 and the first nine."""
    doubled = "".join(str(int(d) * 2) if i % 2 == 0 else d for i, d in enumerate(nine))
    return str(-(_PREFIX_SUM + sum(map(int, doubled))) % 10)


def is_valid_npi(text: str) -> bool:
    """Ten digits that begin with 1 or 2 and end in the right check digit."""
    return bool(_PATTERN.match(text)) and check_digit(text[:9]) == text[9]
