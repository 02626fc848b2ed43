"""Mistakes of content are all found at once, each with its file, its place and the name meant (R-117)."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pathways.criteria import ContentError, ContentProblem, content_hash, parse_policy
from pathways.criteria.nodes import Joined
from pathways.files import read_yaml
from tests.pathways.criteria import content, paragraph, policy

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
        (
            {"fact": "biomarker.EGFR", "is_one_of": ["wild_type"]},
            ".fact",
            "'biomarker.EGFR' is not a fact we know.",
            "biomarkers.EGFR",
        ),
        (
            {"fact": "biomarkers.EGFR", "is_one_of": ["wildtype"]},
            ".is_one_of",
            "'wildtype' is not a known value.",
            "wild_type",
        ),
        ({"fact": "dose", "at_most": "400 mgs"}, ".at_most", "'mgs' is not a known unit.", "mg"),
        (
            {"fact": "schedule", "one_of": [{"dose": "400 mcgs", "every_days": 42}]},
            ".one_of",
            "'mcgs' is not a known unit.",
            "mcg",
        ),
        ({"fact": "stage", "is_one_of": []}, ".is_one_of", "expected a list of value, found [].", ""),
        ({"fact": "stage", "is_one_of": ["IV", "IV"]}, ".is_one_of", "a value is listed twice.", ""),
        (
            {"fact": "ecog", "at_mst": 2},
            "",
            "ecog takes exactly one of: above, at_least, at_most, below.",
            "at_most",
        ),
        (
            {"fact": "ecog", "at_most": 2, "at_least": 1},
            "",
            "ecog takes exactly one of: above, at_least, at_most, below.",
            "",
        ),
        ({"fact": "ecog", "at_most": True}, ".at_most", 'expected an amount such as "2", found True.', ""),
        ({"fact": "ecog", "at_most": 7}, ".at_most", "ECOG goes from 0 to 4, found 7.", ""),
        (
            {"fact": "ecog", "at_most": 2, "or_unknown": True},
            ".or_unknown",
            "only a choice may accept an unknown answer, with the value true.",
            "",
        ),
        (
            {"fact": "labs.hemoglobin", "below": "10 g/L"},
            ".below",
            "expected the unit g/dL, found g/L.",
            "g/dL",
        ),
        ({"fact": "labs.hemoglobin", "below": 10}, ".below", "expected the unit g/dL, found (none).", "g/dL"),
        (
            {"fact": "start_on", "from": "2027"},
            ".from",
            "expected a day such as '2027-01-01', found '2027'.",
            "",
        ),
        ({"fact": "bone_metastases", "is": "yes"}, ".is", "expected true or false, found 'yes'.", ""),
        ({"fact": "dose", "at_most": "200"}, ".at_most", "the unit is missing after '200'.", ""),
        (
            {"fact": "schedule", "cycles_at_most": 0},
            ".cycles_at_most",
            "expected a whole number from 1 up, found 0.",
            "",
        ),
        (
            {"fact": "schedule", "one_of": [{"dose": "200 mg"}]},
            ".one_of",
            "expected dose and every_days, found {'dose': '200 mg'}.",
            "",
        ),
        (
            {
                "fact": "schedule",
                "one_of": [{"dose": "1 mg", "every_days": 7}, {"dose": "1 g", "every_days": 7}],
            },
            ".one_of",
            "all doses must be in one unit, found g, mg.",
            "",
        ),
        (
            {"fact": "drugs", "with_one_of": ["carboplatine"]},
            ".with_one_of",
            "'carboplatine' is not a known drug.",
            "carboplatin",
        ),
        ({"fact": "drugs", "alone": False}, ".alone", "expected true, found False.", ""),
        (
            {"fact": "prior_therapies", "include": "platinums"},
            ".include",
            "'platinums' is not a known therapy.",
            "platinum",
        ),
        ({"fact": "stage", "is_one_of": "IV"}, ".is_one_of", "expected a list of value, found 'IV'.", ""),
        ({"fact": "stage", "is_one_of": [4]}, ".is_one_of", "4 is not text; put it in quotes.", ""),
        ({"fact": "stage", "is_one_of": ["XXX"]}, ".is_one_of", "'XXX' is not a known value.", ""),
        (
            {"fact": "stage", "is_one_of": ["IV"], "or_unknown": False},
            ".or_unknown",
            "only a choice may accept an unknown answer, with the value true.",
            "",
        ),
        (
            {"fact": "start_on", "before": 2027},
            ".before",
            "expected a day such as '2027-01-01', found 2027.",
            "",
        ),
        ({"fact": "prior_therapies", "include": 5}, ".include", "5 is not text; put it in quotes.", ""),
        (
            {"fact": "labs.hemoglobin", "below": "low"},
            ".below",
            "expected an amount such as \"2 g/dL\", found 'low'.",
            "",
        ),
        (
            {"fact": "dose", "at_most": None},
            ".at_most",
            'expected an amount such as "200 mg", found None.',
            "",
        ),
        (
            {"fact": "dose", "at_most": True},
            ".at_most",
            'expected an amount such as "200 mg", found True.',
            "",
        ),
        (
            {"fact": "stage", "or_unknown": True, "is_oneof": ["IV"]},
            "",
            "stage takes exactly one of: is_one_of.",
            "is_one_of",
        ),
        ({"fact": "dose", "at_most": 200}, ".at_most", "the unit is missing after 200.", ""),
        (
            {"fact": "schedule", "cycles_at_most": True},
            ".cycles_at_most",
            "expected a whole number from 1 up, found True.",
            "",
        ),
        (
            {"fact": "schedule", "cycles_at_most": "8"},
            ".cycles_at_most",
            "expected a whole number from 1 up, found '8'.",
            "",
        ),
        (
            {"fact": "fn_risk_factors", "at_least": 0},
            ".at_least",
            "expected a whole number from 1 up, found 0.",
            "",
        ),
        (
            {"fact": "schedule", "one_of": []},
            ".one_of",
            "expected a list of doses with every_days, found [].",
            "",
        ),
        (
            {"fact": "schedule", "one_of": "200 mg"},
            ".one_of",
            "expected a list of doses with every_days, found '200 mg'.",
            "",
        ),
        ({"fact": "schedule", "one_of": [3]}, ".one_of", "expected dose and every_days, found 3.", ""),
        (
            {"fact": "schedule", "one_of": [{"dose": "1 mg", "every_days": 0}]},
            ".one_of",
            "expected a whole number from 1 up, found 0.",
            "",
        ),
        ({"fact": "ecog", "at_most": 1.5}, ".at_most", 'expected an amount such as "2", found 1.5.', ""),
        (
            {"fact": "ecog", "at_most": "2 points"},
            ".at_most",
            "expected the unit (none), found points.",
            "",
        ),
        ({"fact": "ecog", "at_most": 2, "x": 1}, ".x", "'x' is not known here.", ""),
        ({"any": 3}, ".any", "expected a list, found 3.", ""),
        (
            {"any": [GOOD, {"fact": "egfr", "is": True}]},
            ".any[1].fact",
            "'egfr' is not a fact we know.",
            "",
        ),
        ({"any": []}, ".any", "expected at least one entry.", ""),
        ({"any": [GOOD], "fact": "ecog"}, ".fact", "'fact' is not known here.", ""),
        ("ecog", "", "expected names with values, found 'ecog'.", ""),
    ],
)
def test_a_mistake_names_its_place_and_what_may_be_meant(
    criterion: Any, place: str, message: str, meant: str
) -> None:
    found = mistakes_of(
        content(paragraph(criteria=[GOOD, criterion])), drugs={"pembrolizumab", "carboplatin"}
    )
    problem = found[f"paragraphs[0].criteria[1]{place}"]
    assert (problem.message, problem.nearest) == (message, meant)
    hint = f" Did you mean {meant!r}?" if meant else ""
    assert str(problem) == f"drug/2021-07-01.yaml: {problem.path}: {message}{hint}"


def test_what_is_excluded_accepts_no_missing_answer() -> None:
    lenient = {"fact": "stage", "is_one_of": ["IV"], "or_unknown": True}
    found = mistakes_of(content(paragraph(excludes=[lenient], criteria=[GOOD, lenient])))
    assert {path: problem.message for path, problem in found.items()} == {
        "paragraphs[0].excludes[0].is_one_of": "or_unknown cannot stand under excludes."
    }


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
    assert {path: problem.message for path, problem in found.items()} == {
        "pages": "'pages' is not known here.",
        "checked_by": "the checker must be somebody else than the author.",
        "effective": "expected a date such as 2021-07-01, found '2021-13-01'.",
        "next_review": "the next review lies before the last one.",
        "paragraphs[0].criteria[0].fact": "'egfr' is not a fact we know.",
        "paragraphs[0].criteria[1]": "ecog takes exactly one of: above, at_least, at_most, below.",
        "paragraphs[1].id": "'P-01' is used twice.",
        "paragraphs[2].criterion": "'criterion' is not known here.",
        "paragraphs[2].title": "a text is missing here.",
        "paragraphs[2].source": "a text is missing here.",
        "paragraphs[2]": "a paragraph without a criterion would meet everybody.",
    }
    assert found["paragraphs[2].criterion"].nearest == "criteria"


@pytest.mark.parametrize(
    ("changed", "place", "message"),
    [
        ({"paragraphs": []}, "paragraphs", "a policy needs at least one paragraph."),
        ({"paragraphs": None}, "paragraphs", "expected a list, found None."),
        (
            {"paragraphs": [paragraph(includes=GOOD)]},
            "paragraphs[0].includes",
            f"expected a list, found {GOOD!r}.",
        ),
        (
            {"paragraphs": [{**paragraph(criteria=[GOOD]), "id": None}]},
            "paragraphs[0].id",
            "a text is missing here.",
        ),
        (
            {"paragraphs": [{**paragraph(criteria=[GOOD]), "note": 5}]},
            "paragraphs[0].note",
            "a text is missing here.",
        ),
        ({"policy": "pembrolizumabe"}, "policy", "'pembrolizumabe' is not in the drug catalog."),
        ({"policy": None}, "policy", "a text is missing here."),
        ({"notice": " "}, "notice", "a text is missing here."),
        ({"authored_by": 7}, "authored_by", "a text is missing here."),
        ({"title": ""}, "title", "a text is missing here."),
        ({"reviewed": None}, "reviewed", "expected a date such as 2021-07-01, found None."),
        ({3: "x"}, "3", "the key 3 is not text; put it in quotes or rename it."),
    ],
)
def test_a_file_without_what_every_policy_has_is_refused(
    changed: dict[Any, Any], place: str, message: str
) -> None:
    whole = {**content(paragraph(criteria=[GOOD])), **changed}
    found = mistakes_of(whole, drugs={"pembrolizumab"})
    assert found[place].message == message
    assert found[place].nearest == ("pembrolizumab" if "pembrolizumabe" in message else "")


def test_a_policy_is_read_whole() -> None:
    told = content(
        paragraph(
            "P-01",
            includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}, GOOD],
            excludes=[GOOD],
            criteria=[{"not": [GOOD]}],
            addresses=["section 1", "section 2"],
            note=" To be read with care. ",
        ),
        paragraph("P-02", criteria=[GOOD]),
        next_review="2021-06-17",
    )
    whole = parse_policy(told, file="policy.yaml", drugs={"pembrolizumab"})
    assert (whole.drug, whole.title, whole.source) == ("pembrolizumab", "Pembrolizumab", "Synthetic.")
    assert (whole.effective, whole.content_hash) == (date(2021, 7, 1), content_hash(told))
    first, second = whole.paragraphs
    assert (first.id, first.title, first.source) == ("P-01", "Paragraph P-01", "general knowledge")
    assert (first.reference, first.note) == ("section 1; section 2", "To be read with care.")
    assert (len(first.gates), len(first.tests)) == (1, 3)  # only the tumor says whom it is about
    assert (second.reference, second.note, len(second.gates)) == ("", "", 0)


@pytest.mark.parametrize("drugs", [(), {"pembrolizumab"}])
def test_radiation_has_policies_without_a_drug_dr_24(drugs: Any) -> None:
    named = content(paragraph(criteria=[GOOD]), policy="radiation of the breast")
    assert parse_policy(named, file="policy.yaml", drugs=drugs).drug == "radiation of the breast"


def test_the_author_cannot_be_the_checker() -> None:
    found = mistakes_of(content(paragraph(criteria=[GOOD]), checked_by="author"))
    assert list(found) == ["checked_by"]
    with pytest.raises(ContentError, match=r"^drug/a\.yaml: checked_by: the checker must be"):
        parse_policy(content(paragraph(criteria=[GOOD]), checked_by="author"), file="drug/a.yaml")


@pytest.mark.parametrize("part", ["includes", "excludes", "criteria"])
def test_a_paragraph_may_have_any_one_of_its_parts(part: str) -> None:
    (only,) = policy({**paragraph(), part: [GOOD]}).paragraphs
    assert len(only.tests) == 1


def test_an_excluded_join_must_not_hold() -> None:
    (only,) = policy(paragraph(excludes=[{"any": [GOOD]}])).paragraphs
    (node,) = only.tests
    assert isinstance(node, Joined)
    assert node.kind == "not"
    (inner,) = node.children
    assert isinstance(inner, Joined)
    assert inner.kind == "any"


def test_a_paragraph_that_is_none_is_told_so_first() -> None:
    with pytest.raises(ContentError, match=r"^a.yaml: paragraphs\[0\]: expected names with values"):
        parse_policy({**content(), "paragraphs": ["P"]}, file="a.yaml")


def test_all_mistakes_are_told_a_line_each() -> None:
    with pytest.raises(ContentError) as caught:
        parse_policy(content(paragraph(criteria=[GOOD]), title="", notice=""), file="a.yaml")
    assert str(caught.value).splitlines() == [
        "a.yaml: notice: a text is missing here.",
        "a.yaml: title: a text is missing here.",
    ]


def test_the_hash_is_of_canonical_json_and_never_changes() -> None:
    """Stored evaluations name the content they were made by: its hash must stay what it was."""
    canonical = '{"a":1,"b":["é",null]}'
    assert content_hash({"b": ["é", None], "a": 1}) == hashlib.sha256(canonical.encode()).hexdigest()


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
