"""The columns of every roster file, as data.  Plain Python.

A reader takes the text of a cell and gives its value, or raises ValueError with what was expected;
it never repeats what it found, since that may be a person's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.keys import normalise_member_number
from members.npi import is_valid_npi
from members.states import STATE_NAMES

Reader = Callable[[str], Any]

_CODE = re.compile(r"^[A-Za-z0-9_.-]+$")
_TAXONOMY = re.compile(r"^[0-9A-Z]{9}X$")
_PHONE = re.compile(r"^(1-)?[0-9]{3}-[0-9]{3}-[0-9]{4}$")
_ZIP = re.compile(r"^[0-9]{5}(-[0-9]{4})?$")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Column:
    """One column: its name, how a cell is read, and the value of an empty cell if it may be empty."""

    name: str
    read: Reader
    optional: bool = False
    empty: Any = ""


@dataclass(frozen=True)
class Layout:
    """One kind of file.

    Two rows never share `key`; the column `who` says whom a row speaks of.  Rows that share `subject`
    speak of one person, so they agree in `subject_columns`.  `span` names the first and the last day
    of a row that has them.
    """

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    who: str
    subject: tuple[str, ...] = ()
    subject_columns: tuple[str, ...] = ()
    span: tuple[str, str] | None = None


def text(longest: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"is longer than {longest} characters")
        return cell

    return read


def matching(pattern: re.Pattern[str], expected: str, longest: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > longest or not pattern.match(cell):
            raise ValueError(f"is not {expected}")
        return cell

    return read


def one_of(*choices: str) -> Reader:
    def read(cell: str) -> str:
        if cell not in choices:
            raise ValueError(f"is not one of {', '.join(choices)}")
        return cell

    return read


def code(longest: int) -> Reader:
    return matching(_CODE, "a code of letters, digits and - _ .", longest)


def day(cell: str) -> date:
    try:
        read = date.fromisoformat(cell)
    except ValueError:
        read = date.min
    if not (_FIRST_YEAR <= read.year <= _LAST_YEAR) or len(cell) != len("2026-01-01"):
        raise ValueError("is not a date (YYYY-MM-DD)")
    return read


def state(cell: str) -> str:
    if cell not in STATE_NAMES:
        raise ValueError("is not a two-letter state code")
    return cell


def member_number(cell: str) -> str:
    number = normalise_member_number(cell)
    if not 6 <= len(number) <= 20:
        raise ValueError("is not a member ID of 6 to 20 letters and digits")
    return number


def npi(cell: str) -> str:
    if not is_valid_npi(cell):
        raise ValueError("is not an NPI with a right check digit")
    return cell


def codes(cell: str) -> tuple[str, ...]:
    """Codes separated by semicolons."""
    read = code(20)
    return tuple(read(part.strip()) for part in cell.split(";") if part.strip())


PHONE = matching(_PHONE, "a phone number like 617-555-0100", 20)

MEMBERS = Layout(
    kind="members",
    columns=(
        Column("plan", code(20)),
        Column("member_number", member_number),
        Column("first_name", text(60)),
        Column("last_name", text(60)),
        Column("birth_date", day),
        Column("sex", one_of("F", "M", "X")),
        Column("state", state),
        Column("line_of_business", code(20)),
        Column("group_number", code(20), optional=True),
        Column("group_name", text(80), optional=True),
        Column("coverage_starts_on", day),
        Column("coverage_ends_on", day, optional=True, empty=None),
        Column("pcp_state", state, optional=True),
        Column("pbm_name", text(60), optional=True),
    ),
    key=("plan", "member_number", "coverage_starts_on"),
    who="member_number",
    subject=("plan", "member_number"),
    subject_columns=("first_name", "last_name", "birth_date", "sex", "state"),
    span=("coverage_starts_on", "coverage_ends_on"),
)
PRACTICES = Layout(
    kind="practices",
    columns=(
        Column("practice_code", code(20)),
        Column("name", text(120)),
        Column("kind", one_of("practice", "facility")),
        Column("phone", PHONE, optional=True),
    ),
    key=("practice_code",),
    who="practice_code",
)
SITES = Layout(
    kind="sites",
    columns=(
        Column("site_code", code(20)),
        Column("practice_code", code(20)),
        Column("name", text(120)),
        Column("kind", one_of("office", "infusion", "hospital")),
        Column("street", text(120)),
        Column("city", text(60)),
        Column("state", state),
        Column("zip", matching(_ZIP, "a ZIP code", 10)),
        Column("phone", PHONE, optional=True),
    ),
    key=("site_code",),
    who="site_code",
)
PROVIDERS = Layout(
    kind="providers",
    columns=(
        Column("npi", npi),
        Column("first_name", text(60)),
        Column("last_name", text(60)),
        Column("prescriber_type", one_of("physician", "physician_assistant", "nurse_practitioner", "other")),
        Column("taxonomy", matching(_TAXONOMY, "a NUCC taxonomy code", 10)),
        Column("specialty", text(80)),
        Column("state", state, optional=True),
        Column("practice_codes", codes, optional=True, empty=()),
    ),
    key=("npi",),
    who="npi",
)
PARTICIPATIONS = Layout(
    kind="participations",
    columns=(
        Column("npi", npi),
        Column("plan", code(20)),
        Column("line_of_business", code(20), optional=True),
        Column("network", one_of("in", "out", "bluecard")),
        Column("starts_on", day),
        Column("ends_on", day, optional=True, empty=None),
    ),
    key=("npi", "plan", "line_of_business", "starts_on"),
    who="npi",
    span=("starts_on", "ends_on"),
)

#: In the order in which they must be loaded: each points to the ones before it.
LAYOUTS: dict[str, Layout] = {
    layout.kind: layout for layout in (PRACTICES, SITES, PROVIDERS, PARTICIPATIONS, MEMBERS)
}
