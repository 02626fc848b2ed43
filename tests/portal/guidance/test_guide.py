"""Each step of order entry is explained in plain words, on its page and in one guide (R-104)."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings
from django.urls import reverse

from members.models import ProgramTerms
from members.queries import terms_by_program
from orders.steps import STEPS
from portal.guidance import plan_notes
from portal.guidance.order_entry import template_of
from tests.factories import orders
from tests.portal.wizard.entry import STEP_KEYS, Entry
from tests.portal.wizard.radiation import RadiationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ASKED = ("What it needs", "Where to find it", "What happens with it")


def words(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.mark.parametrize("step", [*STEP_KEYS, "radiation", "continuity"])
def test_r104_each_step_has_a_section_that_says_what_where_and_what_then(step: str):
    text = (settings.BASE_DIR / "templates" / template_of(step)).read_text()
    for heading in ASKED:
        assert f"<dt>{heading}</dt><dd>" in text


def test_r104_help_on_a_step_shows_the_section_of_that_step(entry: Entry):
    """It is folded in the page itself, so that it opens without scripts and what is typed stays."""
    for step in STEP_KEYS:
        answer = entry.reach(step).get(step)
        shown = [template.name for template in answer.templates]
        assert template_of(step) in shown
        assert [name for name in shown if name in map(template_of, STEP_KEYS)] == [template_of(step)]
        page = answer.content.decode()
        assert re.search(r"<details class=\"wz-help\">\s*<summary>.*Help with this step</summary>", page)
        assert f'href="{reverse("guide")}#{step}"' in page


def test_r104_the_step_of_a_radiation_order_has_its_help_too(client_of_practice):
    answer = RadiationEntry(client_of_practice).reach("radiation").get("radiation")
    assert "In the radiation oncologist’s prescription and consultation note." in words(answer)


def test_r104_one_page_has_the_sections_of_all_steps_in_their_order(client_of_practice):
    page = client_of_practice.get(reverse("guide")).content.decode()
    assert re.findall(r'<section class="pp-card" id="(\w+)"', page) == [step.key for step in STEPS]
    for step in STEPS:
        assert f'<a class="usa-link" href="#{step.key}">{step.title}</a>' in page


@pytest.mark.parametrize("who", ["practice", "physician", "site", "nurse", "reviewer", "admin"])
def test_r104_everybody_who_signs_in_may_read_the_guide(who: str, client_of_practice):
    client_of_practice.force_login(orders.person(who))
    assert client_of_practice.get(reverse("guide")).status_code == 200


def test_r104_where_plans_differ_the_terms_speak(entry: Entry, client_of_practice):
    """PD-19: an urgent request goes by phone in Massachusetts, and is attested elsewhere."""
    michigan = words(entry.reach("dates").get("dates"))
    assert "Make urgent requests by phone" not in michigan
    guide = words(client_of_practice.get(reverse("guide")))
    assert (
        "Blue Cross MA Medicare Advantage, Blue Cross MA commercial: Make urgent requests by phone" in guide
    )


def test_pd23_r241_what_is_said_about_medical_records_is_the_plan_s_own(entry: Entry, client_of_practice):
    guide = words(client_of_practice.get(reverse("guide")))
    own = {name: terms.records_text for name, terms in terms_by_program(orders.today()).items()}
    assert len(set(own.values())) > 1
    assert all(text in guide for text in own.values())
    assert "Medical records are required only if a Carelon clinician asks for them." in words(
        entry.reach("review").get("review")
    )


def test_a_change_of_terms_changes_the_help(entry: Entry):
    entry.reach("member")
    ProgramTerms.objects.update(start_ahead_limit_days=30)
    assert "The start may lie up to 30 days ahead." in words(entry.get("member"))


def test_what_all_programs_say_stands_once_without_their_names():
    programs = terms_by_program(orders.today())
    shared = plan_notes.compared("member", programs)
    assert plan_notes.Shared((), "The start may lie up to 90 days ahead.") in shared
    assert [note.programs for note in shared if "adult oncology patients only" in note.sentence] == [
        ("Blue Cross NC",)
    ]


def test_every_program_has_its_say_on_every_step():
    for terms in terms_by_program(orders.today()).values():
        for step in plan_notes.NOTES:
            assert all(sentence.endswith(".") for sentence in plan_notes.notes(step, terms)), step


def test_the_guide_costs_a_fixed_number_of_queries(client_of_practice, django_assert_num_queries):
    """session, user, roles, programs, their terms, drafts counted in the rail: 6."""
    client_of_practice.get(reverse("guide"))
    with django_assert_num_queries(6):
        client_of_practice.get(reverse("guide"))
