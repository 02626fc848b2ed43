"""The press: one warm printing process beside each web process (ecosystem trap: Pango can crash)."""

from __future__ import annotations

import atexit
import json
import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
#: What a printing process may know of this machine; secrets are not among it.
ENVIRONMENT = ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
FONTS = "vendor/uswds/fonts"
STYLESHEET = "css/pdf.css"

# Ours first; what the system has only fills in letters that ours lack in a name.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class PrintFailed(Exception):
    """No engine could print the document."""


class _Stopped(Exception):
    """The printing process ended by itself."""


class _TooSlow(Exception):
    """The printing process did not answer in time."""


@dataclass(frozen=True)
class Printed:
    """A PDF and the engine that made it."""

    pdf: bytes
    engine: str


class Press:
    """Prints HTML; starts its process when first needed, and again when that has died."""

    def __init__(self, *, engine: str = "weasyprint", seconds: float = 10) -> None:
        """`seconds` is how long one document may take before the process is given up."""
        self.engine = engine
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def print(self, html: str) -> Printed:
        """Print a document in the style of STYLESHEET; links are relative to the folder of static files.

        A process that crashed is replaced once.  Raises PrintFailed when that did not help, or when
        it took too long: somebody waits for the page.
        """
        with self._lock:
            for attempt in (1, 2):
                try:
                    return self._ask(html)
                except _Stopped as stopped:
                    log.warning("printing process ended (%s), attempt %d", stopped, attempt)
                    self._stop()
                except _TooSlow:
                    self._stop()
                    raise PrintFailed(f"{self.engine} took longer than {self.seconds} s") from None
        raise PrintFailed(f"{self.engine} ended twice")

    def close(self) -> None:
        """End the process; the next document starts another."""
        with self._lock:
            self._stop()

    def _ask(self, html: str) -> Printed:
        process = self._running()
        assert process.stdin is not None
        order = {"html": html, "folder": str(_static_folder()), "style": STYLESHEET}
        frame = json.dumps(order).encode()
        try:
            process.stdin.write(struct.pack(">I", len(frame)) + frame)
            process.stdin.flush()
        except OSError as broken:
            raise _Stopped("before it was asked") from broken
        until = time.monotonic() + self.seconds
        size = struct.unpack(">I", self._read(process, 4, until))[0]
        answer = json.loads(self._read(process, size, until))
        pdf = self._read(process, answer["size"], until)
        if answer["error"]:
            raise PrintFailed(f"{answer['engine']} raised {answer['error']}")
        return Printed(pdf=pdf, engine=answer["engine"])

    @staticmethod
    def _read(process: subprocess.Popen[bytes], size: int, until: float) -> bytes:
        assert process.stdout is not None
        got = b""
        while len(got) < size:
            if not select.select([process.stdout], [], [], max(0, until - time.monotonic()))[0]:
                raise _TooSlow
            part = os.read(process.stdout.fileno(), size - len(got))
            if not part:
                raise _Stopped(f"exit {process.wait(timeout=5)}")
            got += part
        return got

    def _running(self) -> subprocess.Popen[bytes]:
        # A forked web process must not share its parent's printing process.
        if self._process and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self._stop()
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-I", str(CHILD), self.engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            bufsize=0,
        )
        self._owner = os.getpid()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def print_document(html: str) -> Printed:
    """Print with WeasyPrint; if that cannot be made to work, plainer with xhtml2pdf, and say so."""
    try:
        printed = _press.print(html)
    except PrintFailed:
        log.exception("WeasyPrint failed; printing with xhtml2pdf")
        printed = _fallback.print(html)
    if printed.engine != _press.engine:
        log.warning("document printed with %s: plainer, and without tags", printed.engine)
    return printed


def _static_folder() -> Path:
    return (settings.BASE_DIR / "static").resolve()


def _environment() -> dict[str, str]:
    # Pango needs a font before its first line: WeasyPrint without any font ends in a segfault.
    folder = settings.VAR_DIR / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    conf = folder / "fonts.conf"
    text = FONTS_CONF.format(fonts=_static_folder() / FONTS, cache=folder / "font-cache")
    if not conf.exists() or conf.read_text() != text:
        spare = conf.with_suffix(f".{os.getpid()}")
        spare.write_text(text)
        spare.replace(conf)
    known = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    return {**known, "FONTCONFIG_FILE": str(conf), "LC_ALL": "C.UTF-8"}


_press = Press()
_fallback = Press(engine="xhtml2pdf")
atexit.register(_press.close)
atexit.register(_fallback.close)
