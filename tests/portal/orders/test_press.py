"""The printing process: it prints, it may crash, and it never takes the web process with it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.documents import press, store
from portal.documents.child import OutsideFolder, inside
from portal.documents.press import Press, PrintFailed

PAGE = '<!doctype html><html lang="en"><head><title>Title</title></head><body><h1>{}</h1></body></html>'


@pytest.fixture(scope="module")
def printer():
    made = Press()
    yield made
    made.close()


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_what_is_printed_can_be_read_back(printer):
    printed = printer.print(PAGE.format("Dose ≥ 5 mg/m² – Łucja Ñandú"))
    assert "Dose ≥ 5 mg/m² – Łucja Ñandú" in text_of(printed.pdf)


def test_the_pdf_is_tagged_and_names_its_language(printer):
    printed = printer.print(PAGE.format("x"))
    if printed.engine != "weasyprint":
        pytest.skip("Pango is not installed here: the fallback prints without tags")
    catalog = PdfReader(io.BytesIO(printed.pdf)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"


def test_one_process_prints_many_documents(printer):
    printer.print(PAGE.format("one"))
    first = printer._process.pid
    printer.print(PAGE.format("two"))
    assert printer._process.pid == first


def test_a_crash_costs_one_process_and_no_document(printer):
    printer.print(PAGE.format("before"))
    os.kill(printer._process.pid, 9)
    assert "after" in text_of(printer.print(PAGE.format("after")).pdf)


def test_a_process_that_crashes_again_and_again_is_given_up(monkeypatch, tmp_path):
    crashing = tmp_path / "crashing.py"
    crashing.write_text("raise SystemExit(3)")
    monkeypatch.setattr(press, "CHILD", crashing)
    with pytest.raises(PrintFailed, match="ended twice"):
        Press().print(PAGE.format("x"))


def test_a_process_that_hangs_is_given_up():
    slow = Press(seconds=0)
    with pytest.raises(PrintFailed, match="took longer"):
        slow.print(PAGE.format("x"))
    assert slow._process is None


def test_when_weasyprint_fails_the_fallback_prints_and_the_log_says_so(monkeypatch, caplog):
    def fail(html: str) -> press.Printed:
        raise PrintFailed("weasyprint ended twice")

    monkeypatch.setattr(press._press, "print", fail)
    printed = press.print_document(PAGE.format("plainer"))
    press._fallback.close()
    assert printed.engine == "xhtml2pdf"
    assert "xhtml2pdf" in PdfReader(io.BytesIO(printed.pdf)).metadata["/Producer"]
    assert "plainer" in text_of(printed.pdf)
    assert "printed with xhtml2pdf" in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "https://example.test/x.css",
        "file:///etc/passwd",
        "../settings.py",
        "file:///srv/static/../secret-key",
    ],
)
def test_a_document_reaches_nothing_but_static_files(url):
    with pytest.raises(OutsideFolder):
        inside(url, Path("/srv/static"))


def test_the_printing_process_is_told_no_secret(settings, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:hush@localhost/portal")
    assert "hush" not in str(press._environment())


def test_the_same_document_is_printed_once(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    printed: list[str] = []

    def count(html: str) -> press.Printed:
        printed.append(html)
        return press.Printed(pdf=b"%PDF " + html.encode(), engine="weasyprint")

    monkeypatch.setattr(store.press, "print_document", count)
    assert store.pdf_of("one") == store.pdf_of("one") == b"%PDF one"
    assert store.pdf_of("two") == b"%PDF two"
    assert printed == ["one", "two"]


def test_what_the_fallback_printed_is_not_kept(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    engines = iter(["xhtml2pdf", "weasyprint", "never asked"])
    monkeypatch.setattr(store.press, "print_document", lambda html: press.Printed(b"%PDF", next(engines)))
    for _ in range(3):
        store.pdf_of("one")
    assert next(engines) == "never asked"


def test_kept_files_are_private_and_their_names_tell_nothing(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(store.press, "print_document", lambda html: press.Printed(b"%PDF", "weasyprint"))
    store.pdf_of("Rivera, Ana")
    (kept,) = tmp_path.rglob("*.pdf")
    assert len(kept.stem) == 64
    assert kept.stat().st_mode & 0o077 == 0
