"""Plans, terms, members and providers for tests; only what a test is about needs to be said.

`load_programs_once()` gives the four real programs; the factories give single rows around them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from members import keys
from members.models import (
    Affiliation,
    Coverage,
    Holiday,
    LineOfBusiness,
    Member,
    Participation,
    Plan,
    Practice,
    Program,
    ProgramTerms,
    Provider,
    Site,
)
from members.programs.load import apply_content
from members.programs.parse import Content, read_content

_content: list[Content] = []


def content() -> Content:
    """The content folder as it is shipped, read once per process."""
    if not _content:
        _content.append(read_content(settings.FIXTURES_ROOT))
    return _content[0]


def shipped_terms(program: str = "bcbsm-urmbt") -> dict[str, Any]:
    """All values of a shipped program's first terms, by column."""
    found = next(p for p in content().programs if p.slug == program)
    return dict(found.terms[0].values)


def load_programs_once() -> None:
    """The shipped plans, programs, terms and calendars, as `manage.py load_programs` makes them."""
    apply_content(content(), by=None)


class PlanFactory(DjangoModelFactory[Plan]):
    class Meta:
        model = Plan
        django_get_or_create = ("slug",)

    slug = "BCBSM"
    name = "Blue Cross Blue Shield of Michigan"
    short_name = "Blue Cross MI"
    states = factory.LazyFunction(lambda: ["MI"])
    member_prefixes = factory.LazyFunction(lambda: ["ZMI"])


class LineOfBusinessFactory(DjangoModelFactory[LineOfBusiness]):
    class Meta:
        model = LineOfBusiness
        django_get_or_create = ("plan", "code")

    plan = factory.SubFactory(PlanFactory)
    code = "COMMERCIAL"
    name = "Commercial"


class ProgramFactory(DjangoModelFactory[Program]):
    class Meta:
        model = Program
        django_get_or_create = ("slug",)

    slug = "bcbsm-urmbt"
    plan = factory.SubFactory(PlanFactory)
    name = "Oncology Value Management program"
    short_name = "Blue Cross MI"
    solutions = factory.LazyFunction(lambda: ["medical_oncology"])
    lines_of_business = factory.LazyFunction(lambda: ["COMMERCIAL"])


class ProgramTermsFactory(DjangoModelFactory[ProgramTerms]):
    """Terms with the shipped values of `like`; a test names the columns that it is about."""

    class Meta:
        model = ProgramTerms

    like = "bcbsm-urmbt"
    program = factory.SubFactory(ProgramFactory)
    effective_from = date(2019, 1, 1)

    @classmethod
    def _create(cls, model_class: type[ProgramTerms], *args: Any, **kwargs: Any) -> ProgramTerms:
        values = {**shipped_terms(kwargs.pop("like")), **kwargs}
        return super()._create(model_class, *args, **values)


class HolidayFactory(DjangoModelFactory[Holiday]):
    class Meta:
        model = Holiday

    calendar = "us-federal"
    on = date(2025, 5, 26)
    name = "Memorial Day"


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    plan = factory.SubFactory(PlanFactory)
    member_number = factory.Sequence(lambda n: f"ZMI{900000000 + n}")
    number_key = factory.LazyAttribute(lambda o: keys.number_key(o.member_number))
    first_name = "Morgan"
    last_name = factory.Sequence(lambda n: f"Sample{n}")
    name_key = factory.LazyAttribute(lambda o: keys.name_key(o.first_name, o.last_name))
    birth_date = date(1960, 4, 18)
    sex = "F"
    state = "MI"


class CoverageFactory(DjangoModelFactory[Coverage]):
    class Meta:
        model = Coverage

    member = factory.SubFactory(MemberFactory)
    line_of_business = "COMMERCIAL"
    group_number = "10001"
    group_name = "URMBT retirees"
    starts_on = date(2018, 1, 1)


class PracticeFactory(DjangoModelFactory[Practice]):
    class Meta:
        model = Practice
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"PR-{n:04}")
    name = factory.Sequence(lambda n: f"Practice {n}")
    kind = "practice"
    phone = "617-555-0100"


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    code = factory.Sequence(lambda n: f"ST-{n:04}")
    practice = factory.SubFactory(PracticeFactory)
    name = "Main office"
    kind = "office"
    street = "1 Main Street"
    city = "Boston"
    state = "MA"
    zip = "02110"
    search_key = factory.LazyAttribute(lambda o: keys.search_key(o.name, o.practice.name, o.city, o.state))


class ProviderFactory(DjangoModelFactory[Provider]):
    class Meta:
        model = Provider

    npi = factory.Sequence(lambda n: f"29{n:08}")
    first_name = "Jordan"
    last_name = factory.Sequence(lambda n: f"Prescriber{n}")
    name_key = factory.LazyAttribute(lambda o: keys.name_key(o.first_name, o.last_name))
    prescriber_type = "physician"
    taxonomy = "207RH0003X"
    specialty = "Hematology & Oncology"
    state = "MA"


class AffiliationFactory(DjangoModelFactory[Affiliation]):
    class Meta:
        model = Affiliation

    provider = factory.SubFactory(ProviderFactory)
    practice = factory.SubFactory(PracticeFactory)


class ParticipationFactory(DjangoModelFactory[Participation]):
    class Meta:
        model = Participation

    provider = factory.SubFactory(ProviderFactory)
    plan = factory.SubFactory(PlanFactory)
    network = "in"
    starts_on = date(2018, 1, 1)
