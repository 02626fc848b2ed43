"""The project's own source as syntax trees, for the convention tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "orders", "pathways", "members", "notifications")


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the five packages, by its path from the project's folder."""
    return {
        path.relative_to(BASE): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((BASE / package).rglob("*.py"))
    }


def modules_under(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules under these folders, or these modules themselves."""
    for path, tree in modules().items():
        if any(path.is_relative_to(folder) for folder in folders):
            yield path, tree


def place(path: Path, node: ast.AST) -> str:
    """Where a node stands, for a message."""
    return f"{path}:{node.lineno}"
