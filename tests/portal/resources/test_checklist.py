"""The radiation request checklist (R-346): what to collect, read from the form and the policies in force."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from pypdf import PdfReader

from members.clock import plan_today
from pathways.criteria import terms
from pathways.criteria.explain import capital
from pathways.criteria.vocabulary import FACTS
from portal.documents import press
from portal.practice.forms.providers import LABELS
from portal.resources import checklist
from portal.resources.checklist import general_parts, site_parts
from tests.factories.people import signed_in
from tests.portal.resources.test_codes import text

PAGE, PDF = "/resources/radiation-checklist/", "/resources/radiation-checklist.pdf"


def compact(words: str) -> str:
    """Without spaces: a line of print may break within a word."""
    return re.sub(r"\s", "", words)


@pytest.fixture
def office(practice_user) -> Client:
    return signed_in(practice_user)


def test_r346_the_general_part_is_what_the_form_asks() -> None:
    parts = {part.title: part.items for part in general_parts()}
    assert {"Member ID", "Date of birth", "Planned start of treatment"} <= {i.text for i in parts["Member"]}
    assert "Looked at" not in {item.text for item in parts["Member"]}
    assert [item.text for item in parts["Providers"]] == list(LABELS.values())
    site, technique, fractions, boost = parts["Course"]
    assert site.choices == tuple(map(capital, terms.RADIATION_SITES.values()))
    assert technique.choices == tuple(map(capital, terms.RADIATION_TECHNIQUES.values()))
    assert (fractions.text, boost.text) == (
        FACTS["radiation_fractions"].question,
        FACTS["boost_fractions"].question,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
class TestLoaded:
    def test_r346_each_site_asks_what_its_policy_tests_and_says_for_which_technique(
        self, django_assert_num_queries
    ) -> None:
        site_parts(plan_today())
        with django_assert_num_queries(1):  # the release in force; its policies are compiled
            bones, breast, lung, other = site_parts(plan_today())
        assert [part.title for part in (bones, breast, other)] == [
            "Bone metastases",
            "Breast",
            "Any other site",
        ]
        assert "What is the ECOG performance status? (stereotactic body radiation only)" in {
            item.text for item in bones.items
        }
        reasons = {choice for item in breast.items for choice in item.choices}
        assert "The whole breast is treated after lumpectomy (3D conformal only)" in reasons
        assert any(choice.startswith("Part of the breast is treated, at low risk") for choice in reasons)
        assert not any("date of birth" in item.text for item in breast.items), "known from the member"
        assert any(item.text.startswith("What is the stage?") for item in lung.items)
        assert other.note.startswith("No authorization is needed for 2D external beam and 3D conformal;")

    def test_r346_the_checklist_is_listed_under_reference_desk_and_read_on_a_page(
        self, office: Client
    ) -> None:
        assert re.search(
            rf'Reference Desk</h2>.*?href="{PAGE}">Radiation request checklist',
            office.get("/resources/").content.decode(),
            re.S,
        )
        shown = text(office.get(PAGE))
        assert "For every radiation order" in shown
        assert "How many fractions are planned?" in shown
        assert "Blue Cross MA Medicare Advantage AIM Specialty Health contact center, 1-866-745-1783" in shown
        assert "Blue Cross NC" not in shown, "it has no radiation program"

    def test_the_page_costs_the_same_number_of_queries(
        self, office: Client, django_assert_num_queries
    ) -> None:
        office.get(PAGE)
        # session, person, roles, drafts; the release; programs, terms, plans' lines
        with django_assert_num_queries(8):
            office.get(PAGE)

    def test_r346_the_pdf_downloads_with_every_question_of_the_page(
        self, office: Client, settings, tmp_path
    ) -> None:
        settings.VAR_DIR = tmp_path
        answer = office.get(PDF)
        press._press.close()
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="radiation-request-checklist.pdf"'
        pages = PdfReader(io.BytesIO(answer.content)).pages
        printed = compact(" ".join(page.extract_text() for page in pages))
        assert len(pages) == 2
        for part in (*general_parts(), *site_parts(plan_today())):
            for item in part.items:
                assert compact(item.text) in printed
                assert all(compact(choice) in printed for choice in item.choices)

    def test_a_pdf_that_cannot_be_made_leads_back_to_the_page(self, office: Client, monkeypatch) -> None:
        def fail(html: str) -> bytes:
            raise press.PrintFailed("no engine")

        monkeypatch.setattr(checklist, "pdf_of", fail)
        page = office.get(PDF, follow=True)
        assert page.redirect_chain == [(PAGE, 302)]
        assert "The PDF could not be made just now. Print this page instead." in text(page)
