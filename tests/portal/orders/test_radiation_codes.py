"""Procedure codes of an approved radiation order: page, PDF, stored and said again (R-283, R-345)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pypdf import PdfReader

from orders.models import Order
from orders.replay import replay
from orders.rules.judgement import Judgement
from pathways import content
from pathways.models import CodeBundle, LoadedFile
from portal.documents import press
from tests.factories import orders
from tests.factories.people import signed_in
from tests.portal.orders.test_order_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

APPROVED, WITH_A_NURSE = "breast-radiation", "bone-radiation"
#: 16 fractions and a boost of 4 to the breast, 3D conformal, in 2026.
EXPECTED = {
    "77263": ("Physician treatment planning, complex", 1),
    "77290": ("Treatment field set-up (simulation), complex", 2),
    "77295": ("3D plan with dose-volume histograms", 2),
    "77300": ("Basic dose calculation", 8),
    "77334": ("Treatment device design, complex", 8),
    "77407": ("External-beam delivery, level 2: single-isocenter 3D or IMRT", 20),
    "77417": ("Port film(s) for field verification", 4),
    "77336": ("Weekly physics check", 4),
    "77427": ("Physician management, per 5 fractions", 4),
}


@pytest.fixture(autouse=True)
def _in_2026():
    with time_machine.travel("2026-11-22T15:00:00Z", tick=False):
        yield


def page(order: Order, who: str = "practice") -> str:
    response = signed_in(orders.person(who)).get(f"/orders/{order.reference}/")
    assert response.status_code == 200
    return words(response)


@pytest.mark.parametrize("who", ["practice", "nurse"])
def test_r283_r345_an_approval_shows_procedures_codes_and_quantities(who: str) -> None:
    shown = page(orders.submitted(APPROVED), who)
    assert "Approved procedures 3D conformal, 16 fractions and 4 boost fractions" in shown
    for code, (description, quantity) in EXPECTED.items():
        assert f"{description} {code} {quantity} " in shown


def test_r345_the_quantities_are_those_of_the_configured_bundle() -> None:
    order = orders.submitted(APPROVED)
    codes = Judgement.from_json(order.evaluations.get().judgement).lines[0].codes
    assert {code.code: (code.description, code.quantity) for code in codes} == EXPECTED
    bundle = CodeBundle.objects.filter(technique="3DCRT").latest("effective_from")
    assert set(EXPECTED) <= {entry["code"] for entry in bundle.content}


def test_r345_the_pdf_lists_them_too(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    order = orders.submitted(APPROVED)
    answer = signed_in(orders.person("practice")).get(f"/orders/{order.reference}/summary.pdf")
    press._press.close()
    pages = PdfReader(io.BytesIO(answer.content)).pages
    printed = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in pages))
    for code, (description, quantity) in EXPECTED.items():
        assert f"{description} {code} {quantity} " in printed


@pytest.mark.parametrize("name", [WITH_A_NURSE, orders.AUTHORIZED])
def test_r345_without_an_approval_of_radiation_there_are_no_procedures(name: str) -> None:
    order = orders.submitted(name)
    assert "Approved procedures" not in page(order)


def test_r345_the_codes_are_said_again_whatever_is_loaded_since() -> None:
    """R-208: bundles are no release, so the evaluation keeps the one it read."""
    order = orders.submitted(APPROVED)
    CodeBundle.objects.all().delete()
    LoadedFile.objects.filter(path="radiation").update(content_hash="another", loaded_at=timezone.now())
    content.forget()
    evaluation = order.evaluations.get()
    assert replay(evaluation).fault == ""
    stored = evaluation.inputs["catalog"][0]["bundle"]
    assert [entry["code"] for entry in stored if entry["code"] in EXPECTED] == list(EXPECTED)
    assert f"{EXPECTED['77407'][0]} 77407 20 " in page(order)
    content.forget()


def test_an_evaluation_from_before_there_were_bundles_is_still_replayed() -> None:
    evaluation = orders.submitted(APPROVED).evaluations.get()
    del evaluation.inputs["catalog"][0]["bundle"]
    for line in evaluation.judgement["lines"]:
        del line["codes"]
    assert replay(evaluation).judgement["lines"][0]["codes"] == []
    assert replay(evaluation)._is_said_again()


def test_an_order_of_drugs_keeps_no_bundle() -> None:
    evaluation = orders.submitted(orders.AUTHORIZED).evaluations.get()
    assert all("bundle" not in entry for entry in evaluation.inputs["catalog"])
