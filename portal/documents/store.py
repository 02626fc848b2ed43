"""Printed documents, kept by content: what was printed once is not printed again."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from portal.documents import press

#: Part of every key: raise it when the printing itself changes, so that nothing old is served.
EDITION = b"2"


def pdf_of(html: str) -> bytes:
    """The PDF of a document.  It must say nothing of the moment of printing, or it is never found again.

    The folder is a cache: deleting files loses nothing.  What the fallback printed is not kept, so
    that a passing fault of the better engine does not last.  Raises PrintFailed.
    """
    path = _path(html)
    with suppress(FileNotFoundError):
        return path.read_bytes()
    printed = press.print_document(html)
    if printed.engine == "weasyprint":
        _keep(path, printed.pdf)
    return printed.pdf


def _path(html: str) -> Path:
    style = (settings.BASE_DIR / "static" / press.STYLESHEET).read_bytes()
    key = hashlib.sha256(b"\0".join([EDITION, style, html.encode()])).hexdigest()
    # The name says nothing of whom the document is about.
    return Path(settings.VAR_DIR) / "documents" / key[:2] / f"{key}.pdf"


def _keep(path: Path, pdf: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spare = path.with_suffix(f".{os.getpid()}")
    spare.touch(mode=0o600)
    spare.write_bytes(pdf)
    # Readers see the whole file or none.
    spare.replace(path)
