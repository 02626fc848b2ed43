"""What the practice added after submission, each thing with what stood before (R-095, R-102, D-40)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.facts import Facts, amended
from orders.models import Finding, Order, OrderDocument
from pathways.criteria import terms
from pathways.criteria.explain import capital, joined
from pathways.criteria.vocabulary import FACTS, MEASURES, known
from portal.summaries import words

Kind = Finding.Kind
NONE_BEFORE = "not given"
#: From the office itself, and through an agent whom it called.
FROM_THE_OFFICE = ("practice", "caller")


@dataclass(frozen=True)
class Changed:
    """One answer or detail; `corrected` says that a documented one was replaced."""

    label: str
    before: str
    after: str
    corrected: bool = False


@dataclass(frozen=True)
class Addition:
    """What somebody of the practice did at one time; `key` is its finding's."""

    key: int
    at: datetime
    by: str
    title: str
    note: str
    changed: tuple[Changed, ...] = ()
    document: OrderDocument | None = None


def additions_of(order: Order) -> tuple[Addition, ...]:
    """Everything the practice added, latest first (one query, if the snapshot was read with the order)."""
    found, facts = [], order.snapshot.facts
    for finding in order.findings.select_related("document", "recorded_by"):
        if finding.source in FROM_THE_OFFICE:
            found.append(_addition(finding, facts))
        facts = amended(facts, [finding.facts])
    return tuple(reversed(found))


def _addition(finding: Finding, facts: Facts) -> Addition:
    document = getattr(finding, "document", None)
    return Addition(
        key=finding.pk,
        at=finding.recorded_at,
        by=str(finding.recorded_by),
        title=_title(finding, facts, document),
        note=finding.note,
        changed=(*_answers(facts, finding.facts), *_details(finding.changes)),
        document=document,
    )


def _title(finding: Finding, facts: Facts, document: OrderDocument | None) -> str:
    if document is not None:
        return f"Document {document.number}: {document.name}"
    if finding.kind == Kind.CASE_WITHDRAWN:
        return "Order withdrawn"
    if finding.kind == Kind.DRUG_WITHDRAWN:
        gone = set(finding.facts["withdrawn_lines"]) - set(facts.get("withdrawn_lines") or [])
        drugs = dict.fromkeys(line["drug"] for line in facts["drugs"] if line["number"] in gone)
        return f"{capital(joined(drugs, 'and'))} withdrawn"
    return "Contact details changed" if finding.kind == Kind.CONTACT else "Information added"


#: Facts that have no words of their own here: the title says them.
_SAID_ABOVE = frozenset({"withdrawn_lines"})
_GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "attestations": ("Our office attests that", terms.ATTESTATIONS),
    "radiation_reasons": ("Reasons for the course", terms.RADIATION_REASONS),
}
_CONTINUITY = {
    "attested": "Continuity of care attested",
    "same_regimen": "Same regimen as before",
    "treatment_started_on": "First dose",
    "last_dose_on": "Last dose",
}


def _answers(before: Facts, after: Facts) -> Iterator[Changed]:
    for name, value in after.items():
        if name in _SAID_ABOVE:
            continue
        if isinstance(value, dict):
            old = before.get(name) or {}
            yield from (_answer(f"{name}.{key}", old.get(key), new) for key, new in value.items())
        else:
            yield _answer(name, before.get(name), value)


def _answer(name: str, before: Any, after: Any) -> Changed:
    return Changed(
        label=_label(name),
        before=NONE_BEFORE if before is None else _said(name, before),
        after=_said(name, after),
        corrected=_is_documented(before),
    )


def _is_documented(value: Any) -> bool:
    """Whether there was a result: not "unknown", not "not reported", not nothing."""
    return known(value) is not None and value != [] and not set(terms.UNKNOWN_ANSWERS) & _items(value)


def _items(value: Any) -> set[str]:
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()


def _label(name: str) -> str:
    family, _, key = name.partition(".")
    if family == "continuity":
        return _CONTINUITY[key]
    if name in _GROUPS:
        return _GROUPS[name][0]
    return (MEASURES.get(name) or FACTS[name]).label


def _said(name: str, value: Any) -> str:
    if name in _GROUPS:
        return "; ".join(_GROUPS[name][1].get(item, item) for item in value) or "None"
    if name.startswith("continuity."):
        return {True: "Yes", False: "No", None: NONE_BEFORE}.get(value, str(value))
    if name in MEASURES or name.startswith("labs."):
        unit = (MEASURES.get(name) or FACTS[name]).unit
        return f"{value} {unit}".strip() if known(value) is not None else words.answer("ecog", value)
    return capital(words.answer(name, value))


_DETAILS = {
    "contact_phone": "Phone for a peer-to-peer",
    "servicing_site": "Servicing provider",
    "urgency": "Urgency",
}


def _details(changes: Mapping[str, list[str]]) -> Iterator[Changed]:
    for name, (before, after) in changes.items():
        if name == "urgency":
            before, after = (Order.Urgency(value).label for value in (before, after))
        yield Changed(_DETAILS[name], before or NONE_BEFORE, after or "none")
