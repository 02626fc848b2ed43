"""The lines of the dosing step as the regimen gives them, and when they are filled anew."""

from __future__ import annotations

from orders.steps import Answers
from portal.practice.forms import drug_lines
from portal.practice.forms.base import PRESSED, Raw
from portal.practice.forms.draft import Draft
from portal.practice.forms.drug_lines import Role
from portal.practice.forms.regimen import SUPPORTIVE

#: The regimen that the lines were filled for travels with them: another one fills them anew.
FOR_REGIMEN = "for_regimen"
FILLED = "filled"


def regimen_key(draft: Draft) -> str:
    """What the lines are filled for: the regimen, or the drugs of a custom plan."""
    return key_of(draft.answers("regimen"))


def key_of(chosen: Answers) -> str:
    """The same for the answers of the regimen step."""
    if chosen.get("choice") == SUPPORTIVE:
        return SUPPORTIVE
    return str(chosen.get("regimen_id") or f"custom:{'+'.join(chosen.get('drugs', []))}")


def filled_for_regimen(draft: Draft) -> Raw:
    """What was typed if it was for this regimen; else the regimen's own lines, supportive drugs kept."""
    old = draft.state.raw.get("dosing", {})
    key = regimen_key(draft)
    if old.get(FOR_REGIMEN) == [key]:
        return old
    catalog = draft.catalog(set(draft.answers("regimen").get("drugs", [])))
    if draft.row is not None:
        lines = [drug_lines.filled(component, catalog) for component in draft.row.components]
    else:
        drugs = draft.answers("regimen").get("drugs", [])
        lines = [drug_lines.empty(drug, Role.THERAPEUTIC, catalog) for drug in drugs]
    lines += [line for line in drug_lines.lines_in(old) if drug_lines.is_beside(line)]
    kept = {name: values for name, values in old.items() if name != "dose_checked"}
    return {**drug_lines.with_lines(kept, lines), FOR_REGIMEN: [key], PRESSED: [FILLED]}
