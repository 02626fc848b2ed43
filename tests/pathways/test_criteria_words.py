"""What criteria, paragraphs and policies say, asked and excluded, and doses in other units (DR-09, R-163)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pathways.criteria import judge
from pathways.criteria.explain import joined, lowered, plain
from tests.pathways.criteria import LINE, judged, paragraph, policy
from tests.pathways.test_criteria import ATTESTED, ECOG, FACTORS, PAIRS, STAGE, TRIAL

BONE = {"fact": "bone_metastases", "is": True}
TWICE = "200 mg every 21 days or 400 mg every 42 days"


@pytest.mark.parametrize(
    ("criterion", "asked", "excluded"),
    [
        (STAGE, "Stage is IIIB, IV or IVA.", "Stage is not IIIB, IV or IVA."),
        (ECOG, "ECOG performance status is at most 2.", "ECOG performance status is not at most 2."),
        ({"fact": "age", "above": "18 years"}, "Age is above 18 years.", "Age is not above 18 years."),
        (
            {"fact": "labs.tsat", "below": "20 %"},
            "Transferrin saturation is below 20%.",
            "Transferrin saturation is not below 20%.",
        ),
        (
            {"fact": "start_on", "from": "2027-01-01"},
            "Start of treatment is on or after Jan 1, 2027.",
            "Start of treatment is not on or after Jan 1, 2027.",
        ),
        (
            {"fact": "start_on", "before": "2027-01-01"},
            "Start of treatment is before Jan 1, 2027.",
            "Start of treatment is not before Jan 1, 2027.",
        ),
        ({"fact": "drugs", "with_one_of": ["a", "b"]}, "Given with a or b.", "Not given with a or b."),
        (
            {"fact": "age", "at_least": "18 years"},
            "Age is at least 18 years.",
            "Age is not at least 18 years.",
        ),
        (
            FACTORS,
            "At least 1 risk factor for febrile neutropenia.",
            "Fewer than 1 risk factor for febrile neutropenia.",
        ),
        (TRIAL, "Trial identified by CMS: yes.", "Trial identified by CMS: no."),
        (
            ATTESTED,
            "The practice attests that leucovorin cannot be obtained or tolerated.",
            "The practice does not attest that leucovorin cannot be obtained or tolerated.",
        ),
        (BONE, "Bone metastases: yes.", "Bone metastases: no."),
        (
            {"fact": "drugs", "alone": True},
            "Given alone, investigational drugs apart.",
            "Not given alone, investigational drugs apart.",
        ),
        (PAIRS, f"Up to {TWICE}.", f"Not up to {TWICE}."),
        ({"fact": "dose", "at_most": "200 mg"}, "Dose is at most 200 mg.", "Dose is above 200 mg."),
        (
            {"fact": "schedule", "days_apart": 7},
            "Doses are at least 7 days apart.",
            "Doses are less than 7 days apart.",
        ),
        ({"fact": "schedule", "cycles_at_most": 8}, "At most 8 cycles.", "More than 8 cycles."),
        (
            {"fact": "schedule", "total_days_at_most": 8},
            "At most 8 days of treatment.",
            "More than 8 days of treatment.",
        ),
        (
            {"fact": "schedule", "doses_per_cycle_at_most": 1},
            "At most 1 dose per cycle.",
            "More than 1 dose per cycle.",
        ),
        (
            {"fact": "schedule", "cycle_days_at_least": 21},
            "A cycle is at least 21 days long.",
            "A cycle is shorter than 21 days.",
        ),
    ],
)
def test_a_criterion_and_its_exclusion_in_words(criterion: dict[str, Any], asked: str, excluded: str) -> None:
    assert judged(criterion, {}).sentence.startswith(f"{asked} ")
    assert judged(criterion, {}, part="excludes").sentence.startswith(f"{excluded} ")


@pytest.mark.parametrize(
    ("criterion", "says"),
    [
        ({"any": [STAGE, ECOG]}, "At least one of these holds: "),
        ({"all": [STAGE, ECOG]}, "All of these hold: "),
        ({"not": [STAGE]}, "This does not hold: "),
    ],
)
def test_joined_criteria_are_told_one_after_the_other(criterion: dict[str, Any], says: str) -> None:
    parts = ["Stage is IIIB, IV or IVA. Not reported", "ECOG performance status is at most 2. Reported: 1"]
    told = "; ".join(parts[: len(next(iter(criterion.values())))])
    assert judged(criterion, {"ecog": 1}).sentence == f"{says}{told}."


@pytest.mark.parametrize(("answer", "result"), [("yes", "met"), ("no", "not_met"), ("maybe", "unknown")])
def test_yes_and_no_may_be_words(answer: str, result: str) -> None:
    assert judged(BONE, {"bone_metastases": answer}).result == result


NOTED = policy(
    paragraph(
        "P-01",
        includes=[{"fact": "tumor", "is_one_of": ["nsclc"]}],
        criteria=[ECOG, STAGE],
        note="Told.",
        addresses=["section 1"],
    )
)


@pytest.mark.parametrize(
    ("facts", "verdict", "summary"),
    [
        ({"ecog": 1, "stage": "IV"}, "is met: Paragraph P-01 (P-01).", "every criterion is met"),
        ({"ecog": 1}, "cannot be judged until more is known.", "1 criterion not yet known"),
        ({}, "cannot be judged until more is known.", "2 criteria not yet known"),
        ({"ecog": 3, "stage": "IV"}, None, "1 of 3 criteria not met"),
        ({"ecog": 3, "stage": "I"}, None, "2 of 3 criteria not met"),
        ({"tumor": "breast"}, None, "1 of 1 criteria not met"),
    ],
)
def test_a_policy_and_its_paragraph_say_how_far_they_are_from_met(
    facts: dict[str, Any], verdict: str | None, summary: str
) -> None:
    outcome = judge(NOTED, {"tumor": "nsclc", **facts}, LINE)
    (part,) = outcome.children
    if verdict:
        assert outcome.sentence == f"The medical policy for pembrolizumab {verdict}"
    else:
        assert outcome.sentence == "No paragraph of the medical policy for pembrolizumab is met."
    assert part.sentence == f"Paragraph P-01: {summary}. Told."
    assert (outcome.kind, outcome.source, outcome.reference) == (
        "any",
        "Synthetic.",
        "pembrolizumab 2021-07-01",
    )
    assert (part.kind, part.id, part.source, part.reference) == (
        "paragraph",
        "P-01",
        "general knowledge",
        "section 1",
    )


def test_a_paragraph_without_a_note_says_no_more_than_its_criteria() -> None:
    (part,) = judge(policy(paragraph(criteria=[ECOG])), {"ecog": 1}, LINE).children
    assert part.sentence == "Paragraph P-01: every criterion is met."


def test_the_paragraph_that_decided_gives_the_verdict_its_title() -> None:
    both = policy(
        paragraph("P-01", criteria=[STAGE]),
        {**paragraph("P-02", criteria=[ECOG]), "title": "Fit patients"},
    )
    outcome = judge(both, {"stage": "I", "ecog": 1}, LINE)
    assert outcome.sentence == "The medical policy for pembrolizumab is met: Fit patients (P-02)."


@pytest.mark.parametrize(
    ("facts", "order"),
    [
        ({"tumor": "breast", "stage": "IV", "ecog": 1}, ["B", "D", "A", "C"]),  # met, then met, then others
        ({"tumor": "breast", "ecog": 1}, ["D", "B", "A", "C"]),  # met, open, for others
        ({"tumor": "breast"}, ["D", "B", "A", "C"]),  # one answer missing before two
        ({"tumor": "breast", "stage": "I", "ecog": 3}, ["D", "B", "A", "C"]),  # one in the way before two
    ],
)
def test_paragraphs_come_nearest_first_r_163(facts: dict[str, Any], order: list[str]) -> None:
    nsclc, breast = ({"fact": "tumor", "is_one_of": [tumor]} for tumor in ("nsclc", "breast"))
    four = policy(
        paragraph("A", includes=[nsclc], criteria=[ECOG]),
        paragraph("B", includes=[breast], criteria=[ECOG, STAGE]),
        paragraph("C", includes=[nsclc], criteria=[STAGE]),
        paragraph("D", includes=[breast], criteria=[ECOG]),
    )
    assert [child.id for child in judge(four, facts, LINE).children] == order


@pytest.mark.parametrize(
    ("limit", "dose", "unit", "planned"),
    [
        ("10 mg/kg", "1", "g", "1 g, which is 14.2857 mg/kg"),
        ("700 mg", "10", "mg/kg", "10 mg/kg, which is 700 mg"),
        ("1 g", "10", "mg/kg", "10 mg/kg, which is 0.7 g"),
        ("10 mg/kg", "400", "mg/m2", "400 mg/m2, which is 10.3892 mg/kg"),
        ("10000 mcg/kg", "700", "mg", "700 mg, which is 10000 mcg/kg"),
    ],
)
def test_a_dose_is_told_in_the_unit_of_its_limit_too(limit: str, dose: str, unit: str, planned: str) -> None:
    body = {"weight_kg": "70", "height_cm": "170"}
    told = judged({"fact": "dose", "at_most": limit}, body, dose=dose, unit=unit).sentence
    assert told == f"Dose is at most {limit}. Planned: {planned}."


@pytest.mark.parametrize("body", [{"weight_kg": "0"}, {"height_cm": "170"}, {"weight_kg": "-1"}])
def test_nobody_weighs_nothing(body: dict[str, Any]) -> None:
    assert judged({"fact": "dose", "at_most": "10 mg/kg"}, body, dose="700").result == "unknown"


@pytest.mark.parametrize(
    ("number", "text"), [("10.50", "10.5"), ("10.0", "10"), ("100", "100"), ("1E+3", "1000"), ("0.5", "0.5")]
)
def test_numbers_are_written_without_needless_zeros(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_words_within_a_sentence() -> None:
    assert [lowered(text) for text in ("Bone metastases", "ECOG", "A PD-L1 test", "")] == [
        "bone metastases",
        "ECOG",
        "a PD-L1 test",
        "",
    ]
    assert [joined(words, "or") for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a or b",
        "a, b or c",
    ]
