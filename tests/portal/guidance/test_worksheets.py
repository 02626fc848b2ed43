"""Worksheets ask on paper what the pages ask, in the same order (R-116, R-117, R-392, R-394)."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from pathways.models import TumorType
from portal.documents import press
from tests.factories import orders
from tests.portal.wizard.entry import DIAGNOSIS, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

CLINICAL_PARTS = ("Disease", "Biomarkers and tumor characteristics", "Treatment")
#: A code of each tumor type's own, for its page in order entry; lung and breast have drafts besides.
CODES = {"breast": "C50.911", "nsclc": "C34.11", "sclc": "C34.11", "myeloma": "C90.00", "colorectal": "C18.0"}


@pytest.fixture(scope="module", autouse=True)
def _end_of_the_press():
    yield
    press._press.close()


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def on_the_sheet(client: Client, tumor: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each clinical question of a worksheet with the answers to tick."""
    parts = client.get(reverse("worksheet", args=[tumor])).context["before"]
    return [(q.label, q.answers) for part in parts if part.title in CLINICAL_PARTS for q in part.questions]


def on_the_page(answer) -> list[tuple[str, tuple[str, ...]]]:
    """Each question of the clinical page in the order of its HTML, with its answers."""
    form = answer.context["form"]
    page = answer.content.decode()
    seen = dict.fromkeys(re.findall(r'<(?:input|select)[^>]* name="([\w-]+)"', page))
    names = [name for name in seen if name in form.fields]
    return [
        (str(form[name].label), tuple(str(label) for value, label in form.fields[name].choices if value))
        for name in names
    ]


@pytest.mark.parametrize("tumor", CODES)
def test_r116_a_worksheet_asks_what_the_page_asks_in_the_same_order(entry: Entry, tumor: str):
    entry.reach("diagnosis").post("diagnosis", {**DIAGNOSIS, "primary": CODES[tumor], "tumor": tumor})
    page = entry.get("clinical")
    assert page.context["draft"].tumor == tumor
    asked = on_the_page(page)
    assert len(asked) == len(page.context["form"].fields)
    assert on_the_sheet(entry.client, tumor) == asked


def test_r116_each_heading_of_the_page_stands_on_the_worksheet(entry: Entry):
    entry.reach("clinical")
    headings = re.findall(r"<h2>([^<]+)</h2>", entry.get("clinical").content.decode())
    parts = entry.client.get(reverse("worksheet", args=["nsclc"])).context["before"]
    assert headings == [part.title for part in parts if part.title in CLINICAL_PARTS]


def test_r116_the_lines_around_are_labeled_as_the_steps_label_them(entry: Entry):
    sheet = entry.client.get(reverse("worksheet", args=["nsclc"])).context
    labels = [q.label for part in (*sheet["before"], *sheet["after"]) for q in part.questions]
    pages = ""
    for step in ("plan", "member", "providers", "diagnosis", "clinical", "regimen", "dosing", "dates"):
        pages += plain(entry.reach(step).get(step).content.decode())
    for label in [*labels, *sheet["drug_columns"]]:
        assert label in pages


def test_r116_the_general_worksheet_asks_the_general_questions(client_of_practice: Client):
    """R-438: what is asked about a cancer that has no content of its own."""
    asked = dict(on_the_sheet(client_of_practice, "general"))
    assert {"Histology", "Stage", "Line of therapy", "ECOG performance status"} <= asked.keys()
    assert "HER2" not in asked


def test_r394_the_list_names_the_general_worksheet_and_one_for_each_tumor_type(client_of_practice: Client):
    page = client_of_practice.get(reverse("worksheets")).content.decode()
    for tumor in ["general", *TumorType.objects.values_list("slug", flat=True)]:
        assert reverse("worksheet", args=[tumor]) in page
        assert reverse("worksheet_pdf", args=[tumor]) in page


@pytest.mark.parametrize("tumor", ["general", "breast"])
def test_r116_r392_the_pdf_has_every_question_and_answer_of_the_page(client_of_practice: Client, tumor: str):
    answer = client_of_practice.get(reverse("worksheet_pdf", args=[tumor]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="worksheet-{tumor}.pdf"'
    pages = PdfReader(io.BytesIO(answer.content)).pages
    # Lines break at spaces and hyphens.
    text = "".join("".join(page.extract_text() for page in pages).split())
    for label, answers in on_the_sheet(client_of_practice, tumor):
        for words in (label, *answers):
            assert words.replace(" ", "") in text
    assert len(pages) <= 3


def test_r117_a_question_taken_out_of_the_content_leaves_the_worksheet(client_of_practice: Client):
    tumor = TumorType.objects.get(slug="breast")
    before = on_the_sheet(client_of_practice, "breast")
    tumor.content["biomarkers"].remove("HER2")
    tumor.save()
    assert on_the_sheet(client_of_practice, "breast") == [q for q in before if q[0] != "HER2"] != before


def test_when_nothing_prints_the_page_says_what_to_do(client_of_practice: Client, monkeypatch):
    def fail(html: str) -> press.Printed:
        raise press.PrintFailed("xhtml2pdf raised MemoryError")

    monkeypatch.setattr(press, "print_document", fail)
    answer = client_of_practice.get(reverse("worksheet_pdf", args=["breast"]), follow=True)
    assert "Print this page instead" in answer.content.decode()
    assert answer.context["title"] == "breast cancer"


@pytest.mark.parametrize("name", ["worksheet", "worksheet_pdf"])
def test_an_unknown_cancer_has_no_worksheet(client_of_practice: Client, name: str):
    assert client_of_practice.get(reverse(name, args=["nothing"])).status_code == 404


@pytest.mark.parametrize("who", ["practice", "site", "nurse", "admin"])
def test_everybody_who_signs_in_may_have_them(client_of_practice: Client, who: str):
    client_of_practice.force_login(orders.person(who))
    assert client_of_practice.get(reverse("worksheets")).status_code == 200
    assert client_of_practice.get(reverse("worksheet", args=["breast"])).status_code == 200


def test_a_worksheet_costs_a_fixed_number_of_queries(client_of_practice: Client, django_assert_num_queries):
    """session, user, roles, tumor types, questions of this one, drafts counted in the rail: 6."""
    client_of_practice.get(reverse("worksheet", args=["breast"]))
    with django_assert_num_queries(6):
        client_of_practice.get(reverse("worksheet", args=["breast"]))
