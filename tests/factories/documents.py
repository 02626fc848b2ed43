"""Files as practices send them: small and whole, one of each kind, and ways to spoil them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import TemporaryUploadedFile

from orders.actions.documents import add_document
from orders.models import Order, OrderDocument
from portal.models import User


def upload(content: bytes, name: str = "report.pdf") -> TemporaryUploadedFile:
    """A file as it lies on the disk after it was sent."""
    file = TemporaryUploadedFile(name, "application/octet-stream", len(content), None)
    file.write(content)
    file.flush()
    file.seek(0)
    return file


def add(order: Order, content: bytes, *, by: User, name: str = "report.pdf", note: str = "") -> OrderDocument:
    """The file on the case, by the real action."""
    with upload(content, name) as file:
        return add_document(order, file, by=by, note=note)


def pdf(text: str = "PD-L1 TPS 60 percent") -> bytes:
    """A page with a line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(made))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 2, height: int = 2) -> bytes:
    """A black picture; its data is small whatever it says of its size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * (min(width, 64) + 1) * min(height, 64))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def jpeg(width: int = 8, height: int = 8) -> bytes:
    """As much of a picture as says that it is one: frame, scan and end."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\x01\x01\x00\x00\x3f\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + b"\xff\xc0"
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xda"
        + struct.pack(">H", len(scan) + 2)
        + scan
        + b"\x12\xff\x00\x34\xff\xd9"
    )


def tiff(width: int = 8, height: int = 8, *, order: str = "<", following: int = 0) -> bytes:
    """One page; `following` is where it says that the next one stands."""
    entries = [(256, 4, 1, width), (257, 4, 1, height)]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    rows = b"".join(struct.pack(f"{order}HHII", *entry) for entry in entries)
    return head + struct.pack(f"{order}H", len(entries)) + rows + struct.pack(f"{order}I", following)


def archive(size: int = 100, name: str = "a.txt") -> bytes:
    """A ZIP whose one file is `size` zeros: a thousand times smaller than these."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as found:
        found.writestr(name, b"\0" * size)
    return made.getvalue()
