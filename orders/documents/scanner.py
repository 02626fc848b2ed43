"""The virus check: clamd by its socket where one is configured, and an honest "not checked" where none is.

CLAMD_ADDRESS names it: unix:///run/clamav/clamd.ctl or tcp://host:3310.  The file is streamed by clamd's
INSTREAM command, so that clamd needs no right to our folder.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from orders.models import OrderDocument

Scan = OrderDocument.Scan
log = logging.getLogger(__name__)

#: How long clamd may take for each answer, in seconds: the person who adds the file waits for it.
PATIENCE = 15
CHUNK = 64 * 1024


def is_configured() -> bool:
    """Whether a scanner is there to be asked."""
    return bool(settings.CLAMD_ADDRESS)


def scan(file: BinaryIO) -> OrderDocument.Scan:
    """What the scanner says of a file, read from its beginning; NOT_SCANNED when none answers."""
    if not is_configured():
        return Scan.NOT_SCANNED
    file.seek(0)
    try:
        with _connected() as clamd:
            clamd.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                clamd.sendall(struct.pack(">I", len(chunk)) + chunk)
            clamd.sendall(struct.pack(">I", 0))
            answer = _answer(clamd)
    except OSError as error:
        log.warning("virus check: no answer from clamd (%s)", type(error).__name__)
        return Scan.NOT_SCANNED
    if answer.endswith(b" FOUND"):
        return Scan.INFECTED
    if answer.endswith(b": OK"):
        return Scan.CLEAN
    log.warning("virus check: clamd could not check a file: %s", answer[:80].decode("ascii", "replace"))
    return Scan.NOT_SCANNED


def answers() -> bool:
    """Whether the scanner is there and answers."""
    try:
        with _connected() as clamd:
            clamd.sendall(b"zPING\0")
            return _answer(clamd) == b"PONG"
    except OSError:
        return False


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_ADDRESS)
    if address.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            clamd.settimeout(PATIENCE)
            clamd.connect(address.path)
        except OSError:
            clamd.close()
            raise
        return clamd
    return socket.create_connection((address.hostname or "", address.port or 3310), timeout=PATIENCE)


def _answer(clamd: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        part = clamd.recv(4096)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n")
