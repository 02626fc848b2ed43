"""From a program's dated terms to the plain values that the rules take."""

from __future__ import annotations

from collections.abc import Mapping

from members.models import Program, ProgramTerms
from members.queries import calendar_for
from orders.models import ClockEvent, Order
from orders.rules.calendars import Calendar
from orders.rules.routing import ContactKey
from orders.rules.terms import Contact, DeviationEffect, Terms


def plan_calendar(terms: ProgramTerms) -> Calendar:
    """Business days and hours of the plan's contact center (D-04).  One query."""
    return Calendar(
        time_zone=terms.time_zone,
        holidays=calendar_for(terms),
        opens_at=terms.contact_center_opens_at,
        closes_at=terms.contact_center_closes_at,
    )


def allowances(terms: ProgramTerms, urgency: str) -> dict[ClockEvent.Clock, dict[str, int]]:
    """What each clock of an order allows: the limit, and the target where it is tighter (D-01 to D-03)."""
    if urgency == Order.Urgency.STANDARD:
        return {ClockEvent.Clock.LIMIT: _plain(terms.standard_allowance)}
    return {
        ClockEvent.Clock.LIMIT: _plain(terms.urgent_allowance),
        ClockEvent.Clock.TARGET: _plain(terms.urgent_target),
    }


def _plain(allowance: Mapping[str, object]) -> dict[str, int]:
    return {unit: int(str(amount)) for unit, amount in allowance.items()}


def citation_of(terms: ProgramTerms, clock: ClockEvent.Clock, urgency: str) -> str:
    """Where the program's terms take a clock's allowance from."""
    if clock is ClockEvent.Clock.TARGET:
        column = "urgent_target_hours"
    elif urgency == Order.Urgency.STANDARD:
        column = "standard_business_days" if terms.standard_business_days is not None else "standard_hours"
    else:
        column = "urgent_limit_hours"
    return str(terms.sources.get(column, ""))[:200]


def plain_terms(program: Program, terms: ProgramTerms) -> Terms:
    """The terms as the rules read them; stored with each evaluation.  One query, for the calendar."""
    calendar = plan_calendar(terms)
    return Terms(
        plan=program.plan.slug,
        program=program.slug,
        program_name=program.name,
        administrator=terms.administrator_short,
        solutions=tuple(program.solutions),
        lines_of_business=tuple(program.lines_of_business),
        pcp_states=dict(terms.pcp_states),
        excluded_groups=tuple(terms.excluded_group_numbers),
        go_live_on=terms.go_live_on,
        outpatient_only=terms.outpatient_only,
        all_malignancies=terms.diagnosis_rule == ProgramTerms.DiagnosisRule.ALL_MALIGNANCIES,
        adult_only=terms.adult_only,
        adult_age=terms.adult_age,
        retro_business_days=terms.retro_business_days,
        retro_after_window=terms.retro_after_window,
        retro_plan_limit_years=terms.retro_plan_limit_years,
        start_ahead_limit_days=terms.start_ahead_limit_days,
        time_zone=terms.time_zone,
        opens_at=calendar.opens_at,
        closes_at=calendar.closes_at,
        holidays=calendar.holidays,
        continuity_enabled=terms.continuity_enabled,
        continuity_cutoff_on=terms.continuity_cutoff_on,
        continuity_gap_days=terms.continuity_gap_days,
        continuity_max_months=terms.continuity_max_months,
        duplicate_enabled=terms.duplicate_enabled,
        schedule_deviation=DeviationEffect(terms.deviation_schedule),
        unknown_answer=DeviationEffect(terms.deviation_unknown),
        clinical_mismatch=DeviationEffect(terms.deviation_mismatch),
        growth_factor_deviation=DeviationEffect(terms.deviation_growth_factor),
        grace_days=terms.grace_days,
        radiation_days=terms.radiation_days,
        indefinite_months=terms.indefinite_months,
        scode_enabled=terms.scode_enabled,
        scode_lines=tuple(terms.scode_lines),
        scode_networks=tuple(terms.scode_networks),
        scode_states=tuple(terms.scode_states),
        scode_max_months=terms.scode_max_months,
        scode_min_days=terms.scode_min_days,
        letter_recipients=tuple(terms.letter_recipients),
        contacts=_contacts(terms),
    )


def _contacts(terms: ProgramTerms) -> dict[str, Contact]:
    """Whom to turn to, by purpose (R-443)."""
    plan = terms.health_plan_name
    return {
        ContactKey.HEALTH_PLAN: Contact(name=plan, text=terms.health_plan_contact),
        ContactKey.OTHER_ENTITY: Contact(name=plan, text=terms.health_plan_contact),
        ContactKey.PBM: Contact(name=terms.pbm_name or terms.pbm_label, text=terms.pbm_text),
        ContactKey.NON_ONCOLOGY: Contact(name=plan, text=terms.diagnosis_routing_text),
        ContactKey.DIAGNOSIS_NOT_LISTED: Contact(name=plan, text=terms.diagnosis_not_found_text),
        ContactKey.RETRO: Contact(name=plan, text=terms.retro_after_text),
        ContactKey.PEDIATRIC: Contact(name=plan, text=terms.pediatric_text),
    }
