"""Radiation files read: the code list, what each plan has managed, and the bundles of techniques.

Everything is checked, or every mistake told with file, line and reason (R-337, R-345).  CPT numbers are
facts; every description is our own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pathways.bundles import Bundle, BundledCode, Per
from pathways.criteria.explain import nearest
from pathways.criteria.parse import Reader, check_head
from pathways.criteria.terms import LINES_OF_BUSINESS, RADIATION_TECHNIQUES
from pathways.files import read_csv, read_yaml
from pathways.loading import Problems

CODE_COLUMNS = (
    *("code", "category", "part", "description"),
    *("effective_from", "effective_to", "replaced_by"),
)
MANAGED_COLUMNS = ("code", "lines_of_business", "effective_from", "effective_to")
BUNDLE_KEYS = {
    *("effective", "notice", "authored_by", "checked_by", "reviewed", "next_review"),
    "bundles",
}
ENTRY_KEYS = {"code", "per", "quantity", "fractions_at_least", "fractions_at_most"}
#: What a code is for within a course of treatment.
PARTS = {
    "planning": "Planning",
    "delivery": "Delivery",
    "management": "Management",
    "guidance": "Image guidance",
    "surgery": "Surgery",
    "source": "Source",
}
#: CPT: five digits, or four and a T; HCPCS Level II: a letter and four digits.
_CODE = re.compile(r"\d{5}|\d{4}T|[A-Z]\d{4}")
#: More of one code in one course is a typing mistake.
MOST = 200

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class RadiationCodeRow:
    """A code and what it says from a day to a day; None = still."""

    code: str
    category: str
    part: str
    description: str
    effective_from: date
    effective_to: date | None
    replaced_by: tuple[str, ...] = ()

    @property
    def days(self) -> Days:
        """The first and the last day."""
        return self.effective_from, self.effective_to or date.max


@dataclass(frozen=True, slots=True)
class ManagedRow:
    """A code that is managed for a plan's line of business from a day to a day; None = still."""

    plan: str
    line_of_business: str
    code: str
    effective_from: date
    effective_to: date | None

    @property
    def days(self) -> Days:
        """The first and the last day."""
        return self.effective_from, self.effective_to or date.max


@dataclass(frozen=True, slots=True)
class BundleFile:
    """The bundles of every technique from a day on."""

    file: str
    effective: date
    bundles: Mapping[str, Bundle]


@dataclass(frozen=True, slots=True)
class RadiationContent:
    """Everything under `radiation/`."""

    codes: tuple[RadiationCodeRow, ...] = ()
    managed: tuple[ManagedRow, ...] = ()
    bundles: tuple[BundleFile, ...] = ()


def read_radiation(folder: Path) -> RadiationContent:
    """`codes.csv`, `managed/<plan>.csv` and `bundles/<day>.yaml`; nothing when there is no folder.

    Raises ContentError with every mistake of every file.
    """
    if not folder.exists():
        return RadiationContent()
    problems = Problems()
    codes = _codes(problems, folder / "codes.csv")
    by_code: dict[str, list[RadiationCodeRow]] = {}
    for row in codes:
        by_code.setdefault(row.code, []).append(row)
    managed: list[ManagedRow] = []
    for path in sorted(folder.glob("managed/*.csv")):
        with problems.collected():
            managed += _managed(path, by_code)
    bundles: list[BundleFile] = []
    for path in sorted(folder.glob("bundles/*.yaml")):
        with problems.collected():
            bundles.append(_bundle_file(path, by_code))
    problems.finish()
    return RadiationContent(tuple(codes), tuple(managed), tuple(bundles))


# --- The code list ----------------------------------------------------------------------------------
def _codes(problems: Problems, path: Path) -> list[RadiationCodeRow]:
    reader = Reader("radiation/codes.csv")
    rows: list[tuple[int, RadiationCodeRow]] = []
    with problems.collected():
        for number, row in enumerate(read_csv(path, name=reader.file, columns=CODE_COLUMNS), start=2):
            if found := _code(reader, row, f"line {number}"):
                rows.append((number, found))
        known = {row.code for _, row in rows}
        for number, found in rows:
            for other in found.replaced_by:
                if other not in known:
                    reader.wrong(f"line {number}, replaced_by", f"{other!r} is not in this list.")
        _refuse_overlaps(reader, [((row.code,), number, row.days) for number, row in rows], "valid")
        reader.finish()
    return [row for _, row in rows]


def _code(reader: Reader, row: Mapping[str, str], line: str) -> RadiationCodeRow | None:
    if not _CODE.fullmatch(row["code"]):
        reader.wrong(f"{line}, code", f"{row['code']!r} is no CPT or HCPCS code.")
    if row["part"] not in PARTS:
        reader.wrong(f"{line}, part", f"{row['part']!r} is not known.", nearest(row["part"], PARTS))
    for column in ("category", "description"):
        if not row[column].strip():
            reader.wrong(f"{line}, {column}", "a text is missing here.")
    days = _days(reader, row, line)
    if days is None:
        return None
    replaced_by = tuple(filter(None, row["replaced_by"].split(";")))
    return RadiationCodeRow(row["code"], row["category"], row["part"], row["description"], *days, replaced_by)


