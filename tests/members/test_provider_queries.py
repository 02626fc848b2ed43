"""Providers, sites and networks (R-068 to R-077)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from members.models import Plan
from members.queries import (
    calendar_for,
    find_programs,
    network_status,
    network_statuses,
    orderable_plans,
    ordering_providers,
    program_for,
    search_sites,
)
from tests.factories.members import (
    AffiliationFactory,
    ParticipationFactory,
    PlanFactory,
    PracticeFactory,
    ProviderFactory,
    SiteFactory,
)

DAY = date(2026, 11, 23)


@pytest.fixture
def own(db):
    return PracticeFactory(code="OWN", name="Harbor Oncology")


@pytest.fixture
def other(db):
    return PracticeFactory(code="OTHER", name="Summit Cancer Care")


def at(practice, **provider):
    made = ProviderFactory(**provider)
    AffiliationFactory(provider=made, practice=practice)
    return made


def test_r074_only_providers_of_the_own_practice_are_offered(own, other):
    mine = at(own)
    at(other)
    assert list(ordering_providers(own)) == [mine]


@pytest.mark.parametrize(
    ("prescriber_type", "offered"),
    [("physician", 1), ("physician_assistant", 1), ("nurse_practitioner", 1), ("other", 0)],
)
def test_r070_prescriber_types_that_may_order(own, prescriber_type, offered):
    at(own, prescriber_type=prescriber_type)
    assert ordering_providers(own).count() == offered


@pytest.mark.parametrize(
    ("text", "found"), [("tam", 1), ("TAMARACK jor", 1), ("jo tam", 1), ("birch", 0), ("", 1)]
)
def test_r068_search_by_parts_of_first_and_last_name(own, text, found):
    at(own, first_name="Jordan", last_name="Tamarack")
    assert ordering_providers(own, text).count() == found


@time_machine.travel("2026-11-23T02:00:00Z")  # still the 22nd in the plans' zone
def test_r072_who_left_the_practice_is_not_offered_from_the_next_day(own):
    gone = ProviderFactory()
    AffiliationFactory(provider=gone, practice=own, ends_on=date(2026, 11, 21))
    leaving = ProviderFactory()
    AffiliationFactory(provider=leaving, practice=own, ends_on=date(2026, 11, 22))
    assert list(ordering_providers(own)) == [leaving]


def test_r071_network_status_differs_by_plan(own):
    provider, plan_a, plan_b = at(own), PlanFactory(), PlanFactory(slug="BCBSNC")
    ParticipationFactory(provider=provider, plan=plan_a, network="in")
    assert network_status(provider, plan_a, DAY) == "in"
    assert network_status(provider, plan_b, DAY) == "out"


@pytest.mark.parametrize("network", ["in", "out", "bluecard"])
def test_r454_the_status_of_the_plan_file_is_told(own, network):
    provider = at(own)
    participation = ParticipationFactory(provider=provider, network=network)
    assert network_status(provider, participation.plan, DAY) == network


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 5, 31), "out"),
        (date(2026, 6, 1), "in"),
        (date(2026, 6, 30), "in"),
        (date(2026, 7, 1), "out"),
        (date(2026, 8, 1), "bluecard"),
    ],
)
def test_d27_status_on_the_day_by_its_first_and_last_day(own, day, status):
    provider = at(own)
    first = ParticipationFactory(provider=provider, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
    ParticipationFactory(provider=provider, plan=first.plan, network="bluecard", starts_on=date(2026, 8, 1))
    assert network_status(provider, first.plan, day) == status


def test_r071_a_row_for_one_line_goes_before_the_row_for_all(own):
    provider = at(own)
    every = ParticipationFactory(provider=provider, network="in", starts_on=date(2020, 1, 1))
    ParticipationFactory(
        provider=provider, plan=every.plan, line_of_business="NEHP", network="out", starts_on=date(2015, 1, 1)
    )
    assert network_status(provider, every.plan, DAY, line_of_business="NEHP") == "out"
    assert network_status(provider, every.plan, DAY, line_of_business="HMO_POS") == "in"
    assert network_status(provider, every.plan, DAY) == "in"


@pytest.mark.parametrize("providers", [1, 25])
def test_one_query_for_the_statuses_of_any_number_of_providers(own, providers, django_assert_num_queries):
    plan = PlanFactory()
    all_of_them = [at(own) for _ in range(providers)]
    for provider in all_of_them:
        ParticipationFactory(provider=provider, plan=plan)
    with django_assert_num_queries(1):  # participations
        assert set(network_statuses(all_of_them, plan, DAY).values()) == {"in"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("bayside", 1), ("BOSTON infusion", 1), ("harbor", 1), ("boston ma", 1), ("boston nc", 0), ("", 1)],
)
def test_r069_sites_are_found_by_name_practice_city_and_state(own, text, found):
    SiteFactory(practice=own, name="Bayside Infusion Center", kind="infusion", city="Boston", state="MA")
    assert len(search_sites(text, PlanFactory())) == found


def test_r069_sites_in_the_plans_states_come_first(own, other):
    far = SiteFactory(practice=own, name="Aaa Center", state="OH")
    near = SiteFactory(practice=other, name="Zzz Center", state="MI")
    assert search_sites("center", PlanFactory(states=["MI"])) == [near, far]


def test_sites_come_with_their_practice_in_one_query(own, django_assert_num_queries):
    for _ in range(30):
        SiteFactory(practice=own)
    plan = PlanFactory()
    with django_assert_num_queries(1):  # sites with their practices
        found = search_sites("main", plan)
        assert {site.practice.name for site in found} == {"Harbor Oncology"}
    assert len(found) == 20


def test_r005_an_alias_finds_its_program(programs):
    assert [p.slug for p in find_programs("cancer care quality program")] == ["bcbsnc"]
    assert [p.slug for p in find_programs("Quality Care Cancer")] == [
        "bcbsma-commercial",
        "bcbsma-medicare-advantage",
    ]
    assert find_programs("  ") == []


def test_r019_plans_that_take_orders_come_with_their_programs(programs, django_assert_num_queries):
    with django_assert_num_queries(2):  # plans; programs
        plans = orderable_plans()
        assert {p.slug: len(p.programs.all()) for p in plans} == {"BCBSNC": 1, "BCBSMA": 2, "BCBSM": 1}
    assert Plan.objects.count() > 12


@pytest.mark.parametrize(
    ("line", "program"),
    [("MA", "bcbsma-medicare-advantage"), ("NEHP", "bcbsma-commercial"), ("INDEMNITY", None)],
)
def test_program_for_a_line(bcbsma, line, program):
    found = program_for(bcbsma, line)
    assert (found.slug if found else None) == program


def test_r265_the_calendar_of_a_plan(bcbsm, django_assert_num_queries):
    terms = bcbsm.programs.get().terms_on(DAY)
    with django_assert_num_queries(1):  # holidays
        days = calendar_for(terms)
    assert {date(2025, 5, 26), date(2026, 7, 3), date(2026, 11, 26)} <= days
    assert date(2026, 7, 4) not in days, "a Saturday is no business day anyway"
    assert date(2025, 12, 24) not in days
