"""What a file is, by its content; and bombs, which cost what their bytes cost to look at (D-59, G-45)."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.documents import kinds
from orders.documents.kinds import Damaged, Mixed, NotAccepted, Refusal, TooManyPixels, media_type_of
from orders.documents.names import LONGEST, shown_name
from tests.factories.documents import archive, jpeg, pdf, png, tiff

WHOLE = {
    "PDF": (pdf(), "application/pdf"),
    "PNG": (png(), "image/png"),
    "JPEG": (jpeg(), "image/jpeg"),
    "TIFF": (tiff(), "image/tiff"),
    "TIFF of a Macintosh": (tiff(order=">"), "image/tiff"),
}


@pytest.mark.parametrize(("content", "media_type"), WHOLE.values(), ids=WHOLE)
def test_d59_each_kind_is_known_by_its_content(content, media_type):
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0 a program",
        b"PK\x03\x04 an office document",
        archive(),
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"BM a bitmap",
        b"RIFF\0\0\0\0WEBP",
        b"\x00\x00\x00\x18ftypheic",
        b"\xef\xbb\xbf%PDF-1.4",
        "%PDF-1.4".encode("utf-16"),
        b" %PDF-1.4",
        b"\0",
        b"name,birth_date\r\n",
        b"II+\0 a big TIFF",
    ],
)
def test_d59_nothing_else_is_taken(content):
    with pytest.raises(NotAccepted):
        media_type_of(content)


@pytest.mark.parametrize(("content", "media_type"), WHOLE.values(), ids=WHOLE)
def test_g45_half_a_file_is_refused(content, media_type):
    for length in (4, 8, 12, len(content) // 2, len(content) - 3):
        with pytest.raises(Refusal):
            media_type_of(content[:length])


@pytest.mark.parametrize(("content", "media_type"), WHOLE.values(), ids=WHOLE)
def test_g45_an_archive_behind_or_within_a_document_is_refused(content, media_type):
    with pytest.raises(Mixed):
        media_type_of(content + archive())


@pytest.mark.parametrize(
    "content",
    [
        pdf() + b"<script>alert(1)</script>",
        png() + pdf(),
        jpeg() + b"<html><script>",
        jpeg() + pdf(),
        pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n<script>alert(1)</script>\n"),
        # An archive whose last comment hides the end of the PDF.
        pdf() + archive()[:-2] + struct.pack("<H", 7) + b"\n%%EOF\n",
    ],
)
def test_g45_a_file_that_is_two_things_is_refused(content):
    with pytest.raises(Mixed):
        media_type_of(content)


def test_what_cameras_write_behind_a_picture_is_no_second_file():
    assert media_type_of(jpeg() + b"\0" * 64 + jpeg()) == "image/jpeg"


@pytest.mark.parametrize("made", [png(30_000, 30_000), jpeg(65_000, 65_000), tiff(40_000, 40_000)])
def test_g45_a_small_file_of_a_huge_picture_is_refused(made):
    with pytest.raises(TooManyPixels):
        media_type_of(made)


def test_a_scan_of_a_page_at_a_thousand_dots_an_inch_is_taken():
    assert media_type_of(png(8_270, 11_690)) == "image/png"


@pytest.mark.parametrize(
    "made", [tiff(following=8), tiff(following=10**9), tiff(0, 8), png(0, 5), jpeg(0, 5)]
)
def test_g45_pages_that_lead_in_circles_or_nowhere_are_refused(made):
    with pytest.raises(Damaged):
        media_type_of(made)


def _many_chunks() -> bytes:
    empty = struct.pack(">I4sI", 0, b"tEXt", zlib.crc32(b"tEXt"))
    return png()[:33] + empty * 1_600_000


#: Twenty megabytes each, made only when they are wanted.
BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG of a million parts": _many_chunks,
    "JPEG of markers": lambda: b"\xff\xd8\xff" + b"\xe0\0\2\xff" * 4_900_000,
    "JPEG of one endless scan": lambda: jpeg()[:-2] + b"\xff\0" * 9_900_000,
    "PDF of ends": lambda: b"%PDF-1.4\n" + b"%%EOF\n" * 3_400_000,
    "TIFF of tags": lambda: b"II*\0\x08\0\0\0" + b"\xff\xff" + b"\0" * 19_000_000,
    "archive records": lambda: png() + b"PK\x05\x06" * 4_900_000,
    "archive of zeros, a thousand times as large": lambda: archive(100_000_000),
    "zeros": lambda: b"\0" * 20_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_g45_a_bomb_is_refused_soon_and_in_little_memory(bomb):
    content = bomb()
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Refusal):
        media_type_of(content)
    took, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 5, "tracing makes it several times slower than it is"
    assert peak < 30_000_000


def verdict(content: bytes) -> str:
    """The media type, or the code of the refusal."""
    try:
        return media_type_of(content)
    except Refusal as refusal:
        return refusal.code


VERDICTS = {media_type for _, media_type in WHOLE.values()} | {"KIND", "DAMAGED", "MIXED", "PIXELS"}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([content for content, _ in WHOLE.values()]), st.data())
def test_a_file_with_a_byte_changed_is_taken_or_refused_and_never_a_fault(content, data):
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert verdict(bytes(changed)) in VERDICTS


SIGNATURES = [b"%PDF-1.", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b""]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SIGNATURES), st.binary())
def test_anything_behind_a_signature_is_no_fault(signature, rest):
    assert verdict(signature + rest) in VERDICTS


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\PD-L1.pdf", "PD-L1.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("\ud800.pdf", "pdf"),
        ("...", "document"),
        ("", "document"),
        ("  two   words .pdf ", "two words .pdf"),
        ("Befund Müller.pdf", "Befund Müller.pdf"),
    ],
)
def test_g45_a_name_is_shown_without_folders_and_without_what_cannot_be_seen(typed, shown):
    assert shown_name(typed) == shown


def test_a_long_name_keeps_its_ending():
    name = shown_name("x" * 300 + ".tiff")
    assert len(name) == LONGEST
    assert name.endswith(".tiff")


def test_the_module_opens_nothing():
    assert not {"zipfile", "PIL", "pypdf", "zlib"} & vars(kinds).keys()
