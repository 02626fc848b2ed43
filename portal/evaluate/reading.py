"""The file format of `manage.py evaluate`: each mistake is told with its path, and spoils one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


class Invalid(Exception):
    """A scenario that cannot be run: where in it, and what is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


_MISSING = object()


@dataclass(frozen=True)
class Node:
    """A JSON object of the file with the path to it; every read checks what it finds."""

    value: Mapping[str, Any]
    path: str = ""

    @classmethod
    def of(cls, value: Any, path: str) -> Node:
        """The node of an object; raises Invalid for anything else."""
        if not isinstance(value, Mapping):
            raise Invalid(path or "(top)", f"expected an object, found {_kind(value)}")
        return cls(value, path)

    def at(self, key: str) -> str:
        """The path of one of its keys."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self.value.get(key) is not None

    def _read(self, key: str, default: Any) -> Any:
        found = self.value.get(key)
        if found is None and default is _MISSING:
            raise Invalid(self.at(key), "is missing")
        return default if found is None else found

    def text(self, key: str, default: Any = _MISSING, *, among: Mapping[str, Any] | None = None) -> Any:
        """A text, or the default where it is missing or null; `among` names what it may be."""
        found = self._read(key, default)
        if found is default:
            return found
        if not isinstance(found, str):
            raise Invalid(self.at(key), f"expected a text, found {_kind(found)}")
        if among is not None and found not in among:
            raise Invalid(self.at(key), f"expected one of {', '.join(among)}; found {found!r}")
        return found

    def flag(self, key: str, default: Any = _MISSING) -> Any:
        """True or false, or the default."""
        found = self._read(key, default)
        if found is not default and not isinstance(found, bool):
            raise Invalid(self.at(key), f"expected true or false, found {_kind(found)}")
        return found

    def number(self, key: str, default: Any = _MISSING) -> Any:
        """A finite number as Decimal, or the default."""
        found = self._read(key, default)
        if found is default:
            return found
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            raise Invalid(self.at(key), f"expected a number, found {_kind(found)}")
        try:
            number = Decimal(str(found))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise Invalid(self.at(key), f"expected a number, found {found!r}")
        return number

    def whole(self, key: str, default: Any = _MISSING, *, least: int = 0, most: int = 10_000) -> Any:
        """A whole number within bounds, or the default."""
        number = self.number(key, default)
        if number is default:
            return number
        if number != int(number) or not least <= number <= most:
            raise Invalid(self.at(key), f"expected a whole number from {least} to {most}, found {number}")
        return int(number)

    def day(self, key: str, default: Any = _MISSING) -> Any:
        """A date written YYYY-MM-DD, or the default."""
        found = self.text(key, default)
        if found is default:
            return found
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise Invalid(self.at(key), f"expected a date as YYYY-MM-DD, found {found!r}") from None

    def moment(self, key: str) -> datetime:
        """A moment in ISO 8601 with its offset."""
        found = self.text(key)
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            raise Invalid(self.at(key), f"expected a moment in ISO 8601, found {found!r}") from None
        if moment.tzinfo is None:
            raise Invalid(self.at(key), f"the moment {found!r} has no offset from UTC")
        return moment

    def node(self, key: str) -> Node:
        """The object under the key; an empty one where it is missing or null."""
        return Node.of(self._read(key, {}), self.at(key))

    def nodes(self, key: str) -> list[Node]:
        """The objects of the list under the key; none where it is missing or null."""
        return [Node.of(item, f"{self.at(key)}[{place}]") for place, item in enumerate(self._list(key))]

    def texts(self, key: str) -> list[str]:
        """The texts of the list under the key; none where it is missing or null."""
        found = self._list(key)
        for place, item in enumerate(found):
            if not isinstance(item, str):
                raise Invalid(f"{self.at(key)}[{place}]", f"expected a text, found {_kind(item)}")
        return found

    def _list(self, key: str) -> list[Any]:
        found = self._read(key, [])
        if not isinstance(found, list):
            raise Invalid(self.at(key), f"expected a list, found {_kind(found)}")
        return found


@dataclass(frozen=True)
class Scenario:
    """One scenario of the file, not yet read further than its frame."""

    id: Any
    kind: str
    request: Node
    events: list[Node] = field(default_factory=list)


def scenarios_of(content: Any) -> list[Any]:
    """The scenarios of a file; raises Invalid when the file itself is none."""
    return Node.of(content, "")._list("scenarios")


def read_scenario(item: Any, kinds: Mapping[str, Any]) -> Scenario:
    """The frame of one scenario; its request and events are read where they are played."""
    node = Node.of(item, "")
    return Scenario(
        id=node.value.get("id"),
        kind=node.text("kind", "case", among=kinds),
        request=Node.of(node.value.get("request"), "request"),
        events=node.nodes("events"),
    )


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, str | list):
        return "a text" if isinstance(value, str) else "a list"
    return "a number"
