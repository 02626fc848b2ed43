"""Documents on a case: taken or refused, stored once, checked for viruses (R-102, D-59, G-45)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve

from notifications.models import AuditEvent
from orders.actions import documents as actions
from orders.actions.withdrawal import withdraw_case
from orders.documents import scanner
from orders.documents.kinds import NotAccepted, Refusal
from orders.models import Order, OrderDocument
from orders.rules.refusals import MayNotOrder, NotReviewable
from tests.factories import orders
from tests.factories.documents import add, archive, jpeg, pdf, png, tiff, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped", "files")]

UNKNOWN = "breast-her2-unknown"
Scan = OrderDocument.Scan


@pytest.fixture
def order() -> Order:
    return orders.submitted(UNKNOWN)


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def practice() -> Any:
    return orders.person("practice")


class TestTaken:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [(pdf(), "PDF"), (png(), "PNG"), (jpeg(), "JPEG"), (tiff(), "TIFF")],
    )
    def test_r102_d59_it_is_on_the_case_and_the_reviewer_is_told(self, order, files, content, kind):
        document = add(order, content, by=practice(), name="HER2 report.pdf", note="Of Sep 30.")
        assert (document.number, document.get_kind_display(), document.size) == (1, kind, len(content))
        assert (document.finding.recorded_by, document.finding.note) == (practice(), "Of Sep 30.")
        order.refresh_from_db()
        assert order.news_at == order.updated_at
        [file] = stored(files)
        assert file.read_bytes() == content
        assert AuditEvent.objects.filter(name="case.document_added").count() == 1

    def test_d59_it_lies_under_a_random_name_that_nobody_else_on_the_machine_reads(self, order, files):
        add(order, pdf(), by=practice(), name="Verbena Lee HER2.pdf")
        [file] = stored(files)
        assert "erbena" not in str(file)
        assert order.reference not in str(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        with pytest.raises(Resolver404):
            resolve(default_storage.url(order.documents.get().stored_as))

    def test_the_name_is_not_believed(self, order):
        document = add(order, png(), by=practice(), name="../../report.pdf")
        assert (document.kind, document.name) == ("image/png", "report.pdf")
        assert document.stored_as.endswith(".png")

    def test_the_same_file_is_stored_once(self, order, files):
        first, second = (add(order, pdf(), by=practice(), name=name) for name in ("a.pdf", "b.pdf"))
        assert first == second
        assert len(stored(files)) == 1
        assert order.findings.count() == 1
        assert add(order, pdf("Another page."), by=practice()).number == 2

    def test_r376_an_agent_adds_what_came_by_fax(self, order):
        assert add(order, pdf(), by=orders.person("agent")).finding.source == "caller"

    def test_r102_a_nurse_reads_that_nobody_checked_it_for_viruses(self, order):
        """Nothing is configured here, and nothing is pretended."""
        assert add(order, pdf(), by=practice()).scan == Scan.NOT_SCANNED


class TestRefused:
    def refused(self, order: Order, content: bytes, files: Path, *, by: str = "practice") -> Any:
        with pytest.raises((Refusal, NotReviewable, MayNotOrder)) as refusal:
            add(order, content, by=orders.person(by))
        assert not order.documents.exists()
        assert not order.findings.exists()
        assert stored(files) == []
        return refusal.value

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "EMPTY"),
            (b"MZ a program", "KIND"),
            (archive(10_000_000), "KIND"),
            (pdf()[:100], "DAMAGED"),
            (png() + archive(), "MIXED"),
            (png(50_000, 50_000), "PIXELS"),
        ],
    )
    def test_g45_with_its_reason_and_nothing_changed(self, order, files, content, code):
        refusal = self.refused(order, content, files)
        assert refusal.code == code
        assert str(refusal).endswith(".")
        order.refresh_from_db()
        assert order.news_at is None
        event = AuditEvent.objects.get(name="case.document_refused")
        assert event.details == {"reason": code}

    def test_d59_a_file_over_the_limit(self, order, files, settings):
        settings.DOCUMENT_MAX_BYTES = 1024**2
        assert self.refused(order, pdf("x" * 1024**2), files).code == "SIZE"

    def test_d59_more_than_a_case_takes(self, order, files, settings):
        settings.DOCUMENTS_PER_ORDER = 1
        add(order, pdf(), by=practice())
        with pytest.raises(actions.TooMany):
            add(order, pdf("Another page."), by=practice())
        assert len(stored(files)) == 1

    @pytest.mark.parametrize("who", ["piedmont", "site", "nurse", "admin"])
    def test_r044_nobody_else_adds_one(self, order, files, who):
        assert isinstance(self.refused(order, pdf(), files, by=who), MayNotOrder)

    def test_d40_a_decided_order_takes_none(self, files):
        assert isinstance(self.refused(orders.submitted(), pdf(), files), NotReviewable)

    def test_a_case_that_ends_while_the_file_is_looked_at_keeps_nothing(self, order, files, monkeypatch):
        """The check comes first, the case is asked again when the file is put on it."""

        def and_meanwhile(file: Any) -> OrderDocument.Scan:
            withdraw_case(Order.objects.get(pk=order.pk), by=practice(), reason="Entered twice.")
            return Scan.NOT_SCANNED

        monkeypatch.setattr(scanner, "scan", and_meanwhile)
        with pytest.raises(NotReviewable):
            add(order, pdf(), by=practice())
        assert stored(files) == []


class Clamd(threading.Thread):
    """Answers INSTREAM and PING as clamd does, one after another."""

    def __init__(self, where: str, answers: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.answers, self.got = answers, b""
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(where)
        self.listener.listen()
        self.start()

    def run(self) -> None:
        for answer in self.answers:
            caller, _ = self.listener.accept()
            with caller, caller.makefile("rb") as said:
                if said.read(6) == b"zPING\0":
                    caller.sendall(answer)
                    continue
                assert said.read(4) == b"EAM\0"
                while size := struct.unpack(">I", said.read(4))[0]:
                    self.got += said.read(size)
                caller.sendall(answer)
        self.listener.close()


@pytest.mark.enable_socket
class TestViruses:
    @pytest.fixture
    def clamd(self, tmp_path: Path, settings: Any) -> Iterator[Any]:
        made: list[Clamd] = []

        def answering(*answers: bytes) -> Clamd:
            settings.CLAMD_ADDRESS = f"unix://{tmp_path}/clamd"
            made.append(Clamd(f"{tmp_path}/clamd", list(answers)))
            return made[0]

        yield answering
        for server in made:
            server.join(timeout=5)

    def test_d59_a_clean_file_is_taken_and_says_so(self, order, clamd):
        server = clamd(b"stream: OK\0")
        assert add(order, pdf(), by=practice()).scan == Scan.CLEAN
        assert server.got == pdf(), "all of it was looked at"

    def test_d59_an_infected_file_is_not_stored(self, order, files, clamd):
        clamd(b"stream: Eicar-Signature FOUND\0")
        with pytest.raises(actions.Infected):
            add(order, pdf(), by=practice())
        assert stored(files) == []
        assert not order.documents.exists()

    @pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
    def test_a_scanner_that_cannot_say_leaves_it_unchecked(self, order, clamd, answer):
        clamd(answer)
        assert add(order, pdf(), by=practice()).scan == Scan.NOT_SCANNED

    def test_a_scanner_that_is_down_leaves_it_unchecked_until_it_is_back(self, order, settings, clamd):
        settings.CLAMD_ADDRESS = "unix:///nowhere/clamd"
        document = add(order, pdf(), by=practice())
        assert document.scan == Scan.NOT_SCANNED
        assert actions.scan_waiting() == 0
        clamd(b"stream: OK\0")
        assert actions.scan_waiting() == 1
        document.refresh_from_db()
        assert document.scan == Scan.CLEAN
        assert actions.scan_waiting() == 0

    def test_a_virus_found_later_closes_the_document(self, order, clamd):
        document = add(order, pdf(), by=practice())
        clamd(b"stream: Something FOUND\0")
        assert actions.scan_waiting() == 1
        document.refresh_from_db()
        assert document.scan == Scan.INFECTED
        assert AuditEvent.objects.get(name="case.document_scanned").details["scan"] == "infected"

    def test_a_file_that_cannot_be_checked_does_not_stand_in_front_of_the_others(self, order, clamd):
        stubborn, gone, fine = (add(order, pdf(title), by=practice()) for title in ("a", "b", "c"))
        default_storage.delete(gone.stored_as)
        clamd(b"stream: Can't allocate memory ERROR\0", b"PONG\0", b"stream: OK\0")
        assert actions.scan_waiting() == 1
        for document in (stubborn, gone, fine):
            document.refresh_from_db()
        assert [stubborn.scan, gone.scan, fine.scan] == [Scan.NOT_SCANNED, Scan.NOT_SCANNED, Scan.CLEAN]


def test_what_is_refused_is_refused_before_a_scanner_is_asked(order, monkeypatch):
    asked = []
    monkeypatch.setattr(scanner, "scan", lambda file: asked.append(file))
    with upload(b"MZ") as file, pytest.raises(NotAccepted):
        actions.add_document(order, file, by=practice())
    assert asked == []
