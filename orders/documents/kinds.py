"""What a file is, by its content and never by its name: PDF, PNG, JPEG or TIFF, whole and nothing besides.

Nothing is decompressed, so that a bomb costs what its bytes cost to look at (G-45).  Each format is walked
as far as is needed to know that it begins and ends as it should; a file that is also something else, such
as an archive behind a picture, is refused.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from mmap import mmap
from typing import ClassVar

Content = bytes | mmap

#: Of a page or picture: an A4 page at 1,000 dots an inch has 97 million.
MOST_PIXELS = 100_000_000
#: Far above use, far below harm.
MOST_PAGES, MOST_PARTS = 1_000, 50_000
#: Where readers look for the end of an archive: its last record and the longest comment.
ARCHIVE_TAIL = 22 + 0xFFFF


class Refusal(ValueError):
    """A file that is not taken; the text says why, and what to do instead."""

    code: ClassVar[str] = "NOT_TAKEN"


class NotAccepted(Refusal):
    """No file of a kind that we take."""

    code = "KIND"

    def __init__(self) -> None:
        super().__init__(
            "This is not a PDF, PNG, JPEG or TIFF file. Save or print it as PDF, then add it again."
        )


class Damaged(Refusal):
    """It begins as one of ours and does not go on so."""

    code = "DAMAGED"

    def __init__(self) -> None:
        super().__init__("The file is damaged or not complete. Save it again, then add it.")


class Mixed(Refusal):
    """One of ours, with something else in the same file."""

    code = "MIXED"

    def __init__(self) -> None:
        super().__init__(
            "The file holds something besides the document, such as an archive. "
            "Print it as PDF, then add that file."
        )


class TooManyPixels(Refusal):
    """A picture that no viewer opens with ease."""

    code = "PIXELS"

    def __init__(self) -> None:
        super().__init__("The picture is too large to open. Save it with fewer pixels, then add it again.")


def media_type_of(data: Content) -> str:
    """The media type of a file.  Raises NotAccepted, Damaged, Mixed, TooManyPixels."""
    for signature, media_type, check in _FORMATS:
        if data[: len(signature)] == signature:
            try:
                check(data)
            except (struct.error, IndexError):
                raise Damaged from None
            _check_alone(data, media_type)
            return media_type
    raise NotAccepted


# --- Formats --------------------------------------------------------------------------------------------

_END_OF_PDF = re.compile(rb"%%EOF[\s\0]*\Z")


def _check_pdf(data: Content) -> None:
    if not re.match(rb"%PDF-[12]\.\d", data[:8]):
        raise Damaged
    tail = data[-2048:]
    if b"startxref" not in tail:
        raise Damaged
    if not _END_OF_PDF.search(tail):
        raise Mixed if b"%%EOF" in tail else Damaged


def _check_png(data: Content) -> None:
    """Chunk by chunk from IHDR to IEND, behind which nothing stands."""
    at = 8
    seen: list[bytes] = []
    while at < len(data) and len(seen) < MOST_PARTS:
        length, name = struct.unpack_from(">I4s", data, at)
        if not seen:
            if name != b"IHDR" or length != 13:
                raise Damaged
            _check_pixels(*struct.unpack_from(">II", data, at + 8))
        seen.append(name)
        at += 12 + length
        if name == b"IEND":
            break
    if at > len(data) or seen[-1] != b"IEND" or b"IDAT" not in seen:
        raise Damaged
    if at < len(data):
        raise Mixed


#: A marker within picture data: not a stuffed byte, a restart or a fill.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END, _TEMPORARY = 0xDA, 0xD9, 0x01


def _check_jpeg(data: Content) -> None:
    """Marker by marker from the start to the end of the picture; cameras may write their own behind it."""
    at, framed = 2, False
    for _ in range(MOST_PARTS):
        found = _MARKER.search(data, at)
        if found is None:
            raise Damaged
        marker, at = found[1][0], found.end()
        if marker == _END:
            if not framed:
                raise Damaged
            _check_tail(data, at)
            return
        if marker == _TEMPORARY:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            _check_pixels(width, height)
            framed = True
        elif marker == _SCAN and not framed:
            raise Damaged
        at += max(length, 2)
    raise Damaged


_WIDTH, _HEIGHT = 256, 257


def _check_tiff(data: Content) -> None:
    """Directory by directory, each of a page, none twice."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    pages: set[int] = set()
    entries = 0
    while at:
        if at in pages or len(pages) >= MOST_PAGES:
            raise Damaged
        pages.add(at)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        # Directories may overlap, so that a small file could have endless entries to read.
        entries += count
        if entries > MOST_PARTS:
            raise Damaged
        size = {_WIDTH: 0, _HEIGHT: 0}
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", data, entry)
            if tag in size:
                (size[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, entry + 8)
        _check_pixels(size[_WIDTH], size[_HEIGHT])
        (at,) = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)
    if not pages:
        raise Damaged


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Damaged
    if width * height > MOST_PIXELS:
        raise TooManyPixels


_FORMATS: tuple[tuple[bytes, str, Callable[[Content], None]], ...] = (
    (b"%PDF-", "application/pdf", _check_pdf),
    (b"\x89PNG\r\n\x1a\n", "image/png", _check_png),
    (b"\xff\xd8\xff", "image/jpeg", _check_jpeg),
    (b"II*\0", "image/tiff", _check_tiff),
    (b"MM\0*", "image/tiff", _check_tiff),
)


# --- What else a file may be ----------------------------------------------------------------------------

_PAGE = re.compile(rb"<(!doctype|html|script|svg|\?php)", re.IGNORECASE)
#: What no camera writes behind a picture.
_FOREIGN = re.compile(
    rb"%PDF-|PK\x03\x04|Rar!\x1a|7z\xbc\xaf|<(!doctype|html|script|svg|\?php)", re.IGNORECASE
)


def _check_alone(data: Content, media_type: str) -> None:
    head = data[:1024]
    if _PAGE.search(head) or (media_type != "application/pdf" and b"%PDF-" in head):
        raise Mixed
    if _is_archive(data):
        raise Mixed


def _check_tail(data: Content, at: int) -> None:
    if _FOREIGN.search(data, at):
        raise Mixed


def _is_archive(data: Content) -> bool:
    """Whether an archive program would open it as ZIP, whatever stands in front of the archive."""
    tail_at = max(len(data) - ARCHIVE_TAIL, 0)
    at = data.rfind(b"PK\x05\x06", tail_at)
    while at >= 0 and at + 22 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 12)
        if 0 < size <= at and data[at - size : at - size + 4] == b"PK\x01\x02":
            return True
        at = data.rfind(b"PK\x05\x06", tail_at, at)
    return False
