"""Every requirement of the rules and of order entry is named by a test that shows it, or comes later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pathways.files import read_yaml
from tests.conventions.source import BASE

HERE = Path(__file__)
LIST = HERE.with_name("requirements.yaml")
FOUND = read_yaml(LIST, name=LIST.name)
NAMED, PARTLY, LATER = FOUND["named"], FOUND["partly"], FOUND["later"]

#: R-143, r143, r_143; DR-06, dr06; PD-14; D-38; W-12; T1.
ID = re.compile(r"(?<![a-z0-9])(?:(dr|pd|d|r|w)[-_]?(\d{2,3})|(t)([123]))(?![a-z0-9])")
#: “R-143 to R-158” names no row.
RANGE = re.compile(r"(dr|pd|d|r|w)[-_]?\d+[ _]to[ _](dr|pd|d|r|w)[-_]?\d+")
#: First and last number of each group: requirements, worked examples, decision rules, then the differences
#: between plans and the decisions that order entry rests on.
IN_SCOPE = [
    *(
        f"R-{n:03}"
        for first, last in ((78, 229), (295, 356), (376, 378), (380, 380), (382, 383), (425, 456))
        for n in range(first, last + 1)
    ),
    *(f"W-{n:02}" for n in range(8, 23)),
    *(f"DR-{n:02}" for n in range(1, 29)),
    *("T1", "T2", "T3"),
    *(f"PD-{n:02}" for n in (6, 14, 19, 20, 23, *range(34, 42), 46)),
    *(f"D-{n}" for n in (13, 14, *range(29, 43), *range(54, 59))),
]


def ids_in(text: str) -> set[str]:
    """The ids that a text names one by one."""
    found = ID.findall(RANGE.sub("", text.lower()))
    return {f"{kind.upper()}-{number}" if kind else f"T{row}" for kind, number, _, row in found}


def claims(tree: ast.Module) -> Iterator[str]:
    """What each test says of itself: its name, its docstring and the ids of its cases."""
    tables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name
            yield ast.get_docstring(node) or ""
            for decorator in node.decorator_list:
                yield from _strings(decorator, tables)


def _strings(decorator: ast.expr, tables: dict[str, ast.expr]) -> Iterator[str]:
    """The texts in a decorator, and in the tables of the module that it names."""
    names = [node.id for node in ast.walk(decorator) if isinstance(node, ast.Name)]
    for part in (decorator, *(tables[name] for name in names if name in tables)):
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def named_by_tests() -> frozenset[str]:
    files = [path for path in (BASE / "tests").rglob("test_*.py") if path != HERE]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in files)
    return frozenset(name for tree in trees for text in claims(tree) for name in ids_in(text))


def test_every_id_in_scope_is_listed_once():
    assert sorted([*NAMED, *LATER]) == sorted(IN_SCOPE)
    assert set(PARTLY) <= set(NAMED)


@pytest.mark.parametrize("requirement", NAMED)
def test_a_test_names_it(requirement):
    assert requirement in named_by_tests(), f"{requirement} ({NAMED[requirement]}) is named by no test"


@pytest.mark.parametrize("requirement", LATER)
def test_what_comes_later_is_not_counted(requirement):
    assert LATER[requirement].partition(": ")[2], "say where it belongs, and what is missing"
    assert requirement not in named_by_tests(), f"a test names {requirement}: list it as named"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("test_a_plan_waits_r_174_dr_12", {"R-174", "DR-12"}),
        ("test_dr20_r329_the_range_runs", {"DR-20", "R-329"}),
        ("test_table_t1", {"T1"}),
        ("5 a referral, R-442", {"R-442"}),
        ("test_ends_after_its_last_day_w_08_to_w_10", set()),
        ("See R-143 to R-158.", set()),
        ("a year_2026 or PW-123", set()),
    ],
)
def test_what_counts_as_naming(text, ids):
    assert ids_in(text) == ids
