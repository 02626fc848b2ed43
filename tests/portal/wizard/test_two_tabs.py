"""Two windows on one draft: nothing is overwritten in silence."""

from __future__ import annotations

import html
import re

import pytest

from tests.factories import orders, people
from tests.portal.wizard.entry import CLINICAL, PLAN, STEP_KEYS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def two_tabs(entry: Entry) -> Entry:
    """A clinical step shown in two windows and saved in the other one."""
    entry.reach("clinical")
    entry.post("clinical", CLINICAL)
    return entry


def test_the_older_window_sees_both_and_is_asked(two_tabs: Entry):
    answer = two_tabs.post("clinical", {**CLINICAL, "stage": "IIIB"}, revision="")
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    assert ">“Clinical” was saved in another window</h1>" in page
    assert "You saved this step on Tue Mar 3, 2026, 10:00 AM ET" in page
    [row] = answer.context["rows"]
    assert (row.label, row.saved, row.typed) == ("Stage", "IVA", "IIIB")
    assert two_tabs.state.get("clinical")["stage"] == "IVA"


def test_a_colleague_who_saved_meanwhile_is_named(two_tabs: Entry):
    colleague = Entry(people.signed_in(orders.person("physician")), two_tabs.order)
    colleague.answer("clinical", {**CLINICAL, "stage": "IVB"})
    answer = two_tabs.post("clinical", {**CLINICAL, "stage": "IIIB"}, revision="")
    name = orders.person("physician").get_full_name()
    assert f"{name} saved this step on Tue Mar 3, 2026, 10:00 AM ET" in answer.content.decode()


def test_the_one_primary_button_loses_nothing_that_is_saved(two_tabs: Entry):
    """Focus goes to the alert, which says what happened."""
    page = two_tabs.post("clinical", {**CLINICAL, "stage": "IIIB"}, revision="").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    [primary] = re.findall(r'<(?:a|button) class="usa-button"[^>]*>([^<]*)', main)
    assert primary == "Keep what is saved"
    assert re.search(r'role="alert" tabindex="-1" data-error-summary', page)


def test_a_list_without_an_answer_has_none(two_tabs: Entry):
    answer = two_tabs.post("clinical", {**CLINICAL, "stage": ""}, revision="")
    [row] = answer.context["rows"]
    assert (row.label, row.saved, row.typed) == ("Stage", "IVA", "")


def test_what_was_typed_can_be_kept(two_tabs: Entry):
    answer = two_tabs.post("clinical", {**CLINICAL, "stage": "IIIB"}, revision="")
    typed: dict[str, list[str]] = {}
    for name, value in answer.context["typed"]:
        typed.setdefault(name, []).append(value)
    revision = answer.context["saved"].revision
    assert two_tabs.post("clinical", typed, revision=revision).status_code == 302
    assert two_tabs.state.get("clinical")["stage"] == "IIIB"


def test_what_is_saved_can_be_kept(two_tabs: Entry):
    two_tabs.post("clinical", {**CLINICAL, "stage": "IIIB"}, revision="")
    assert two_tabs.get("clinical").context["form"]["stage"].value() == "IVA"


def test_the_same_answers_sent_twice_are_no_conflict(two_tabs: Entry):
    """A double click on Continue."""
    answer = two_tabs.post("clinical", CLINICAL, revision="")
    assert answer.status_code == 302
    assert answer["Location"] == two_tabs.url("regimen")


@pytest.mark.parametrize("step", STEP_KEYS[:-1])
def test_no_step_overwrites_a_later_save(entry: Entry, step: str):
    entry.reach(step)
    typed = entry.typed(step)
    entry.answer(step, typed)
    saved = entry.state.answers[step]
    answer = entry.post(step, {}, revision="")
    assert answer.status_code == 409
    assert entry.state.answers[step] == saved


def test_a_window_that_shows_an_order_submitted_meanwhile_cannot_change_it(entry: Entry):
    entry.reach("review")
    entry.submit()
    answer = entry.post("plan", {**PLAN, "plan": "BCBSNC"})
    assert answer["Location"] == f"/orders/{entry.order.reference}/"
    assert entry.state.get("plan")["plan"] == "BCBSM"
