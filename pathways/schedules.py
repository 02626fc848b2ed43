"""Days and cycles as people type them: "1-4", "1,2,3", "1,8,15", "1-5,8" (R-121, R-122).

The one parser for answers, regimen content and policy limits.  It raises `ScheduleError` with a
sentence that tells the person who typed it what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

#: Written instead of days where the product label's own schedule is followed; never compared (DR-07).
LABEL = "LABEL"

#: No course has more cycles, and no cycle more days, than this; a longer list is a slip of the finger.
HIGHEST = 366

_ITEM = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


class ScheduleError(ValueError):
    """A list of days or cycles that cannot be read; the message is for the person who typed it."""


@lru_cache(maxsize=4096)
def parse_numbers(text: str, *, what: str, highest: int = HIGHEST) -> tuple[int, ...]:
    """Return the numbers of a list or range, ascending: "1-5,8" gives (1, 2, 3, 4, 5, 8).

    `what` is the plural noun for messages ("days", "cycles").  Raises ScheduleError for an empty
    list, for anything but numbers and ranges, for 0, a backward range, a number written twice or one
    above `highest`.
    """
    compact = text.replace("–", "-").replace(" ", "")
    if not compact:
        raise ScheduleError(f"Enter the {what}, for example 1-4 or 1,8,15.")
    numbers: list[int] = []
    for item in compact.split(","):
        numbers.extend(_item(item, what=what, highest=highest))
    ordered = sorted(numbers)
    for before, after in pairwise(ordered):
        if before == after:
            raise ScheduleError(f"{before} is written twice in the {what}; write each number once.")
    return tuple(ordered)


def _item(item: str, *, what: str, highest: int) -> range:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise ScheduleError(f"“{item}” is neither a number nor a range. Write the {what} like 1-4 or 1,8,15.")
    first = int(found[1])
    last = int(found[2] or first)
    if first == 0:
        raise ScheduleError(f"The {what} count from 1; 0 is not one of them.")
    if last < first:
        raise ScheduleError(f"“{item}” runs backward; write {last}-{first}.")
    if last > highest:
        raise ScheduleError(f"{last} is too high: the {what} go up to {highest}.")
    return range(first, last + 1)


def parse_days(text: str, *, cycle_length_days: int) -> tuple[int, ...] | None:
    """Days within the cycle, or None for the label's own schedule; raises ScheduleError (R-122)."""
    if text.strip().upper() == LABEL:
        return None
    days = parse_numbers(text, what="days")
    if days[-1] > cycle_length_days:
        raise ScheduleError(f"Day {days[-1]} is outside a cycle of {cycle_length_days} days.")
    return days


def parse_cycles(text: str) -> tuple[int, ...]:
    """Cycle numbers, counted from 1; raises ScheduleError (R-121)."""
    return parse_numbers(text, what="cycles")


def format_numbers(numbers: Iterable[int]) -> str:
    """The shortest list that `parse_numbers` reads back: (1, 2, 3, 8) gives "1-3,8"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) > 2:
        return f"{run[0]}-{run[-1]}"
    return ",".join(str(number) for number in run)
