"""YAML files read strictly, with every fault named by file and path."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

#: libyaml's parser is ten times as fast; a machine without it falls back to the plain one.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file: where, what was found and what was expected."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message}" if self.path else f"{self.file}: {self.message}"


class ContentFaults(Exception):
    """A content folder that cannot be loaded; `faults` are all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


class _StrictLoader(_Loader):  # type: ignore[misc] # the base is chosen at run time
    """Refuses a key written twice and a key that is not text (`on:` is read as true)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key, (key_node, _) in zip(keys, node.value, strict=True):
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is not text; quote it", problem_mark=key_node.start_mark
                )
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is written twice", problem_mark=key_node.start_mark
                )
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_mapping(path: Path, faults: list[Fault]) -> dict[str, Any]:
    """The mapping in a YAML file; an unreadable file gives a fault and {}."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a safe loader
    except FileNotFoundError:
        faults.append(Fault(str(path), "", "the file is missing"))
        return {}
    except UnicodeDecodeError as error:
        faults.append(Fault(str(path), "", f"not UTF-8 at byte {error.start}"))
        return {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        faults.append(Fault(str(path), f"line {mark.line + 1}" if mark else "", str(error.problem)))
        return {}
    except yaml.YAMLError as error:
        faults.append(Fault(str(path), "", f"not YAML: {error}"))
        return {}
    if not isinstance(content, dict):
        faults.append(Fault(str(path), "", "expected keys and values at the top"))
        return {}
    return content


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` for the closest known word, or ""."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""
