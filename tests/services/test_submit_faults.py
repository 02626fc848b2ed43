"""Submitting an order under kill -9, double clicks and reused keys, on PostgreSQL (G-01, G-02, G-08, G-09).

Fewer than by command: `python -m tools.faults kill --kills 200`.
"""

from __future__ import annotations

import secrets

import pytest

from tools.faults.stage import stage
from tools.faults.submit import kill_run, reuse_run, twins_run

KILLS = 50
FORMS = 50


@pytest.fixture(scope="module")
def filled():
    """A filled portal with a web server that is killed and replaced."""
    with stage("postgresql") as made:
        yield made


def test_the_same_form_eight_times_at_once_is_one_order(filled, figure):
    report = twins_run(filled, forms=FORMS)
    figure("G-08", report)
    assert report.faults == []
    assert report.told["posts"] == 8 * FORMS


def test_a_key_used_again_changes_no_order(filled, figure):
    report = reuse_run(filled, forms=10)
    figure("G-09", report)
    assert report.faults == []


def test_killed_in_the_middle_of_submitting_nothing_is_lost_doubled_or_half_done(filled, figure):
    """Last: it leaves its worker running."""
    report = kill_run(filled, kills=KILLS, seed=secrets.randbelow(10**6))
    figure("G-01, G-02", report)
    assert report.faults == []
    assert report.told["orders compared"] == KILLS
    for phase in ("before the commit", "between commit and answer"):
        assert report.told[f"kills {phase}"] >= KILLS // 10, report
