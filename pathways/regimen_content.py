"""Regimen files of a pathway release: what they may say, checked with every mistake named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pathways.criteria import terms
from pathways.criteria.explain import nearest
from pathways.criteria.parse import Reader, check_head
from pathways.dosing_content import check_component
from pathways.regimens import RegimenRow
from pathways.schedules import HIGHEST

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
    "ages",
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
#: The most of each S-code: one S0353, five months of S0354 (R-316), and both together in months.
S_CODES = {"s0353": 1, "s0354_max": 5, "months": 6}


def read_regimens(content: Mapping[str, Any], *, file: str, drugs: Collection[str]) -> list[dict[str, Any]]:
    """The rows of one regimen file, each with its tumor; raises ContentError with every mistake."""
    reader = Reader(file, drugs)
    reader.check_keys(content, FILE_KEYS)
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
    therapies = reader.mapping(row.get("prior_therapy") or {}, f"{path}.prior_therapy")
    for name in reader.items(therapies.get("all", []), f"{path}.prior_therapy.all"):
        known_therapies = {**terms.THERAPIES, **dict.fromkeys(reader.drugs)}
        _check_name(reader, name, known_therapies, f"{path}.prior_therapy")
    _check_biomarkers(reader, row, path)
    _check_components(reader, row, path)
    reader.choice(row, "kind", ("pathway", "library"), path, such_as="pathway or library")
    reader.choice(row, "fn_risk", terms.REGIMEN_RISKS, path, such_as="low, intermediate or high")
    if row.get("ecog_max") is not None:
        reader.whole(row["ecog_max"], f"{path}.ecog_max", least=0, most=4)
    _check_duration(reader, row.get("duration"), f"{path}.duration")
    _check_s_codes(reader, row, f"{path}.s_codes")
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


def _check_duration(reader: Reader, value: Any, path: str) -> None:
    duration = reader.mapping(value, path)
    reader.check_keys(duration, {"type", "planned_days"}, path)
    reader.choice(duration, "type", ("fixed", "indefinite"), path, such_as="fixed or indefinite")
    reader.whole(duration.get("planned_days"), f"{path}.planned_days", least=1, most=2 * HIGHEST)


def _check_s_codes(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    if row.get("s_codes") is None:
        if row.get("kind") == "pathway":
            reader.wrong(path, "a pathway row says what it is worth in S-codes.")
        return
    s_codes = reader.mapping(row["s_codes"], path)
    reader.check_keys(s_codes, S_CODES, path)
    for key, most in S_CODES.items():
        reader.whole(s_codes.get(key), f"{path}.{key}", least=0, most=most)


def _check_components(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    drugs: list[str] = []
    for number, item in enumerate(reader.items(row.get("components"), f"{path}.components")):
        place = f"{path}.components[{number}]"
        component = reader.mapping(item, place)
        drugs.append(str(component.get("drug")))
        check_component(reader, component, place)
    key = f"{row['tumor']}:{drug_key(drugs)}"
    # A key made of a misspelled name would be wrong advice.
    if row.get("regimen_key") != key and all(drug in reader.drugs for drug in drugs):
        reader.wrong(f"{path}.regimen_key", f"expected {key!r}, found {row.get('regimen_key')!r}.")


def _check_shape(reader: Reader, row: Mapping[str, Any], path: str) -> None:
    try:
        RegimenRow.from_content(row)
    except ValueError as mistake:
        reader.wrong(path, f"{str(mistake).rstrip('.')}.")


def drug_key(drugs: Collection[str]) -> str:
    """Drug names as one key: sorted, joined with +."""
    return "+".join(sorted(drugs))
