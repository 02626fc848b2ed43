"""Days, cycles and phases of drug lines (DR-20, DR-25, R-120 to R-123)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Line = dict[str, Any]


def numbers(text: str) -> list[int] | None:
    """ "1-3,5" as 1, 2, 3, 5; None for the label's own days."""
    if text == "LABEL":
        return None
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return sorted(set(found))


def cycles_of(line: Line) -> list[int]:
    """The cycles in which the drug is given."""
    return numbers(line["cycles"]) or []


def day_offsets(line: Line) -> list[int] | None:
    """Days of administration counted from the first day of the line's phase, which is 0."""
    days = numbers(line["days"])
    if days is None:
        return None
    length = line["cycle_length_days"]
    return sorted({(cycle - 1) * length + day - 1 for cycle in cycles_of(line) for day in days})


def span_days(line: Line) -> int:
    """From the first day of the phase to the last day of the line's last cycle."""
    return int(max(cycles_of(line)) * line["cycle_length_days"])


def phase_start(phase: int, lines: list[Line]) -> int:
    """Days from the start of treatment to the start of a phase; 0 for what runs along all of it."""
    return sum(_phase_days(earlier, lines) for earlier in range(1, phase))


def _phase_days(phase: int, lines: list[Line]) -> int:
    """A phase lasts as long as its therapeutic drugs, else its trial drugs, else its supportive ones."""
    for role in ("therapeutic", "investigational", "supportive"):
        if spans := [span_days(line) for line in lines if line["phase"] == phase and line["role"] == role]:
            return max(spans)
    return 0


def course_days(lines: list[Line]) -> int:
    """All phases one after another, or what runs along them if that is longer (DR-25).

    The therapeutic lines make the course; where there is none, all lines do.
    """
    making = [line for line in lines if line["role"] == "therapeutic"] or lines
    last = max((line["phase"] for line in making), default=0)
    along = [span_days(line) for line in making if line["phase"] == 0 or line["role"] == "supportive"]
    return max([phase_start(last + 1, making), *along])


def given_on(line: Line, lines: list[Line], start_on: date, until: date) -> list[date] | None:
    """The days on which a line is given, none after `until`; None for the label's own days."""
    offsets = day_offsets(line)
    if offsets is None:
        return None
    begin = phase_start(line["phase"], lines)
    days = [start_on + timedelta(days=begin + offset) for offset in offsets]
    return [day for day in days if day <= until]


def smallest_gap(line: Line, lines: list[Line]) -> tuple[int, bool]:
    """Days from a dose of the line to the closest dose of its drug, and whether the label's days may be
    closer; very large for one dose.
    """
    own = [one for one in lines if one["drug"] == line["drug"] and one["role"] != "investigational"]
    label = any(numbers(one["days"]) is None for one in own)
    if line["per_day"] > 1:
        return 0, label
    doses = [
        (phase_start(one["phase"], lines) + offset, one["number"] == line["number"])
        for one in own
        for offset in day_offsets(one) or []
    ]
    gaps = [
        abs(day - other)
        for at, (day, mine) in enumerate(doses)
        for place, (other, _) in enumerate(doses)
        if mine and at != place
    ]
    return min(gaps, default=10**6), label


def cycle_lengths(line: Line, lines: list[Line]) -> dict[tuple[int, int], int]:
    """The cycles in which the line's drug is given, by the start of the phase and number: their days."""
    found: dict[tuple[int, int], int] = {}
    for one in lines:
        if one["drug"] == line["drug"] and one["role"] != "investigational":
            for cycle in cycles_of(one):
                key = (phase_start(one["phase"], lines), cycle)
                found[key] = max(found.get(key, 0), one["cycle_length_days"])
    return found
