"""Paragraphs that cannot be met, criteria that decide nothing, paragraphs that add nothing."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.lint.paragraphs import check_paragraphs
from tests.pathways.lint.small import LUNG, paragraph, policies, small, tumors


def found(*paragraphs: dict[str, Any], **changes: Any) -> set[str]:
    """The rules that report something."""
    return {finding.rule for finding in check_paragraphs(small(policies=policies(*paragraphs), **changes))}


def stage(*values: str) -> dict[str, Any]:
    return {"fact": "stage", "is_one_of": list(values)}


def fact(name: str, **expected: Any) -> dict[str, Any]:
    return {"fact": name, **expected}


def beside(*drugs: str) -> dict[str, Any]:
    return {"fact": "drugs", "with_one_of": list(drugs)}


def had(therapy: str) -> dict[str, Any]:
    return {"fact": "prior_therapies", "include": therapy}


ALONE = fact("drugs", alone=True)
#: What contradicts itself, as criteria and exclusions; and what nearly does.
CONTRADICTIONS: dict[str, tuple[tuple[list[Any], list[Any]], tuple[list[Any], list[Any]]]] = {
    "included and excluded": (([stage("IV")], [stage("III", "IV")]), ([stage("III", "IV")], [stage("IV")])),
    "sets apart": (([stage("III"), stage("IV")], []), ([stage("III", "IV"), stage("IV")], [])),
    "choice under not": (([stage("IV"), {"not": [stage("IV")]}], []), ([{"not": [stage("III")]}], [])),
    "before a day and from a later one": (
        ([fact("start_on", before="2027-01-01"), fact("start_on", **{"from": "2027-01-01"})], []),
        ([fact("start_on", before="2027-01-02"), fact("start_on", **{"from": "2027-01-01"})], []),
    ),
    "at most below at least": (
        ([fact("ecog", at_most=1), fact("ecog", at_least=2)], []),
        ([fact("ecog", at_most=2), fact("ecog", at_least=2)], []),
    ),
    "no whole number between": (
        ([fact("age", above="17 years"), fact("age", below="18 years")], []),
        ([fact("age", above="17 years"), fact("age", below="19 years")], []),
    ),
    "laboratory value": (
        ([fact("labs.hemoglobin", below="10 g/dL"), fact("labs.hemoglobin", at_least="10 g/dL")], []),
        ([fact("labs.hemoglobin", below="10 g/dL"), fact("labs.hemoglobin", above="9.9 g/dL")], []),
    ),
    "yes and no": (
        ([fact("bone_metastases", **{"is": True})], [fact("bone_metastases", **{"is": True})]),
        ([fact("bone_metastases", **{"is": True})], [fact("bone_metastases", **{"is": False})]),
    ),
    "alone with another": (([ALONE, beside("carboplatin")], []), ([ALONE], [beside("carboplatin")])),
    "not alone without any": (
        ([], [ALONE, beside("carboplatin", "cisplatin")]),
        ([], [ALONE, beside("carboplatin")]),
    ),
    "drug required and excluded": (
        ([beside("carboplatin")], [beside("carboplatin", "cisplatin")]),
        ([beside("carboplatin", "cisplatin")], [beside("carboplatin")]),
    ),
    "supportive drug beside": (([beside("ondansetron")], []), ([beside("ondansetron", "cisplatin")], [])),
    "itself beside": (([beside("pembrolizumab")], []), ([beside("pembrolizumab", "cisplatin")], [])),
    "drug required, its class excluded": (
        ([had("cisplatin")], [had("platinum")]),
        ([had("platinum")], [had("cisplatin")]),
    ),
    "risk factors": (
        ([fact("fn_risk_factors", at_least=2)], [fact("fn_risk_factors", at_least=1)]),
        ([fact("fn_risk_factors", at_least=2)], [fact("fn_risk_factors", at_least=3)]),
    ),
    "cycle longer than the course": (
        ([fact("schedule", cycle_days_at_least=28), fact("schedule", total_days_at_most=27)], []),
        ([fact("schedule", cycle_days_at_least=28), fact("schedule", total_days_at_most=28)], []),
    ),
    "apart and too close": (
        ([fact("schedule", days_apart=21)], [fact("schedule", days_apart=14)]),
        ([fact("schedule", days_apart=14)], [fact("schedule", days_apart=21)]),
    ),
    "too close, in one cycle of one dose": (
        (
            [fact("schedule", cycles_at_most=1), fact("schedule", doses_per_cycle_at_most=1)],
            [fact("schedule", days_apart=14)],
        ),
        (
            [fact("schedule", cycles_at_most=2), fact("schedule", doses_per_cycle_at_most=1)],
            [fact("schedule", days_apart=14)],
        ),
    ),
    "dose of every pair excluded": (
        (
            [fact("schedule", one_of=[{"dose": "200 mg", "every_days": 21}])],
            [fact("dose", at_most="200 mg")],
        ),
        (
            [fact("schedule", one_of=[{"dose": "200 mg", "every_days": 21}])],
            [fact("dose", at_most="100 mg")],
        ),
    ),
    "every alternative": (
        ([stage("IV"), {"any": [stage("III"), {"all": [ALONE, beside("cisplatin")]}]}], []),
        ([stage("IV"), {"any": [stage("III"), ALONE]}], []),
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_found_and_what_nearly_is_one_is_not(name: str) -> None:
    (criteria, excludes), (near_criteria, near_excludes) = CONTRADICTIONS[name]
    assert found(paragraph(criteria=criteria, excludes=excludes)) == {"never-met"}
    assert "never-met" not in found(paragraph(criteria=near_criteria, excludes=near_excludes))


#: What the form of lung cancer does not offer, and what it does.
NOT_OFFERED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "stage": (stage("I", "II"), stage("II", "III")),
    "line": (
        fact("line_of_therapy", is_one_of=["L1", "L3"]),
        fact("line_of_therapy", is_one_of=["L1", "L2"]),
    ),
    "histology": (
        fact("histology", is_one_of=["serous", "squamous"]),
        fact("histology", is_one_of=["squamous"]),
    ),
    "biomarker": (
        fact("biomarkers.ALK", is_one_of=["positive"], or_unknown=True),
        fact("biomarkers.EGFR", is_one_of=["mutation"], or_unknown=True),
    ),
    "earlier therapy": (had("surgery"), had("platinum")),
    "question of some cancers": (
        fact("concurrent_radiation", **{"is": True}),
        fact("bone_metastases", **{"is": True}),
    ),
}


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_what_the_form_does_not_offer_is_found(name: str) -> None:
    fault, near = NOT_OFFERED[name]
    asked = tumors(biomarkers=["EGFR"])
    assert "not-offered" in found(paragraph(criteria=[fault]), tumors=asked)
    assert found(paragraph(criteria=[near]), tumors=asked) == set()


def test_a_biomarker_that_no_cancer_asks_for_is_found_without_a_cancer_named() -> None:
    asked = fact("biomarkers.ALK", is_one_of=["positive"])
    anyone = paragraph(includes=[], criteria=[asked])
    assert found(anyone) == {"not-offered"}
    assert found(anyone, tumors=tumors(biomarkers=["ALK"])) == set()


#: A criterion that every answer of lung cancer meets, and one that some answer does not.
ALWAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all stages": (stage("III", "IV"), stage("IV")),
    "the whole scale": (fact("ecog", at_most=4), fact("ecog", at_most=3)),
    "no number below": (
        fact("labs.ferritin", at_least="0 ng/mL"),
        fact("labs.ferritin", at_least="1 ng/mL"),
    ),
    "a yes or a no": (
        {"any": [fact("bone_metastases", **{"is": True}), fact("bone_metastases", **{"is": False})]},
        {"any": [fact("bone_metastases", **{"is": True}), stage("IV")]},
    ),
    "no schedule so long": (
        fact("schedule", cycles_at_most=366),
        fact("schedule", cycles_at_most=365),
    ),
}


@pytest.mark.parametrize("name", ALWAYS)
def test_a_criterion_that_every_answer_meets_is_found(name: str) -> None:
    fault, near = ALWAYS[name]
    assert found(paragraph(criteria=[fault])) == {"always-met"}
    assert found(paragraph(criteria=[near])) == set()


#: A criterion that the others already ask, and one that they do not.
IMPLIED: dict[str, tuple[tuple[list[Any], list[Any]], tuple[list[Any], list[Any]]]] = {
    "a wider limit": (
        ([fact("dose", at_most="200 mg"), fact("dose", at_most="400 mg")], []),
        ([fact("dose", at_most="200 mg"), fact("dose", at_most="2 mg/kg")], []),
    ),
    "alone, and not with": (([ALONE], [beside("cisplatin")]), ([], [beside("cisplatin")])),
    "drug and its class": (([had("cisplatin"), had("platinum")], []), ([had("cisplatin")], [])),
}


@pytest.mark.parametrize("name", IMPLIED)
def test_a_criterion_that_the_others_ask_is_found(name: str) -> None:
    (criteria, excludes), (near_criteria, near_excludes) = IMPLIED[name]
    asked = tumors(prior_therapies=["platinum", "cisplatin"])
    assert found(paragraph(criteria=criteria, excludes=excludes), tumors=asked) == {"implied"}
    assert found(paragraph(criteria=near_criteria, excludes=near_excludes), tumors=asked) == set()


def test_the_highest_dose_said_once_more_beside_pairs_is_no_finding() -> None:
    pairs = fact(
        "schedule", one_of=[{"dose": "200 mg", "every_days": 21}, {"dose": "400 mg", "every_days": 42}]
    )
    assert found(paragraph(criteria=[pairs, fact("dose", at_most="400 mg")])) == set()


#: Criteria of two paragraphs of which the first adds nothing to the second; and of two that both count.
TOGETHER: dict[str, tuple[tuple[list[Any], list[Any]], tuple[list[Any], list[Any]]]] = {
    "alike": (([stage("IV")], [stage("IV")]), ([stage("IV")], [stage("III")])),
    "narrower": (
        ([fact("ecog", at_most=1), stage("IV")], [fact("ecog", at_most=2)]),
        ([fact("ecog", at_most=1)], [fact("ecog", at_most=2), stage("IV")]),
    ),
    "one of its alternatives": (
        ([beside("cisplatin")], [{"any": [beside("cisplatin", "carboplatin"), stage("IV")]}]),
        ([beside("cisplatin")], [{"any": [beside("carboplatin"), stage("IV")]}]),
    ),
    "unknown does not meet it": (
        ([fact("dose", at_most="200 mg")], [fact("dose", at_most="400 mg")]),
        ([fact("dose", at_most="200 mg")], [fact("ecog", at_most=3)]),
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_a_paragraph_that_another_makes_needless_is_found(name: str) -> None:
    (first, second), (near_first, near_second) = TOGETHER[name]
    fault = found(paragraph("P-01", criteria=first), paragraph("P-02", criteria=second))
    assert fault == {"shadowed"}
    assert found(paragraph("P-01", criteria=near_first), paragraph("P-02", criteria=near_second)) == set()


def test_a_paragraph_about_another_cancer_makes_none_needless() -> None:
    breast = {"fact": "tumor", "is_one_of": ["breast"]}
    both = {"fact": "tumor", "is_one_of": ["breast", "nsclc"]}
    one, two = stage("IV"), stage("IV")
    apart = found(paragraph("P-01", criteria=[one]), paragraph("P-02", includes=[breast], criteria=[two]))
    assert apart == set()
    within = found(
        paragraph("P-01", includes=[LUNG], criteria=[one]), paragraph("P-02", includes=[both], criteria=[two])
    )
    assert within == {"shadowed"}


def one_of_labs(number: int) -> list[dict[str, Any]]:
    """So many alternatives, no two alike."""
    return [fact("labs.ferritin", below=f"{100 + limit} ng/mL") for limit in range(number)]


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        ({"criteria": [{"any": one_of_labs(8)}, {"any": one_of_labs(8)}]}, 64),
        ({"criteria": [{"any": one_of_labs(5)}, {"any": one_of_labs(13)}]}, 65),
        ({"criteria": [{"not": [{"all": one_of_labs(5)}]}, {"any": one_of_labs(13)}]}, 65),
        ({"criteria": [{"any": one_of_labs(13)}], "excludes": [{"all": one_of_labs(5)}]}, 65),
        ({"criteria": [{"any": [{"all": one_of_labs(9)}, *one_of_labs(63)]}]}, 64),
    ],
)
def test_a_paragraph_of_very_many_alternatives_is_found(parts: dict[str, Any], number: int) -> None:
    told = [
        finding.message
        for finding in check_paragraphs(small(policies=policies(paragraph(**parts))))
        if finding.rule == "too-many-ways"
    ]
    message = f"It can be met in {number} ways; what would meet it is told for 64 at most."
    assert told == ([message] if number > 64 else [])
