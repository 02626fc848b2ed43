"""What the tables themselves refuse: one thing wrong per row."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from tests.factories import members as make

pytestmark = pytest.mark.django_db

DAY, DAY_BEFORE = date(2026, 11, 23), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("factory", "values"),
    [
        (make.CoverageFactory, {"starts_on": DAY, "ends_on": DAY_BEFORE}),
        (make.ParticipationFactory, {"starts_on": DAY, "ends_on": DAY_BEFORE}),
    ],
)
def test_nothing_ends_before_it_starts(factory, values):
    factory(**{**values, "ends_on": DAY})
    factory(**{**values, "ends_on": None})
    with pytest.raises(IntegrityError, match="no_earlier_than_it_starts"):
        factory(**values)


@pytest.mark.parametrize(
    ("factory", "same"),
    [
        (make.MemberFactory, ("plan", "member_number")),
        (make.CoverageFactory, ("member", "starts_on")),
        (make.ProviderFactory, ("npi",)),
        (make.SiteFactory, ("code",)),
        (make.AffiliationFactory, ("provider", "practice")),
        (make.ParticipationFactory, ("provider", "plan", "line_of_business", "starts_on")),
        (make.HolidayFactory, ("calendar", "on")),
    ],
)
def test_what_names_a_row_names_one_row(factory, same):
    first = factory()
    with pytest.raises(IntegrityError):
        factory(**{name: getattr(first, name) for name in same})


def test_the_allowances_of_terms_say_their_unit():
    business = make.ProgramTermsFactory()
    assert business.standard_allowance == {"business_days": 3}
    hours = make.ProgramTermsFactory(
        effective_from=DAY, standard_business_days=None, standard_hours=72, urgent_target_hours=48
    )
    assert hours.standard_allowance == {"hours": 72}
    assert (hours.urgent_allowance, hours.urgent_target) == ({"hours": 72}, {"hours": 48})


def test_pd06_r075_what_follows_from_other_columns():
    terms = make.ProgramTermsFactory()
    assert (terms.pediatric_mode, terms.p2p_phone_required) == ("normal", True)
    other = make.ProgramTermsFactory(effective_from=DAY, like="bcbsnc")
    assert (other.pediatric_mode, other.p2p_phone_required) == ("accept_flag", False)
