"""A made-up library of regimens and medical policies with orders for it, the same for every engine.

A rule is what content says once it is bare: clauses that must all hold, each one criterion or several
of which one must hold.  From the rules come the content files of the product, and what others need.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from unittest.mock import patch

from pathways.criteria import terms

BIOMARKERS = [name for name, marker in terms.BIOMARKERS.items() if len(marker.values) == 2][:10]
HISTOLOGIES = ("adenocarcinoma", "squamous", "nonsquamous", "clear_cell")
STAGES = ("I", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IVA", "IVB")
LINES = ("ADJUVANT", "L1", "L2", "L3")
THERAPIES = ("endocrine_therapy", "surgery", "radiation")
#: Answers that a tenth of the orders lack.
CLINICAL = ("histology", "stage", "ecog", "therapies", *BIOMARKERS)

Order = dict[str, Any]


class Criterion(NamedTuple):
    """A fact compared with a value by "is", "in", "at_most", "at_least" or "holds" (a list holds it)."""

    fact: str
    comparison: str
    value: Any


Clause = tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A regimen for one situation ("pathway"), or a paragraph of a drug's policy ("policy")."""

    id: str
    kind: str
    clauses: tuple[Clause, ...]

    def value(self, fact: str) -> Any:
        """What the rule's own criterion of that fact asks for."""
        return next(clause[0].value for clause in self.clauses if clause[0].fact == fact)


@dataclass(frozen=True, slots=True)
class Library:
    """Rules, and the cancers they are about."""

    rules: tuple[Rule, ...]
    tumors: tuple[str, ...]

    @contextmanager
    def known(self) -> Iterator[None]:
        """Have the product know the made-up cancers, which its vocabulary would refuse."""
        with patch.dict(terms.TUMORS, {tumor: tumor for tumor in self.tumors}):
            yield


