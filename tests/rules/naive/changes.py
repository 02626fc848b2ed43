"""Single changes to a request: an answer, a dose, a schedule, a drug."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from pathways.criteria import terms
from tests.rules.naive import raw
from tests.rules.naive.lines import give_supportive, new_line
from tests.rules.naive.patients import MISSING, marker

Raw = dict[str, Any]
Change = Callable[[Random, Raw], None]

CHOICES: dict[str, list[Any]] = {
    "histology": list(terms.HISTOLOGIES),
    "stage": list(terms.STAGES),
    "line_of_therapy": list(terms.LINES),
    "ecog": [0, 1, 2, 3, 4, "2"],
    "concurrent_radiation": [True, False, "yes", "no"],
    "treatment_intent": list(terms.INTENTS),
    "bone_metastases": [True, False],
    "anemia_cause": list(terms.ANEMIA_CAUSES),
    "on_myelosuppressive_chemotherapy": [True, False],
}
LISTS: dict[str, list[Any]] = {
    "prior_therapies": [*terms.THERAPIES, "trastuzumab", "rituximab", "carboplatin", "unknown"],
    "attestations": list(terms.ATTESTATIONS),
    "fn_risk_factors": [*terms.RISK_FACTORS, "unknown"],
}
THERAPEUTIC = [row["name"] for row in raw.DRUGS if row["role"] == "therapeutic"]


def forget_answer(rng: Random, facts: Raw) -> None:
    fact = rng.choice([*CHOICES, *LISTS, "biomarkers", "labs", "labs", "biomarkers", "biomarkers"])
    if fact in LISTS:
        facts[fact] = rng.choice([None, [], "unknown", "not_reported", ["unknown"], ["not_reported"]])
    elif fact in ("biomarkers", "labs"):
        if facts[fact]:
            facts[fact] = {**facts[fact], rng.choice(list(facts[fact])): rng.choice(MISSING)}
        if rng.random() < 0.2:
            facts[fact] = rng.choice([{}, None])
    else:
        facts[fact] = rng.choice(MISSING)


def other_answer(rng: Random, facts: Raw) -> None:
    fact = rng.choice([*CHOICES, *LISTS, "biomarkers", "biomarkers", "labs"])
    if fact in LISTS:
        facts[fact] = rng.sample(LISTS[fact], rng.randint(1, 3))
    elif fact == "labs":
        facts[fact] = {name: rng.choice(["9.9", "10", "10.1", "19.9", "20", "30"]) for name in terms.LABS}
    elif fact == "biomarkers":
        name = rng.choice(list(facts[fact] or terms.BIOMARKERS))
        facts[fact] = {**(facts[fact] or {}), name: marker(rng, name)}
    else:
        facts[fact] = rng.choice(CHOICES[fact])


def other_age(rng: Random, facts: Raw) -> None:
    facts["age"] = rng.choice([9, 17, 18, 49, 50, 54, 55, 65, 66])


def other_dose(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    factor = Decimal(rng.choice(["1.1", "1.11", "0.9", "0.89", "1.01", "2", "0.5", "1.002"]))
    line["dose"] = format((Decimal(line["dose"]) * factor).quantize(Decimal("0.0001")), "f")


def other_unit(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    line["unit"] = rng.choice(
        ["mg", "g", "mcg", "mg/kg", "mg/m2", "mcg/kg", "AUC", "units", "U", "U/m2", "mCi"]
    )


def same_dose_in_another_unit(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    if line["unit"] == "mg":
        line.update(dose=format(Decimal(line["dose"]) / 1000, "f"), unit="g")


def other_days(rng: Random, facts: Raw) -> None:
    rng.choice(facts["drugs"])["days"] = rng.choice(["1", "2", "1,8", "1,8,15", "1-5", "LABEL", "1-3,7"])


def other_length(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    line["cycle_length_days"] = rng.choice([line["cycle_length_days"] - 1, 42, 28, 21, 14, 15])
    line["cycle_length_days"] = max(15, line["cycle_length_days"])


def other_cycles(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    line["cycles"] = rng.choice(["1", "1-2", "2", "2-5", "1,3,5", "1-9", "1-13", "1-18", "1-26", "1-4,6"])


def other_frequency(rng: Random, facts: Raw) -> None:
    rng.choice(facts["drugs"])["per_day"] = rng.choice([1, 2, 3])


def other_phase(rng: Random, facts: Raw) -> None:
    rng.choice(facts["drugs"])["phase"] = rng.choice([0, 1, 2, 3])


def on_two_lines(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    first, second = rng.choice([("1", "2-4"), ("1-2", "2-4"), ("1", "3-4"), ("1,3", "2,4"), ("1-4", "1-4")])
    again = {**line, "cycles": second}
    line["cycles"] = first
    if rng.random() < 0.3:
        line["days"], again["days"] = "1", rng.choice(["8", "8,15", "1"])
    if rng.random() < 0.3:
        line["dose"] = format(Decimal(line["dose"]) * 2, "f")
    facts["drugs"] = [*facts["drugs"], again]


def one_more_drug(rng: Random, facts: Raw) -> None:
    drug = rng.choice(THERAPEUTIC)
    facts["drugs"] = [*facts["drugs"], new_line(rng, drug, date.fromisoformat(facts["start_on"]))]


def one_drug_less(rng: Random, facts: Raw) -> None:
    if len(facts["drugs"]) > 1:
        facts["drugs"] = rng.sample(facts["drugs"], len(facts["drugs"]) - 1)


def only_supportive(rng: Random, facts: Raw) -> None:
    give_supportive(rng, facts)
    facts["drugs"] = [line for line in facts["drugs"] if line["role"] == "supportive"]
    facts["regimen_id"] = None


def in_a_trial(rng: Random, facts: Raw) -> None:
    facts["trial"] = {"enrolled": True, "trial_id": "NCT00000000", "cms_identified": rng.random() < 0.5}
    line = rng.choice(facts["drugs"])
    trial_drug = {**line, "drug": "XB-101", "hcpcs": "", "role": "investigational", "indication": ""}
    facts["drugs"] = [*facts["drugs"], trial_drug]


def another_regimen(rng: Random, facts: Raw) -> None:
    release = rng.choice(raw.RELEASES)
    facts["regimen_id"] = rng.choice([None, "", rng.choice(release.regimens)["id"]])


def another_product(rng: Random, facts: Raw) -> None:
    line = rng.choice(facts["drugs"])
    codes = [row["hcpcs"] for row in raw.PRODUCTS if row["drug"] == line["drug"]]
    line["hcpcs"] = rng.choice([*codes, "J0000", ""])


def another_tumor(rng: Random, facts: Raw) -> None:
    if facts["tumor"]:
        facts["tumor"] = rng.choice(raw.TUMORS)["tumor"]


def fewer_measurements(rng: Random, facts: Raw) -> None:
    facts[rng.choice(["height_cm", "weight_kg", "creatinine_clearance"])] = rng.choice(MISSING)


#: What is often wrong in a request, more than once where it should come more often.
CHANGES: list[Change] = [
    *[forget_answer] * 5,
    *[other_answer] * 5,
    *[other_dose] * 2,
    *[other_cycles] * 2,
    *[give_supportive] * 2,
    *(other_age, other_unit, same_dose_in_another_unit, other_days, other_length, other_frequency),
    *(other_phase, on_two_lines, one_more_drug, one_drug_less, only_supportive, in_a_trial),
    *(another_regimen, another_product, another_tumor, fewer_measurements),
]
