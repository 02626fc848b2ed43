"""Met, not met and unknown, and what counts as an answer (DR-06, DR-09, R-111)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pathways.criteria.terms import THERAPY_CLASSES

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"


def truth(value: bool | None) -> str:
    """None is unknown."""
    return {True: MET, False: NOT_MET, None: UNKNOWN}[value]


def every(results: Iterable[str]) -> str:
    """One that is not met decides, then one that is unknown."""
    found = list(results)
    return NOT_MET if NOT_MET in found else UNKNOWN if UNKNOWN in found else MET


def some(results: Iterable[str]) -> str:
    """One that is met decides, then one that is unknown."""
    found = list(results)
    return MET if MET in found else UNKNOWN if UNKNOWN in found else NOT_MET


def opposite(result: str) -> str:
    """Unknown stays unknown."""
    return {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}[result]


def is_missing(answer: Any) -> bool:
    """An answer that says nothing."""
    return answer in (None, "", "unknown", "not_reported")


def flag(answer: Any) -> bool | None:
    """Yes or no, however it was said; None when it is missing."""
    return None if is_missing(answer) else {"yes": True, "no": False}.get(answer, answer) is True


def number(answer: Any) -> Decimal | None:
    """A number, or None when it is missing."""
    return None if is_missing(answer) else Decimal(str(answer))


def named(answer: Any) -> set[str] | None:
    """What a list names; None when it is missing, or when any of it is, which leaves all of it open."""
    missing = answer is None or isinstance(answer, str) or any(is_missing(item) for item in answer)
    return None if missing else set(answer)


def had_therapy(earlier: Any, therapy: str) -> str:
    """Was this drug, or a drug of this class, given before?

    Unknown when any of the list is unknown, or when only the class of the drug is told.
    """
    found = named(earlier)
    if found is None:
        return UNKNOWN
    if any(item == therapy or item in THERAPY_CLASSES.get(therapy, ()) for item in found):
        return MET
    return truth(None if any(therapy in THERAPY_CLASSES.get(item, ()) for item in found) else False)
