"""A request beside the regimen picked: same drugs, fit of the patient, schedule, doses (DR-05 to DR-07)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.rules.naive import course
from tests.rules.naive.amounts import is_off
from tests.rules.naive.truth import MET, NOT_MET, UNKNOWN, every, flag, had_therapy, is_missing, number, truth

Raw = dict[str, Any]


@dataclass
class Fit:
    """What DR-05 to DR-07 say: codes of deviations and warnings, one per drug where a drug is named."""

    row: Raw | None = None
    custom: bool = False
    clinical: list[str] = field(default_factory=list)
    schedule: dict[str, list[str]] = field(default_factory=dict)
    warned: list[int] = field(default_factory=list)

    @property
    def unknown(self) -> bool:
        """Is an answer that the row asks for missing?"""
        return any(code.endswith(":UNKNOWN") for code in self.clinical)

    @property
    def off_schedule(self) -> list[str]:
        """CODE:drug for each schedule deviation."""
        return [f"{code}:{drug}" for drug, codes in self.schedule.items() for code in codes]


def fit(regimens: list[Raw], facts: Raw, added_to: set[str]) -> Fit:
    """Compare; `added_to` are the therapeutic drugs of the earlier order that is cited.

    A drug added to that order needs a plan with all drugs of both (DR-05, R-092).
    """
    lines = [line for line in facts["drugs"] if line["role"] == "therapeutic"]
    drugs = {line["drug"] for line in lines}
    if not facts["drugs"]:
        return _patient_alone(regimens, facts)
    if not drugs:
        return Fit()
    row = next(
        (
            row
            for row in regimens
            if row["id"] == facts["regimen_id"]
            and row["tumor"] == facts["tumor"]
            and {part["drug"] for part in row["components"]} == drugs
        ),
        None,
    )
    if row is None or (added_to and drugs - added_to and added_to - drugs):
        return Fit(custom=True)
    found = Fit(row=row, clinical=_clinical(row, facts))
    for part in row["components"]:
        own = [line for line in lines if line["drug"] == part["drug"]]
        codes, warned = _closest(part, own)
        if codes:
            found.schedule[part["drug"]] = codes
        found.warned += warned
    return found


def _patient_alone(regimens: list[Raw], facts: Raw) -> Fit:
    """Without any drug the patient alone is compared with the row picked (R-179)."""
    rows = [row for row in regimens if (row["id"], row["tumor"]) == (facts["regimen_id"], facts["tumor"])]
    return Fit(row=rows[0], clinical=_clinical(rows[0], facts)) if rows else Fit()


def _clinical(row: Raw, facts: Raw) -> list[str]:
    """DR-06: every deviation of the patient from the row."""
    asked: dict[str, str] = {}
    for code, fact, values in (
        ("LINE", "line_of_therapy", row["lines"]),
        ("STAGE", "stage", row["stages"]),
        ("PATHOLOGY", "histology", row["histology"]),
    ):
        if values:
            answer = facts.get(fact)
            asked[code] = truth(None if is_missing(answer) else answer in values)
    if row["ecog_max"] is not None:
        ecog = number(facts.get("ecog"))
        asked["ECOG"] = truth(None if ecog is None else ecog <= row["ecog_max"])
    for marker in row["biomarkers"]:
        answer = (facts.get("biomarkers") or {}).get(marker["name"])
        result = truth(None if is_missing(answer) else answer in marker["in"])
        accepted = result == UNKNOWN and marker["accept_unknown"]
        asked[f"BIOMARKER:{marker['name']}"] = MET if accepted else result
    if therapies := row["prior_therapy"].get("all"):
        earlier = facts.get("prior_therapies")
        asked["PRIOR_THERAPY"] = every(had_therapy(earlier, therapy) for therapy in therapies)
    if row["concurrent_radiation"] is not None:
        given = flag(facts.get("concurrent_radiation"))
        asked["CONCURRENT_RT"] = truth(None if given is None else given is row["concurrent_radiation"])
    return [code for code, result in asked.items() if result == NOT_MET] + [
        f"{code}:UNKNOWN" for code, result in asked.items() if result == UNKNOWN
    ]


def _closest(part: Raw, lines: list[Raw]) -> tuple[list[str], list[int]]:
    """Codes and lines warned of, against the schedule of the row that comes nearest."""
    schedules = [part, *({**part, **other} for other in part.get("alternative_schedules", []))]
    compared = [(_schedule(one, lines), _warned(one, lines)) for one in schedules]
    return min(compared, key=lambda pair: (len(pair[0]), len(pair[1])))


def _warned(schedule: Raw, lines: list[Raw]) -> list[int]:
    return [line["number"] for line in lines if is_off(line, schedule["dose"], schedule["unit"])]


def _schedule(schedule: Raw, lines: list[Raw]) -> list[str]:
    """DR-07 for all lines of one drug."""
    codes = []
    if any(line["cycle_length_days"] != schedule["cycle_length_days"] for line in lines):
        codes.append("CYCLE_LENGTH")
    cycles = sorted({cycle for line in lines for cycle in course.cycles_of(line)})
    unbroken = cycles == list(range(1, len(cycles) + 1))
    in_phase = all(line["phase"] == schedule["phase"] for line in lines)
    if not (unbroken and in_phase and _allows(schedule["cycles"], len(cycles))):
        codes.append("CYCLE_COUNT")
    asked = course.numbers(schedule["days"])
    if asked is not None and any(course.numbers(line["days"]) != asked for line in lines):
        codes.append("DAYS")
    if any(line["per_day"] != schedule["per_day"] for line in lines) or _twice(lines):
        codes.append("FREQUENCY")
    return codes


def _allows(rule: Raw, count: int) -> bool:
    if rule["type"] == "fixed":
        return count in rule["allowed"]
    return bool(rule["min"] <= count <= rule.get("max_per_order", rule.get("max")))


def _twice(lines: list[Raw]) -> bool:
    """Do two lines give the drug on the same day of a cycle of the same phase?"""
    given = Counter(
        (line["phase"], cycle, day)
        for line in lines
        for cycle in course.cycles_of(line)
        for day in course.numbers(line["days"]) or ["the label's days"]
    )
    return any(times > 1 for times in given.values())
