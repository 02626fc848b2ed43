"""Why a case cannot be decided at intake (DR-12), and what continuity of care takes away (DR-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orders.rules.duplicates import DuplicateFlag
from orders.rules.lines import JudgedLine
from orders.rules.results import Judgement, PendReason
from orders.rules.terms import DeviationEffect, Terms
from pathways.criteria.outcome import Result
from pathways.deviations import Deviation
from pathways.matching import PathwayMatch
from pathways.schedules import parse_cycles

#: Reasons that only a reviewer settles; continuity of care takes neither away (DR-10).
CUSTOM_PLAN, DUPLICATE = "CUSTOM_PLAN", "DUPLICATE"


def effect_of(deviation: Deviation, terms: Terms) -> DeviationEffect:
    """What a deviation does in this program (R-181); a custom plan always pends (R-174)."""
    match deviation.kind:
        case "custom":
            return DeviationEffect.PENDS
        case "schedule":
            return terms.schedule_deviation
        case "fn":
            return terms.growth_factor_deviation
    return terms.unknown_answer if deviation.unknown else terms.clinical_mismatch


def questions_of_the_case(match: PathwayMatch, duplicates: Sequence[DuplicateFlag]) -> list[PendReason]:
    """The reasons that only a reviewer settles: a custom plan, a possible duplicate (DR-12)."""
    found = []
    if match.custom:
        found.append(PendReason(CUSTOM_PLAN, match.deviations[0].sentence))
    return found + duplicate_question(duplicates)


def duplicate_question(duplicates: Sequence[DuplicateFlag]) -> list[PendReason]:
    """The reason that a possible duplicate makes, if there is one (DR-11)."""
    return [PendReason(DUPLICATE, _text(flag.sentence for flag in duplicates))] if duplicates else []


def asks_continuity(judgement: Judgement, terms: Terms) -> bool:
    """Whether the practice is asked if this treatment was under way, before the order may wait (R-194).

    Not where criteria are met (R-199), nor for a custom plan, which waits whatever the answer is (DR-10).
    """
    codes = {reason.code for reason in judgement.pend_reasons}
    return terms.continuity_enabled and CUSTOM_PLAN not in codes and bool(codes - {DUPLICATE})


def questions_of_criteria(
    lines: Sequence[JudgedLine],
    match: PathwayMatch,
    fn_deviations: Sequence[Deviation],
    terms: Terms,
) -> list[PendReason]:
    """The reasons that criteria leave open; none without a reviewed drug (DR-12).

    `lines` are those that were not withdrawn.
    A known clinical mismatch alone does not pend, unless the program says so.
    """
    open_lines = {**_open_lines(lines, fn_deviations, terms), **_overlapping_lines(lines)}
    found = []
    if open_lines:
        found.append(PendReason("POLICY", _text(open_lines.values()), tuple(open_lines)))
    if not any(line.waits for line in lines):
        return found
    for code, kind, unknown in (
        ("SCHEDULE", "schedule", False),
        ("UNKNOWN_ANSWER", "clinical", True),
        ("CLINICAL", "clinical", False),
    ):
        group = [
            deviation
            for deviation in match.deviations
            if (deviation.kind, deviation.unknown) == (kind, unknown)
            and effect_of(deviation, terms) is DeviationEffect.PENDS
        ]
        if group:
            drugs = {("therapeutic", deviation.drug) for deviation in group}
            numbers = tuple(line.number for line in lines if (line.drug["role"], line.name) in drugs)
            found.append(PendReason(code, _text(deviation.sentence for deviation in group), numbers))
    return found


def _overlapping_lines(lines: Iterable[JudgedLine]) -> Mapping[int, str]:
    """Reviewed lines of one drug that share a cycle: each is judged alone, so together they could exceed
    a limit that neither exceeds (DR-09).
    """
    waiting = [line.drug for line in lines if line.waits]
    shared = shared_cycles(waiting)
    return {
        line["number"]: f"{line['drug']} stands on two lines for the same cycles; the doses count together."
        for line in waiting
        if line["number"] in shared
    }


def shared_cycles(drugs: Iterable[Mapping[str, Any]]) -> Mapping[int, tuple[int, ...]]:
    """By line number the cycles in which its drug is on another line of its phase too.

    A loading dose in cycles of its own shares none.  Raises ScheduleError for cycles that cannot be read.
    """
    lines_of = defaultdict(list)
    for line in drugs:
        for cycle in parse_cycles(str(line["cycles"])):
            lines_of[line["drug"], int(line.get("phase") or 1), cycle].append(line["number"])
    found = defaultdict(list)
    for (_, _, cycle), numbers in lines_of.items():
        for number in numbers if len(numbers) > 1 else ():
            found[number].append(cycle)
    return {number: tuple(sorted(cycles)) for number, cycles in found.items()}


def _open_lines(
    lines: Iterable[JudgedLine], fn_deviations: Iterable[Deviation], terms: Terms
) -> Mapping[int, str]:
    """Reviewed lines that are not plainly covered, with a sentence each.

    A growth factor with an FN deviation is not, whatever its policy says (T3).
    """
    risky = {deviation.drug: deviation for deviation in fn_deviations}
    found = {}
    for line in lines:
        if not line.waits:
            continue
        deviation = risky.get(line.name)
        pends = deviation is not None and effect_of(deviation, terms) is DeviationEffect.PENDS
        if line.outcome is None:
            found[line.number] = f"No medical policy for {line.name} is in force on the start date."
        elif line.outcome.result is not Result.MET or pends:
            found[line.number] = deviation.sentence if deviation else line.outcome.sentence
    return found


def _text(sentences: Iterable[str]) -> str:
    return " ".join(sentences)
