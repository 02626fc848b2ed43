"""Procedure codes of an approved radiation technique, and how many of each (R-283, R-345, DR-24).

The bundle of the technique says which codes, and what each is counted by:

- course: once;
- phase: once, and once more for a boost, which is planned anew;
- fraction: each one, those of the boost too;
- week: each five fractions, and once more for what is left of them;
- five fractions: each five; three or four left at the end count as five, one or two do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pathways.bundles import BundledCode, Per
from pathways.criteria.vocabulary import number

if TYPE_CHECKING:
    from orders.rules.lines import Content
    from orders.rules.results import LineJudgement


@dataclass(frozen=True, slots=True)
class ApprovedCode:
    """A code as an approval names it: what it stands for, and how often it may be billed."""

    code: str
    description: str
    quantity: int


def with_codes(
    lines: Iterable[LineJudgement], facts: Mapping[str, Any], content: Content
) -> tuple[LineJudgement, ...]:
    """The lines of a radiation order, each technique with the codes that an approval gives it.

    There are none while the number of fractions is not known, and none for what was withdrawn.
    """
    fractions, boost = (
        int(number(facts.get(name)) or 0) for name in ("radiation_fractions", "boost_fractions")
    )
    return tuple(
        replace(line, codes=procedure_codes(content.bundle(line.drug), fractions=fractions, boost=boost))
        if fractions and not line.withdrawn
        else line
        for line in lines
    )


def procedure_codes(bundle: Iterable[BundledCode], *, fractions: int, boost: int) -> tuple[ApprovedCode, ...]:
    """The codes of a course of `fractions` and a boost of `boost` more, in the order of the bundle.

    Codes that a course of this length does not have are left out.
    """
    given = fractions + boost
    counted = ((entry, entry.quantity * _times(entry.per, given, boost=boost)) for entry in bundle)
    return tuple(
        ApprovedCode(entry.code, entry.description, quantity)
        for entry, quantity in counted
        if quantity and _is_of_a_course(entry, given)
    )


def _is_of_a_course(entry: BundledCode, given: int) -> bool:
    most = entry.fractions_at_most
    return entry.fractions_at_least <= given and (most is None or given <= most)


def _times(per: Per, given: int, *, boost: int) -> int:
    """How often the code is counted in a course of `given` fractions, of which `boost` are the boost."""
    match per:
        case Per.COURSE:
            return 1
        case Per.PHASE:
            return 2 if boost else 1
        case Per.FRACTION:
            return given
        case Per.WEEK:
            return -(-given // 5)
        case Per.FIVE_FRACTIONS:
            return (given + 2) // 5
