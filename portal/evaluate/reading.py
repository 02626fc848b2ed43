"""The file format of `manage.py evaluate`: each mistake is told with its path, and spoils one scenario."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")


class Invalid(Exception):
    """A scenario that cannot be run: where in it, and what is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


_MISSING = object()

#: The days that a case may play on; treatments follow on them for years.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
#: What a text is at most where no column says less.
MOST_CHARACTERS = 200
#: How much of a wrong value is said again.
SHOWN = 60

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,9})?", re.ASCII)
#: What neither a database nor a file in UTF-8 can hold.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


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

    def text(
        self,
        key: str,
        default: Any = _MISSING,
        *,
        among: Mapping[str, Any] | None = None,
        most: int = MOST_CHARACTERS,
    ) -> Any:
        """A text of `most` characters, or the default where it is missing or null; `among` names what it
        may be.
        """
        found = self._read(key, default)
        if found is default:
            return found
        _check_text(found, self.at(key), most=most)
        if among is not None and found not in among:
            raise Invalid(self.at(key), f"expected one of {', '.join(among)}; found {shown(found)}")
        return found

    def flag(self, key: str, default: Any = _MISSING) -> Any:
        """True or false, or the default."""
        found = self._read(key, default)
        if found is not default and not isinstance(found, bool):
            raise Invalid(self.at(key), f"expected true or false, found {_kind(found)}")
        return found

    def number(
        self,
        key: str,
        default: Any = _MISSING,
        *,
        least: int | Decimal,
        most: int | Decimal,
        places: int = 4,
    ) -> Any:
        """A number within bounds and of at most `places` decimals as Decimal, or the default."""
        found = self._read(key, default)
        if found is default:
            return found
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            raise Invalid(self.at(key), f"expected a number, found {_kind(found)}")
        if not _NUMBER.fullmatch(str(found)):
            raise Invalid(self.at(key), f"expected a number, found {shown(found)}")
        number = Decimal(str(found))
        if not least <= number <= most:
            raise Invalid(self.at(key), f"expected a number from {least} to {most}, found {shown(found)}")
        # Within its bounds the number is small enough to be rounded.
        if number != round(number, places):
            raise Invalid(self.at(key), f"expected at most {places} decimals, found {shown(found)}")
        return number

    def whole(self, key: str, default: Any = _MISSING, *, least: int = 0, most: int = 10_000) -> Any:
        """A whole number within bounds, or the default."""
        number = self.number(key, default, least=least, most=most)
        if number is default:
            return number
        if number != int(number):
            raise Invalid(self.at(key), f"expected a whole number from {least} to {most}, found {number}")
        return int(number)

    def day(
        self, key: str, default: Any = _MISSING, *, first: date = FIRST_DAY, last: date = LAST_DAY
    ) -> Any:
        """A date written YYYY-MM-DD within bounds, or the default."""
        found = self.text(key, default)
        if found is default:
            return found
        day = _parsed(date.fromisoformat, found) if _DAY.fullmatch(found) else None
        if day is None:
            raise Invalid(self.at(key), f"expected a date as YYYY-MM-DD, found {shown(found)}")
        if not first <= day <= last:
            raise Invalid(self.at(key), f"expected a date from {first} to {last}, found {day}")
        return day

    def moment(self, key: str) -> datetime:
        """A moment in ISO 8601 with its offset, on a day that a case may play on."""
        found = self.text(key)
        moment = _parsed(datetime.fromisoformat, found) if _MOMENT.fullmatch(found) else None
        if moment is None:
            raise Invalid(self.at(key), f"expected a moment in ISO 8601, found {shown(found)}")
        if moment.tzinfo is None:
            raise Invalid(self.at(key), f"the moment {shown(found)} has no offset from UTC")
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise Invalid(
                self.at(key), f"expected a moment from {FIRST_DAY} to {LAST_DAY}, found {shown(found)}"
            )
        return moment

    def node(self, key: str) -> Node:
        """The object under the key; an empty one where it is missing or null."""
        return Node.of(self._read(key, {}), self.at(key))

    def nodes(self, key: str) -> list[Node]:
        """The objects of the list under the key; none where it is missing or null."""
        return [Node.of(item, f"{self.at(key)}[{place}]") for place, item in enumerate(self._list(key))]

    def texts(self, key: str, *, most: int = MOST_CHARACTERS) -> list[str]:
        """The texts of the list under the key; none where it is missing or null."""
        found = self._list(key)
        for place, item in enumerate(found):
            _check_text(item, f"{self.at(key)}[{place}]", most=most)
        return found

    def _list(self, key: str) -> list[Any]:
        found = self._read(key, [])
        if not isinstance(found, list):
            raise Invalid(self.at(key), f"expected a list, found {_kind(found)}")
        return found


@dataclass(frozen=True)
class Scenario:
    """One scenario of the file, not yet read further than its frame."""

    kind: str
    request: Node
    events: list[Node] = field(default_factory=list)


#: Python neither reads nor writes whole numbers of more digits.
_MOST_DIGITS = 4_000


def parse_file(content: bytes) -> Any:
    """The JSON of a file; raises ValueError or RecursionError when it is none or nested too deeply.

    A figure that no number can hold stays as it is written, so that it spoils its own scenario alone.
    """
    return json.loads(
        content,
        parse_constant=str,
        parse_int=lambda text: int(text) if len(text) <= _MOST_DIGITS else text,
        parse_float=lambda text: float(text) if math.isfinite(float(text)) else text,
    )


def scenarios_of(content: Any) -> list[Any]:
    """The scenarios of a file; raises Invalid when the file itself is none."""
    node = Node.of(content, "")
    if not node.has("scenarios"):
        raise Invalid("scenarios", "is missing")
    return node._list("scenarios")


def id_of(item: Any) -> Any:
    """The id of a scenario as its result repeats it; None where it has none that can be repeated."""
    found = item.get("id") if isinstance(item, Mapping) else None
    return found if isinstance(found, str | int | float) else None


def read_scenario(item: Any, kinds: Mapping[str, Any]) -> Scenario:
    """The frame of one scenario; its request and events are read where they are played."""
    node = Node.of(item, "")
    if node.has("id") and id_of(item) is None:
        raise Invalid("id", f"expected a text or a number, found {_kind(node.value['id'])}")
    return Scenario(
        kind=node.text("kind", "case", among=kinds),
        request=Node.of(node.value.get("request"), "request"),
        events=node.nodes("events"),
    )


def shown(value: Any) -> str:
    """A wrong value as a message repeats it: in quotes if it is a text, and not too much of it."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _check_text(found: Any, path: str, *, most: int) -> None:
    if not isinstance(found, str):
        raise Invalid(path, f"expected a text, found {_kind(found)}")
    if len(found) > most:
        raise Invalid(path, f"expected at most {most} characters, found {len(found)}")
    if _UNWRITABLE.search(found):
        raise Invalid(path, "has a character that cannot be stored")


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text)
    except ValueError:
        return None


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
