"""Back and forth, deep links, and steps that ask to be looked at again."""

from __future__ import annotations

import pytest

from tests.portal.wizard.entry import CLINICAL, DIAGNOSIS, PLAN, STEP_KEYS, Entry, start_on, us

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def standings(page) -> dict[str, str]:
    return {stop.key: stop.standing.value for stop in page.context["progress"]}


@pytest.mark.parametrize("step", STEP_KEYS[1:])
def test_a_deep_link_lands_on_the_first_unfinished_step_and_says_why(entry: Entry, step: str):
    answer = entry.client.get(entry.url(step), follow=True)
    assert answer.redirect_chain == [(entry.url("plan"), 302)]
    assert "Please finish “Plan” first" in answer.content.decode()


def test_a_step_that_is_not_reached_cannot_be_posted_either(entry: Entry):
    answer = entry.post("clinical", CLINICAL)
    assert answer["Location"] == entry.url("plan")
    assert entry.state.raw == {}


def test_the_progress_bar_says_how_each_step_stands(entry: Entry):
    entry.reach("diagnosis")
    entry.post("diagnosis", {"primary_text": "xyzzy"})
    entry.post("diagnosis", {"primary_text": "xyzzy"}, "go:plan")
    page = entry.get("plan")
    assert standings(page) == {
        "plan": "current",
        "member": "done",
        "providers": "done",
        "diagnosis": "unfinished",
        "clinical": "open",
        "regimen": "open",
        "dosing": "open",
        "dates": "open",
        "review": "open",
    }
    assert [stop.key for stop in page.context["progress"] if stop.reachable] == STEP_KEYS[:4]


@pytest.mark.parametrize("button", ["back", "go:plan", "exit"])
def test_leaving_a_half_filled_step_keeps_what_was_typed(entry: Entry, button: str):
    entry.reach("clinical")
    answer = entry.post("clinical", {"stage": "IIIB", "ecog": "2"}, button)
    assert answer["Location"] in {entry.url("diagnosis"), entry.url("plan"), "/orders/"}
    form = entry.get("clinical").context["form"]
    assert (form["stage"].value(), form["ecog"].value()) == ("IIIB", "2")


def test_going_back_and_forth_loses_nothing(entry: Entry):
    entry.reach("review")
    before = entry.state.answers
    for step in reversed(STEP_KEYS[:-1]):
        form = entry.get(step).context["form"]
        entry.post(step, form.raw, "back")
    assert {k: v for k, v in entry.state.answers.items() if k != "review"} == {
        k: v for k, v in before.items() if k != "review"
    }
    assert entry.state.first_unfinished is None


def test_another_tumor_keeps_the_later_answers_and_marks_them(entry: Entry):
    entry.reach("review")
    entry.post("diagnosis", {**DIAGNOSIS, "tumor": "sclc"})
    assert {"clinical", "regimen"} <= entry.state.recheck
    assert entry.state.get("clinical")["stage"] == "IVA"
    page = entry.get("clinical")
    assert standings(page)["regimen"] == "recheck"
    assert "an answer it rests on has changed" in page.content.decode()
    answer = entry.client.get(entry.url("review"), follow=True)
    assert answer.redirect_chain == [(entry.url("clinical"), 302)]
    assert "Please look at “Clinical” again first" in answer.content.decode()


def test_the_first_tumor_again_needs_no_second_look(entry: Entry):
    entry.reach("review")
    entry.post("diagnosis", {**DIAGNOSIS, "tumor": "sclc"})
    entry.post("diagnosis", DIAGNOSIS)
    assert entry.state.first_unfinished is None


def test_another_regimen_fills_the_lines_anew_and_keeps_the_rest(entry: Entry):
    entry.reach("dates")
    entry.post("dosing", entry.typed("dosing") | {"height_cm": "170", "weight_kg": "70"})
    entry.post("regimen", {"pick": "PW-NSC-008"})
    assert "dosing" in entry.state.recheck
    page = entry.get("dosing")
    assert [line["drug"] for line in page.context["lines"]] != ["pembrolizumab"]
    assert page.context["form"]["height_cm"].value() == "170"
    assert "filled from the regimen again" in page.content.decode()
    # Nothing is lost: the first regimen brings its lines back.
    entry.post("regimen", {"pick": "PW-NSC-007"})
    assert [line["drug"] for line in entry.get("dosing").context["lines"]] == ["pembrolizumab"]


def test_another_start_asks_to_look_at_the_dates(entry: Entry):
    entry.reach("review")
    later = entry.typed_member(day=start_on().replace(day=start_on().day + 1))
    entry.post("member", later)
    assert entry.state.recheck == {"dates"}


def test_another_plan_asks_for_the_member_again(entry: Entry):
    entry.reach("review")
    entry.post("plan", {**PLAN, "plan": "BCBSNC"})
    assert entry.state.first_unfinished == "member"
    page = entry.get("member")
    assert page.context["form"].found == []
    assert page.context["form"]["start_on"].value() == us(start_on())


def test_a_change_from_the_review_page_comes_back_to_it(entry: Entry):
    entry.reach("review")
    page = entry.client.get(f"{entry.url('clinical')}?return=review")
    assert 'name="return" value="review"' in page.content.decode()
    answer = entry.post("clinical", {**CLINICAL, "ecog": "0", "return": "review"})
    assert answer["Location"] == entry.url("review")


def test_a_change_that_unsettles_later_steps_goes_there_first(entry: Entry):
    entry.reach("review")
    answer = entry.post("diagnosis", {**DIAGNOSIS, "tumor": "sclc", "return": "review"})
    assert answer["Location"] == entry.url("clinical")
