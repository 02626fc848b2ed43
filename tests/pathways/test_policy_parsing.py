"""Mistakes of content are all found at once, each with its file, its place and the name meant (R-117)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pathways.criteria import ContentError, ContentProblem, content_hash, parse_policy
from pathways.files import read_yaml
from tests.pathways.criteria import content, paragraph

GOOD = {"fact": "ecog", "at_most": 2}


def mistakes_of(found: dict[str, Any], **options: Any) -> dict[str, ContentProblem]:
    """The mistakes in a policy file, by their place."""
    with pytest.raises(ContentError) as caught:
        parse_policy(found, file="drug/2021-07-01.yaml", **options)
    assert all(problem.file == "drug/2021-07-01.yaml" for problem in caught.value.problems)
    return {problem.path: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("criterion", "place", "message", "meant"),
    [
        ({"fact": "biomarker.EGFR", "is_one_of": ["wild_type"]}, ".fact", "not a fact", "biomarkers.EGFR"),
        ({"fact": "biomarkers.EGFR", "is_one_of": ["wildtype"]}, ".is_one_of", "not a known", "wild_type"),
        ({"fact": "stage", "is_one_of": []}, ".is_one_of", "expected a list", ""),
        ({"fact": "stage", "is_one_of": ["IV", "IV"]}, ".is_one_of", "twice", ""),
        ({"fact": "ecog", "at_mst": 2}, "", "exactly one of: above, at_least, at_most, below", "at_most"),
        ({"fact": "ecog", "at_most": 2, "at_least": 1}, "", "exactly one of", ""),
        ({"fact": "ecog", "at_most": True}, ".at_most", "expected an amount", ""),
        ({"fact": "ecog", "at_most": 7}, ".at_most", "ECOG goes from 0 to 4", ""),
        ({"fact": "ecog", "at_most": 2, "or_unknown": True}, ".or_unknown", "only a choice", ""),
        ({"fact": "labs.hemoglobin", "below": "10 g/L"}, ".below", "expected the unit g/dL", "g/dL"),
        ({"fact": "labs.hemoglobin", "below": 10}, ".below", "expected the unit g/dL", "g/dL"),
        ({"fact": "bone_metastases", "is": "yes"}, ".is", "expected true or false", ""),
        ({"fact": "dose", "at_most": "200"}, ".at_most", "unit is missing", ""),
        ({"fact": "schedule", "cycles_at_most": 0}, ".cycles_at_most", "whole number from 1", ""),
        ({"fact": "schedule", "one_of": [{"dose": "200 mg"}]}, ".one_of", "dose and every_days", ""),
        (
            {
                "fact": "schedule",
                "one_of": [{"dose": "1 mg", "every_days": 7}, {"dose": "1 g", "every_days": 7}],
            },
            ".one_of",
            "in one unit",
            "",
        ),
        (
            {"fact": "drugs", "with_one_of": ["carboplatine"]},
            ".with_one_of",
            "not a known drug",
            "carboplatin",
        ),
        ({"fact": "drugs", "alone": False}, ".alone", "expected true", ""),
        ({"fact": "prior_therapies", "include": "platinums"}, ".include", "not a known", "platinum"),
        ({"any": []}, ".any", "at least one entry", ""),
        ({"any": [GOOD], "fact": "ecog"}, ".fact", "not known here", ""),
        ("ecog", "", "expected names with values", ""),
    ],
)
def test_a_mistake_names_its_place_and_what_may_be_meant(
    criterion: Any, place: str, message: str, meant: str
) -> None:
    found = mistakes_of(
        content(paragraph(criteria=[GOOD, criterion])), drugs={"pembrolizumab", "carboplatin"}
    )
    problem = found[f"paragraphs[0].criteria[1]{place}"]
    assert message in problem.message
    assert problem.nearest == meant


def test_all_mistakes_of_a_file_are_found_at_once() -> None:
    first = paragraph(criteria=[{"fact": "egfr", "is_one_of": ["x"]}, {"fact": "ecog", "is": True}])
    found = mistakes_of(
        {
            **content(first, paragraph(criteria=[GOOD]), {"id": "P-03", "title": "", "criterion": []}),
            "checked_by": "author",
            "effective": "2021-13-01",
            "next_review": "2021-06-01",
            "pages": 3,
        }
    )
    assert set(found) == {
        "pages",
        "checked_by",
        "effective",
        "next_review",
        "paragraphs[0].criteria[0].fact",
        "paragraphs[0].criteria[1]",
        "paragraphs[1].id",
        "paragraphs[2].criterion",
        "paragraphs[2].title",
        "paragraphs[2].source",
        "paragraphs[2]",
    }
    assert "twice" in found["paragraphs[1].id"].message
    assert "would meet everybody" in found["paragraphs[2]"].message


def test_the_author_cannot_be_the_checker() -> None:
    found = mistakes_of(content(paragraph(criteria=[GOOD]), checked_by="author"))
    assert "somebody else than the author" in found["checked_by"].message


def test_equal_content_has_an_equal_hash_whatever_its_order() -> None:
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": "1"})


# --- YAML ---------------------------------------------------------------------------------------------
def yaml_of(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "content.yaml"
    path.write_text(text)
    return read_yaml(path, name="content.yaml")


def test_words_that_yaml_1_1_changes_stay_words(tmp_path: Path) -> None:
    found = yaml_of(
        tmp_path,
        "on: yes\nplan: NO\nday: 2021-07-01\nratio: 1:30\ncode: 0123\n"
        "size: 0.5\ncount: 21\nis: true\nnone: null\n",
    )
    assert found == {
        "on": "yes",
        "plan": "NO",
        "day": "2021-07-01",
        "ratio": "1:30",
        "code": "0123",
        "size": 0.5,
        "count": 21,
        "is": True,
        "none": None,
    }


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n  - {1: x}\n", "a[0].1", "the key 1 is not text"),
        ("true: x\n", "True", "the key True is not text"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1", "the key 'a' is given twice"),
        ("a: [1\nb: 2\n", "line 2, column 2", "did not find expected"),
        ("- a\n", "(top)", "expected names with values"),
    ],
)
def test_yaml_that_is_not_what_it_seems_is_refused(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    with pytest.raises(ContentError) as caught:
        yaml_of(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.path == place
    assert message in problem.message
