"""The architecture of the code as tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.conventions.source import modules, modules_under, place

PURE = ("orders/rules", "pathways/criteria", "pathways/matching.py", "members/rosters/parse.py")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("time", "time"),
}


def test_imports_go_down_only_and_rules_are_plain_python(monkeypatch, capsys):
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_a_status_changes_in_one_place_only():
    found = [
        place(path, node)
        for path, tree in modules().items()
        if path.as_posix() != "orders/actions/_record.py"
        for node in _status_writes(tree)
    ]
    assert found == [], "only move() in orders/actions/_record.py changes a status"


def _status_writes(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                yield node
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") == "update"
            and any(keyword.arg == "status" for keyword in node.keywords)
        ):
            yield node


@pytest.mark.parametrize("folder", PURE)
def test_rules_are_handed_the_time_and_never_ask_for_it(folder):
    found = [place(path, node) for path, tree in modules_under(folder) for node in _clock_reads(tree)]
    assert found == [], "pass the moment in"


def _clock_reads(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.func.attr) in CLOCKS:
                yield node


def test_the_pure_folders_are_where_this_test_looks():
    for folder in PURE:
        assert list(modules_under(folder)), folder


def test_no_signals_between_our_own_apps():
    found = [
        place(path, node)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"
    ]
    assert found == [], "call the function"


def test_a_boolean_argument_is_named_by_its_caller():
    found = [
        f"{place(path, function)} {function.name}({argument.arg})"
        for path, tree in modules().items()
        if "migrations" not in path.parts
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and not _is_called_by_others(function)
        # The first argument is what the function is about.
        for argument in (function.args.posonlyargs + function.args.args)[1:]
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
    ]
    assert found == [], "put it behind a *"


def _is_called_by_others(function: ast.FunctionDef) -> bool:
    """Template tags, whose callers name every option, and what overrides a library's method."""
    is_tag = any("register" in ast.unparse(decorator) for decorator in function.decorator_list)
    return is_tag or function.name == "construct_mapping"


def test_no_file_is_longer_than_a_reader_bears():
    found = {
        path.as_posix(): lines
        for path in modules()
        if "migrations" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= 400
    }
    assert found == {}
