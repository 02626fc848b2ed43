"""Clinical answers that were changed after the rules' forecast was shown, for the reviewer to know.

Correcting an answer is everybody's right, and nothing follows from it; but a reviewer should see that an
answer was another one before the practice knew what it leads to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from orders.facts import RECORDABLE, Facts

#: Asked because of the forecast, so that no answer to it was there before.
ASKED_AFTER = frozenset({"continuity"})
CLINICAL = RECORDABLE - ASKED_AFTER
#: Facts with an answer under each key.
FAMILIES = frozenset({"biomarkers", "labs"})


class Change(TypedDict):
    """One answer that is another now: the fact, or its member as biomarkers.EGFR."""

    fact: str
    was: Any
    now: Any


def clinical_of(facts: Facts) -> Facts:
    """The clinical answers among the facts: all that a change of is worth telling."""
    return {name: facts[name] for name in sorted(CLINICAL) if _is_answered(facts.get(name))}


def changes_since(seen: Facts | None, facts: Facts) -> list[Change] | None:
    """The answers given when the forecast was first shown that are others now; None where none was shown.

    An answer added since, or one that is not asked any more, is no change.
    """
    if seen is None:
        return None
    return list(_changes(seen, facts))


def _changes(seen: Facts, facts: Facts) -> Iterator[Change]:
    for name, was in seen.items():
        now = facts.get(name)
        if name in FAMILIES and isinstance(was, Mapping):
            for key, one in was.items():
                yield from _change(f"{name}.{key}", one, (now or {}).get(key))
        else:
            yield from _change(name, was, now)


def _change(fact: str, was: Any, now: Any) -> Iterator[Change]:
    if _is_answered(was) and _is_answered(now) and was != now:
        yield Change(fact=fact, was=was, now=now)


def _is_answered(value: Any) -> bool:
    """An empty list is an answer: none of those."""
    return value is not None and value != "" and value != {}
