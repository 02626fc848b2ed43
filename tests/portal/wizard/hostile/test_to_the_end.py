"""What the form takes as written is text wherever it comes up, to order page, case, PDF and e-mail (G-41)."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from notifications.delivery import deliver_message
from notifications.models import OutboxMessage
from portal.documents import press
from tests.factories import orders, people
from tests.portal.wizard.entry import Entry, Typed
from tests.portal.wizard.hostile.pages import read
from tests.portal.wizard.hostile.values import values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

EVERYTHING = os.environ.get("HOSTILE") == "all"
#: Lines that one order may have beside the regimen's own.
MOST = 25
LONGEST_NAME, LONGEST_NOTE = 80, 4000


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture(scope="module", autouse=True)
def _end_of_the_press():
    yield
    press._press.close()


def names() -> list[str]:
    """Values that can be the name of a trial drug: one a line, told apart without blanks around them."""
    fitting = (value.replace("\0", "").strip() for value in values() if len(value) <= LONGEST_NAME)
    return [name for name in dict.fromkeys(fitting) if name]


def orders_of_names() -> list[list[str]]:
    """The names, so many as an order takes at a time."""
    found = names()
    return [found[first : first + MOST] for first in range(0, len(found), MOST)]


def with_trial_drugs(typed: Typed, drugs: list[str]) -> Typed:
    """The dosing page with these trial drugs on it."""
    line = {
        "role": "investigational",
        "hcpcs": "NDC",
        "dose": "1",
        "unit": "mg",
        "route": "",
        "days": "1",
        "cycle_length_days": "21",
        "cycles": "1",
        "per_day": "1",
        "phase": "1",
        "indication": "",
    }
    for number, drug in enumerate(drugs, start=1):
        typed |= {f"lines-{number}-{name}": value for name, value in {**line, "drug": drug}.items()}
    return {**typed, "lines-TOTAL_FORMS": str(1 + len(drugs))}


def look_at(answer: Any) -> str:
    """The text of a page on which no value became more than text."""
    assert answer.status_code == 200
    text = answer.content.decode()
    assert read(text).broken == []
    return html.unescape(text)


def missing_from(text: str, wanted: list[str]) -> list[str]:
    """The values that do not stand in the text, whatever its line breaks and spaces are."""
    squeezed = " ".join(text.split())
    return [value for value in wanted if " ".join(value.split()) not in squeezed]


def words_of(pdf: bytes) -> str:
    """The text of a PDF as a reader would copy it; pypdf cannot read the many scripts of these."""
    read_by = shutil.which("pdftotext")
    if read_by is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    made = subprocess.run([read_by, "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return made.stdout.decode()


def printable(value: str) -> bool:
    """Whether a PDF can be asked for the value: plain letters and signs on one line."""
    return value.isascii() and value.isprintable() and "  " not in value and len(value) <= 12


@pytest.mark.parametrize("drugs", orders_of_names() if EVERYTHING else orders_of_names()[:2])
def test_g41_hostile_names_and_notes_are_text_to_the_last_page(entry: Entry, drugs: list[str]):
    notes = "\n".join(drugs)[:LONGEST_NOTE]
    entry.reach("dosing")
    entry.answer("dosing", with_trial_drugs(entry.typed("dosing"), drugs))
    assert [line["drug"] for line in entry.state.get("dosing")["lines"][1:]] == drugs
    page = look_at(entry.get("dosing"))
    assert not missing_from(page, drugs)
    entry.reach("review")
    typed = {**entry.typed("review"), "notes": notes}
    entry.post("review", typed, "back")
    assert not missing_from(look_at(entry.get("review")), drugs)
    entry.submit(typed)
    order = entry.order
    assert order.status != "draft"
    assert [line.drug for line in order.lines.all()][1:] == drugs
    assert not missing_from(look_at(entry.client.get(reverse("order", args=[order.reference]))), drugs)
    nurse = people.signed_in(orders.person("nurse"))
    assert not missing_from(look_at(nurse.get(reverse("case", args=[order.reference]))), drugs)
    pdf = entry.client.get(reverse("order_summary_pdf", args=[order.reference]))
    assert pdf["Content-Type"] == "application/pdf"
    assert not missing_from(words_of(pdf.content), [drug for drug in drugs if printable(drug)])
    for message in OutboxMessage.objects.all():
        deliver_message(message.pk)
    assert not any(drug in str(sent.message()) for sent in mail.outbox for drug in drugs if len(drug) > 12)
