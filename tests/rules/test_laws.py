"""Laws of the whole decision, over random requests for all shipped content (DR-01 to DR-25)."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.duplicates import EarlierOrder
from orders.rules.judgement import Judgement, judge_order
from orders.rules.states import Disposition, DrugStatus
from orders.rules.terms import Terms
from pathways.criteria.outcome import Outcome, Result
from pathways.matching import PathwayLibrary, RegimenRow
from pathways.schedules import ScheduleError
from tests.rules.naive import raw
from tests.rules.naive.compare import content_of, of_product, product_judges
from tests.rules.naive.requests import Drawn, draw

requests = st.integers(0, 2**64).map(lambda seed: draw(Random(seed)))
randoms = st.randoms(use_true_random=False)

#: Biomarkers for which some row or paragraph accepts an unknown result.
ACCEPTED_UNKNOWN = {
    *(
        marker["name"]
        for release in raw.RELEASES
        for row in release.regimens
        for marker in row["biomarkers"]
        if marker["accept_unknown"]
    ),
    *(
        test["fact"].partition(".")[2]
        for policy in raw.POLICIES
        for paragraph in policy["paragraphs"]
        for test in [*paragraph.get("includes", []), *paragraph.get("criteria", [])]
        if test.get("or_unknown")
    ),
}
ANSWERS = (
    *("histology", "stage", "line_of_therapy", "ecog", "prior_therapies", "concurrent_radiation"),
    *("treatment_intent", "bone_metastases", "anemia_cause", "on_myelosuppressive_chemotherapy"),
    *("attestations", "fn_risk_factors", "height_cm", "weight_kg", "creatinine_clearance"),
)


def changed(drawn: Drawn, **facts: Any) -> Drawn:
    """The request with these facts."""
    return replace(drawn, facts={**drawn.facts, **facts})


def verdict(drawn: Drawn) -> dict[str, Any]:
    """The decision without its words."""
    return of_product(product_judges(drawn))


# --- order --------------------------------------------------------------------------------------------


@given(requests, randoms)
def test_the_order_of_lines_answers_and_earlier_orders_does_not_matter(drawn: Drawn, random: Random):
    facts = {
        name: random.sample(value, len(value)) if isinstance(value, list) else value
        for name, value in drawn.facts.items()
    }
    earlier = random.sample(drawn.earlier, len(drawn.earlier))
    assert verdict(replace(drawn, facts=facts, earlier=earlier)) == verdict(drawn)


@given(requests, randoms)
def test_the_order_of_facts_does_not_matter(drawn: Drawn, random: Random):
    names = random.sample(list(drawn.facts), len(drawn.facts))
    shuffled = replace(drawn, facts={name: drawn.facts[name] for name in names})
    assert product_judges(shuffled) == product_judges(drawn)


@given(requests, randoms)
def test_the_order_of_regimens_in_a_release_does_not_matter_dr_05(drawn: Drawn, random: Random):
    release = raw.release_on(date.fromisoformat(drawn.facts["submitted_on"]))
    rows = [RegimenRow.from_content(row) for row in random.sample(release.regimens, len(release.regimens))]
    content = replace(content_of(drawn), pathways=PathwayLibrary(release.slug, rows))
    found = judge_order(drawn.facts, drawn.terms, content, drawn.earlier)
    assert of_product(found) == verdict(drawn)


# --- storage ------------------------------------------------------------------------------------------


def no_float(text: str) -> Any:
    """JSON in which a number with a point is a mistake: it may have lost a digit."""
    raise AssertionError(f"{text} is stored as a float")


def stored(value: Any) -> Any:
    """What comes back after it was kept as JSON."""
    return json.loads(json.dumps(value), parse_float=no_float)


@given(requests)
def test_a_stored_evaluation_judged_again_gives_the_same_r_208(drawn: Drawn):
    judgement = product_judges(drawn)
    again = judge_order(
        stored(drawn.facts),
        Terms.from_json(stored(drawn.terms.to_json())),
        content_of(drawn),
        [EarlierOrder.from_json(stored(order.to_json())) for order in drawn.earlier],
    )
    assert Judgement.from_json(stored(judgement.to_json())) == judgement == again
    assert again.to_json() == stored(judgement.to_json())


@given(requests)
def test_billing_units_are_whole_units_of_every_dose_and_keep_every_digit_dr_20_d_56(drawn: Drawn):
    judgement = product_judges(drawn)
    back = Judgement.from_json(stored(judgement.to_json()))
    per_day = {line["number"]: line["per_day"] for line in drawn.facts["drugs"]}
    for line, kept in zip(judgement.lines, back.lines, strict=True):
        if line.billing_units is None:
            continue
        assert isinstance(line.billing_units, Decimal)
        assert line.billing_units == line.billing_units.to_integral_value()
        doses = (line.visits or 0) * per_day[line.number]
        assert not line.billing_units % doses if doses else line.billing_units == 0
        assert str(kept.billing_units) == format(line.billing_units, "f")


# --- knowledge ----------------------------------------------------------------------------------------


def without(facts: dict[str, Any], random: Random) -> dict[str, Any]:
    """The facts with one answer taken back that no content accepts as unknown."""
    families = {
        name: [one for one in facts[name] or {} if one not in ACCEPTED_UNKNOWN]
        for name in ("biomarkers", "labs")
    }
    name = random.choice([*ANSWERS, "indication", *(name for name, members in families.items() if members)])
    if name == "indication":
        return {**facts, "drugs": [{**line, "indication": ""} for line in facts["drugs"]]}
    if name in families:
        return {**facts, name: {**facts[name], random.choice(families[name]): "not_reported"}}
    return {**facts, name: None}


def policies(judgement: Judgement) -> list[Outcome]:
    """Policies, paragraphs and tests of all lines, in order of reading."""
    found: list[Outcome] = []
    for line in judgement.lines:
        if line.outcome:
            by_name = sorted(line.outcome.children, key=lambda paragraph: paragraph.id)
            found += [line.outcome, *by_name, *(leaf for one in by_name for leaf in one.leaves())]
    return found


@given(requests, randoms)
def test_taking_an_answer_back_only_makes_results_unknown_dr_09(drawn: Drawn, random: Random):
    """And so an answer given never makes unknown what was met.

    The law leaves out the answers that a row or paragraph accepts as unknown, where taking back a
    wrong answer may help.
    """
    before = product_judges(drawn)
    after = product_judges(replace(drawn, facts=without(drawn.facts, random)))
    for known, less in zip(policies(before), policies(after), strict=True):
        assert less.result in {known.result, Result.UNKNOWN}


@given(requests, randoms)
def test_taking_an_answer_back_never_decides_a_case_that_waits_dr_12(drawn: Drawn, random: Random):
    before = product_judges(drawn)
    after = product_judges(replace(drawn, facts=without(drawn.facts, random)))
    if before.disposition is Disposition.IN_PROGRESS:
        assert after.disposition is Disposition.IN_PROGRESS
        lost = {reason.code for reason in before.pend_reasons} - {
            reason.code for reason in after.pend_reasons
        }
        assert not lost
    if after.pathway_eligible_when_final:
        assert before.pathway_eligible_when_final


@given(requests, randoms, st.integers(0, 12))
def test_nothing_is_denied_at_intake_whatever_is_missing_r_204_dr_13(
    drawn: Drawn, random: Random, times: int
):
    facts = drawn.facts
    for _ in range(times):
        facts = without(facts, random)
    judgement = product_judges(replace(drawn, facts=facts))
    assert judgement.disposition in {
        *(Disposition.IN_PROGRESS, Disposition.AUTHORIZED, Disposition.COMPLETED),
        *(Disposition.VOLUNTARILY_CANCELLED, None),
    }
    assert (judgement.disposition is None) is bool(judgement.refusals)
    assert DrugStatus.NON_AUTHORIZED not in {line.status for line in judgement.lines}


# --- odd requests -------------------------------------------------------------------------------------

odd_text = st.sampled_from(
    ["", "unknown", "not_reported", "no such thing", "0", "-1", "1e400", "NaN", " ", "é"]
)
odd_line = st.fixed_dictionaries(
    {},
    optional={
        "drug": odd_text,
        "hcpcs": odd_text | st.none(),
        "dose": st.decimals("0", "99999999.9999", places=4).map(str),
        "unit": odd_text | st.sampled_from(["mg/m2", "mg/kg", "AUC", "%/h", "/", "mg//kg"]),
        "days": odd_text | st.sampled_from(["1-366", "366", "LABEL", "label", "1,1", "9-1", "1-"]),
        "cycles": odd_text | st.sampled_from(["1-366", "366", "2", "1,1", "1--2"]),
        "cycle_length_days": st.integers(1, 366),
        "per_day": st.integers(1, 24),
        "phase": st.integers(0, 9),
        "indication": odd_text | st.none(),
        "role": st.sampled_from(["therapeutic", "supportive", "investigational"]),
    },
)
odd_facts = st.fixed_dictionaries(
    {},
    optional={
        **{name: odd_text | st.none() | st.integers(-1, 999) for name in ANSWERS if not name.endswith("s")},
        **{
            name: st.none() | st.lists(odd_text, max_size=3)
            for name in ("prior_therapies", "attestations", "fn_risk_factors")
        },
        **{
            name: st.none() | st.dictionaries(odd_text, odd_text, max_size=3)
            for name in ("biomarkers", "labs")
        },
        "age": st.integers(0, 120),
        "tumor": odd_text | st.none(),
        "regimen_id": odd_text | st.none(),
        "references_order": odd_text | st.none(),
        "replaces_order": odd_text | st.none(),
        "trial": st.none()
        | st.fixed_dictionaries({}, optional={"enrolled": st.booleans(), "trial_id": odd_text}),
        "continuity": st.none() | st.just({}) | st.just({"attested": True}),
        "withdrawn_lines": st.lists(st.integers(0, 9), max_size=4),
        "network": odd_text | st.none(),
        "provider_state": odd_text | st.none(),
        "drugs": st.just([]),
    },
)


@given(requests, odd_facts, st.lists(odd_line, max_size=3))
def test_an_odd_request_is_judged_or_refused_for_its_schedule(
    drawn: Drawn, facts: dict[str, Any], lines: list[dict[str, Any]]
):
    drugs = deepcopy(drawn.facts["drugs"])
    for line, own in zip(drugs, lines, strict=False):
        line.update(own)
    odd = changed(drawn, drugs=drugs, **{key: value for key, value in facts.items() if key != "drugs"})
    if "drugs" in facts:
        odd = changed(odd, drugs=[])
    try:
        judgement = product_judges(odd)
    except ScheduleError:
        with pytest.raises(ScheduleError):  # for the same reason every time
            product_judges(odd)
        return
    assert Judgement.from_json(stored(judgement.to_json())) == judgement
    assert DrugStatus.NON_AUTHORIZED not in {line.status for line in judgement.lines}
