"""Which biomarkers are asked: those that a regimen turns on that is still possible (R-109, R-117)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.asking import biomarkers_asked
from pathways.criteria import terms
from pathways.files import read_yaml
from pathways.matching import suggest
from tests.rules.content import library
from tests.rules.programs import FIXTURES

LIBRARY = library("PW-2026Q4")
TUMORS = {
    name: read_yaml(FIXTURES / "tumors" / f"{name}.yaml", name=name)
    for name in ("breast", "nsclc", "colorectal", "myeloma")
}


def asked(tumor: str, *, stage: str, line: str, histology: str, ecog: int = 1, **results: str) -> list[str]:
    facts = {
        "tumor": tumor,
        "stage": stage,
        "line_of_therapy": line,
        "histology": histology,
        "ecog": ecog,
        "biomarkers": results,
    }
    return list(biomarkers_asked(TUMORS[tumor]["biomarkers"], LIBRARY.of_tumor(tumor), facts))


@pytest.mark.parametrize(
    ("stage", "line", "results", "expected"),
    [
        ("IIB", "ADJUVANT", {"HER2": "negative", "HR": "positive"}, ["HER2", "HR", "LN", "BRCA"]),
        ("IIB", "NEOADJUVANT", {"HER2": "positive"}, ["HER2"]),
        ("IV", "L1", {"HER2": "positive", "HR": "positive"}, ["HER2"]),
        ("IV", "L1", {"HER2": "negative", "HR": "positive"}, ["HER2", "HR", "BRCA", "ESR1_PIK3CA"]),
    ],
)
def test_r109_nine_questions_on_breast_cancer_become_those_that_decide(stage, line, results, expected):
    assert len(TUMORS["breast"]["biomarkers"]) == 9
    assert asked("breast", stage=stage, line=line, histology="invasive", **results) == expected


def test_r109_other_cancers_are_asked_less_too():
    assert asked("colorectal", stage="III", line="ADJUVANT", histology="adenocarcinoma") == []
    assert asked("myeloma", stage="ISS2", line="L2", histology="myeloma") == []
    adjuvant = asked("nsclc", stage="IIIA", line="ADJUVANT", histology="nonsquamous")
    assert adjuvant == ["EGFR", "PDL1_TPS", "ALK"]


def test_unknown_rules_no_regimen_out():
    known = asked("nsclc", stage="IVA", line="L1", histology="nonsquamous", EGFR="unknown")
    assert known == asked("nsclc", stage="IVA", line="L1", histology="nonsquamous")


def test_what_else_is_wanted_is_asked_in_its_place():
    names = TUMORS["colorectal"]["biomarkers"]
    facts = {"stage": "III", "line_of_therapy": "ADJUVANT", "biomarkers": {}}
    found = biomarkers_asked(names, (), facts, further=lambda known: {names[3], names[0]})
    assert found == (names[0], names[3])


@st.composite
def breast_facts(draw):
    content = TUMORS["breast"]
    given = {
        "stage": draw(st.sampled_from([None, *content["stages"]])),
        "line_of_therapy": draw(st.sampled_from([None, *content["lines"]])),
        "histology": draw(st.sampled_from([None, *content["histologies"]])),
        "ecog": draw(st.sampled_from([None, 0, 2, 4])),
    }
    results = {
        name: draw(st.sampled_from([None, "unknown", *terms.BIOMARKERS[name].values]))
        for name in content["biomarkers"]
    }
    return {"tumor": "breast", **given, "biomarkers": results}


@given(breast_facts())
def test_no_question_goes_away_by_being_answered(facts):
    names, rows = TUMORS["breast"]["biomarkers"], LIBRARY.of_tumor("breast")
    found = biomarkers_asked(names, rows, facts)
    for name in found:
        silent = {**facts, "biomarkers": {**facts["biomarkers"], name: None}}
        assert name in biomarkers_asked(names, rows, silent)


@given(breast_facts())
def test_every_regimen_that_fits_or_may_fit_has_all_its_results_asked(facts):
    """So that what the panel calls missing can always be answered."""
    names, rows = TUMORS["breast"]["biomarkers"], LIBRARY.of_tumor("breast")
    found = biomarkers_asked(names, rows, facts)
    results = {name: facts["biomarkers"][name] for name in found}
    for suggestion in suggest(LIBRARY, {**facts, "biomarkers": results}):
        if suggestion.fit != "does_not_fit":
            assert {rule.name for rule in suggestion.row.biomarkers} & set(names) <= set(found)