# --- What a plan has managed ------------------------------------------------------------------------
def _managed(path: Path, codes: Mapping[str, list[RadiationCodeRow]]) -> list[ManagedRow]:
    """A plan's file; a row that names several lines of business stands for one row each."""
    reader = Reader(f"radiation/managed/{path.name}")
    rows: list[tuple[int, ManagedRow]] = []
    for number, row in enumerate(read_csv(path, name=reader.file, columns=MANAGED_COLUMNS), start=2):
        line = f"line {number}"
        if row["code"] not in codes:
            reader.wrong(f"{line}, code", f"{row['code']!r} is not in radiation/codes.csv.")
        days = _days(reader, row, line)
        for business in row["lines_of_business"].split(";"):
            if business not in LINES_OF_BUSINESS:
                message = f"{business!r} is not known."
                reader.wrong(f"{line}, lines_of_business", message, nearest(business, LINES_OF_BUSINESS))
            if days:
                rows.append((number, ManagedRow(path.stem, business, row["code"], *days)))
    keyed = [((row.code, row.line_of_business), number, row.days) for number, row in rows]
    _refuse_overlaps(reader, keyed, "managed")
    reader.finish()
    return [row for _, row in rows]


def _days(reader: Reader, row: Mapping[str, str], line: str) -> tuple[date, date | None] | None:
    """The first day and the last one, if any; a note when they are no days or the wrong way round."""
    found: list[date | None] = []
    for column in ("effective_from", "effective_to"):
        try:
            found.append(date.fromisoformat(row[column]) if row[column] else None)
        except ValueError:
            message = f"expected a date such as 2021-07-01, found {row[column]!r}."
            reader.wrong(f"{line}, {column}", message)
            return None
    first, last = found
    if first is None or (last is not None and last < first):
        reader.wrong(line, "expected a first day, and no last day before it.")
        return None
    return first, last


def _refuse_overlaps(reader: Reader, rows: Iterable[tuple[tuple[str, ...], int, Days]], what: str) -> None:
    """Note rows of one key that share a day."""
    before: dict[tuple[str, ...], tuple[int, Days]] = {}
    for key, number, days in sorted(rows, key=lambda row: (row[0], row[2])):
        earlier = before.get(key)
        if earlier and days[0] <= earlier[1][1]:
            reader.wrong(
                f"line {number}", f"{' '.join(key)} is {what} twice on {days[0]}; see line {earlier[0]}."
            )
        before[key] = (number, days)


# --- Bundles ----------------------------------------------------------------------------------------
def _bundle_file(path: Path, codes: Mapping[str, list[RadiationCodeRow]]) -> BundleFile:
    name = f"radiation/bundles/{path.name}"
    content = read_yaml(path, name=name)
    reader = Reader(name)
    reader.check_keys(content, BUNDLE_KEYS)
    check_head(reader, content)
    effective = reader.day(content, "effective")
    if path.stem != effective.isoformat():
        reader.wrong("effective", f"the file is named {path.stem}.")
    told = reader.mapping(content.get("bundles"), "bundles")
    reader.check_keys(told, RADIATION_TECHNIQUES, "bundles")
    for technique in RADIATION_TECHNIQUES.keys() - told.keys():
        reader.wrong(f"bundles.{technique}", "the technique has no bundle.")
    bundles = {
        technique: _bundle(reader, told[technique], f"bundles.{technique}", codes, effective)
        for technique in RADIATION_TECHNIQUES
        if technique in told
    }
    reader.finish()
    return BundleFile(name, effective, bundles)


def _bundle(
    reader: Reader, value: Any, path: str, codes: Mapping[str, list[RadiationCodeRow]], day: date
) -> Bundle:
    found: list[BundledCode] = []
    entries = reader.items(value, path)
    for number, item in enumerate(entries):
        place = f"{path}[{number}]"
        entry = reader.mapping(item, place)
        reader.check_keys(entry, ENTRY_KEYS, place)
        before = len(reader.problems)
        code = reader.text(entry, "code", place)
        reader.choice(entry, "per", list(Per), place, such_as=", ".join(Per))
        limits = {key: entry[key] for key in ENTRY_KEYS - {"code", "per"} if key in entry}
        for key, limit in limits.items():
            reader.whole(limit, f"{place}.{key}", least=1, most=MOST)
        described = _described(reader, code, f"{place}.code", codes, day)
        if code in {other.code for other in found}:
            reader.wrong(f"{place}.code", f"{code} is in the bundle twice.")
        if len(reader.problems) == before:
            found.append(BundledCode(code, described, Per(entry["per"]), **limits))
    if not entries:
        reader.wrong(path, "a bundle needs at least one code.")
    return tuple(found)


def _described(
    reader: Reader, code: str, path: str, codes: Mapping[str, list[RadiationCodeRow]], day: date
) -> str:
    """The description of a code on the day the bundle begins."""
    rows: Collection[RadiationCodeRow] = codes.get(code, ())
    valid = next((row for row in rows if row.days[0] <= day <= row.days[1]), None)
    if valid:
        return valid.description
    if code:
        where = f"is not valid on {day}" if rows else "is not in radiation/codes.csv"
        reader.wrong(path, f"{code!r} {where}.")
    return ""
