"""The printing process: HTML in, PDF out, until its input ends or nobody prints for a while.

It is started by path with a bare environment and knows neither Django nor the database.  Pango, under
WeasyPrint, is C code that has crashed before: here a crash takes nothing with it.

A frame is four bytes of length and as much JSON: `html`, the `folder` its links are relative to, and
the `style` sheet in it.  An answer is followed by `size` bytes of PDF.
"""

from __future__ import annotations

import io
import json
import logging
import select
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

IDLE_SECONDS = 600

Printer = Callable[[str, Path, str], bytes]


class OutsideFolder(ValueError):
    """A document asked for a file that does not lie under the folder of static files."""


def inside(url: str, folder: Path) -> Path:
    """The file that a URL names; raises OutsideFolder for anything but a file under `folder`."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme not in {"", "file"} or not path.is_relative_to(folder):
        raise OutsideFolder("a document may only use the portal's own files")
    return path


def weasyprint_printer() -> Printer:
    """WeasyPrint: tagged PDF/UA with the portal's fonts.  Raises OSError where Pango is missing."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class OwnFiles(URLFetcher):
        def __init__(self, folder: Path) -> None:
            super().__init__(allowed_protocols=["file"], allow_redirects=False)  # type: ignore[no-untyped-call]
            self.folder = folder

        def fetch(self, url: str, headers: Any = None) -> Any:
            inside(url, self.folder)
            return super().fetch(url, headers)  # type: ignore[no-untyped-call]

    # One of each for the life of the process: made anew, they cost a quarter of each document's time
    # and 0.26 MB of memory that never comes back.
    fonts: Any = FontConfiguration()  # type: ignore[no-untyped-call]
    sheets: dict[tuple[Path, float], Any] = {}

    def sheet(path: Path, fetcher: OwnFiles) -> Any:
        key = (path, path.stat().st_mtime)
        if key not in sheets:
            sheets.clear()
            sheets[key] = weasyprint.CSS(  # type: ignore[no-untyped-call]
                filename=str(path), font_config=fonts, url_fetcher=fetcher
            )
        return sheets[key]

    def print_html(html: str, folder: Path, style: str) -> bytes:
        fetcher = OwnFiles(folder)
        page: Any = weasyprint.HTML(  # type: ignore[no-untyped-call]
            string=html, base_url=f"{folder}/", url_fetcher=fetcher
        )
        printed: bytes = page.write_pdf(
            stylesheets=[sheet(folder / style, fetcher)], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return printed

    return print_html


def xhtml2pdf_printer() -> Printer:
    """xhtml2pdf: pure Python, untagged; its Creator field tells which engine made the file."""
    from xhtml2pdf import pisa

    def print_html(html: str, folder: Path, style: str) -> bytes:
        target = io.BytesIO()
        html = html.replace("</head>", f'<link rel="stylesheet" href="{style}"></head>', 1)
        made: Any = pisa.CreatePDF(  # type: ignore[no-untyped-call]
            html, dest=target, link_callback=lambda uri, _: str(inside(str(folder / uri), folder))
        )
        if made.err:
            raise ValueError("xhtml2pdf reported errors")
        return target.getvalue()

    return print_html


def choose(wanted: str) -> tuple[str, Printer]:
    """The wanted engine, or the fallback where WeasyPrint's libraries are not installed."""
    if wanted == "weasyprint":
        try:
            return wanted, weasyprint_printer()
        except OSError:
            pass
    return "xhtml2pdf", xhtml2pdf_printer()


def serve(source: BinaryIO, target: BinaryIO, wanted: str) -> None:
    """Answer frames until the input ends, or nothing comes for IDLE_SECONDS."""
    engine, print_html = choose(wanted)
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        head = source.read(4)
        if len(head) < 4:
            return
        order = json.loads(source.read(struct.unpack(">I", head)[0]))
        pdf, error = b"", ""
        try:
            pdf = print_html(order["html"], Path(order["folder"]), order["style"])
        except Exception as failure:
            # Only the kind travels: a message may quote the document, and it is about a member.
            error = type(failure).__name__
        answer = json.dumps({"engine": engine, "error": error, "size": len(pdf)}).encode()
        target.write(struct.pack(">I", len(answer)) + answer + pdf)
        target.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    serve(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1])
