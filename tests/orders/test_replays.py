"""What was determined once is said again years later, whatever content came since (G-16; R-208)."""

from __future__ import annotations

import dataclasses
from io import StringIO

import pytest
from django.core.management import CommandError

from orders import replay
from orders.actions.evaluation import canonical_hash
from orders.models import Evaluation
from orders.rules import judgement
from orders.rules.states import Disposition
from pathways import content
from tests.orders.replays.history import publish_later, replay_all, store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture(autouse=True)
def forgotten():
    """No other test is judged by the releases of this one."""
    yield
    content.forget()


def test_stored_evaluations_say_the_same_after_later_releases():
    stored = store(120, seed=3)
    assert {Disposition.AUTHORIZED, Disposition.IN_PROGRESS, Disposition.COMPLETED} <= stored.keys()
    publish_later(0)
    publish_later(1)
    printed = StringIO()
    replay_all(printed)
    assert "120 evaluations replayed, 0 differ" in printed.getvalue()


def test_an_evaluation_that_would_be_judged_differently_is_reported(monkeypatch):
    store(2, seed=3)
    judge = replay.judge_order
    monkeypatch.setattr(replay, "judge_order", lambda *given: dataclasses.replace(judge(*given), visits=99))
    printed = StringIO()
    with pytest.raises(CommandError, match="2 evaluations differ"):
        replay_all(printed)
    assert (
        f"T000000001 evaluation 1 differs (judged by engine {judgement.ENGINE_VERSION})" in printed.getvalue()
    )


def test_a_later_engine_that_says_the_same_and_more_is_no_difference(monkeypatch):
    """An evaluation of an earlier engine has fewer fields; those it has must be said again."""
    store(3, seed=3)
    judge, version = replay.judge_order, judgement.ENGINE_VERSION

    def later(*given):
        return dataclasses.replace(judge(*given), engine_version=f"{version} and later")

    monkeypatch.setattr(replay, "judge_order", later)
    for evaluation in Evaluation.objects.all():
        evaluation.judgement = {name: said for name, said in evaluation.judgement.items() if name != "visits"}
        for line in evaluation.judgement["lines"]:
            del line["settling"]
        evaluation.judgement_hash = canonical_hash(evaluation.judgement)
        assert replay.replay(evaluation).same


@pytest.mark.parametrize(
    "altered",
    [
        lambda found: found.judgement.update(disposition="authorized", visits=4711),
        lambda found: found.judgement["lines"][0].update(status="authorized"),
        lambda found: found.inputs["facts"].update(age=19),
        lambda found: setattr(found, "judgement_hash", "0" * 64),
        lambda found: setattr(found, "inputs_hash", "0" * 64),
    ],
)
def test_what_was_altered_since_it_was_stored_is_no_match(altered):
    """As after a restore from elsewhere: the database itself refuses a change."""
    store(1, seed=3)
    found = Evaluation.objects.get()
    assert replay.replay(found).same
    altered(found)
    assert replay.replay(found).fault == "is not as it was stored"


def test_the_lines_kept_apart_say_what_the_judgement_says():
    store(1, seed=3)
    found = Evaluation.objects.prefetch_related("lines__line").get()
    found.lines.all()[0].deciding_criterion = "POL-OTHER-01"
    assert replay.replay(found).fault == "is not as it was stored"
