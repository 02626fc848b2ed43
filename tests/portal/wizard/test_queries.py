"""What each page of order entry costs the database: at most 15 queries, whatever the tables hold (G-08)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member, Plan, Practice, Provider
from tests.factories import orders
from tests.factories.members import (
    AffiliationFactory,
    CoverageFactory,
    MemberFactory,
    ParticipationFactory,
    ProviderFactory,
)
from tests.portal.wizard.entry import STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

MOST = 15


def cost(entry: Entry, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        response = entry.client.get(address)
    assert response.status_code == 200, response
    return len(found)


@pytest.mark.parametrize("step", STEP_KEYS)
def test_a_page_takes_at_most_15_queries(entry: Entry, step: str):
    entry.reach("review")
    entry.get(step)  # what a process compiles once is compiled
    assert cost(entry, entry.url(step)) <= MOST


@pytest.mark.parametrize("step", STEP_KEYS)
def test_a_page_first_seen_takes_at_most_15_queries(entry: Entry, step: str):
    entry.reach(step)
    entry.get(step)
    assert cost(entry, entry.url(step)) <= MOST


def test_more_rows_cost_no_more_queries(entry: Entry):
    entry.reach("review")
    pages = [entry.url(step) for step in STEP_KEYS]
    pages += ["/orders/new/", "/orders/lookups/diagnoses/?q=lung", "/orders/lookups/drugs/?q=keytruda"]
    pages += ["/orders/lookups/sites/BCBSM/?q=boston"]
    for address in pages:
        entry.client.get(address)
    before = [cost(entry, address) for address in pages]
    _more_of_everything()
    assert [cost(entry, address) for address in pages] == before


def _more_of_everything() -> None:
    plan, practice = Plan.objects.get(slug="BCBSM"), Practice.objects.get(code="HARBOR")
    for number in range(8):
        provider = ProviderFactory(npi=f"29000000{number:02}", last_name=f"Second{number}")
        AffiliationFactory(provider=provider, practice=practice)
        ParticipationFactory(provider=provider, plan=plan, network="in", starts_on=date(2020, 1, 1))
        CoverageFactory(member=MemberFactory(plan=plan), line_of_business="COMMERCIAL")
    for _ in range(3):
        orders.draft("breast-adjuvant")
    assert Member.objects.count() > 2000
    assert Provider.objects.count() > 200
