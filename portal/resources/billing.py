"""The billing guide: the S-codes of each program and their rules, from its terms (R-305 to R-326).

No amount is shown: those are in the plan's fee schedule (R-310).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from members.clock import plan_today
from members.models import Program, ProgramTerms
from members.states import STATE_NAMES
from orders.rules.scodes import earliest_monthly_dates
from pathways.criteria.explain import joined
from portal import access
from portal.practice.forms.words import contact_center
from portal.resources.coverages import programs_on
from portal.summaries.words import NETWORKS


@dataclass(frozen=True)
class CodeRule:
    """One S-code: what it pays for, and how often it may be billed."""

    code: str
    pays_for: str
    how_often: str


@dataclass(frozen=True)
class Guide:
    """What billing staff need to know for one program; `codes` are empty where it awards none."""

    program: Program
    label: str
    contact: str
    codes: tuple[CodeRule, ...] = ()
    example_on: date | None = None
    example: tuple[date, ...] = ()
    eligible: tuple[str, ...] = ()
    claim: tuple[str, ...] = ()
    not_paid: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def page(request: HttpRequest) -> HttpResponse:
    """Every program's part, by plan (three queries)."""
    today = plan_today()
    guides = [guide_of(program, terms, today=today) for program, terms in programs_on(today)]
    return TemplateResponse(request, "resources/billing_guide.html", {"guides": guides})


def guide_of(program: Program, terms: ProgramTerms, *, today: date) -> Guide:
    """The guide of one program by the terms in force; `today` only dates the example."""
    if not terms.scode_enabled:
        return Guide(program, terms.scode_label, contact_center(terms))
    starts = date(today.year, 1, 2)
    return Guide(
        program,
        terms.scode_label,
        contact_center(terms),
        codes=_codes(terms),
        example_on=starts,
        example=tuple(earliest_monthly_dates(starts, terms.scode_max_months, min_days=terms.scode_min_days)),
        eligible=_eligible(program, terms),
        claim=_claim(terms),
        not_paid=_not_paid(program, terms),
        own_words=tuple(filter(None, (terms.scode_duration_text, terms.scode_billing_text))),
    )


def _codes(terms: ProgramTerms) -> tuple[CodeRule, ...]:
    onset, monthly, days = terms.scode_onset_code, terms.scode_monthly_code, terms.scode_min_days
    return (
        CodeRule(
            onset,
            "The start of treatment with a Pathway regimen.",
            "Once per patient. Again only when the treatment changes and an order of another Pathway regimen "
            "is authorized.",
        ),
        CodeRule(
            monthly,
            "Each further month of treatment with the same Pathway regimen.",
            f"From {days} days after {onset}, then no more than once every {days} days, for the months on "
            f"the Order Request Summary: {terms.scode_max_months} at most.",
        ),
    )


def _eligible(program: Program, terms: ProgramTerms) -> tuple[str, ...]:
    """Who may bill: network, state, line of business, age, groups (R-304 to R-307, DR-17)."""
    lines = [line.name for line in program.plan.lines.all() if line.code in terms.scode_lines]
    found = [
        f"Line of business: {joined(lines, 'or')}.",
        f"Ordering provider: {_networks(terms.scode_networks)} for the member’s benefit plan.",
    ]
    if terms.scode_states:
        states = sorted(STATE_NAMES.get(state, state) for state in terms.scode_states)
        found.append(f"Practice site in {joined(states, 'or')}.")
    if terms.adult_only:
        found.append(f"Members aged {terms.adult_age} and older on the day treatment starts.")
    found.append(
        "Order: a medical oncology regimen on Pathway, with the status Authorized, Completed or Multiple "
        "Decisions Rendered. Its Order Request Summary shows the codes."
    )
    return tuple(found)


def _claim(terms: ProgramTerms) -> tuple[str, ...]:
    """What must be on the claim (R-305, R-308)."""
    return (
        f"Type of claim: {terms.get_scode_claim_type_display().lower()}; a facility claim is not eligible.",
        "Billed by the ordering provider of the order; the servicing provider cannot bill these codes.",
        "One S-code, once, on or after its earliest date on the Order Request Summary.",
        "The member, and treatment with the regimen that the codes were awarded for.",
    )


def _not_paid(program: Program, terms: ProgramTerms) -> tuple[str, ...]:
    """What is excluded (R-306, R-314, R-315, R-317, R-318, R-322 to R-325)."""
    monthly = terms.scode_monthly_code
    found = [
        "Regimens off Pathway, custom plans and supportive drugs alone.",
        "Orders that are In Progress or Non-Authorized.",
        f"Treatment without a request to {terms.administrator_short}, even with a Pathway regimen.",
    ]
    if networks := set(NETWORKS) - set(terms.scode_networks):
        found.append(f"Ordering providers who are {_networks(networks)}.")
    left_out = set(program.lines_of_business) - set(terms.scode_lines)
    if lines := [line.name for line in program.plan.lines.all() if line.code in left_out]:
        found.append(f"Line of business: {joined(lines, 'and')}.")
    if groups := [f"{number} ({name})" for number, name in terms.excluded_group_numbers.items()]:
        found.append(f"Members of group {joined(groups, 'or')}.")
    return (
        *found,
        f"{monthly} less than {terms.scode_min_days} days after the S-code before it.",
        f"{monthly} once the patient is on another regimen: what is left of the award ends.",
        f"{monthly} beyond the months awarded: send a new request.",
    )


def _networks(among: Collection[str]) -> str:
    """Network statuses within a sentence: out of network or out of area (BlueCard)."""
    return joined((f"{said[0].lower()}{said[1:]}" for key, said in NETWORKS.items() if key in among), "or")
