"""What a file is called on screens."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

LONGEST = 100


def shown_name(typed: str) -> str:
    """The name of a file without its folders and without what cannot be seen or turns text around.

    "document" when nothing is left; at most 100 characters, its ending kept.
    """
    last = typed.replace("\\", "/").rsplit("/", 1)[-1]
    # Category C: control characters, bidirectional marks, surrogates, what is not assigned.
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    name = " ".join(seen.split()).strip(". ") or "document"
    if len(name) <= LONGEST:
        return name
    ending = PurePosixPath(name).suffix[:10]
    return name[: LONGEST - len(ending)].rstrip() + ending
