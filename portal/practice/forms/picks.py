"""A search box over a list on the server: which entry is meant by the words and the key it posts.

With scripts the box posts the key of the entry chosen and its words.  Without scripts it posts words
alone; the page then offers what was found as radio buttons, whose key comes back with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar

Entry = TypeVar("Entry")


class Offer(TypedDict):
    """One entry as the box's template takes it."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True)
class Pick(Generic[Entry]):
    """The entry that is meant, or those among which to choose; `text` is what the box shows."""

    chosen: Entry | None
    found: tuple[Entry, ...]
    text: str
    offers: tuple[Offer, ...] = ()


def settle(
    text: str,
    key: str,
    found: Sequence[Entry],
    kept: Entry | None,
    *,
    value: Callable[[Entry], str],
    label: Callable[[Entry], str],
    detail: Callable[[Entry], str] = lambda entry: "",
) -> Pick[Entry]:
    """Decide what was meant by words and key; `found` is what the words find, `kept` the key's entry.

    A key counts when the words are its entry's own or led to it: one left over from before the words
    were changed does not.
    """
    words = text.strip().casefold()
    entries = tuple(found) if kept is None or kept in found else (kept, *found)
    for entry in entries:
        if words in (value(entry).casefold(), label(entry).casefold()):
            return Pick(entry, tuple(found), label(entry))
    keyed = next((entry for entry in found if value(entry) == key), None) or (None if words else kept)
    if keyed is not None:
        return Pick(keyed, tuple(found), label(keyed))
    offers = tuple(Offer(value=value(entry), label=label(entry), detail=detail(entry)) for entry in found)
    return Pick(None, tuple(found), text, offers)
