"""Step 8: dates, urgency by the plan's channel, clinical trial (R-082, R-083, R-135 to R-142, D-37)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine

from orders.rules.schedule import PlannedLine, planned_end
from pathways.schedules import parse_cycles
from portal.practice.forms.words import in_full
from tests.factories import orders
from tests.portal.wizard.entry import PLAN, Entry, start_on, us

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


#: A member of Medicare Advantage.
MEDICARE = "ZMV310000015"
TYPED_DOSING = {"dose": "10", "unit": "mg/kg", "days": "1", "cycle_length_days": "21", "cycles": "1-4"}


@pytest.fixture
def at_dates(entry: Entry) -> Entry:
    return entry.reach("dates")


def at_massachusetts(entry: Entry) -> Entry:
    entry.post("plan", {**PLAN, "plan": "BCBSMA"})
    entry.answer("member", entry.typed_member("ZMA300000014"))
    return entry.reach("dates")


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


def test_the_end_is_filled_from_the_dosing_and_may_be_changed(at_dates: Entry):
    page = at_dates.get("dates")
    lines = [PlannedLine.from_fact({**at_dates.state.get("dosing")["lines"][0], "number": 1})]
    end = planned_end(lines, start_on())
    assert page.context["form"]["planned_end_on"].value() == end
    at_dates.answer("dates", at_dates.typed_dates(planned_end_on="6/1/2026"))
    assert at_dates.state.get("dates")["planned_end_on"] == "2026-06-01"


def test_an_earlier_end_says_how_many_treatments_fit(at_dates: Entry):
    """Pembrolizumab every 21 days: the third treatment is 42 days after the start."""
    total = len(parse_cycles(at_dates.state.get("dosing")["lines"][0]["cycles"]))
    sentence = f"3 of {total} treatment days fit before this end."
    typed = at_dates.typed_dates(planned_end_on=us(start_on() + timedelta(days=42)))
    page = at_dates.shown("dates", typed)
    assert page.context["step"].key == "review"
    assert [str(message) for message in page.context["messages"]] == [sentence]
    [end] = [
        row.text for section in page.context["sections"] for row in section.rows if row.label == "Planned end"
    ]
    assert end.endswith(sentence)
    assert sentence in text(at_dates.get("dates"))
    at_dates.answer("dates", at_dates.typed_dates())
    assert "treatment days fit" not in text(at_dates.get("review"))


def test_the_start_is_shown_with_a_way_to_change_it(at_dates: Entry):
    page = text(at_dates.get("dates"))
    assert "Thu Mar 12, 2026" in page
    assert at_dates.post("dates", at_dates.typed_dates(), "go:member")["Location"] == at_dates.url("member")


def test_r083_the_trial_question_waits_for_the_dates(at_dates: Entry):
    assert "clinical trial for this treatment?" in text(at_dates.get("dates"))
    page = at_dates.shown("dates", {"planned_end_on": "", "urgency": "standard"})
    assert "clinical trial for this treatment?" not in text(page)


@pytest.mark.parametrize("end", ["foo", "1/5/2020", ""])
def test_r083_a_wrong_end_keeps_what_was_answered_about_the_trial(at_dates: Entry, end: str):
    typed = at_dates.typed_dates(planned_end_on=end, urgency="expedited", trial="yes", trial_id="NCT04613596")
    form = at_dates.shown("dates", typed).context["form"]
    assert form.errors.keys() == {"planned_end_on", "expedited_attested"}
    assert form.reaches_trial
    assert {name: form[name].value() for name in typed} == typed


def test_the_end_is_not_after_the_dosing(at_dates: Entry):
    """A later end would lengthen the authorization by time in which nothing is planned."""
    end = at_dates.get("dates").context["end_by_dosing"]
    page = at_dates.shown("dates", at_dates.typed_dates(planned_end_on=us(end + timedelta(days=1))))
    [message] = page.context["form"].errors["planned_end_on"]
    assert message.startswith(f"The dosing ends on {in_full(end)}.")
    assert at_dates.state.answers["dates"] is None
    at_dates.answer("dates", at_dates.typed_dates(planned_end_on=us(end)))


def test_d37_an_urgent_request_at_massachusetts_goes_by_phone(entry: Entry):
    at_massachusetts(entry)
    page = entry.shown("dates", entry.typed_dates(urgency="expedited", expedited_attested="on"))
    message = " ".join(page.context["form"].errors["urgency"])
    assert "1-866-745-1783" in message
    assert entry.order.reference in message
    assert entry.state.answers["dates"] is None
    assert entry.state.raw["dates"]["urgency"] == ["expedited"]


def test_d37_elsewhere_an_urgent_request_is_attested(at_dates: Entry):
    page = at_dates.shown("dates", at_dates.typed_dates(urgency="expedited"))
    assert "expedited_attested" in page.context["form"].errors
    at_dates.answer("dates", at_dates.typed_dates(urgency="expedited", expedited_attested="on"))
    kept = at_dates.state.get("dates")
    assert (kept["urgency"], kept["expedited_attested"]) == ("expedited", True)
    assert at_dates.order.urgency == "expedited"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("NCT04613596", "NCT04613596"), ("nct 04613596", "NCT04613596"), ("NCI-2021-01234", "NCI-2021-01234")],
)
def test_d54_a_trial_id_is_taken_in_its_two_forms(at_dates: Entry, typed: str, kept: str):
    at_dates.answer("dates", at_dates.typed_dates(trial="yes", trial_id=typed))
    assert at_dates.state.get("dates")["trial_id"] == kept


@pytest.mark.parametrize("typed", ["", "NCT0461359", "04613596", "NCI-21-01234", "NCT046135961"])
def test_r136_dr28_a_trial_needs_its_id(at_dates: Entry, typed: str):
    page = at_dates.shown("dates", at_dates.typed_dates(trial="yes", trial_id=typed))
    assert "trial_id" in page.context["form"].errors


def test_r136_without_a_trial_no_id_is_kept(at_dates: Entry):
    at_dates.answer("dates", at_dates.typed_dates(trial="no", trial_id="NCT04613596"))
    assert at_dates.state.get("dates")["trial_id"] == ""
    # The page hides the field until "Yes" is chosen (static/css/wizard.css).
    page = at_dates.get("dates").content.decode()
    assert re.search(r'<div class="wz-reveal" data-for="yes">.*?id="id_trial_id"', page, re.DOTALL)


def test_r137_a_trial_of_the_library_is_named_with_its_title_and_status(at_dates: Entry):
    page = at_dates.shown("dates", at_dates.typed_dates(trial="yes", trial_id="nct03020030"))
    named = (
        "Treatment of Newly Diagnosed Acute Lymphoblastic Leukemia in Children and Adolescents "
        "(active, not recruiting)"
    )
    assert f"NCT03020030: {named}." in [str(message) for message in page.context["messages"]]
    assert named in text(at_dates.get("dates"))


def test_r137_an_unknown_trial_is_kept_with_a_warning(at_dates: Entry):
    page = at_dates.shown("dates", at_dates.typed_dates(trial="yes", trial_id="NCT99999999"))
    assert "NCT99999999 is not in our list of trials. It is kept as typed." in text(page)


def test_r141_a_trial_without_a_trial_drug_is_reminded(at_dates: Entry):
    page = at_dates.shown("dates", at_dates.typed_dates(trial="yes", trial_id="NCT04613596"))
    assert "No trial drug is on the order." in text(page)


def test_r142_the_attestation_keeps_who_when_and_which_wording(at_dates: Entry):
    at_dates.answer("dates", at_dates.typed_dates(trial="yes", trial_id="NCT04613596"))
    row = at_dates.order.answers.get(step="dates")
    assert row.saved_by.username == "practice"
    assert row.saved_at is not None
    assert row.cleaned["trial_wording"] == "1"


def test_cms_is_asked_about_only_where_a_policy_turns_on_it(at_dates: Entry):
    assert "trial_cms_identified" not in at_dates.get("dates").context["form"].fields


def test_the_end_cannot_lie_years_away(at_dates: Entry):
    page = at_dates.shown("dates", at_dates.typed_dates(planned_end_on=us(start_on().replace(year=2029))))
    assert "within two years" in text(page)


@time_machine.travel("2026-02-10T15:00:00+00:00", tick=False)
def test_cms_is_asked_about_where_a_medicare_policy_turns_on_it(entry: Entry):
    """NCD 110.17 ended on February 25, 2026."""
    entry.client.force_login(orders.person("practice"))
    entry.post("plan", {**PLAN, "plan": "BCBSMA"})
    entry.answer("member", entry.typed_member(MEDICARE))
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["bevacizumab", "eribulin"]})
    dosing = {f"lines-{n}-{name}": value for n in (0, 1) for name, value in TYPED_DOSING.items()}
    entry.answer("dosing", entry.typed_dosing(**dosing, height_cm="170", weight_kg="70"))
    assert "Has CMS identified this trial?" in text(entry.get("dates"))
    entry.answer("dates", entry.typed_dates(trial="yes", trial_id="NCT04613596", trial_cms_identified="no"))
    assert entry.state.get("dates")["trial_cms_identified"] == "no"
