"""Sentences: how a test and what was found for it read to a practice."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def plain(number: Decimal | int) -> str:
    """A number without needless zeros: 10, 10.6, 0.5."""
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(number: Decimal | int, unit: str = "") -> str:
    """A number with its unit: "200 mg", "20%", "2"."""
    if unit == "%":
        return f"{plain(number)}%"
    return f"{plain(number)} {unit}".rstrip()


def joined(words: Iterable[str], last: str) -> str:
    """Words in a row: "IIIB", "IIIB or IV", "IIIB, IV or IVA"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def count(number: int, noun: str) -> str:
    """ "1 dose", "2 doses" ."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def capital(text: str) -> str:
    """`text` with its first letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
