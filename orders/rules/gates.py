"""The acceptance gates: what a request must pass before it becomes a case (DR-01, DR-02, D-36, R-010).

A refused request has no case status, no drug status and no order id.  All refusals are returned, in
the order in which DR-01 tests them: the first is the reason that is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from orders.rules.calendars import Calendar
from orders.rules.deadlines import retro_last_day
from orders.rules.problems import Blocker, Problem
from orders.rules.radiation_course import RADIATION
from orders.rules.routing import ContactKey
from orders.rules.schedule import months_after
from orders.rules.terms import Terms
from pathways.diagnoses import is_malignant

Facts = Mapping[str, Any]

ORDERING_PRACTICE = "ordering_practice"
#: Who may submit, where no program says otherwise.
SUBMITTERS = (ORDERING_PRACTICE, "ordering_clinician")

REFUSED = "refused"
REFER_TO_HEALTH_PLAN = "refer_to_health_plan"


def refusals(
    facts: Facts,
    terms: Terms,
    *,
    eligibility_code: str = "",
    eligibility_reason: str = "",
    malignant: bool | None = None,
    listed: bool | None = None,
    form_rules: bool = True,
) -> list[Problem]:
    """Everything that keeps this request from becoming a case; empty when it may be submitted.

    `eligibility_code` and `eligibility_reason` are those of the member's eligibility on the start
    date, where it found one against the program.  `malignant` and `listed` are what the code lists
    say of the primary diagnosis; without them the code itself and the tumor in the facts decide.
    `form_rules` adds what is no gate of DR-01 (R-010, D-36).
    """
    diagnosis = facts.get("diagnosis") or ""
    malignant = is_malignant(diagnosis) if malignant is None else malignant
    listed = facts.get("tumor") is not None if listed is None else listed
    found = [
        *_submitter(facts, terms.submitter_roles),
        *(_setting(facts, terms) if form_rules else ()),
        *_solution(facts, terms),
        *_eligibility(eligibility_code, eligibility_reason),
        *_program(facts, terms),
        *_go_live(facts, terms),
        *_diagnosis(diagnosis, terms, malignant=malignant, listed=listed),
        *_retro(facts, terms),
        *(_too_early(facts, terms) if form_rules else ()),
    ]
    # Eligibility tests some of the same gates, with more to say about the member: its words go first.
    return list({problem.code: problem for problem in reversed(found)}.values())[::-1]


def refusals_without_a_program(
    facts: Facts, *, eligibility_code: str, eligibility_reason: str
) -> list[Problem]:
    """The same for a member whose line of business is in none of our programs, so that there are no terms."""
    return [*_submitter(facts, SUBMITTERS), *_eligibility(eligibility_code, eligibility_reason)]


def defects(facts: Facts, *, tumors: Collection[str]) -> list[Problem]:
    """What no request can be judged with, whichever interface it comes from: answers missing or at odds.

    No gates of DR-01, and therefore named after them; DR-28 asks for the ID of a trial.  `tumors` are the
    cancers that the primary diagnosis stands for.
    """
    return [
        *_no_diagnosis(facts),
        *_another_tumor(facts, tumors),
        *_no_drug(facts),
        *_no_end(facts),
        *_no_trial_id(facts),
    ]


def _no_diagnosis(facts: Facts) -> Iterator[Problem]:
    if not facts.get("diagnosis"):
        yield Blocker(
            "DIAGNOSIS_MISSING",
            "diagnosis",
            "Enter the primary diagnosis.",
            field="primary",
            redirect=REFUSED,
        )


def _another_tumor(facts: Facts, tumors: Collection[str]) -> Iterator[Problem]:
    """An order without a tumor is none of this: it has no regimen to match and pends."""
    if facts.get("diagnosis") and facts.get("tumor") and facts["tumor"] not in tumors:
        yield Blocker(
            "TUMOR_NOT_OF_DIAGNOSIS",
            "diagnosis",
            f"The diagnosis {facts['diagnosis']} is not used for the cancer that was chosen. Choose the "
            "diagnosis again.",
            field="primary",
            redirect=REFUSED,
        )


def _no_drug(facts: Facts) -> Iterator[Problem]:
    if facts.get("drugs"):
        return
    if facts.get("solution") == RADIATION:
        yield Blocker(
            "NO_TECHNIQUE",
            "radiation",
            "There is no technique on this order. Choose how radiation is given.",
            field="radiation_technique",
            redirect=REFUSED,
        )
    else:
        yield Blocker(
            "NO_DRUG",
            "dosing",
            "There is no drug on this order. Add what is to be given.",
            field="add_drug",
            redirect=REFUSED,
        )


def _no_end(facts: Facts) -> Iterator[Problem]:
    end_on, start_on = facts.get("planned_end_on"), date.fromisoformat(facts["start_on"])
    if not end_on or date.fromisoformat(end_on) < start_on:
        yield Blocker(
            "END_BEFORE_START",
            "dates",
            f"Enter a planned end of treatment on or after the start, {_day(start_on)}.",
            field="planned_end_on",
            redirect=REFUSED,
        )


def _no_trial_id(facts: Facts) -> Iterator[Problem]:
    trial = facts.get("trial") or {}
    if trial.get("enrolled") and not trial.get("trial_id"):
        yield Blocker(
            "TRIAL_ID_MISSING",
            "dates",
            "Enter the ID of the clinical trial, or say that this is none.",
            field="trial_id",
            redirect=REFUSED,
        )


def _submitter(facts: Facts, roles: Collection[str]) -> Iterator[Problem]:
    if (facts.get("submitter_role") or ORDERING_PRACTICE) not in roles:
        yield Blocker(
            "SERVICING_PROVIDER_CANNOT_SUBMIT",
            "providers",
            "Only the ordering practice may submit a request. Ask the ordering office to enter it.",
            field="ordering_provider",
            redirect=REFUSED,
        )


def _setting(facts: Facts, terms: Terms) -> Iterator[Problem]:
    if terms.outpatient_only and facts.get("setting") == "inpatient":
        yield Blocker(
            "INPATIENT_NOT_REQUIRED",
            "plan",
            f"Inpatient treatment needs no request to the {terms.program_name}.",
            field="setting",
            redirect=REFUSED,
        )


def _solution(facts: Facts, terms: Terms) -> Iterator[Problem]:
    if (facts.get("solution") or terms.solutions[0]) not in terms.solutions:
        yield Blocker(
            "SOLUTION_NOT_IN_PROGRAM",
            "plan",
            f"The {terms.program_name} does not take this kind of order. "
            f"{terms.contact(ContactKey.HEALTH_PLAN).text}",
            field="solution",
            redirect=REFER_TO_HEALTH_PLAN,
        )


def _eligibility(code: str, reason: str) -> Iterator[Problem]:
    if code not in ("", "IN_PROGRAM"):
        yield Blocker(code, "member", reason, field="member", redirect=REFER_TO_HEALTH_PLAN)


def _program(facts: Facts, terms: Terms) -> Iterator[Problem]:
    line: str = facts.get("line_of_business") or ""
    group, required_state = facts.get("group_number"), terms.pcp_states.get(line)
    if line not in terms.lines_of_business:
        yield _outside("NOT_IN_PROGRAM", f"The line of business is not in the {terms.program_name}.", terms)
    elif required_state and facts.get("pcp_state") != required_state:
        yield _outside(
            "NOT_IN_PROGRAM",
            f"Members of this line are in the {terms.program_name} only with a primary care provider in "
            f"{required_state}.",
            terms,
        )
    if group in terms.excluded_groups:
        yield _outside("GROUP_EXCLUDED", f"Group {group} takes no part in the {terms.program_name}.", terms)


def _outside(code: str, why: str, terms: Terms) -> Problem:
    sentence = f"{why} {terms.contact(ContactKey.HEALTH_PLAN).text}"
    return Blocker(code, "member", sentence, field="member", redirect=REFER_TO_HEALTH_PLAN)


def _go_live(facts: Facts, terms: Terms) -> Iterator[Problem]:
    if terms.go_live_on and date.fromisoformat(facts["start_on"]) < terms.go_live_on:
        yield Blocker(
            "BEFORE_GO_LIVE",
            "member",
            f"The {terms.program_name} takes requests for treatment from {_day(terms.go_live_on)} on. "
            f"{terms.contact(ContactKey.HEALTH_PLAN).text}",
            field="start_on",
            redirect=REFER_TO_HEALTH_PLAN,
        )


def _diagnosis(
    diagnosis: str, terms: Terms, *, malignant: bool | None, listed: bool | None
) -> Iterator[Problem]:
    if not diagnosis:
        return
    if not malignant:
        contact = terms.contact(ContactKey.NON_ONCOLOGY)
        yield Blocker(
            "NON_CANCER_PRIMARY",
            "diagnosis",
            f"The primary diagnosis must be the cancer that is treated or that led to what is treated. "
            f"{contact.text}",
            field="primary",
            redirect=REFER_TO_HEALTH_PLAN,
        )
    elif not (listed or terms.all_malignancies):
        contact = terms.contact(ContactKey.DIAGNOSIS_NOT_LISTED)
        yield Blocker(
            "DX_NOT_LISTED",
            "diagnosis",
            f"This diagnosis is not on the program's list. {contact.text}",
            field="primary",
            redirect=REFER_TO_HEALTH_PLAN,
        )


def _retro(facts: Facts, terms: Terms) -> Iterator[Problem]:
    start_on, submitted_on = date.fromisoformat(facts["start_on"]), date.fromisoformat(facts["submitted_on"])
    last = retro_last_day(start_on, terms.retro_business_days, calendar_of(terms))
    if submitted_on > last:
        until = f"A request for treatment that began on {_day(start_on)} could be made until {_day(last)}."
        late, redirect = terms.contact(ContactKey.RETRO).text, terms.retro_after_window
        plan_last = _plan_takes_until(start_on, terms)
        if plan_last and submitted_on > plan_last:
            late, redirect = f"The plan itself took it until {_day(plan_last)}; nobody takes it now.", REFUSED
        yield Blocker("RETRO_WINDOW_PASSED", "member", f"{until} {late}", field="start_on", redirect=redirect)


def _plan_takes_until(start_on: date, terms: Terms) -> date | None:
    """The last day on which the plan itself takes a late request (R-351); None where it sets no limit."""
    years = terms.retro_plan_limit_years
    return months_after(start_on, 12 * years) if years else None


def _too_early(facts: Facts, terms: Terms) -> Iterator[Problem]:
    start_on, submitted_on = date.fromisoformat(facts["start_on"]), date.fromisoformat(facts["submitted_on"])
    last = submitted_on + timedelta(days=terms.start_ahead_limit_days)
    if start_on > last:
        yield Blocker(
            "START_TOO_FAR_AHEAD",
            "member",
            f"Treatment may start {terms.start_ahead_limit_days} days ahead at most, today by {_day(last)}.",
            field="start_on",
            redirect=REFUSED,
        )


def calendar_of(terms: Terms) -> Calendar:
    """The plan's calendar for deadlines and the retrospective window."""
    return Calendar(
        time_zone=terms.time_zone,
        holidays=terms.holidays,
        closes_at=terms.closes_at,
        opens_at=terms.opens_at,
    )


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
