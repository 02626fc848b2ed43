"""Answers for one cancer, at random, or such that a regimen row or a paragraph holds for them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from pathways.criteria import terms
from tests.rules.naive import raw

Raw = dict[str, Any]

MISSING = (None, "", "unknown", "not_reported")


def of_tumor(rng: Random, tumor: str) -> Raw:
    """A member with this cancer and an answer to everything, from what its form offers."""
    form = next(found for found in raw.TUMORS if found["tumor"] == tumor)
    return {
        "tumor": tumor,
        "diagnosis": rng.choice(form["diagnoses"]),
        "histology": rng.choice(form["histologies"]),
        "stage": rng.choice(form["stages"]),
        "line_of_therapy": rng.choice(form["lines"]),
        "ecog": rng.choice([0, 1, 1, 2, 3, "1"]),
        "biomarkers": {name: marker(rng, name) for name in form["biomarkers"]},
        "prior_therapies": rng.sample(form["prior_therapies"], rng.randint(0, 2)),
        "concurrent_radiation": rng.choice([False, False, True]),
        "treatment_intent": rng.choice(list(terms.INTENTS)),
        "bone_metastases": rng.choice([True, False, "yes"]),
        "anemia_cause": rng.choice(list(terms.ANEMIA_CAUSES)),
        "on_myelosuppressive_chemotherapy": rng.choice([True, False]),
        "labs": {name: rng.choice(["9.9", "10", "19", "29", "45"]) for name in terms.LABS},
        "attestations": rng.sample(list(terms.ATTESTATIONS), rng.randint(0, 2)),
        "fn_risk_factors": rng.sample(list(terms.RISK_FACTORS), rng.randint(0, 2)),
        "age": rng.choice([10, 17, 18, *rng.sample(range(30, 90), 9), 65, 66]),
        "sex": rng.choice(list(terms.SEXES)),
        "height_cm": rng.choice(["170", "181.5", 158]),
        "weight_kg": rng.choice(["70", "70.5", 93]),
        "creatinine_clearance": rng.choice(["90", "125", 140]),
        "trial": {"enrolled": False, "trial_id": None, "cms_identified": rng.choice([True, False])},
    }


def marker(rng: Random, name: str) -> str:
    """Any result that a biomarker may have."""
    return rng.choice(list(terms.BIOMARKERS[name].values))


def fit_row(rng: Random, patient: Raw, row: Raw) -> None:
    """Change the answers to those the regimen row asks for."""
    for fact, values in (
        ("line_of_therapy", row["lines"]),
        ("stage", row["stages"]),
        ("histology", row["histology"]),
    ):
        if values:
            patient[fact] = rng.choice(values)
    if row["ecog_max"] is not None:
        patient["ecog"] = rng.randint(0, row["ecog_max"])
    for asked in row["biomarkers"]:
        patient["biomarkers"][asked["name"]] = rng.choice(asked["in"])
    patient["prior_therapies"] = [_therapy(rng, name) for name in row["prior_therapy"].get("all", [])]
    if row["concurrent_radiation"] is not None:
        patient["concurrent_radiation"] = row["concurrent_radiation"]


def _therapy(rng: Random, name: str) -> str:
    drugs = sorted(terms.THERAPY_CLASSES.get(name, ()))
    return rng.choice([name, *drugs[:2]])


class Fitting:
    """Makes the tests of a paragraph hold: changes patient and drug line, and collects partner drugs."""

    def __init__(self, rng: Random, patient: Raw, line: Raw) -> None:
        self.rng = rng
        self.patient = patient
        self.line = line
        self.partners: list[str] = []
        self.risk: str | None = None

    def paragraph(self, found: Raw) -> None:
        """Every test of it but what it excludes."""
        for test in [*found.get("includes", []), *found.get("criteria", [])]:
            self.test(test)

    def test(self, test: Raw) -> None:
        """One test, or enough of a group."""
        if "any" in test:
            self.test(self.rng.choice(test["any"]))
        elif "all" in test:
            for one in test["all"]:
                self.test(one)
        elif "is_one_of" in test:
            self._set(test["fact"], self.rng.choice(test["is_one_of"]))
        elif "is" in test:
            self._set(test["fact"], True)
        else:
            self._number_or_list(test)

    def _set(self, fact: str, value: Any) -> None:
        family, _, name = fact.partition(".")
        if fact == "regimen_risk":
            self.risk = value
        elif fact == "indication":
            self.line["indication"] = value
        elif family == "attestations":
            self.patient["attestations"] = [*self.patient["attestations"], name]
        elif name:
            self.patient[family] = {**self.patient[family], name: value}
        else:
            self.patient[fact] = value

    def _number_or_list(self, test: Raw) -> None:
        match test["fact"]:
            case "drugs":
                if "with_one_of" in test:
                    self.partners.append(self.rng.choice(test["with_one_of"]))
            case "prior_therapies":
                therapy = _therapy(self.rng, test["include"])
                self.patient["prior_therapies"] = [*self.patient["prior_therapies"], therapy]
            case "fn_risk_factors":
                self.patient["fn_risk_factors"] = ["renal_dysfunction"]
            case "dose":
                self._dose(test["at_most"])
            case "schedule":
                self._schedule(test)
            case fact:
                self._set(fact, self._within(test))

    def _within(self, test: Raw) -> Any:
        name = next(name for name in ("at_most", "at_least", "below", "above") if name in test)
        limit = Decimal(str(test[name]).split()[0])
        step = {"below": Decimal("-0.1"), "above": Decimal("0.1")}.get(name, Decimal(0))
        value = limit + step
        return int(value) if value == int(value) else str(value)

    def _dose(self, limit: str) -> None:
        self.line["dose"], _, self.line["unit"] = limit.partition(" ")

    def _schedule(self, test: Raw) -> None:
        if "one_of" in test:
            pair = self.rng.choice(test["one_of"])
            self._dose(pair["dose"])
            self.line.update(days="1", cycle_length_days=pair["every_days"])
        if "days_apart" in test:
            self.line.update(days="1", cycle_length_days=test["days_apart"])
        if "cycles_at_most" in test:
            self.line["cycles"] = f"1-{test['cycles_at_most']}"
        if "total_days_at_most" in test:
            most = max(1, test["total_days_at_most"] // self.line["cycle_length_days"])
            self.line["cycles"] = f"1-{most}"
        if "doses_per_cycle_at_most" in test:
            self.line["days"] = "1"
        if "cycle_days_at_least" in test:
            self.line["cycle_length_days"] = test["cycle_days_at_least"]
