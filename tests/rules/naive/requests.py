"""Random requests over all shipped content: from a regimen row or a paragraph, with a few things changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.terms import Terms
from tests.rules.naive import course, raw
from tests.rules.naive.changes import CHANGES
from tests.rules.naive.lines import as_in_row, give_supportive, new_line
from tests.rules.naive.occasions import OCCASIONS, earlier_orders
from tests.rules.naive.patients import Fitting, fit_row, of_tumor
from tests.rules.programs import PROGRAMS

Raw = dict[str, Any]

FIRST_DAY, LAST_DAY = date(2021, 7, 1), date(2027, 6, 30)
ROWS = [(release, row) for release in raw.RELEASES for row in release.regimens]
PARAGRAPHS = [
    (policy, found)
    for policy in raw.POLICIES
    if not policy["policy"].startswith("radiation of ")
    for found in policy["paragraphs"]
]
#: Drugs that some plan has reviewed at some time; the policy of another is never asked.
REVIEWED = {
    drug
    for file in raw.ROUTING
    for row in file["managers"]
    if row["by"] == "aim"
    for drug in [*row.get("drugs", []), *(product["drug"] for product in row.get("products", []))]
}


@dataclass(frozen=True)
class Drawn:
    """One request: what `judge_order` takes, but for the content."""

    facts: Raw
    terms: Terms
    earlier: list[EarlierOrder]


def draw(rng: Random) -> Drawn:
    """A request; the next one differs, the same seed gives the same."""
    request = _from_row(rng) if rng.random() < 0.55 else _from_paragraph(rng)
    facts = request.facts
    if rng.random() < 0.3:
        give_supportive(rng, facts)
    for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4])):
        change = rng.choice(OCCASIONS if rng.random() < 0.3 else CHANGES)
        change(rng, facts)
    for number, line in enumerate(facts["drugs"], start=1):
        line["number"] = number
        # No cycle is shorter than its days: such a line is refused when it is read.
        line["cycle_length_days"] = max([line["cycle_length_days"], *(course.numbers(line["days"]) or [])])
    facts["supportive_only"] = not any(line["role"] == "therapeutic" for line in facts["drugs"])
    if facts["planned_end_on"] is None:
        days = max(1, course.course_days(facts["drugs"]) + rng.choice([0, 0, 0, 0, 0, -30, 14]))
        facts["planned_end_on"] = (
            date.fromisoformat(facts["start_on"]) + timedelta(days=days - 1)
        ).isoformat()
    earlier = earlier_orders(rng, facts) if rng.random() < 0.25 else []
    return Drawn(facts, request.terms, earlier)


def _from_row(rng: Random) -> Drawn:
    """An order as a row has it, for a patient who fits, on a day when the release is in force."""
    release, row = rng.choice(ROWS)
    later = [found.effective for found in raw.RELEASES if found.effective > release.effective]
    submitted_on = _day(rng, release.effective, min(later, default=LAST_DAY))
    start_on = max(FIRST_DAY, submitted_on + timedelta(days=rng.choice([-2, -1, 0, 1, 5, 30])))
    patient = of_tumor(rng, row["tumor"])
    fit_row(rng, patient, row)
    terms = rng.choice(PROGRAMS)
    facts = _facts(rng, patient, terms, start_on, min(submitted_on, start_on + timedelta(days=2)))
    facts["regimen_id"] = row["id"]
    facts["drugs"] = [as_in_row(rng, part, start_on) for part in row["components"]]
    return Drawn(facts, terms, [])


def _from_paragraph(rng: Random) -> Drawn:
    """An order for a drug such that one paragraph of its policy holds, on a day when it is in force."""
    policy, paragraph = rng.choice(PARAGRAPHS)
    drug, effective = policy["policy"], date.fromisoformat(policy["effective"])
    ends = [
        date.fromisoformat(found["effective"])
        for found in raw.POLICIES
        if found["policy"] == drug and found["effective"] > policy["effective"]
    ]
    start_on = _day(rng, effective, min(ends, default=LAST_DAY))
    submitted_on = max(
        raw.RELEASES[0].effective, start_on - timedelta(days=rng.choice([-2, -1, 0, 1, 7, 60]))
    )
    patient = of_tumor(rng, rng.choice(raw.TUMORS)["tumor"])
    line = new_line(rng, drug, start_on)
    fitting = Fitting(rng, patient, line)
    fitting.paragraph(paragraph)
    patient = of_tumor(rng, patient["tumor"]) | {
        key: value for key, value in patient.items() if key != "diagnosis"
    }
    lines = [line, *(new_line(rng, partner, start_on) for partner in fitting.partners)]
    regimens = raw.release_on(submitted_on).regimens
    if fitting.risk:
        row = rng.choice([row for row in regimens if row["fn_risk"] == fitting.risk])
        patient["tumor"] = row["tumor"]
        fit_row(rng, patient, row)
        lines = [*(as_in_row(rng, part, start_on) for part in row["components"]), line]
    wanted = patient.pop("line_of_business", None)
    terms = _program(rng, wanted, line, start_on)
    facts = _facts(rng, patient, terms, start_on, submitted_on)
    facts["line_of_business"] = wanted if wanted in terms.lines_of_business else facts["line_of_business"]
    facts["pcp_state"] = terms.pcp_states.get(facts["line_of_business"])
    facts["drugs"] = lines
    facts["regimen_id"] = _row_of(regimens, facts["tumor"], lines)
    return Drawn(facts, terms, [])


def _program(rng: Random, wanted: str | None, line: Raw, start_on: date) -> Terms:
    """A program that has the line of business and reviews the drug, if there is one."""
    programs = [terms for terms in PROGRAMS if wanted is None or wanted in terms.lines_of_business]
    reviewing = [
        terms
        for terms in programs
        if raw.manager_on(
            *(terms.plan, wanted or terms.lines_of_business[0], line["drug"], line["hcpcs"], start_on)
        )
        == "aim"
    ]
    return rng.choice(reviewing or programs)


def _row_of(regimens: list[Raw], tumor: str, lines: list[Raw]) -> str | None:
    drugs = {line["drug"] for line in lines if line["role"] == "therapeutic"}
    return next(
        (
            row["id"]
            for row in regimens
            if row["tumor"] == tumor and {part["drug"] for part in row["components"]} == drugs
        ),
        None,
    )


def _day(rng: Random, first: date, end: date) -> date:
    """A day from `first` on and before `end`; often the first or the last of them."""
    last = max(first, end - timedelta(days=1))
    near = [first, last, first + timedelta(days=1)]
    days = (last - first).days
    return rng.choice(near) if rng.random() < 0.25 else first + timedelta(days=rng.randint(0, days))


def _facts(rng: Random, patient: Raw, terms: Terms, start_on: date, submitted_on: date) -> Raw:
    line = rng.choice(terms.lines_of_business)
    return {
        **patient,
        "solution": "medical_oncology",
        "setting": "outpatient",
        "plan": terms.plan,
        "program": terms.program,
        "line_of_business": line,
        "group_number": rng.choice([None, "12345"]),
        "pcp_state": terms.pcp_states.get(line),
        "submitter_role": rng.choice(terms.submitter_roles),
        "start_on": start_on.isoformat(),
        "submitted_on": submitted_on.isoformat(),
        "planned_end_on": None,
        "urgency": "standard",
        "secondary_diagnoses": [],
        "regimen_id": None,
        "coverage_starts_on": "2018-01-01",
        "network": "in",
        "provider_state": rng.choice(["MA", "MI", "NC"]),
        "references_order": None,
        "replaces_order": None,
        "continuity": None,
    }
