"""Why a case waits: its reasons, in words and with their drug lines (DR-09, DR-12, R-181, R-232)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orders.rules.judgement import Judgement, judge_order
from orders.rules.pending import effect_of, shared_cycles
from orders.rules.terms import DeviationEffect
from tests.rules.build import START, component, earlier_order, facts, library, line, row
from tests.rules.fake_content import MET, NOT_MET, FakeContent, policy
from tests.rules.programs import BCBSMA_COMMERCIAL

PEMBRO, CARBO = line(), line("carboplatin")
PEG = line("pegfilgrastim", role="supportive", indication="primary_prophylaxis", dose="6", days="2")


def judged(*drugs, terms=BCBSMA_COMMERCIAL, without_policy=(), criterion=MET, earlier=(), **own) -> Judgement:
    """Every drug is reviewed, and met unless told otherwise."""
    names = {drug["drug"] for drug in drugs}
    content = FakeContent(
        pathways=library(row(component("pembrolizumab"), component("carboplatin"), stages=["IV"])),
        policies={drug: policy(drug, criterion) for drug in names - set(without_policy)},
    )
    order = facts(
        *drugs,
        **{
            "solution": "medical_oncology",
            "line_of_business": "PPO_EPO",
            "network": "in",
            "diagnosis": "C34.11",
            "stage": "IV",
            "age": 60,
            "planned_end_on": (START + timedelta(days=83)).isoformat(),
            **own,
        },
    )
    return judge_order(order, terms, content, list(earlier))


def told(judgement: Judgement) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(reason.code, reason.sentence, reason.lines) for reason in judgement.pend_reasons]


def test_a_drug_without_a_policy_in_force_is_named_r_232():
    assert told(judged(PEMBRO, CARBO, without_policy=["carboplatin"])) == [
        ("POLICY", "No medical policy for carboplatin is in force on the start date.", (2,))
    ]


def test_each_drug_that_is_not_plainly_covered_is_told_with_what_its_policy_says():
    found = judged(PEMBRO, CARBO, criterion=NOT_MET)
    sentences = " ".join(judged_line.outcome.sentence for judged_line in found.lines)
    assert told(found) == [("POLICY", sentences, (1, 2))]


def test_a_growth_factor_pends_with_the_words_of_its_deviation_t3():
    found = judged(PEMBRO, CARBO, PEG)
    assert told(found) == [("POLICY", found.fn_deviations[0].sentence, (3,))]


@pytest.mark.parametrize("effect", [DeviationEffect.NONE, DeviationEffect.LOSES_PATHWAY])
def test_a_program_may_leave_growth_factors_to_their_policy_r_181(effect):
    terms = replace(BCBSMA_COMMERCIAL, growth_factor_deviation=effect)
    found = judged(PEMBRO, CARBO, PEG, terms=terms)
    assert (found.disposition, told(found)) == ("authorized", [])
    assert len(found.fn_deviations) == 1


def test_a_schedule_waits_with_the_lines_of_its_drugs():
    found = judged(PEMBRO, line("carboplatin", days="2"))
    (deviation,) = found.deviations
    assert told(found) == [("SCHEDULE", deviation.sentence, (2,))]


def test_several_departures_are_told_one_after_the_other():
    found = judged(line(days="2"), line("carboplatin", days="2"))
    assert told(found) == [
        ("SCHEDULE", " ".join(deviation.sentence for deviation in found.deviations), (1, 2))
    ]


def test_an_answer_that_is_missing_and_one_that_does_not_fit_are_different_reasons_d_32():
    terms = replace(BCBSMA_COMMERCIAL, clinical_mismatch=DeviationEffect.PENDS)
    anything = {"fact": "line_of_business", "is_one_of": ["PPO_EPO"]}
    (unknown,) = told(judged(PEMBRO, CARBO, terms=terms, criterion=anything, stage="unknown"))
    assert unknown == ("UNKNOWN_ANSWER", "Stage: unknown; this regimen asks for IV.", ())
    (wrong,) = told(judged(PEMBRO, CARBO, terms=terms, criterion=anything, stage="IIB"))
    assert wrong == ("CLINICAL", "Stage: IIB; this regimen is for IV.", ())


def test_no_program_setting_lets_a_custom_plan_pass_r_174():
    indifferent = replace(
        BCBSMA_COMMERCIAL,
        clinical_mismatch=DeviationEffect.NONE,
        unknown_answer=DeviationEffect.NONE,
        schedule_deviation=DeviationEffect.NONE,
    )
    (deviation,) = judged(PEMBRO, regimen_id=None).deviations
    assert effect_of(deviation, indifferent) is DeviationEffect.PENDS


def test_a_custom_plan_and_a_duplicate_wait_in_their_own_words_dr_12():
    found = judged(PEMBRO, earlier=[earlier_order(), earlier_order(order_id="987654321")], regimen_id=None)
    assert told(found) == [
        ("CUSTOM_PLAN", found.deviations[0].sentence, ()),
        ("DUPLICATE", " ".join(flag.sentence for flag in found.duplicates), ()),
    ]
    assert len(found.duplicates) == 2


TWICE = "pembrolizumab stands on two lines for the same cycles; the doses count together."


def test_two_lines_of_a_drug_in_the_same_cycles_wait_since_no_limit_is_judged_for_both_dr_09():
    found = judged(line(days="1"), line(days="8"), CARBO)
    assert ("POLICY", f"{TWICE} {TWICE}", (1, 2)) in told(found)
    apart = judged(line(cycles="1"), line(cycles="2-4"), CARBO)
    assert told(apart) == []
    one_left = judged(line(), line(days="8"), CARBO, withdrawn_lines=[2])
    assert told(one_left) == []


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ({"cycles": "1-4"}, {"cycles": "3-6"}, {1: (3, 4), 2: (3, 4)}),
        ({"cycles": "1"}, {"cycles": "2-4"}, {}),
        ({"phase": 1}, {"phase": 2}, {}),
        ({"phase": None, "cycles": "1"}, {"phase": 1, "cycles": "1"}, {1: (1,), 2: (1,)}),
        ({"drug": "carboplatin"}, {}, {}),
    ],
)
def test_which_cycles_of_a_drug_stand_on_two_lines_of_a_phase(first, second, shared):
    drugs = facts({**line(), **first}, {**line(), **second})["drugs"]
    assert shared_cycles(drugs) == shared
