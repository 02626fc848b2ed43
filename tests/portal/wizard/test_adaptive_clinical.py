"""The clinical step asks for the biomarkers that this order needs, and loses nothing typed (R-109).

By the Pathways in force in March 2026; tests/pathways/test_asking.py has those of the current release.
"""

from __future__ import annotations

import html

import pytest

from tests.portal.wizard.entry import CLINICAL, Entry
from tests.portal.wizard.test_dosing_step import BREAST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


@pytest.fixture
def breast(entry: Entry) -> Entry:
    entry.reach("diagnosis").answer("diagnosis", {"primary": "C50.911"})
    return entry


def asked(entry: Entry) -> list[str]:
    return list(entry.get("clinical").context["form"].biomarkers)


def test_r109_only_what_is_needed_is_demanded(breast: Entry):
    """Nine results are known of for breast cancer; after surgery two of them decide, then one."""
    assert asked(breast) == ["HER2", "HR", "RESIDUAL_DISEASE", "PDL1_CPS", "PDL1_IC"]
    plain = {name: value for name, value in BREAST.items() if not name.startswith("biomarker-")}
    page = breast.shown("clinical", plain)
    assert asked(breast) == ["HER2", "RESIDUAL_DISEASE"]
    assert {name for name in page.context["form"].errors if "biomarker" in name} == {
        "biomarker-HER2",
        "biomarker-RESIDUAL_DISEASE",
    }
    breast.answer("clinical", {**plain, "biomarker-HER2": "negative"})
    assert breast.state.get("clinical")["biomarkers"] == {"HER2": "negative"}


def test_r109_questions_follow_the_answers_while_they_are_typed(breast: Entry):
    live = text(breast.post("clinical", {"stage": "IV", "line_of_therapy": "L1"}, "so_far"))
    assert 'id="markers"' in live
    assert 'name="biomarker-PDL1_CPS"' in live
    assert "biomarker-RESIDUAL_DISEASE" not in live
    assert "Choose an answer for" not in live
    positive = {"stage": "IV", "line_of_therapy": "L1", "biomarker-HER2": "positive"}
    assert "biomarker-PDL1_CPS" not in text(breast.post("clinical", positive, "so_far"))


def test_the_questions_are_drawn_anew_only_where_others_are_needed(breast: Entry):
    typed = {"stage": "IV", "line_of_therapy": "L1"}
    breast.post("clinical", typed, "exit")
    shown = " ".join(asked(breast))
    assert 'id="markers"' not in text(breast.post("clinical", {**typed, "shown_markers": shown}, "so_far"))


def test_what_was_typed_for_a_question_no_longer_asked_is_kept_and_does_not_count(breast: Entry):
    typed = {**BREAST, "biomarker-HER2": "positive", "biomarker-BRCA": "mutation"}
    breast.answer("clinical", typed)
    assert "BRCA" not in breast.state.get("clinical")["biomarkers"]
    assert breast.state.raw["clinical"]["biomarker-BRCA"] == ["mutation"]
    page = text(breast.get("clinical"))
    assert '<input type="hidden" name="biomarker-BRCA" value="mutation">' in page


def test_a_regimen_that_was_chosen_has_its_own_results_asked(entry: Entry):
    """Chosen although it does not fit: what it turns on can still be answered."""
    entry.reach("clinical").answer("clinical", {**CLINICAL, "biomarker-EGFR": "mutation"})
    before = asked(entry)
    assert "PDL1_TPS" not in before
    entry.answer("regimen", {"pick": "PW-NSC-007"})
    assert "PDL1_TPS" in asked(entry)


def test_the_panel_never_suggests_to_change_a_documented_result(entry: Entry):
    """A result that speaks against the regimen leads to another regimen, not back to its question."""
    entry.reach("regimen").answer("regimen", {"pick": "PW-NSC-010"})
    findings = entry.get("dosing").context["so_far"].findings
    assert any(found.tone == "quiet" and found.link == "Choose another regimen" for found in findings)
    assert [found.sentence for found in findings if found.step == "clinical"] == []


def test_order_of_the_questions_is_the_tumor_files(breast: Entry):
    names = breast.get("clinical").context["form"].every_biomarker
    assert asked(breast) == [name for name in names if name in asked(breast)]
