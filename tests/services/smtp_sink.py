"""A mail server that keeps what it is sent, and can be slow, busy or absent-minded on demand."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from contextlib import contextmanager, suppress


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port of the loopback address; `message_ids` is what it accepted, in order."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.message_ids: list[str] = []
        self.texts: list[str] = []
        # How long it thinks before and after it has made the message its own.
        self.seconds_before_accepting = 0.0
        self.seconds_after_accepting = 0.0
        self.busy = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def forget(self) -> None:
        self.message_ids.clear()
        self.texts.clear()
        self.seconds_before_accepting = self.seconds_after_accepting = 0.0
        self.busy = False


class _Session(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 for smtplib."""

    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            command = line.strip().upper()
            if command.startswith(b"DATA"):
                if self.server.busy:
                    self._say("451 try later")
                    continue
                self._say("354 go on")
                self._accept()
            elif command.startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _accept(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        time.sleep(self.server.seconds_before_accepting)
        text = b"".join(lines).decode()
        self.server.texts.append(text)
        self.server.message_ids.append(re.search(r"^Message-ID: (\S+)", text, re.MULTILINE)[1])
        time.sleep(self.server.seconds_after_accepting)
        self._say("250 accepted")

    def _say(self, line: str) -> None:
        # The worker may have been killed meanwhile.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def smtp_sink():
    """A sink that listens for the length of the block."""
    with Sink() as sink:
        thread = threading.Thread(target=sink.serve_forever, daemon=True)
        thread.start()
        yield sink
        sink.shutdown()
        thread.join()
