"""Regimen files of a pathway release: what they may say, checked with every mistake named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pathways.criteria import terms
from pathways.criteria.parse import Reader, check_head, nearest
from pathways.regimens import RegimenRow

FILE_KEYS = {"tumor", "notice", "authored_by", "checked_by", "reviewed", "next_review", "regimens"}
ROW_KEYS = {
    "id",
    "kind",
    "title",
    "setting",
    "histology",
    "stages",
    "lines",
    "biomarkers",
    "ecog_max",
    "prior_therapy",
    "concurrent_radiation",
    "regimen_key",
    "components",
    "fn_risk",
    "duration",
    "s_codes",
    "evidence",
    "note",
    "source",
}
#: Keys of a row that list values of the vocabulary, with those values.
LISTS = {
    "histology": terms.HISTOLOGIES,
    "stages": terms.STAGES,
    "lines": terms.LINES,
}


def read_regimens(content: Mapping[str, Any], *, file: str, drugs: Collection[str]) -> list[dict[str, Any]]:
    """The rows of one regimen file, each with its tumor; raises ContentError with every mistake."""
    reader = Reader(file, drugs)
    reader.check_keys(content, FILE_KEYS, "")
    check_head(reader, content)
    tumor = reader.text(content, "tumor")
    if tumor and tumor not in terms.TUMORS:
        reader.wrong("tumor", f"{tumor!r} is not a known cancer.", nearest(tumor, terms.TUMORS))
    rows = [
        _row(reader, item, f"regimens[{number}]", tumor)
        for number, item in enumerate(reader.items(content.get("regimens"), "regimens"))
    ]
    reader.finish()
    return rows


def _row(reader: Reader, item: Any, path: str, tumor: str) -> dict[str, Any]:
    row = {"tumor": tumor, **reader.mapping(item, path)}
    found = len(reader.problems)
    reader.check_keys({key: value for key, value in row.items() if key != "tumor"}, ROW_KEYS, path)
    for key, known in LISTS.items():
        for name in reader.items(row.get(key), f"{path}.{key}"):
            _check_name(reader, name, known, f"{path}.{key}")
    for name in row.get("prior_therapy", {}).get("all", ()):
        known_therapies = {**terms.THERAPIES, **dict.fromkeys(reader.drugs)}
        _check_name(reader, name, known_therapies, f"{path}.prior_therapy")
    _check_biomarkers(reader, row, path)
    _check_components(reader, row, path)
    if row.get("kind") not in {"pathway", "library"}:
        reader.wrong(f"{path}.kind", f"expected pathway or library, found {row.get('kind')!r}.")
    if row.get("kind") == "pathway" and "s_codes" not in row:
        reader.wrong(f"{path}.s_codes", "a pathway row says what it is worth in S-codes.")
    if row.get("fn_risk") not in terms.REGIMEN_RISKS:
        reader.wrong(f"{path}.fn_risk", f"expected low, intermediate or high, found {row.get('fn_risk')!r}.")
    if len(reader.problems) == found:
        _check_shape(reader, row, path)
    return row


def _check_name(reader: Reader, name: Any, known: Collection[str], path: str) -> None:
    if not isinstance(name, str) or name not in known:
        reader.wrong(path, f"{name!r} is not known.", nearest(str(name), known))


def _check_biomarkers(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    for number, item in enumerate(reader.items(row.get("biomarkers"), f"{path}.biomarkers")):
        place = f"{path}.biomarkers[{number}]"
        rule = reader.mapping(item, place)
        reader.check_keys(rule, {"name", "in", "accept_unknown"}, place)
        marker = terms.BIOMARKERS.get(str(rule.get("name")))
        if marker is None:
            reader.wrong(f"{place}.name", f"{rule.get('name')!r} is not known.", _like(rule.get("name")))
            continue
        for value in reader.items(rule.get("in"), f"{place}.in"):
            _check_name(reader, value, marker.values, f"{place}.in")


def _like(name: Any) -> str:
    return nearest(str(name), terms.BIOMARKERS)


def _check_components(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    drugs = []
    for number, item in enumerate(reader.items(row.get("components"), f"{path}.components")):
        place = f"{path}.components[{number}]"
        component = reader.mapping(item, place)
        drug = component.get("drug")
        if drug not in reader.drugs:
            reader.wrong(
                f"{place}.drug", f"{drug!r} is not in the drug catalog.", nearest(str(drug), reader.drugs)
            )
        drugs.append(str(drug))
    key = f"{row['tumor']}:{drug_key(drugs)}"
    if row.get("regimen_key") != key:
        reader.wrong(f"{path}.regimen_key", f"expected {key!r}, found {row.get('regimen_key')!r}.")


def _check_shape(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    try:
        RegimenRow.from_content(row)
    except ValueError as mistake:
        reader.wrong(path, f"{mistake}.")


def drug_key(drugs: Collection[str]) -> str:
    """Drug names as one key: sorted, joined with +."""
    return "+".join(sorted(drugs))
