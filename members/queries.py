"""Reads of members, providers and plans; each says how many queries it costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from members import hours
from members.clock import plan_today
from members.eligibility import Eligibility, EligibilityCode, age_on, eligibility_on, program_for
from members.keys import (
    name_part,
    normalise_member_number,
    number_key,
    number_prefix,
    search_words,
)
from members.models import (
    Holiday,
    Member,
    Participation,
    Plan,
    Practice,
    Program,
    ProgramTerms,
    Provider,
    Site,
)
from members.states import STATE_NAMES

__all__ = [
    "Eligibility",
    "EligibilityCode",
    "SearchTooWide",
    "age_on",
    "calendar_for",
    "eligibility_on",
    "find_members",
    "find_programs",
    "is_contact_center_open",
    "network_status",
    "network_statuses",
    "normalise_member_number",
    "orderable_plans",
    "ordering_providers",
    "plan_of_member_number",
    "program_for",
    "search_practices",
    "search_sites",
    "site_networks",
]

MAX_MEMBERS = 20


class SearchTooWide(ValueError):
    """A member search without a member ID and without a name and a date of birth."""


def find_members(
    plan: Plan,
    *,
    member_number: str = "",
    first_name: str = "",
    last_name: str = "",
    birth_date: date | None = None,
) -> list[Member]:
    """Members of the plan that match everything given, at most 20 (R-057, R-058).  One query.

    A member ID is enough, with or without its alpha prefix, spaces and hyphens; a name needs the
    date of birth beside it.  Raises SearchTooWide otherwise.
    """
    if not number_key(member_number) and not (name_part(last_name) and birth_date):
        raise SearchTooWide("Enter the member ID, or the last name and the date of birth.")
    found = Member.objects.filter(plan=plan).select_related("plan")
    if number_key(member_number):
        found = found.filter(_number_filter(member_number))
    if birth_date:
        found = found.filter(birth_date=birth_date)
    if name_part(last_name):
        found = found.filter(name_key__startswith=f"{name_part(last_name)}|")
    if name_part(first_name):
        found = found.filter(name_key__endswith=f"|{name_part(first_name)}")
    return list(found.order_by("last_name", "first_name", "pk")[:MAX_MEMBERS])


def _number_filter(text: str) -> Q:
    """With a prefix: that very number, or one that the plan sent without prefix."""
    key = number_key(text)
    if number_prefix(text):
        return Q(number_key=key, member_number__in=[normalise_member_number(text), key])
    return Q(number_key=key)


def plan_of_member_number(text: str) -> Plan | None:
    """The plan that the alpha prefix of a member ID names, or None (R-058).  One query."""
    prefix = number_prefix(text)
    return next((p for p in Plan.objects.all() if prefix in p.member_prefixes), None) if prefix else None


def orderable_plans() -> list[Plan]:
    """Plans with a program, for the health-plan selector; programs come with them (R-019).  Two queries."""
    return list(
        Plan.objects.filter(programs__isnull=False).distinct().order_by("name").prefetch_related("programs")
    )


def find_programs(text: str) -> list[Program]:
    """Programs whose name or alias holds the text (R-005).  One query; programs are few."""
    wanted = text.casefold().strip()
    return [
        program
        for program in Program.objects.select_related("plan").order_by("slug")
        if wanted and any(wanted in name.casefold() for name in [program.name, *program.aliases])
    ]


def terms_by_program(day: date) -> dict[str, ProgramTerms]:
    """The terms in force on a day by the program's short name; a program without any is left out.

    Two queries.
    """
    begun = ProgramTerms.objects.filter(effective_from__lte=day).order_by("-effective_from")
    programs = Program.objects.order_by("short_name").prefetch_related(
        Prefetch("terms", begun, to_attr="begun")
    )
    return {program.short_name: program.begun[0] for program in programs if program.begun}


def calendar_for(terms: ProgramTerms) -> frozenset[date]:
    """Days on which the plan does no business, weekends not among them (R-265).  One query."""
    return frozenset(Holiday.objects.filter(calendar=terms.holiday_calendar).values_list("on", flat=True))


def is_contact_center_open(terms: ProgramTerms, at: datetime) -> bool:
    """Does somebody answer at the contact center at that moment (R-373 to R-375)?  One query."""
    return hours.is_open(
        at,
        zone=terms.time_zone,
        opens_at=terms.contact_center_opens_at,
        closes_at=terms.contact_center_closes_at,
        holidays=calendar_for(terms),
    )


def ordering_providers(practice: Practice, text: str = "") -> QuerySet[Provider]:
    """Providers who may order for the practice today, by name (R-070, R-074).

    Only those of the practice itself and of a prescriber type that may order; every word of `text`
    is in the name.
    """
    today = plan_today()
    found = Provider.objects.filter(
        Q(affiliations__ends_on__isnull=True) | Q(affiliations__ends_on__gte=today),
        affiliations__practice=practice,
        prescriber_type__in=Provider.MAY_ORDER,
    )
    for word in search_words(text):
        found = found.filter(name_key__contains=word)
    return found.order_by("last_name", "first_name", "pk")


def search_practices(text: str, *, limit: int = 20) -> list[Practice]:
    """Practices by name or city, by the NPI of a provider, or by phone (R-041, R-376).  One query.

    Ten digits are an NPI or a phone number of the practice or a site; seven the end of a phone number.
    """
    found = Practice.objects.filter(kind=Practice.Kind.PRACTICE)
    if not any(character.isalnum() for character in text):
        return []
    if any(character.isalpha() for character in text):
        for word in search_words(text):
            found = found.filter(Q(name__icontains=word) | Q(sites__search_key__contains=word))
    else:
        digits = "".join(character for character in text if character.isdigit())
        if len(digits) not in (7, 10):
            return []
        phone = "-".join(part for part in (digits[:-7], digits[-7:-4], digits[-4:]) if part)
        found = found.filter(
            Q(phone__endswith=phone) | Q(sites__phone__endswith=phone) | Q(providers__npi=digits)
        )
    return list(found.distinct().order_by("name", "pk")[:limit])


def search_sites(text: str, plan: Plan, *, limit: int = 20) -> list[Site]:
    """Treatment sites whose name, practice, city or state holds every word (R-069).  One query.

    Sites in the plan's own states come first.
    """
    found = Site.objects.select_related("practice")
    for word in search_words(text):
        found = found.filter(
            # "NC" is a state and not the middle of "oncology".
            Q(state=word)
            if word in STATE_NAMES
            else Q(search_key__contains=word) | Q(practice__name__icontains=word)
        )
    near = Case(When(state__in=plan.states, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(found.order_by(near, "name", "pk")[:limit])


def network_status(provider: Provider, plan: Plan, day: date, *, line_of_business: str = "") -> str:
    """`in`, `out` or `bluecard` for that provider, plan, line and day (R-071, D-27).  One query."""
    return network_statuses([provider], plan, day, line_of_business=line_of_business)[provider.pk]


def network_statuses(
    providers: Iterable[Provider], plan: Plan, day: date, *, line_of_business: str = ""
) -> dict[int, str]:
    """Network status by provider key; no participation on that day is `out` (R-071).  One query."""
    statuses: dict[int, str] = {provider.pk: Participation.Network.OUT.value for provider in providers}
    rows = (
        Participation.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            provider__in=list(statuses),
            plan=plan,
            line_of_business__in={"", line_of_business},
            starts_on__lte=day,
        )
        # The row for one line and the latest start come last and win.
        .order_by("line_of_business", "starts_on")
        .values_list("provider_id", "network")
    )
    statuses.update(rows)
    return statuses


def site_networks(sites: Iterable[Site], plan: Plan, day: date) -> dict[int, str]:
    """What treatment at each site is to the plan's network, by site key (D-40).  Two queries.

    The rosters carry network status of prescribers alone: a practice's site is in network when one of its
    prescribers is.  A facility, which has none, is when it lies in one of the plan's states; else it is
    out of area.
    """
    wanted = {
        site.pk: site for site in Site.objects.select_related("practice").filter(pk__in=[s.pk for s in sites])
    }
    rows = (
        Participation.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            plan=plan,
            starts_on__lte=day,
            provider__affiliations__practice__in={site.practice_id for site in wanted.values()},
        )
        # What says "in" comes last and wins.
        .order_by(Case(When(network=Participation.Network.IN, then=1), default=0))
        .values_list("provider__affiliations__practice", "network")
    )
    found = dict(rows)
    return {pk: _network_of(site, plan, found.get(site.practice_id)) for pk, site in wanted.items()}


def _network_of(site: Site, plan: Plan, of_prescribers: str | None) -> str:
    if site.practice.kind == Practice.Kind.PRACTICE:
        return of_prescribers or Participation.Network.OUT.value
    near = site.state in plan.states
    return Participation.Network.IN.value if near else Participation.Network.BLUECARD.value
