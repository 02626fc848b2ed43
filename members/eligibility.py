"""Whether a member is covered, and in a program, on the day treatment starts (R-059 to R-067)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from members.models import Coverage, LineOfBusiness, Member, Plan, Program, ProgramTerms
from members.states import STATE_NAMES


class EligibilityCode(StrEnum):
    """Outcome of the check; the refusals are those of DR-01, in its order."""

    IN_PROGRAM = "IN_PROGRAM"
    NOT_COVERED = "NOT_COVERED"
    NOT_IN_PROGRAM = "NOT_IN_PROGRAM"
    GROUP_EXCLUDED = "GROUP_EXCLUDED"
    BEFORE_GO_LIVE = "BEFORE_GO_LIVE"


@dataclass(frozen=True)
class Eligibility:
    """The answer for one member and day, with its reason in a sentence (R-060).

    `notice` is something to know although the order may go on; `routed_to` and `link` name who
    reviews the member's line of business instead of us (R-067).
    """

    plan: Plan
    on: date
    code: EligibilityCode
    reason: str
    coverage: Coverage | None = None
    line_of_business: str = ""
    group_number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    program: Program | None = None
    terms: ProgramTerms | None = None
    in_program: bool = False
    outside_by_age: bool = False
    notice: str = ""
    routed_to: str = ""
    link: str = ""

    def snapshot(self) -> dict[str, object]:
        """The answer as JSON, for the order to keep (R-060)."""
        return {
            "plan": self.plan.slug,
            "on": self.on.isoformat(),
            "code": self.code.value,
            "reason": self.reason,
            "line_of_business": self.line_of_business,
            "group_number": self.group_number,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "program": self.program.slug if self.program else None,
            "in_program": self.in_program,
            "outside_by_age": self.outside_by_age,
        }


@dataclass(frozen=True)
class _Refusal:
    """Why a covered member is not in the program."""

    code: EligibilityCode
    reason: str
    routed_to: str = ""
    link: str = ""


def in_words(day: date) -> str:
    """A date as a sentence has it: March 1, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def age_on(birth_date: date, day: date) -> int:
    """Age in completed years (R-066); somebody born on February 29 ages on March 1."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def eligibility_on(member: Member, day: date) -> Eligibility:
    """Is the member covered and in a program on that day, and why (R-059, R-060, DR-01)?"""
    coverages = list(member.coverages.filter(void=False).order_by("-starts_on"))
    coverage = next((c for c in coverages if _covers(c, day)), None)
    if coverage is None:
        reason = _why_not_covered(coverages, day)
        return Eligibility(plan=member.plan, on=day, code=EligibilityCode.NOT_COVERED, reason=reason)
    program = program_for(member.plan, coverage.line_of_business)
    terms = _terms(program, day) if program else None
    refusal = _refusal(member.plan, coverage, day, program, terms)
    young = bool(terms and terms.adult_only and age_on(member.birth_date, day) < terms.adult_age)
    return Eligibility(
        plan=member.plan,
        on=day,
        code=refusal.code if refusal else EligibilityCode.IN_PROGRAM,
        reason=refusal.reason if refusal else _why_in_program(coverage, program),
        coverage=coverage,
        line_of_business=coverage.line_of_business,
        group_number=coverage.group_number,
        starts_on=coverage.starts_on,
        ends_on=coverage.ends_on,
        program=program,
        terms=terms,
        in_program=refusal is None,
        outside_by_age=young and refusal is None,
        notice=terms.pediatric_text if terms and young and refusal is None else "",
        routed_to=refusal.routed_to if refusal else "",
        link=refusal.link if refusal else "",
    )


def program_for(plan: Plan, line_of_business: str) -> Program | None:
    """The plan's program that holds this line of business, or None."""
    return next((p for p in plan.programs.all() if line_of_business in p.lines_of_business), None)


def _covers(coverage: Coverage, day: date) -> bool:
    return coverage.starts_on <= day and (coverage.ends_on is None or day <= coverage.ends_on)


def _terms(program: Program, day: date) -> ProgramTerms | None:
    """The terms in force, or the first ones for a day before them, which go-live then refuses."""
    in_force = program.terms.filter(effective_from__lte=day).order_by("-effective_from").first()
    return in_force or program.terms.order_by("effective_from").first()


def _why_not_covered(coverages: list[Coverage], day: date) -> str:
    """Since when, until when; `coverages` are newest first and none holds the day."""
    ended = next((c.ends_on for c in coverages if c.ends_on and c.ends_on < day), None)
    begins = next((c.starts_on for c in reversed(coverages) if c.starts_on > day), None)
    check = "Check the member's coverage with the plan."
    if ended and begins:
        return (
            f"Not covered on {in_words(day)}: coverage ended on {in_words(ended)} "
            f"and begins again on {in_words(begins)}."
        )
    if ended:
        return f"Not covered on {in_words(day)}: coverage ended on {in_words(ended)}. {check}"
    if begins:
        return f"Not covered on {in_words(day)}: coverage begins on {in_words(begins)}."
    return f"The plan has sent no coverage for this member. {check}"


def _why_in_program(coverage: Coverage, program: Program | None) -> str:
    until = f" until {in_words(coverage.ends_on)}" if coverage.ends_on else ""
    return f"Covered since {in_words(coverage.starts_on)}{until}, in the {program}."


def _refusal(
    plan: Plan, coverage: Coverage, day: date, program: Program | None, terms: ProgramTerms | None
) -> _Refusal | None:
    """The first gate of DR-01 that the covered member does not pass."""
    if program is None or terms is None:
        return _line_elsewhere(plan, coverage.line_of_business, day)
    wanted = terms.pcp_states.get(coverage.line_of_business)
    if wanted and coverage.pcp_state != wanted:
        return _Refusal(EligibilityCode.NOT_IN_PROGRAM, _pcp_sentence(wanted, coverage.pcp_state))
    name = terms.excluded_group_numbers.get(coverage.group_number)
    if name:
        return _Refusal(
            EligibilityCode.GROUP_EXCLUDED,
            f"The {program} does not apply: group {coverage.group_number} ({name}) takes no part in it.",
        )
    if terms.go_live_on and day < terms.go_live_on:
        return _Refusal(
            EligibilityCode.BEFORE_GO_LIVE,
            f"The {program} covers treatment that starts on or after {in_words(terms.go_live_on)}.",
        )
    return None


def _pcp_sentence(wanted: str, found: str) -> str:
    of_member = f"is in {STATE_NAMES.get(found, found)}" if found else "is not known"
    return (
        f"In the program only with a primary care provider in {STATE_NAMES[wanted]}; "
        f"this member's {of_member}."
    )


def _line_elsewhere(plan: Plan, code: str, day: date) -> _Refusal:
    """A line of business outside our programs: who reviews it since when, or ask the plan (R-459, D-69)."""
    line = LineOfBusiness.objects.filter(plan=plan, code=code).first()
    if line and line.managed_from and line.managed_from <= day:
        return _Refusal(
            EligibilityCode.NOT_IN_PROGRAM,
            line.routing_text,
            routed_to=line.managed_by,
            link=line.routing_link,
        )
    name = line.name if line else "This line of business"
    return _Refusal(EligibilityCode.NOT_IN_PROGRAM, f"{name} is not in this program; check with {plan.name}.")
