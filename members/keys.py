"""Plain forms of names and numbers, the same when stored and when searched."""

from __future__ import annotations

import re
import unicodedata

_PREFIX = re.compile(r"^[A-Z]{3}(?=[0-9])")


def _plain(text: str, *, keep: str) -> str:
    """Capitals without accents; everything but letters, digits and `keep` is dropped."""
    decomposed = unicodedata.normalize("NFKD", text).upper()
    return "".join(c for c in decomposed if (c.isascii() and c.isalnum()) or c in keep)


def normalise_member_number(text: str) -> str:
    """A member ID as it is stored: capitals and digits, no spaces, hyphens or dots (R-058)."""
    return _plain(text, keep="")


def number_key(text: str) -> str:
    """A member ID without its three-letter alpha prefix, for people who leave it out (R-058)."""
    return _PREFIX.sub("", normalise_member_number(text))


def number_prefix(text: str) -> str:
    """The three-letter alpha prefix of a member ID, or "" (R-058)."""
    found = _PREFIX.match(normalise_member_number(text))
    return found.group() if found else ""


def name_part(text: str) -> str:
    """One name without accents, spaces, hyphens and apostrophes: O'Brien and OBRIEN are the same."""
    return _plain(text, keep="")


def name_key(first_name: str, last_name: str) -> str:
    """`LAST|FIRST` in plain capitals."""
    return f"{name_part(last_name)}|{name_part(first_name)}"


def search_words(text: str) -> list[str]:
    """The words of a search box in plain capitals, none empty."""
    return [word for word in _plain(text, keep=" ").split() if word]


def search_key(*texts: str) -> str:
    """What `search_words` are looked for in."""
    return " ".join(" ".join(search_words(text)) for text in texts)
