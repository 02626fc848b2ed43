"""The demo's orders while they are drafts: their pages show every answer and accept it as it stands."""

from __future__ import annotations

import pytest

from portal import demo
from tests.factories import orders, people
from tests.portal.wizard.entry import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.mark.parametrize("name", demo.scenarios())
def test_each_page_of_a_demo_draft_shows_what_it_saved(name: str):
    by = orders.person(demo.scenarios()[name].found["by"])
    order = demo.enter(demo.scenarios()[name], by=by, today=orders.today())
    entry = Entry(people.signed_in(by), order)
    for step in entry.state.keys[:-1]:
        form = entry.get(step).context["form"]
        assert form.errors == {}, step
        assert form.answers() == entry.state.get(step), step
