"""Roster files as bytes: what is read, set aside, or refused (R-062)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.rosters.layouts import LAYOUTS, MEMBERS, PARTICIPATIONS, PROVIDERS
from members.rosters.parse import parse

HEADER = ",".join(column.name for column in MEMBERS.columns)
GOOD = {
    "plan": "BCBSM",
    "member_number": "ZMI 400-000-013",
    "first_name": "Pat",
    "last_name": "Wintergreen",
    "birth_date": "1957-10-10",
    "sex": "M",
    "state": "MI",
    "line_of_business": "COMMERCIAL",
    "group_number": "81001",
    "group_name": "",
    "coverage_starts_on": "2012-01-01",
    "coverage_ends_on": "",
    "pcp_state": "",
    "pbm_name": "",
}


def row(**cells: str) -> str:
    return ",".join({**GOOD, **cells}.values())


def file(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return end.join([header, *rows, ""]).encode()


def many(count: int) -> list[str]:
    return [row(member_number=f"ZMI4{n:08}") for n in range(count)]


def test_a_row_is_read_by_its_columns():
    parsed = parse(file(row()), MEMBERS)
    assert (parsed.faults, parsed.bad_rows) == ([], [])
    assert parsed.rows[0].line_number == 2
    assert parsed.rows[0].values == {
        **GOOD,
        "member_number": "ZMI400000013",
        "birth_date": date(1957, 10, 10),
        "coverage_starts_on": date(2012, 1, 1),
        "coverage_ends_on": None,
    }


@pytest.mark.parametrize(
    "content",
    [
        file(row()),
        b"\xef\xbb\xbf" + file(row()),
        file(row(), end="\r\n"),
        file(row(), end="\r"),
        file(row()).rstrip(b"\n"),
        file("", row(), "   ", ""),
        file(row(), header=HEADER.upper().replace(",", " , ")),
    ],
    ids=["plain", "byte order mark", "CRLF", "CR", "no last line end", "blank lines", "loose header"],
)
def test_marks_line_ends_and_blank_lines_make_no_difference(content):
    parsed = parse(content, MEMBERS)
    assert parsed.faults == []
    assert [found.values["member_number"] for found in parsed.rows] == ["ZMI400000013"]


def test_columns_may_come_in_another_order():
    backwards = ",".join(reversed(GOOD.values()))
    parsed = parse(file(backwards, header=",".join(reversed(HEADER.split(",")))), MEMBERS)
    assert parsed.rows[0].values["last_name"] == "Wintergreen"


def test_composed_and_decomposed_letters_are_the_same_name():
    parsed = parse(
        file(row(last_name="Pen\u0303a"), row(member_number="ZMI400000024", last_name="Pe\u00f1a")), MEMBERS
    )
    assert {found.values["last_name"] for found in parsed.rows} == {"Pe\u00f1a"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (file(), "The file has a header and no rows."),
        (file(row()).decode().encode("utf-16"), "The file is UTF-16; send it as UTF-8."),
        (
            file(row(), row(last_name="Peña")).decode().encode("latin-1"),
            "Line 3 is not UTF-8; send the file as UTF-8.",
        ),
        (file(row(), header=HEADER.replace("sex", "gender")), "The column 'sex' is missing."),
        (
            file(row(), header=HEADER.replace("sex", "gender")),
            "The column 'gender' is unknown; a members file has plan, ",
        ),
        (file(row(), header=HEADER.replace("sex", "state")), "The column 'state' is there twice."),
        (file(row(), header=HEADER.replace(",", ";")), "Separate the columns with commas."),
        (file(row(), header=HEADER.replace(",", "\t")), "Separate the columns with commas."),
        (file(row(), header='"plan,sex'), "Line 1 is not a header of comma-separated column names."),
        (file(row()).split(b"\n", 1)[1], "The column 'plan' is missing."),
        (b"\x00\x01\x02\x03", "The column 'plan' is missing."),
        (b"PK\x03\x04\xff\xfe", "Line 1 is not UTF-8; send the file as UTF-8."),
    ],
    ids=[
        "empty",
        "blank",
        "header only",
        "UTF-16",
        "Latin-1",
        "column missing",
        "column unknown",
        "column twice",
        "semicolons",
        "tabs",
        "broken header",
        "no header",
        "binary",
        "spreadsheet",
    ],
)
def test_a_bad_file_is_refused_whole_and_says_why(content, fault):
    parsed = parse(content, MEMBERS)
    assert any(found.startswith(fault) for found in parsed.faults), parsed.faults


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"birth_date": "10/10/1957"}, "birth_date is not a date (YYYY-MM-DD)"),
        ({"birth_date": "1957-02-30"}, "birth_date is not a date (YYYY-MM-DD)"),
        ({"birth_date": "19571010"}, "birth_date is not a date (YYYY-MM-DD)"),
        ({"birth_date": "0957-10-10"}, "birth_date is not a date (YYYY-MM-DD)"),
        ({"birth_date": ""}, "birth_date is empty"),
        ({"first_name": "   "}, "first_name is empty"),
        ({"sex": "Q"}, "sex is not one of F, M, X"),
        ({"state": "ZZ"}, "state is not a two-letter state code"),
        ({"member_number": "Z-1"}, "member_number is not a member ID of 6 to 20 letters and digits"),
        ({"last_name": "W" * 61}, "last_name is longer than 60 characters"),
        ({"last_name": "Winter\x00green"}, "last_name holds a control character"),
        ({"plan": "BCBS M"}, "plan is not a code of letters, digits and - _ ."),
        ({"coverage_ends_on": "2011-12-31"}, "coverage_ends_on is before coverage_starts_on"),
        ({"sex": "Q", "state": ""}, "sex is not one of F, M, X; state is empty"),
    ],
)
def test_a_bad_row_is_set_aside_with_line_and_reason_and_the_rest_is_kept(cells, reason):
    parsed = parse(file(row(), row(**{"member_number": "ZMI400000024", **cells}), *many(3)), MEMBERS)
    assert parsed.faults == []
    assert [found.line_number for found in parsed.rows] == [2, 4, 5, 6]
    assert [(bad.line_number, bad.reason) for bad in parsed.bad_rows] == [(3, reason)]


def test_no_reason_repeats_what_the_cell_held():
    secret = "Canary"
    bad = dict.fromkeys(GOOD, secret) | {"member_number": "C", "group_name": secret * 20}
    parsed = parse(file(row(), row(**bad)), MEMBERS)
    assert len(parsed.bad_rows) == 1
    assert secret not in parsed.bad_rows[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("BCBSM,ZMI400000024,Pat", "has 3 cells instead of 14"),
        (row() + ",more", "has 15 cells instead of 14"),
        (row(last_name='"Winter'), "has a quotation mark that is out of place"),
        (row(last_name='"Winter"green'), "has a quotation mark that is out of place"),
    ],
)
def test_a_broken_line_breaks_no_other(line, reason):
    parsed = parse(file(row(), line, *many(3)), MEMBERS)
    assert len(parsed.rows) == 4
    assert [(bad.line_number, bad.reason, bad.who) for bad in parsed.bad_rows] == [(3, reason, None)]


def test_a_quoted_comma_is_part_of_the_cell():
    parsed = parse(file(row(last_name='"Winter, green"')), MEMBERS)
    assert parsed.rows[0].values["last_name"] == "Winter, green"


def test_nul_is_made_visible_in_the_quarantine():
    parsed = parse(file(row(), row(last_name="a\x00b", member_number="ZMI400000024")), MEMBERS)
    assert parsed.bad_rows[0].cells["last_name"] == "a\ufffdb"
    assert parsed.bad_rows[0].who == "ZMI400000024"


def test_the_second_row_of_one_coverage_is_set_aside():
    parsed = parse(file(row(), row(group_number="9"), *many(3)), MEMBERS)
    assert parsed.bad_rows[0].reason == ("has the same plan, member_number, coverage_starts_on as line 2")


def test_two_coverages_of_one_member_are_right_and_two_birth_dates_are_not():
    later = {"coverage_starts_on": "2020-01-01"}
    assert parse(file(row(), row(**later)), MEMBERS).bad_rows == []
    parsed = parse(file(row(), row(**later, birth_date="1958-01-01"), *many(3)), MEMBERS)
    assert parsed.bad_rows[0].reason == "differs from line 2 in birth_date of the same person"


@pytest.mark.parametrize(
    ("good", "bad", "refused"),
    [(200, 10, False), (200, 11, True), (300, 12, False), (3, 3, False), (0, 1, True)],
)
def test_too_many_bad_rows_refuse_the_file(good, bad, refused):
    parsed = parse(file(*many(good), *[row(sex="Q")] * bad), MEMBERS)
    assert bool(parsed.faults) is refused


def test_npis_are_checked_and_practices_are_a_list():
    header = ",".join(column.name for column in PROVIDERS.columns)
    lines = [
        "2000000002,Rowan,Alder,physician,207RH0003X,Oncology,MA,HARBOR; SUMMIT",
        "2000000003,Rowan,Alder,physician,207RH0003X,Oncology,MA,HARBOR",
        "2123456784,Kai,Birch,dentist,207RH0003X,Oncology,,",
        "2987654326,Kai,Birch,other,207RH,Oncology,,",
    ]
    parsed = parse(file(*lines, header=header), PROVIDERS)
    assert [found.values["practice_codes"] for found in parsed.rows] == [("HARBOR", "SUMMIT")]
    assert [bad.reason for bad in parsed.bad_rows] == [
        "npi is not an NPI with a right check digit",
        "prescriber_type is not one of physician, physician_assistant, nurse_practitioner, other",
        "taxonomy is not a NUCC taxonomy code",
    ]


def test_network_values_are_three():
    header = ",".join(column.name for column in PARTICIPATIONS.columns)
    parsed = parse(
        file("2000000002,BCBSMA,,in,2020-01-01,", "2000000002,BCBSM,,maybe,2020-01-01,", header=header),
        PARTICIPATIONS,
    )
    assert [bad.reason for bad in parsed.bad_rows] == ["network is not one of in, out, bluecard"]


@settings(deadline=None)  # a busy machine is not a fault of the code
@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_the_parser_fail(content):
    for layout in LAYOUTS.values():
        parsed = parse(content, layout)
        assert parsed.faults or parsed.rows


@settings(deadline=None)  # a busy machine is not a fault of the code
@given(st.lists(st.text(max_size=40), max_size=8), st.integers(0, 8))
def test_whatever_a_line_holds_the_others_are_read(cells, place):
    lines = many(8)
    rest = list(lines)
    lines.insert(place, ",".join(cells).replace("\n", " ").replace("\r", " "))
    parsed = parse(file(*lines), MEMBERS)
    assert parsed.faults == []
    assert len(parsed.rows) == len(rest)
