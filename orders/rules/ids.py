"""Numbers that people read over the phone: tracking number, Order ID, Pathway Eligible ID (D-16).

All are drawn at random, so that none can be guessed from another, and end in a check digit (Damm),
which notices every single wrong digit and every swap of neighbors.
"""

from __future__ import annotations

import re
from enum import StrEnum
from random import Random

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

#: Without I, O, 0 and 1, which look alike on paper.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

_SEPARATORS = re.compile(r"[\s\-–]+")


class IdKind(StrEnum):
    """Which of the numbers a text is."""

    TRACKING_NUMBER = "tracking_number"
    ORDER_ID = "order_id"
    PATHWAY_ELIGIBLE_ID = "pathway_eligible_id"


def tracking_number(random: Random) -> str:
    """A reference for a new draft: T and nine digits; never called Order ID (D-15)."""
    return f"T{_digits(random)}"


def order_id(random: Random) -> str:
    """An Order ID: nine digits, the last a check digit (R-295)."""
    return _digits(random)


def pathway_eligible_id(random: Random) -> str:
    """A Pathway Eligible ID: PE and eight letters or digits (R-299)."""
    return "PE" + "".join(random.choice(_LETTERS) for _ in range(8))


def _digits(random: Random) -> str:
    # The first digit is never 0, which spreadsheets drop.
    digits = str(random.randrange(10_000_000, 100_000_000))
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The Damm check digit of a string of digits."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def clean(text: str) -> str:
    """What a person typed or read out, as it is stored: no spaces or hyphens, upper case (D-16)."""
    return _SEPARATORS.sub("", text).upper()


def kind_of(text: str) -> IdKind | None:
    """Which number a text is, or None if it is none or its check digit is wrong."""
    cleaned = clean(text)
    if re.fullmatch(r"T[0-9]{9}", cleaned) and _checks(cleaned[1:]):
        return IdKind.TRACKING_NUMBER
    if re.fullmatch(r"[0-9]{9}", cleaned) and _checks(cleaned):
        return IdKind.ORDER_ID
    if re.fullmatch(rf"PE[{_LETTERS}]{{8}}", cleaned):
        return IdKind.PATHWAY_ELIGIBLE_ID
    return None


def _checks(digits: str) -> bool:
    return check_digit(digits[:-1]) == digits[-1]
