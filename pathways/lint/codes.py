"""Names and codes against their lists: diagnoses, cancers, questions, and the answers in cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pathways.criteria import terms
from pathways.criteria.nodes import OneOf
from pathways.criteria.vocabulary import FACTS, Fact, FactKind, known
from pathways.lint.finding import Finding
from pathways.lint.formula import tests_of
from pathways.lint.shipped import ShippedContent
from pathways.policy_cases import PolicyCase

#: A letter and four digits (HCPCS level II), or five digits (CPT).
_HCPCS = re.compile(r"[A-Z]\d{4}|\d{5}")

#: Facts that criteria read by way of others.
OTHER_ANSWERS = {"weight_kg", "height_cm", "trial.enrolled"}
#: Facts that come one per biomarker, laboratory value and the like; a case may leave out all of them.
FAMILIES = {name.partition(".")[0] for name in FACTS if "." in name}


def check_codes(content: ShippedContent) -> Iterator[Finding]:
    """Codes and names that are in no list, and questions nobody needs (R-088, R-117)."""
    yield from _diagnoses(content)
    yield from _questions(content)
    yield from _plans(content)
    for product in content.catalog.products:
        if product.hcpcs and not _HCPCS.fullmatch(product.hcpcs):
            message = f"{product.hcpcs!r} is no HCPCS code."
            yield Finding("drugs/products.csv", product.drug, "code", message)
    for file, cases in content.cases.items():
        for case in cases:
            for name in _unknown_names(content, case):
                yield Finding(file, case.name, "code", f"{name} is not known.")


def _diagnoses(content: ShippedContent) -> Iterator[Finding]:
    for slug in terms.TUMORS.keys() - content.asked.keys():
        yield Finding(f"tumors/{slug}.yaml", "(file)", "code", f"{slug} has no questions.")
    for tumor in content.tumors:
        for prefix in tumor.diagnoses:
            rows = [row for row in content.codes if row.code.startswith(prefix)]
            if not any(row.billable and row.malignant for row in rows):
                yield Finding(
                    f"tumors/{tumor.slug}.yaml",
                    "diagnoses",
                    "code",
                    f"No code of a cancer that can be billed begins with {prefix}.",
                    "codes/icd10cm_oncology.csv",
                )


def _questions(content: ShippedContent) -> Iterator[Finding]:
    """Biomarkers that are asked for a cancer although no regimen or policy of it needs them (R-088)."""
    needed = {(found.row.tumor, rule.name) for found in content.regimens for rule in found.row.biomarkers}
    for found in content.policies:
        for paragraph in found.policy.paragraphs:
            tests = tests_of(paragraph)
            tumors = [
                value
                for test in tests
                if isinstance(test, OneOf) and test.fact.name == "tumor"
                for value in test.values
            ]
            markers = [test.fact.name.partition(".")[2] for test in tests if "biomarkers." in test.fact.name]
            needed |= {(tumor, marker) for tumor in tumors for marker in markers}
    for slug, asked in content.asked.items():
        for marker in asked["biomarkers"]:
            if (slug, marker) not in needed:
                message = f"No regimen or policy of {slug} needs {marker}."
                yield Finding(f"tumors/{slug}.yaml", "biomarkers", "not-needed", message)


def _plans(content: ShippedContent) -> Iterator[Finding]:
    """Plans that a paragraph names and nobody routes for."""
    plans = {row.plan for row in content.routing}
    for found in content.policies:
        for paragraph in found.policy.paragraphs:
            for test in tests_of(paragraph):
                if isinstance(test, OneOf) and test.fact.name == "plan" and set(test.values) - plans:
                    named = ", ".join(sorted(set(test.values) - plans))
                    yield Finding(found.file, found.place(paragraph), "code", f"No plan is called {named}.")


def _unknown_names(content: ShippedContent, case: PolicyCase) -> Iterator[str]:
    """Drugs, facts and values of a case that no order can have."""
    for line in case.facts["drugs"]:
        if line["drug"] not in content.products and line["drug"] not in terms.RADIATION_POLICIES.values():
            yield f"the drug {line['drug']!r}"
    for name, value in _answers(case.facts):
        fact = FACTS.get(name)
        if fact is None:
            if name not in OTHER_ANSWERS | FAMILIES:
                yield f"the fact {name!r}"
        elif _is_no_choice(fact, value):
            yield f"{fact.label} {value!r}"
    for therapy in case.facts.get("prior_therapies") or ():
        if therapy not in {*terms.THERAPIES, *content.products, *terms.UNKNOWN_ANSWERS}:
            yield f"the earlier therapy {therapy!r}"


def _is_no_choice(fact: Fact, value: Any) -> bool:
    if fact.kind is not FactKind.CHOICE or not fact.values or known(value) is None:
        return False
    return str(value) not in fact.values


def _answers(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{member}", answer) for member, answer in value.items())
        else:
            yield name, value
