"""What the columns of lists and records in program terms may hold, as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from members.models import Participation, Provider
from members.programs.documents import nearest
from members.states import STATE_NAMES

#: Answers that an order can be made to hold (R-079 to R-081).
REQUIRED_FIELDS = (
    "member",
    "ordering_provider",
    "servicing_site",
    "line_of_therapy",
    "stage",
    "histology",
    "ecog",
    "biomarkers",
    "prior_therapies",
    "drugs",
    "p2p_phone",
)
SOLUTIONS = ("medical_oncology", "radiation_oncology")

TYPE_NAMES: dict[type[Any], str] = {str: "text", int: "a whole number", bool: "true or false"}


class Shape(Protocol):
    """Says what is wrong with a value, each time with the path below it."""

    def faults(self, value: Any) -> Iterator[tuple[str, str]]: ...


@dataclass(frozen=True)
class ListOf:
    """A list of values of one type, each of `allowed` if that is given."""

    of: type[Any] = str
    allowed: Collection[str] = ()

    def faults(self, value: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(value, list):
            yield "", f"expected a list, found {value!r}"
            return
        for index, item in enumerate(value):
            if type(item) is not self.of:
                yield f"[{index}]", f"expected {TYPE_NAMES[self.of]}, found {item!r}"
            elif self.allowed and item not in self.allowed:
                yield f"[{index}]", f"unknown value {item!r}{nearest(str(item), self.allowed)}"


@dataclass(frozen=True)
class Records:
    """A list of mappings with these keys; values are text unless `types` says otherwise."""

    required: Collection[str]
    optional: Collection[str] = ()
    flags: Collection[str] = ()

    def faults(self, value: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(value, list):
            yield "", f"expected a list, found {value!r}"
            return
        for index, record in enumerate(value):
            if not isinstance(record, dict):
                yield f"[{index}]", f"expected keys and values, found {record!r}"
                continue
            for path, message in self._record_faults(record):
                yield f"[{index}]{path}", message

    def _record_faults(self, record: dict[str, Any]) -> Iterator[tuple[str, str]]:
        known = [*self.required, *self.optional, *self.flags]
        for key in (*self.required, *self.flags):
            if key not in record:
                yield f".{key}", "is missing"
        for key, item in record.items():
            wanted: type[Any] = bool if key in self.flags else str
            if key not in known:
                yield f".{key}", f"unknown key{nearest(key, known)}"
            elif type(item) is not wanted:
                yield f".{key}", f"expected {TYPE_NAMES[wanted]}, found {item!r}"


@dataclass(frozen=True)
class TextByKey:
    """A mapping of text to text, each of `allowed`."""

    allowed: Collection[str]

    def faults(self, value: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(value, dict):
            yield "", f"expected keys and values, found {value!r}"
            return
        for key, item in value.items():
            if item not in self.allowed:
                yield f".{key}", f"unknown value {item!r}{nearest(str(item), self.allowed)}"


#: Column -> what it may hold.  A test compares this with the JSON columns of ProgramTerms.
SHAPES: dict[str, Shape] = {
    "benefits": ListOf(),
    "request_cases": ListOf(),
    "excluded_groups": Records(required=("number", "name")),
    "pcp_states": TextByKey(allowed=STATE_NAMES),
    "policy_rule_sets": ListOf(),
    "radiation_rule_sets": ListOf(),
    "sign_on_routes": Records(required=("slug", "name", "text")),
    "contacts": Records(
        required=("purpose", "name"),
        optional=("phone", "fax", "email", "address", "hours", "time_zone", "link", "text"),
    ),
    "maintenance_windows": Records(required=("weekday", "from", "to", "time_zone")),
    "urgent_alert_hours": ListOf(of=int),
    "p2p_participants": ListOf(allowed=[kind.value for kind in Provider.MAY_ORDER]),
    "letter_recipients": ListOf(allowed=("member", "ordering_provider", "servicing_provider")),
    "letter_types": ListOf(allowed=("approval", "denial")),
    "required_fields": ListOf(allowed=REQUIRED_FIELDS),
    "scode_lines": ListOf(),
    "scode_networks": ListOf(allowed=Participation.Network.values),
    "scode_states": ListOf(allowed=STATE_NAMES),
    "nightly_feeds": ListOf(allowed=("members", "providers")),
    "documents": Records(required=("title", "kind"), optional=("link",)),
    "help_layout": ListOf(),
    "links": Records(required=("label", "url"), flags=("external",)),
    "speed_tips": ListOf(),
}
