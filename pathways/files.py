"""Reading content files: strict YAML, CSV and digests.

YAML is read by the rules of 1.2: `no`, `on` and `1:30` stay text, dates stay text, and only true and
false are truth values.  By the rules of 1.1 a plan called NO would be False.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from pathways.criteria.parse import ContentError, ContentProblem

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(_Base):  # type: ignore[misc] # the C loader has no types
    """The safe loader with the scalars of YAML 1.2 and no key given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.MarkedYAMLError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path, *, name: str) -> dict[str, Any]:
    """The mapping in a YAML file; `name` is how problems call the file.

    Raises ContentError when it is no YAML, no mapping, or has a key that is not text.
    """
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as mistake:
        mark = mistake.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "(top)"
        raise ContentError([ContentProblem(name, place, f"{mistake.problem}.")]) from mistake
    if not isinstance(found, dict):
        raise ContentError([ContentProblem(name, "(top)", "expected names with values.")])
    problems = [
        ContentProblem(name, place, f"the key {key!r} is not text; put it in quotes or rename it.")
        for place, key in _odd_keys(found, "")
    ]
    if problems:
        raise ContentError(problems)
    return found


def _odd_keys(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            place = f"{path}.{key}" if path else str(key)
            if not isinstance(key, str):
                yield place, key
            yield from _odd_keys(item, place)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _odd_keys(item, f"{path}[{number}]")


def read_csv(path: Path, *, name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file with exactly these columns; raises ContentError when it has others."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != columns:
            message = f"expected the columns {', '.join(columns)}; found {reader.fieldnames}."
            raise ContentError([ContentProblem(name, "line 1", message)])
        rows = list(reader)
    problems = [
        ContentProblem(name, f"line {number}", f"expected {len(columns)} values.")
        for number, row in enumerate(rows, start=2)
        if None in row or None in row.values()
    ]
    if problems:
        raise ContentError(problems)
    return rows


def digest(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over names and bytes of files: equal files, equal digest, without reading them into rows."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
