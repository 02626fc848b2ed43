"""Order entry from the first step to the last: what each step keeps, and where it leads (R-078 to R-105)."""

from __future__ import annotations

import re

import pytest

from orders.models import Order
from tests.portal.wizard.entry import STEP_KEYS, Entry, start_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_r078_starting_opens_a_draft_of_the_own_practice(client_of_practice):
    assert client_of_practice.get("/orders/new/").status_code == 200
    assert Order.objects.count() == 0
    response = client_of_practice.post("/orders/new/")
    order = Order.objects.get()
    assert response["Location"] == f"/orders/{order.reference}/plan/"
    assert (order.status, order.practice.code) == ("draft", "HARBOR")


@pytest.mark.parametrize("step", STEP_KEYS[:-1])
def test_each_step_is_kept_and_leads_to_the_next(entry: Entry, step: str):
    entry.reach(step)
    response = entry.answer(step)
    assert response["Location"] == entry.url(STEP_KEYS[STEP_KEYS.index(step) + 1])
    assert step in entry.state.done


def test_the_steps_keep_their_answers_in_the_shape_that_the_rules_read(entry: Entry):
    entry.reach("review")
    answers = entry.state.answers
    assert answers["plan"] == {"plan": "BCBSM", "solution": "medical_oncology", "setting": "outpatient"}
    assert answers["member"]["start_on"] == start_on().isoformat()
    assert answers["providers"]["p2p_phone"] == "617-555-0110"
    assert answers["diagnosis"] == {
        "primary": "C34.11",
        "description": "Malignant neoplasm of upper lobe, right bronchus or lung",
        "secondary": [],
        "tumor": "nsclc",
    }
    assert answers["clinical"] == {
        "histology": "nonsquamous",
        "stage": "IVA",
        "line_of_therapy": "L1",
        "ecog": 1,
        "biomarkers": {
            "EGFR": "wild_type",
            "PDL1_TPS": "GE_50",
            "ALK": "negative",
            "ROS1": "negative",
            "OTHER_DRIVER": "none",
        },
        "prior_therapies": [],
        "concurrent_radiation": "no",
    }
    assert answers["regimen"] == {
        "choice": "regimen",
        "regimen_id": "PW-NSC-007",
        "drugs": ["pembrolizumab"],
        "name": "Pembrolizumab alone, TPS 50 or more",
    }
    [line] = answers["dosing"]["lines"]
    assert line == {
        "drug": "pembrolizumab",
        "role": "therapeutic",
        "hcpcs": "J9271",
        "dose": "200",
        "unit": "mg",
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": "1-8",
        "per_day": 1,
        "phase": 1,
        "indication": "",
    }
    assert answers["dates"]["trial"] == "no"


def test_r086_the_regimen_stands_on_top_of_every_later_page(entry: Entry):
    entry.reach("review")
    for step in ("dosing", "dates", "review"):
        page = entry.get(step).content.decode()
        assert "<strong>Pembrolizumab alone, TPS 50 or more</strong>" in page


def test_r098_each_step_has_one_heading_and_a_label_for_every_field(entry: Entry):
    entry.reach("review")
    for step in STEP_KEYS:
        page = entry.get(step).content.decode()
        assert page.count("<h1") == 1
        form = page[page.index('id="step-form"') : page.index("</form>", page.index('id="step-form"'))]
        fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", form)
        shown = [field for field in fields if 'type="hidden"' not in field]
        assert shown or step == "radiation"
        for field in shown:
            [name] = re.findall(r' id="([^"]+)"', field)
            assert f'for="{name}"' in form, (step, field)


def test_r078_a_saved_draft_is_reopened_with_everything_that_was_entered(entry: Entry):
    entry.reach("dates")
    response = entry.post("dates", {**entry.typed("dates"), "urgency": ""}, "exit")
    assert response["Location"] == "/orders/"
    assert entry.get("clinical").context["form"]["stage"].value() == "IVA"
    assert entry.get("dates").context["form"]["trial"].value() == "no"
    entry.answer("dates")
    entry.submit()
    assert entry.order.status == "determined"


def test_r100_a_draft_is_discarded_after_asking_once(entry: Entry, client_of_practice):
    address = f"/orders/{entry.order.reference}/discard/"
    assert "Discard this draft?" in client_of_practice.get(address).content.decode()
    assert entry.order.status == "draft"
    assert client_of_practice.post(address)["Location"] == "/orders/"
    assert (entry.order.status, entry.order.disposition) == ("withdrawn", "withdrawn")
    assert not entry.order.work_items.exists()
    assert entry.get("plan")["Location"] == f"/orders/{entry.order.reference}/"


def test_a_field_that_is_no_answer_is_not_kept(entry: Entry):
    entry.post("plan", {**entry.typed("plan"), "csrfmiddlewaretoken": "x", "return": "review"})
    assert set(entry.state.raw["plan"]) == {"plan", "solution", "setting", "pressed"}
