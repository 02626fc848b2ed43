"""Orders in clinical trials are counted for administrators, and nothing else comes of it (R-138)."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from orders.actions.drafting import save_step
from orders.actions.submission import submit_order
from orders.models import Order
from orders.reports import TrialCount, trial_counts
from pathways.models import TrialRecord
from portal import demo
from tests.factories import orders, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
KNOWN, UNKNOWN = "NCT03020030", "NCI-2021-01234"
#: Members of the same plan, with no order yet.
ONE, ANOTHER = "ZMI400000013", "ZMI400000024"


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel(NOW, tick=False):
        yield


def submitted(trial_id: str = "", member: str = ONE) -> Order:
    """A lung cancer order that is authorized at once, in a trial or in none."""
    by, like = orders.person("practice"), demo.scenarios()[orders.AUTHORIZED]
    order = demo.enter(demo.Scenario("x", {**like.found, "member": member}), by=by, today=orders.today())
    row = order.answers.get(step="dates")
    clean = {**row.cleaned, "trial": "yes" if trial_id else "no", "trial_id": trial_id}
    save_step(order, "dates", raw=row.raw, clean=clean, revision=row.revision, by=by)
    return submit_order(order, by=by, idempotency_key=f"{member}-{trial_id}-{order.reference}")


def counted() -> list[tuple[date, str, int]]:
    found = trial_counts(NOW - timedelta(days=366))
    return [(count.month, count.trial_id, count.orders) for count in found]


def test_r138_of_two_orders_equal_but_for_the_trial_the_decisions_are_the_same_and_one_is_counted():
    outside, inside = submitted(), submitted(KNOWN, ANOTHER)
    assert inside.disposition == outside.disposition == "authorized"
    assert [line.status for line in inside.lines.all()] == [line.status for line in outside.lines.all()]
    assert counted() == [(date(2026, 3, 1), KNOWN, 1)]


def test_r138_orders_are_counted_by_trial_and_by_the_month_in_which_the_plans_got_them():
    """The last evening of February in Boston is March by UTC."""
    submitted(KNOWN)
    with time_machine.travel(datetime(2026, 3, 1, 2, 0, tzinfo=UTC), tick=False):
        submitted(KNOWN, ANOTHER)
    assert counted() == [(date(2026, 3, 1), KNOWN, 1), (date(2026, 2, 1), KNOWN, 1)]


def test_an_id_that_is_in_no_list_is_counted_and_not_repeated():
    submitted(UNKNOWN)
    submitted("NCT99999999", ANOTHER)
    assert counted() == [(date(2026, 3, 1), "", 2)]


def test_drafts_and_orders_of_more_than_a_year_ago_are_left_out():
    with time_machine.travel(NOW - timedelta(days=400), tick=False):
        submitted(KNOWN)
    draft = orders.draft()
    row = draft.answers.get(step="dates")
    clean = {**row.cleaned, "trial": "yes", "trial_id": KNOWN}
    save_step(draft, "dates", raw=row.raw, clean=clean, revision=row.revision, by=orders.person("practice"))
    assert counted() == []


def test_r138_an_administrator_reads_the_count_and_nothing_of_the_patient():
    order = submitted(KNOWN)
    page = people.signed_in(orders.person("admin")).get("/").content.decode()
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    title = TrialRecord.objects.get(nct_id=KNOWN).title
    assert f"March 2026 {KNOWN} {' '.join(title.split())} 1" in shown
    for private in (order.reference, order.member.last_name, order.member.member_number):
        assert private not in shown


def test_the_count_takes_two_queries(django_assert_num_queries):
    submitted(KNOWN)
    submitted(UNKNOWN, ANOTHER)
    title = TrialRecord.objects.get(nct_id=KNOWN).title
    with django_assert_num_queries(2):
        assert trial_counts(NOW - timedelta(days=1)) == [
            TrialCount(date(2026, 3, 1), KNOWN, title, 1),
            TrialCount(date(2026, 3, 1), "", "", 1),
        ]
