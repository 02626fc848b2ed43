"""Writing the values of the rules as JSON and reading them back, by their type hints.

Judgements, terms and earlier orders are stored with each evaluation and replayed years later, so the
form is plain: dataclasses as objects, dates as ISO text, Decimals as text, so that no digit is lost.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pathways.criteria.outcome import Outcome

T = TypeVar("T")

_PLAIN = frozenset({str, int, bool, type(None)})


def to_json(value: Any) -> Any:
    """`value` in JSON's types; raises TypeError for a type that `from_json` could not read back."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Outcome):
        return value.to_json()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return [to_json(item) for item in sorted(value)]
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def from_json(kind: type[T], found: Mapping[str, Any]) -> T:
    """The dataclass `kind` that `to_json` wrote; raises KeyError or ValueError on anything else."""
    read: T = _read(kind, found)
    return read


@lru_cache(maxsize=64)
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, found: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(kind) if option is not type(None)]
        return None if found is None else _read(options[0], found)
    if origin in (tuple, frozenset, list):
        item = get_args(kind)[0]
        return origin(_read(item, one) for one in found)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _read(get_args(kind)[1], one) for key, one in found.items()}
    return _read_plain(kind, found)


def _has_default(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _read_plain(kind: Any, found: Any) -> Any:
    if kind is Outcome:
        return Outcome.from_json(found)
    if not isinstance(kind, type):
        return found
    if is_dataclass(kind):
        hints = _hints(kind)
        # A value stored before a field was added has its default.
        known = [item for item in fields(kind) if item.name in found or not _has_default(item)]
        return kind(**{item.name: _read(hints[item.name], found[item.name]) for item in known})
    if issubclass(kind, Enum):
        return kind(found)
    if kind is date or kind is time:
        return kind.fromisoformat(found)
    if kind is Decimal:
        return Decimal(found)
    return found
