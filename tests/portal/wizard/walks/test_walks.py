"""Any sequence of going on, back, saving, leaving, resuming and changing answers (G-47, R-078).

No valid answer that still applies is lost, none that does not apply counts, and no page fails.
WALKS=2000 walks further than the few of a usual run.
"""

from __future__ import annotations

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orders.steps import STEPS
from tests.portal.wizard.entry import Entry
from tests.portal.wizard.walks.model import Model
from tests.portal.wizard.walks.moves import BUTTONS, Move
from tests.portal.wizard.walks.walk import submit, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

FURTHER = "WALKS" in os.environ
WALKS = int(os.environ.get("WALKS", "16"))
KEYS = [step.key for step in STEPS]
#: Everything of an order of drugs in Massachusetts, from which most walks begin.
FINISHED: list[Move] = [
    Move(key, 0, "continue") for key in KEYS if key not in {"radiation", "continuity", "review"}
]

moves = st.lists(
    st.builds(
        Move,
        st.sampled_from(KEYS),
        st.integers(0, 6),
        st.sampled_from(BUTTONS),
        st.sampled_from([False, False, False, False, True]),
    ),
    min_size=4,
    max_size=10,
)


@pytest.fixture
def begun(client_of_practice) -> tuple[Entry, Model]:
    """A finished draft that every walk changes, and the model of it."""
    entry, model = Entry(client_of_practice), Model()
    walk(entry, model, FINISHED)
    assert model.first_unfinished is None
    return entry, model


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=not FURTHER,
    # To find the shortest failing walk takes minutes.
    phases=list(Phase) if FURTHER else [Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=moves)
def test_r078_no_sequence_of_moves_loses_an_answer_or_counts_one_that_does_not_apply(begun, moves):
    entry, model = begun
    with transaction.atomic():
        theirs = Model(dict(model.kept))
        walk(entry, theirs, moves)
        submit(entry, theirs)
        transaction.set_rollback(True)


def test_a_finished_order_changes_its_kind_and_back_without_losing_anything(begun):
    """R-078: the same by hand, so that the walks are known to get somewhere."""
    entry, model = begun
    there = [Move("plan", 1, "continue"), Move("clinical", 3, "continue"), Move("diagnosis", 2, "continue")]
    radiation = [
        Move("clinical", 3, "continue"),
        Move("radiation", 0, "continue"),
        Move("dates", 0, "continue"),
    ]
    walk(entry, model, [*there, *radiation])
    assert "radiation" in model.done
    walk(entry, model, [Move("plan", 0, "continue"), Move("diagnosis", 0, "continue")])
    assert {"regimen", "dosing"} <= model.done
    assert model.first_unfinished == "clinical"
    walk(entry, model, [Move("clinical", 0, "continue"), Move("dates", 0, "continue")])
    assert model.first_unfinished is None
    assert submit(entry, model).status != "draft"
