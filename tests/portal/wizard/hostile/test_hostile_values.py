"""Five hundred hostile values: a message beside the field, or a stored value shown back as text (G-41).

Each value goes through a field of some step, and each field gets many.  HOSTILE=all sends every value
through every field, which takes half an hour.
"""

from __future__ import annotations

import os

import pytest

from tests.portal.wizard.entry import STEP_KEYS, Entry
from tests.portal.wizard.hostile.pages import read
from tests.portal.wizard.hostile.play import walk
from tests.portal.wizard.hostile.values import values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

EVERYTHING = os.environ.get("HOSTILE") == "all"
#: Addresses that read something from their query; each is asked with values in each place.
QUERIES = [
    ("/orders/lookups/diagnoses/", "q"),
    ("/orders/lookups/drugs/", "q"),
    ("/orders/lookups/sites/BCBSM/", "q"),
    ("/orders/", "after"),
    ("/orders/", "status"),
    ("/orders/", "plan"),
    ("/orders/status/", "number"),
    ("/orders/status/", "after"),
]


def test_there_are_five_hundred_values_at_least():
    assert len(values()) >= 500


@pytest.mark.parametrize("step", STEP_KEYS)
def test_g41_a_hostile_value_is_refused_in_words_or_kept_as_text(entry: Entry, step: str):
    faults = walk(entry, step, everything=EVERYTHING)
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize(("address", "name"), QUERIES)
def test_g41_a_hostile_value_in_an_address_finds_nothing_and_breaks_nothing(
    entry: Entry, address: str, name: str
):
    place = QUERIES.index((address, name))
    for value in values() if EVERYTHING else values()[place :: len(QUERIES)]:
        answer = entry.client.get(address, {"by": "order", "plan": "BCBSM", name: value})
        assert answer.status_code == 200, value
        assert read(answer.content.decode()).broken == [], value
