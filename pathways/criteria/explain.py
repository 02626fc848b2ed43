"""Sentences: how a test and what was found for it read to a practice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches


def plain(number: Decimal | int) -> str:
    """A number without needless zeros: 10, 10.6, 0.5."""
    return format(Decimal(number).normalize(), "f")


def quantity(number: Decimal | int, unit: str) -> str:
    """A number with its unit: "200 mg", "20%", "2"."""
    if unit == "%":
        return f"{plain(number)}%"
    return f"{plain(number)} {unit}".rstrip()


def dated(day: date) -> str:
    """A day as people read it: "Oct 1, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"


def joined(words: Iterable[str], last: str) -> str:
    """Words in a row: "IIIB", "IIIB or IV", "IIIB, IV or IVA"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def count(number: int, noun: str) -> str:
    """ "1 dose", "2 doses" ."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def lowered(text: str) -> str:
    """`text` as it stands within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """`text` with its first letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def nearest(name: str, known: Collection[str]) -> str:
    """The known name most like `name`, else one of the same letters in any order and case, else nothing."""
    same_letters = [one for one in known if sorted(one.lower()) == sorted(name.lower())]
    return next(iter([*get_close_matches(name, known), *same_letters]), "")
