"""The biomarkers that the clinical step asks for, by the answers before them and the plan chosen (R-109)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pathways.asking import biomarkers_asked
from portal.practice.forms import drug_asks
from portal.practice.forms.draft import Draft

FAMILY = "biomarkers."
#: Facts that are asked after the biomarkers, or stand beside them: none of these takes a question away.
AFTER = frozenset({"prior_therapies", "concurrent_radiation", "treatment_intent", "bone_metastases"})


def asked_of(draft: Draft, names: Iterable[str], typed: Mapping[str, Any]) -> list[str]:
    """The names among a tumor's biomarkers that this order needs; `typed` are the clinical answers so far."""
    if not draft.facts:
        # Of nobody's order, as on the worksheet: everything may be needed.
        return list(names)
    before = {name: value for name, value in draft.facts.items() if name not in AFTER}
    facts = {**before, **typed}
    lines = [{**line, "number": number} for number, line in enumerate(draft.planned_lines, start=1)]
    row_names = {rule.name for rule in draft.row.biomarkers} if draft.row else set()

    def further(known: Mapping[str, Any]) -> set[str]:
        """What the chosen regimen and the policies of its drugs turn on."""
        if not lines:
            return row_names
        asks = drug_asks.asks_of(draft.content, known, lines)
        wanted = {
            fact.removeprefix(FAMILY) for fact in (*asks.by_fact, *asks.elsewhere) if fact.startswith(FAMILY)
        }
        return row_names | wanted

    rows = draft.library.of_tumor(draft.tumor)
    return list(biomarkers_asked(names, rows, facts, further=further))
