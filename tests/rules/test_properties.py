"""What holds for every order: nothing is denied by itself, less knowledge never authorizes, and so on.

The orders are the worked examples under the content as shipped, with answers and schedules changed.
"""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.judgement import Judgement, conclude
from orders.rules.states import WITH_ORDER_ID, Disposition, DrugStatus
from pathways.criteria import terms
from pathways.criteria.outcome import Result
from tests.rules.worked import Worked, example_names, read_example, worked

example = cache(worked)
ACCEPTED = [name for name in example_names() if read_example(name)["expected"]["intake"]["accepted"]]

ANSWERS = {
    "line_of_therapy": sorted(terms.LINES),
    "stage": ["IIB", "IIIC", "IV", "IVA", "extensive"],
    "histology": sorted(terms.HISTOLOGIES),
    "ecog": [0, 1, 2, 3, 4],
    "concurrent_radiation": [True, False],
    "prior_therapies": [[], ["platinum"], ["trastuzumab", "pertuzumab"], ["platinum", "pd1_pdl1"]],
    "age": [17, 40, 66, 80],
    "fn_risk_factors": [[], ["renal_dysfunction"]],
    "treatment_intent": ["curative", "non_curative"],
    "anemia_cause": sorted(terms.ANEMIA_CAUSES),
    "on_myelosuppressive_chemotherapy": [True, False],
    "labs": [{"hemoglobin": "9.1"}, {"hemoglobin": "10.6"}, {}],
}
#: What may be left unanswered: everything but the age, which comes from the roster.
ASKED = sorted(set(ANSWERS) - {"age"})

answers = st.fixed_dictionaries(
    {}, optional={fact: st.sampled_from([*values, None]) for fact, values in ANSWERS.items()}
)
biomarkers = st.dictionaries(
    st.sampled_from(sorted(terms.BIOMARKERS)), st.just("unknown") | st.just("positive"), max_size=3
)
schedules = st.fixed_dictionaries(
    {},
    optional={
        "cycle_length_days": st.sampled_from([21, 28]),
        "cycles": st.sampled_from(["1", "1-4", "1-12"]),
        "dose": st.sampled_from(["1", "200", "5000"]),
    },
)


def changed(name: str, own: dict, markers: dict, schedule: dict) -> tuple[Worked, dict]:
    """An example and the facts to judge it with."""
    found = example(name)
    drugs = [
        {**drug, **schedule} if number == 0 else drug for number, drug in enumerate(found.facts["drugs"])
    ]
    known = {**found.facts["biomarkers"], **markers}
    return found, {**own, "biomarkers": known, "drugs": drugs}


orders = st.builds(changed, st.sampled_from(ACCEPTED), answers, biomarkers, schedules)


@given(orders)
def test_no_order_is_denied_by_itself_r_204(order):
    found, facts = order
    judgement = found.judge(**facts)
    assert judgement.disposition in {
        Disposition.IN_PROGRESS,
        Disposition.AUTHORIZED,
        Disposition.COMPLETED,
    }
    assert DrugStatus.NON_AUTHORIZED not in {line.status for line in judgement.lines}


@given(orders)
def test_an_authorized_line_met_its_policy_or_continues_earlier_care(order):
    found, facts = order
    judgement = found.judge(**facts)
    for line in judgement.lines:
        if line.status is DrugStatus.AUTHORIZED:
            assert line.reviewed
            assert judgement.continuity_applied or line.outcome.result is Result.MET


@given(orders)
def test_pending_and_order_id_exclude_each_other(order):
    found, facts = order
    judgement = found.judge(**facts)
    pends = judgement.disposition is Disposition.IN_PROGRESS
    assert pends is bool(judgement.pend_reasons)
    assert (judgement.disposition in WITH_ORDER_ID) is not pends
    assert (judgement.valid_to is None) is pends
    if pends:
        assert judgement.pathway_eligible is None
        assert (judgement.scodes.s0353, judgement.scodes.s0354) == (0, 0)
        assert DrugStatus.AUTHORIZED not in {line.status for line in judgement.lines}


@given(orders, st.sampled_from([*ASKED, "biomarkers"]))
def test_taking_an_answer_back_never_settles_a_pending_case(order, fact):
    found, facts = order
    before = found.judge(**facts)
    after = found.judge(**{**facts, fact: {} if fact in ("biomarkers", "labs") else None})
    if before.disposition is Disposition.IN_PROGRESS:
        assert after.disposition is Disposition.IN_PROGRESS
    for known, unknown in zip(before.lines, after.lines, strict=True):
        if known.outcome and known.outcome.result is not Result.MET:
            assert unknown.outcome.result is not Result.MET


@given(orders)
def test_an_unreviewed_supportive_drug_changes_nothing_r_147(order):
    found, facts = order
    before = found.judge(**facts)
    antiemetic = {
        **facts["drugs"][0],
        "number": 99,
        "drug": "granisetron",
        "hcpcs": "J1626",
        "role": "supportive",
        "indication": "",
    }
    after = found.judge(**{**facts, "drugs": [*facts["drugs"], antiemetic]})
    assert after.disposition == before.disposition
    assert after.pathway_eligible_when_final == before.pathway_eligible_when_final
    assert after.scodes_when_final == before.scodes_when_final
    assert after.match == before.match


@given(orders, st.randoms(use_true_random=False))
def test_the_order_of_drug_lines_does_not_matter(order, random):
    found, facts = order
    shuffled = list(facts["drugs"])
    random.shuffle(shuffled)
    before, after = found.judge(**facts), found.judge(**{**facts, "drugs": shuffled})
    assert after.disposition == before.disposition
    assert after.scodes_when_final == before.scodes_when_final
    assert sorted(item.code for item in after.deviations) == sorted(item.code for item in before.deviations)
    assert {line.number: line.status for line in after.lines} == {
        line.number: line.status for line in before.lines
    }


@given(orders)
def test_a_judgement_reads_back_as_it_was_written_r_208(order):
    found, facts = order
    judgement = found.judge(**facts)
    assert Judgement.from_json(json.loads(json.dumps(judgement.to_json()))) == judgement


@given(orders, st.data())
def test_a_concluded_case_gives_no_order_id_beside_a_denied_therapeutic_drug(order, data):
    found, facts = order
    judgement = found.judge(**facts)
    reviewed = {line.number: line.role for line in judgement.lines if line.reviewed}
    outcomes = {number: data.draw(st.sampled_from(["authorized", "adverse"])) for number in reviewed}
    end = conclude(judgement, outcomes)
    if any(outcomes[number] == "adverse" and role == "therapeutic" for number, role in reviewed.items()):
        assert end.disposition is Disposition.NON_AUTHORIZED
    if end.disposition not in WITH_ORDER_ID:
        assert (end.valid_from, end.valid_to, end.scodes.s0353, end.scodes.s0354) == (None, None, 0, 0)
        assert not end.pathway_eligible


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_order_of_nothing_but_unknowns_is_never_authorized(name):
    found = example(name)
    unknown = {
        **dict.fromkeys(ASKED, "unknown"),
        "prior_therapies": ["unknown"],
        "labs": {},
        "biomarkers": {},
    }
    judgement = found.judge(**unknown, continuity=None, references_order=None)
    assert judgement.disposition is not Disposition.AUTHORIZED