def make_library(scale: int = 1) -> Library:
    """300 regimen rows and 100 policy paragraphs times `scale`, with its square root more cancers."""
    chance = random.Random(7000 + scale)
    tumors = tuple(f"cancer-{number:03d}" for number in range(round(20 * scale**0.5)))
    drugs = [f"drug-{number:03d}" for number in range(60 * scale)]
    per_tumor = round(5 * scale**0.5)
    regimens = {tumor: [_regimen(chance, drugs) for _ in range(per_tumor)] for tumor in tumors}
    rows = []
    for number in range(300 * scale):
        tumor = tumors[number % len(tumors)]
        regimen = regimens[tumor][number // len(tumors) % per_tumor]
        rows.append(Rule(f"row-{number:04d}", "pathway", _row_clauses(chance, tumor, regimen)))
    for number in range(100 * scale):
        drug = drugs[number % len(drugs)]
        rows.append(Rule(f"paragraph-{number:04d}", "policy", _paragraph_clauses(chance, drug, tumors)))
    return Library(tuple(rows), tumors)


def _regimen(chance: random.Random, drugs: list[str]) -> str:
    return "+".join(sorted(chance.sample(drugs, chance.choice([1, 2, 2, 3, 4]))))


def _row_clauses(chance: random.Random, tumor: str, regimen: str) -> tuple[Clause, ...]:
    found = [
        Criterion("tumor", "is", tumor),
        Criterion("regimen", "is", regimen),
        Criterion("stage", "in", sorted(chance.sample(STAGES, chance.randint(2, 5)))),
        Criterion("line", "in", sorted(chance.sample(LINES, chance.randint(1, 3)))),
        Criterion("ecog", "at_most", chance.choice([1, 2, 2, 3])),
        Criterion("radiation", "is", chance.choice([True, False, False, False])),
        Criterion("therapies", "holds", chance.choice(THERAPIES)),
    ]
    if chance.random() < 0.6:
        found.append(Criterion("histology", "in", sorted(chance.sample(HISTOLOGIES, 2))))
    for name in chance.sample(BIOMARKERS, chance.choice([0, 1, 1, 2])):
        found.append(_marker(chance, name))
    return tuple((criterion,) for criterion in found)


def _paragraph_clauses(chance: random.Random, drug: str, tumors: tuple[str, ...]) -> tuple[Clause, ...]:
    one, other = chance.sample(BIOMARKERS, 2)
    return (
        (Criterion("drugs", "holds", drug),),
        (Criterion("tumor", "in", sorted(chance.sample(tumors, max(6, len(tumors) // 3)))),),
        (Criterion("line", "in", chance.choice([["L1", "L2", "L3"], ["L2", "L3"]])),),
        (_marker(chance, one), _marker(chance, other)),
        (Criterion("ecog", "at_most", chance.choice([2, 3])),),
        (Criterion("age", "at_least", 18),),
        (Criterion("dose", "at_most", chance.choice([110, 120])),),
    )


def _marker(chance: random.Random, name: str) -> Criterion:
    return Criterion(name, "is", chance.choice(list(terms.BIOMARKERS[name].values)))


def make_orders(library: Library, count: int, *, seed: int) -> list[Order]:
    """Orders that mostly fit some row, flat: fact to value, None for an answer that is missing."""
    chance = random.Random(seed)
    rows = [rule for rule in library.rules if rule.kind == "pathway"]
    return [_order(chance, chance.choice(rows)) for _ in range(count)]


def _order(chance: random.Random, row: Rule) -> Order:
    asked = {clause[0].fact: clause[0] for clause in row.clauses}

    def answer(fact: str, others: Callable[[], Any]) -> Any:
        if fact not in asked or chance.random() > 0.8:
            return others()
        wanted = asked[fact]
        return chance.choice(wanted.value) if wanted.comparison == "in" else wanted.value

    regimen = row.value("regimen")
    if chance.random() > 0.85:
        regimen = "+".join(sorted(chance.sample(sorted({*regimen.split("+"), "drug-000", "drug-001"}), 2)))
    order = {
        "tumor": row.value("tumor"),
        "regimen": regimen,
        "drugs": regimen.split("+"),
        "histology": answer("histology", lambda: chance.choice(HISTOLOGIES)),
        "stage": answer("stage", lambda: chance.choice(STAGES)),
        "line": answer("line", lambda: chance.choice(LINES)),
        "ecog": chance.choice([0, 0, 1, 1, 2, 3]),
        "radiation": answer("radiation", lambda: chance.choice([True, False])),
        "therapies": sorted({answer("therapies", lambda: chance.choice(THERAPIES))}),
        "age": chance.randint(17, 88),
        "dose": chance.choice([90, 100, 100, 104, 108, 125]),
    }
    for name in BIOMARKERS:
        order[name] = answer(name, lambda name=name: chance.choice(list(terms.BIOMARKERS[name].values)))
    return order | {fact: None for fact in CLINICAL if chance.random() < 0.1}


# --- as the product's content and facts ---------------------------------------------------------------

_HEAD = {
    "effective": "2026-01-01",
    "title": "Made up",
    "notice": "Made up for measuring.",
    "authored_by": "author",
    "checked_by": "checker",
    "reviewed": "2026-01-01",
    "next_review": "2027-01-01",
}


def policy_contents(library: Library) -> list[dict[str, Any]]:
    """The policy files of the library, one per drug."""
    paragraphs = defaultdict(list)
    for rule in library.rules:
        if rule.kind == "policy":
            paragraphs[rule.value("drugs")].append(
                {
                    "id": rule.id,
                    "title": f"Paragraph {rule.id}",
                    "source": "made up",
                    "includes": [_entry(clause) for clause in rule.clauses if clause[0].fact == "tumor"],
                    "criteria": [
                        _entry(clause) for clause in rule.clauses if clause[0].fact not in ("tumor", "drugs")
                    ],
                }
            )
    return [{**_HEAD, "policy": drug, "paragraphs": found} for drug, found in paragraphs.items()]


def _entry(clause: Clause) -> dict[str, Any]:
    entries = [_test(criterion) for criterion in clause]
    return entries[0] if len(entries) == 1 else {"any": entries}


def _test(criterion: Criterion) -> dict[str, Any]:
    fact, comparison, value = criterion
    if fact in BIOMARKERS:
        return {"fact": f"biomarkers.{fact}", "is_one_of": [value]}
    if comparison == "in":
        return {"fact": {"line": "line_of_therapy"}.get(fact, fact), "is_one_of": value}
    unit = {"dose": "mg", "age": "years"}.get(fact, "")
    return {"fact": fact, comparison: f"{value} {unit}".rstrip()}


def row_contents(library: Library) -> list[dict[str, Any]]:
    """The regimen rows of the library."""
    return [_row(rule) for rule in library.rules if rule.kind == "pathway"]


def _row(rule: Rule) -> dict[str, Any]:
    asked = {clause[0].fact: clause[0].value for clause in rule.clauses}
    return {
        "id": rule.id,
        "kind": "pathway",
        "tumor": asked["tumor"],
        "title": f"Regimen {rule.id}",
        "histology": asked.get("histology", []),
        "stages": asked["stage"],
        "lines": asked["line"],
        "biomarkers": [{"name": name, "in": [asked[name]]} for name in BIOMARKERS if name in asked],
        "ecog_max": asked["ecog"],
        "prior_therapy": {"all": [asked["therapies"]]},
        "concurrent_radiation": asked["radiation"],
        "components": [_component(drug) for drug in asked["regimen"].split("+")],
        "regimen_key": asked["regimen"],
        "fn_risk": "low",
        "duration": {"type": "fixed", "planned_days": 84},
    }


def _component(drug: str) -> dict[str, Any]:
    return {
        "drug": drug,
        "dose": "100",
        "unit": "mg",
        "route": "IV",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": {"type": "fixed", "allowed": [4]},
        "per_day": 1,
        "phase": 1,
    }


def facts_of(order: Order) -> dict[str, Any]:
    """The order as the product reads it."""
    return {
        "tumor": order["tumor"],
        "histology": order["histology"] or "unknown",
        "stage": order["stage"] or "unknown",
        "line_of_therapy": order["line"],
        "ecog": order["ecog"],
        "age": order["age"],
        "concurrent_radiation": order["radiation"],
        "prior_therapies": order["therapies"] or ["unknown"],
        "biomarkers": {name: order[name] or "not_reported" for name in BIOMARKERS},
        "drugs": [_line(number, drug, order["dose"]) for number, drug in enumerate(order["drugs"], 1)],
    }


def _line(number: int, drug: str, dose: int) -> dict[str, Any]:
    return {
        "number": number,
        "drug": drug,
        "role": "therapeutic",
        "dose": str(dose),
        "unit": "mg",
        "days": "1",
        "cycle_length_days": 21,
        "cycles": "1-4",
        "per_day": 1,
        "phase": 1,
    }
