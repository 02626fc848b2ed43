"""Every address that the portal answers, as the resolver has it: a new one is in the tests by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.access import Declared, declared

#: Their POST ends the session of the person who walks the addresses.
ENDING_THE_SESSION = frozenset({"account_logout", "end_session"})


@dataclass(frozen=True)
class Route:
    """One address: its pattern, its name, the view behind it and what the view declares."""

    pattern: str
    name: str
    parameters: frozenset[str]
    view: Callable[..., Any]
    declared: Declared | None

    def __str__(self) -> str:
        return self.pattern or "/"

    def address(self, values: dict[str, Any]) -> str:
        """The address with these values for its parameters."""
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None) -> list[Route]:
    """Walk the resolver, or the patterns given."""
    return list(_walk(get_resolver().url_patterns if patterns is None else patterns, "", frozenset()))


def _walk(
    patterns: Iterable[URLPattern | URLResolver], prefix: str, outer: frozenset[str]
) -> Iterator[Route]:
    for entry in patterns:
        where = prefix + str(entry.pattern)
        parameters = outer | set(entry.pattern.converters) | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, where, parameters)
        else:
            yield Route(where, entry.name or "", parameters, entry.callback, declared(entry.callback))
