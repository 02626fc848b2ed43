"""A roster file's bytes -> rows, bad rows and faults.  Plain Python: no clock, no database.

A row is one line of the file.  What is wrong with a row sets that row aside with its line number and
reason; what is wrong with the file as a whole refuses it (R-062).
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from members.rosters.layouts import Layout

#: More bad rows than this share of the file, and than this number, and it is refused whole.
MAX_BAD_SHARE = 0.05
MAX_BAD_ROWS = 10
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """A row that can be used."""

    line_number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class BadRow:
    """A row set aside: what is wrong, and the cells as they came, by column.

    `who` is whom it speaks of, None if that cannot be read.
    """

    line_number: int
    reason: str
    cells: dict[str, str]
    who: str | None = None


@dataclass
class Parsed:
    """What a file holds; with `faults` nothing of it is to be used."""

    rows: list[Row] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def parse(content: bytes, layout: Layout) -> Parsed:
    """Read a CSV file of that layout; UTF-8, with or without byte order mark, any line ends."""
    parsed = Parsed()
    text = _decode(content, parsed)
    if text is None:
        return parsed
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    columns = _header(lines[0], layout, parsed)
    if parsed.faults:
        return parsed
    for line_number, line in enumerate(lines[1:], start=2):
        if line.strip():
            _read_line(line_number, line, columns, layout, parsed)
    _set_twins_aside(layout, parsed)
    if not parsed.rows and not parsed.bad_rows:
        parsed.faults.append("The file has a header and no rows.")
    parsed.faults.extend(too_many_bad_rows(len(parsed.rows), len(parsed.bad_rows)))
    return parsed


def too_many_bad_rows(good: int, bad: int) -> list[str]:
    """The fault of a file in which too much is wrong to trust the rest, or nothing."""
    if bad and not good:
        return [f"No row of {bad} can be used."]
    if bad > MAX_BAD_ROWS and bad > MAX_BAD_SHARE * (good + bad):
        return [f"{bad} of {good + bad} rows cannot be used; more than {MAX_BAD_SHARE:.0%} refuses the file."]
    return []


def _decode(content: bytes, parsed: Parsed) -> str | None:
    if content.startswith(_BYTE_ORDER_MARKS):
        parsed.faults.append("The file is UTF-16; send it as UTF-8.")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line_number = content.count(b"\n", 0, error.start) + 1
        parsed.faults.append(f"Line {line_number} is not UTF-8; send the file as UTF-8.")
        return None
    if not text.strip():
        parsed.faults.append("The file is empty.")
        return None
    return text


def _header(line: str, layout: Layout, parsed: Parsed) -> list[str]:
    """The column names in the order of the file; every difference from the layout is a fault."""
    try:
        names = [name.strip().lower() for name in next(csv.reader([line], strict=True))]
    except (csv.Error, StopIteration):
        parsed.faults.append("Line 1 is not a header of comma-separated column names.")
        return []
    known = [column.name for column in layout.columns]
    if len(names) == 1 and any(mark in line for mark in ";\t|"):
        parsed.faults.append("Separate the columns with commas.")
        return []
    for name in sorted({name for name in names if names.count(name) > 1}):
        parsed.faults.append(f"The column {name!r} is there twice.")
    parsed.faults.extend(f"The column {name!r} is missing." for name in known if name not in names)
    parsed.faults.extend(
        f"The column {name!r} is unknown; a {layout.kind} file has {', '.join(known)}."
        for name in dict.fromkeys(names)
        if name not in known
    )
    return names


def _read_line(line_number: int, line: str, columns: list[str], layout: Layout, parsed: Parsed) -> None:
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error:
        parsed.bad_rows.append(BadRow(line_number, "has a quotation mark that is out of place", {}))
        return
    if len(cells) != len(columns):
        reason = f"has {len(cells)} cells instead of {len(columns)}"
        parsed.bad_rows.append(BadRow(line_number, reason, {}))
        return
    named = {name: _clean(cell) for name, cell in zip(columns, cells, strict=True)}
    values, reasons = _read_cells(named, layout)
    if reasons:
        printable = {name: _printable(cell) for name, cell in named.items()}
        who = values.get(layout.who)
        parsed.bad_rows.append(BadRow(line_number, "; ".join(reasons)[:300], printable, who))
    else:
        parsed.rows.append(Row(line_number, values))


def _read_cells(named: dict[str, str], layout: Layout) -> tuple[dict[str, Any], list[str]]:
    """The values of a row, and what is wrong with it; reasons name columns, never what they hold."""
    values: dict[str, Any] = {}
    reasons: list[str] = []
    for column in layout.columns:
        cell = named[column.name]
        if _printable(cell) != cell:
            reasons.append(f"{column.name} holds a control character")
        elif cell:
            try:
                values[column.name] = column.read(cell)
            except ValueError as error:
                reasons.append(f"{column.name} {error}")
        elif column.optional:
            values[column.name] = column.empty
        else:
            reasons.append(f"{column.name} is empty")
    if layout.span and not reasons:
        first, last = (values[name] for name in layout.span)
        if last is not None and last < first:
            reasons.append(f"{layout.span[1]} is before {layout.span[0]}")
    return values, reasons


def _set_twins_aside(layout: Layout, parsed: Parsed) -> None:
    """Of rows with one key the first counts; rows of one person must agree with the first."""
    first_of: dict[tuple[Any, ...], Row] = {}
    person_of: dict[tuple[Any, ...], Row] = {}
    kept: list[Row] = []
    for row in parsed.rows:
        key = tuple(row.values[name] for name in layout.key)
        subject = tuple(row.values[name] for name in layout.subject)
        twin = first_of.setdefault(key, row)
        person = person_of.setdefault(subject, row) if layout.subject else row
        differing = [n for n in layout.subject_columns if row.values[n] != person.values[n]]
        if twin is not row:
            reason = f"has the same {', '.join(layout.key)} as line {twin.line_number}"
            parsed.bad_rows.append(bad_row(row, reason, layout))
        elif differing:
            reason = f"differs from line {person.line_number} in {', '.join(differing)} of the same person"
            parsed.bad_rows.append(bad_row(row, reason, layout))
        else:
            kept.append(row)
    parsed.rows = kept


def bad_row(row: Row, reason: str, layout: Layout) -> BadRow:
    """A row that could be read but not used, for the quarantine."""
    cells = {
        name: ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        for name, value in row.values.items()
    }
    return BadRow(row.line_number, reason[:300], cells, row.values[layout.who])


def _clean(cell: str) -> str:
    """Composed characters, no blanks around: two spellings of one name are the same bytes."""
    return unicodedata.normalize("NFC", cell).strip()


def _printable(cell: str) -> str:
    """Control characters made visible: PostgreSQL stores no NUL."""
    return "".join("\ufffd" if unicodedata.category(c) == "Cc" else c for c in cell)
