"""The clinical step of a radiation order: only what the policies of its sites read (R-109, DR-24)."""

from __future__ import annotations

import pytest

from tests.portal.wizard.radiation import BREAST, LUNG, PROSTATE, RadiationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.mark.parametrize(
    ("diagnosis", "asked"), [(BREAST, ["ecog"]), (PROSTATE, ["ecog"]), (LUNG, ["stage", "ecog"])]
)
def test_only_what_a_policy_of_this_cancers_sites_reads_is_asked(client_of_practice, diagnosis, asked):
    entry = RadiationEntry(client_of_practice, diagnosis=diagnosis).reach("clinical")
    assert list(entry.get("clinical").context["form"].fields) == asked


def test_unknown_is_an_answer_and_no_answer_is_none(client_of_practice):
    entry = RadiationEntry(client_of_practice, diagnosis=LUNG).reach("clinical")
    page = entry.shown("clinical", {"ecog": "2"})
    assert page.context["form"].errors == {"stage": ["Choose the stage."]}
    entry.answer("clinical", {"ecog": "not_reported", "stage": "IIIB"})
    assert entry.state.get("clinical") == {"stage": "IIIB", "ecog": "not_reported"}
