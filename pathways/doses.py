"""Units of doses: what they measure, and per what (R-125, D-56).

A unit is written "mg", "mcg", "g", "units", "mg/m2", "mg/kg", "units/m2" or "AUC".  Doses compare
only within one measure and basis; masses convert between each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from math import gcd

#: Spelling -> (measure, how many of that measure's base unit it is).
_MEASURES: dict[str, tuple[str, Decimal]] = {
    "mg": ("mg", Decimal(1)),
    "g": ("mg", Decimal(1000)),
    "mcg": ("mg", Decimal("0.001")),
    "u": ("units", Decimal(1)),
    "unit": ("units", Decimal(1)),
    "units": ("units", Decimal(1)),
}

#: Every unit that content may name: masses and units, alone or by weight or surface, and what else is billed.
UNITS = (
    *("mg", "mg/kg", "mg/m2", "g", "g/kg", "g/m2", "mcg", "mcg/kg", "mcg/m2"),
    *("units", "units/kg", "units/m2", "unit", "U", "U/kg", "U/m2"),
    *("AUC", "infusion", "dose", "mL", "mCi", "uCi", "kBq/kg"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit taken apart: `measure` ("mg", "units", "auc", ...), `factor` to it, `per` "", "kg" or "m2"."""

    measure: str
    factor: Decimal
    per: str


@lru_cache(maxsize=256)
def parse_unit(text: str) -> Unit:
    """Take a unit apart; one that is not known measures itself ("infusion")."""
    amount, _, per = text.strip().lower().partition("/")
    measure, factor = _MEASURES.get(amount, (amount, Decimal(1)))
    return Unit(measure, factor, per)


#: No dose takes more vials than this many of the smallest step between their sizes; a larger one is a slip.
MOST_STEPS = 50_000


def whole_vials(amount: Decimal, sizes: Iterable[Decimal]) -> tuple[tuple[Decimal, int], ...]:
    """The vials to open for an amount, largest first: the least left over, then the fewest vials.

    Sizes are in the unit of the amount.  Empty without sizes, and for a dose no vials are counted for.
    """
    ordered = sorted({size for size in sizes if size > 0}, reverse=True)
    if not ordered or amount <= 0:
        return ()
    fine = 10 ** max(0, *(-int(size.as_tuple().exponent) for size in ordered))
    steps = [int(size * fine) for size in ordered]
    step = gcd(*steps)
    steps = [size // step for size in steps]
    need = int((amount * fine / step).to_integral_value(ROUND_CEILING))
    if need > MOST_STEPS:
        return ()
    last: list[int | None] = [None] * (need + steps[0])
    fewest: list[int | None] = [0, *([None] * (need + steps[0] - 1))]
    for total in range(1, need + steps[0]):
        for size in steps:
            before = fewest[total - size] if total >= size else None
            now = fewest[total]
            if before is not None and (now is None or before + 1 < now):
                fewest[total], last[total] = before + 1, size
    total = next(total for total in range(need, need + steps[0]) if fewest[total] is not None)
    opened: Counter[int] = Counter()
    while (size_of_last := last[total]) is not None:
        opened[size_of_last] += 1
        total -= size_of_last
    return tuple((size, opened[step]) for size, step in zip(ordered, steps, strict=True) if opened[step])


def ratio(dose: Decimal, unit: str, other: Decimal, other_unit: str) -> Decimal | None:
    """`dose` over `other`, both in base units; None when the units do not compare or `other` is 0."""
    left, right = parse_unit(unit), parse_unit(other_unit)
    if (left.measure, left.per) != (right.measure, right.per) or not other:
        return None
    return (dose * left.factor) / (other * right.factor)
