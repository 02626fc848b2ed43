"""Regimens: can a row be followed at all, and does it say something no other row says?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import permutations

from pathways.criteria.explain import joined
from pathways.criteria.nodes import Joined
from pathways.lint.finding import Finding
from pathways.lint.forms import Forms, row_criteria
from pathways.lint.formula import OPEN_OR_NOT_MET, all_met, possible, tests_in
from pathways.lint.shipped import RegimenInRelease, ShippedContent
from pathways.regimens import RegimenRow


def check_regimens(content: ShippedContent) -> Iterator[Finding]:
    """Every fault of a row by itself, and of rows of a release with the same cancer and drugs."""
    forms = Forms(content)
    same_drugs: dict[tuple[str, str], list[RegimenInRelease]] = defaultdict(list)
    for found in content.regimens:
        faults = list(_faults(content, forms, found))
        yield from faults
        if not faults:
            same_drugs[found.release, found.row.regimen_key].append(found)
    for rows in same_drugs.values():
        yield from _shadows(forms, rows)


def _finding(found: RegimenInRelease, rule: str, message: str, other: str = "") -> Finding:
    return Finding(found.file, found.row.id, rule, message, other)


def _faults(content: ShippedContent, forms: Forms, found: RegimenInRelease) -> Iterator[Finding]:
    row, criteria = found.row, row_criteria(found.row)
    for drug in sorted(row.drugs - content.therapeutic):
        yield _finding(
            found, "not-ordered", f"{drug} is no therapeutic drug of the catalog.", "drugs/drugs.csv"
        )
    if not possible(all_met(criteria), forms.anything()):
        yield _finding(found, "never-met", "No patient fits: what it asks contradicts itself.")
        return
    missing = [
        value for node in criteria for test in tests_in(node) for value in forms.not_offered(test, row.tumor)
    ]
    if missing or not possible(all_met(criteria), forms.of(row.tumor)):
        named = joined(missing, "and") or "what it asks"
        yield _finding(found, "not-offered", f"The form does not offer {named}.", f"tumors/{row.tumor}.yaml")


def _shadows(forms: Forms, rows: Sequence[RegimenInRelease]) -> Iterator[Finding]:
    """Rows whose patients all fit another row with the same drugs; of two alike the later is reported."""
    said: set[frozenset[str]] = set()
    for one, other in permutations(reversed(rows), 2):
        pair = frozenset({one.row.id, other.row.id})
        if pair in said or not _is_within(forms, one.row, other.row):
            continue
        said.add(pair)
        where = other.row.id
        if _timing(one.row) != _timing(other.row):
            message = f"Its patients all fit {other.row.id}, which gives the same drugs otherwise."
            yield _finding(one, "overlap", message, where)
        elif one.row.kind == other.row.kind:
            message = f"Its patients all fit {other.row.id}, which gives the same drugs alike."
            yield _finding(one, "shadowed", message, where)
        else:
            message = f"It is {one.row.kind}, {other.row.id} is {other.row.kind}, for the same patients."
            yield _finding(one, "shadowed", message, where)


def _is_within(forms: Forms, one: RegimenRow, other: RegimenRow) -> bool:
    """Does every patient who fits one row fit the other?"""
    whole = Joined("all", tuple(row_criteria(other)))
    wanted = [*all_met(row_criteria(one)), (whole, OPEN_OR_NOT_MET)]
    return not possible(wanted, forms.of(one.tumor))


def _timing(row: RegimenRow) -> dict[str, object]:
    return {part.drug: (part.phase, part.route, part.schedules) for part in row.components}
