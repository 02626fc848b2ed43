"""The treatment calendar: every administration of an order on one line per drug, drawn by the server.

Places are percentages of the picture's width, so that it fits any column without scaling its words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.words import day

#: Month names that fit beside each other on a phone.
MOST_NAMES = 8
#: Percent of the width from which on a name would stand out of the picture.
LAST_NAME = 93

DrugDays = tuple[str, Sequence[date] | None]
Run = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Month:
    """The first of a month, its name where there is room, and below January the year that begins."""

    at: str
    label: str
    year: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One drug and where its runs of days begin and end; None when only its label knows the days."""

    drug: str
    marks: list[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that the picture and its table print."""

    months: list[Month]
    shows_year: bool
    rows: list[Row]
    grace_from: str
    grace_width: str
    table: list[tuple[str, str]]
    summary: str


def calendar(
    lines: Iterable[DrugDays], *, start_on: date, planned_end_on: date, valid_to: date | None = None
) -> Calendar:
    """The calendar of (drug, days) pairs from the first day to the end of the valid range.

    The days from the planned end to `valid_to` are the grace, shaded.
    """
    lines = list(lines)
    last = max(planned_end_on, valid_to or planned_end_on)
    length = (last - start_on).days + 1

    def place(on: date, offset: float = 0.5) -> float:
        return 100 * ((on - start_on).days + offset) / length

    grace_from = place(planned_end_on + timedelta(days=1), 0)
    months = _months(start_on, last, place)
    return Calendar(
        months=months,
        shows_year=any(month.year for month in months),
        rows=[Row(drug, None if days is None else _marks(days, place)) for drug, days in lines],
        grace_from=_percent(grace_from),
        grace_width=_percent(100 - grace_from) if last > planned_end_on else "",
        table=_table(lines),
        summary=_summary(lines, start_on, planned_end_on, valid_to),
    )


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _marks(days: Sequence[date], place: Callable[[date], float]) -> list[tuple[str, str]]:
    return [(_percent(place(first)), _percent(place(last))) for first, last in runs(days)]


def runs(days: Iterable[date]) -> list[Run]:
    """Days that follow each other, joined: a drug taken daily is one run and not a hundred days."""
    found: list[Run] = []
    for on in sorted(days):
        if found and on - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], on)
        else:
            found.append((on, on))
    return found


def _months(start_on: date, last: date, place: Callable[[date, float], float]) -> list[Month]:
    firsts: list[date] = []
    first = start_on.replace(day=1)
    while first <= last:
        if first >= start_on:
            firsts.append(first)
        first = (first + timedelta(days=31)).replace(day=1)
    every = -(-len(firsts) // MOST_NAMES)
    places = [place(first, 0) for first in firsts]
    january = next((number for number, first in enumerate(firsts) if first.month == 1), 0)
    return [
        _month(first, at, named=(number - january) % every == 0 and at < LAST_NAME)
        for number, (first, at) in enumerate(zip(firsts, places, strict=True))
    ]


def _month(first: date, at: float, *, named: bool) -> Month:
    year = f"{first:%Y}" if named and first.month == 1 else ""
    return Month(_percent(at), f"{first:%b}" if named else "", year)


def _table(lines: Sequence[DrugDays]) -> list[tuple[str, str]]:
    """Runs of days with the drugs that are given on each of them, in order."""
    drugs: dict[date, list[str]] = defaultdict(list)
    for drug, days in lines:
        for on in days or ():
            drugs[on].append(drug)
    days_of: dict[str, list[date]] = defaultdict(list)
    for on, given in drugs.items():
        days_of[", ".join(given)].append(on)
    rows = [(first, last, names) for names, days in days_of.items() for first, last in runs(days)]
    return [
        (day(first) if first == last else f"{day(first)} to {day(last)}, daily", names)
        for first, last, names in sorted(rows)
    ]


def _summary(lines: Sequence[DrugDays], start_on: date, planned_end_on: date, valid_to: date | None) -> str:
    given = {on for _, days in lines for on in days or ()}
    first, last = min(given, default=start_on), max(given, default=planned_end_on)
    words = f"{len(given)} treatment day{'' if len(given) == 1 else 's'} from {day(first)} to {day(last)}"
    if valid_to and valid_to > planned_end_on:
        words += f"; valid through {day(valid_to)}"
    unknown = [drug for drug, days in lines if days is None]
    if unknown:
        words += f". {', '.join(unknown)}: days as the label says"
    return words
