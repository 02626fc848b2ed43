"""Adding a document to a case, and checking later what no scanner could check at once (R-102, D-59)."""

from __future__ import annotations

import hashlib
import logging
import mmap
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from notifications import audit
from notifications.names import AuditName
from orders.actions._record import lock_case
from orders.actions._standing import case_of, changer, source_of
from orders.actions.findings import record_finding
from orders.actions.news import tell_reviewers
from orders.documents import scanner
from orders.documents.kinds import Refusal, media_type_of
from orders.documents.names import shown_name
from orders.models import Finding, Order, OrderDocument
from orders.rules import lifecycle

if TYPE_CHECKING:
    from portal.models import User

log = logging.getLogger(__name__)
Scan = OrderDocument.Scan
ENDINGS = {
    OrderDocument.Kind.PDF: "pdf",
    OrderDocument.Kind.PNG: "png",
    OrderDocument.Kind.JPEG: "jpg",
    OrderDocument.Kind.TIFF: "tif",
}


class Empty(Refusal):
    """A file without a byte."""

    code = "EMPTY"


class TooLarge(Refusal):
    """More bytes than a document may have."""

    code = "SIZE"


class TooMany(Refusal):
    """The case has all the documents that it may have."""

    code = "COUNT"


class Infected(Refusal):
    """The virus check found something."""

    code = "VIRUS"


@dataclass(frozen=True)
class _Checked:
    """What was found out about a file before anything is written."""

    kind: OrderDocument.Kind
    size: int
    sha256: str
    scan: OrderDocument.Scan


def add_document(order: Order, file: File[bytes], *, by: User, note: str = "") -> OrderDocument:
    """Check a file and put it on a case in review; the same file again gives the document that is there.

    The caller has let the person in.  The file goes to the storage first and away again when the case
    does not take it.  Raises a Refusal with its sentence, MayNotOrder, NotReviewable.
    """
    lifecycle.check_addition(case_of(order), changer(order, by))
    try:
        checked = _check(file)
    except Refusal as refusal:
        _tell_refused(order, refusal, by=by)
        raise
    random = secrets.token_hex(16)
    file.seek(0)
    stored_as = default_storage.save(f"documents/{random[:2]}/{random}.{ENDINGS[checked.kind]}", file)
    try:
        document = _put_on_case(order, file, checked, stored_as, by=by, note=note)
    except BaseException:
        default_storage.delete(stored_as)
        raise
    if document.stored_as != stored_as:
        default_storage.delete(stored_as)
    return document


@transaction.atomic
def _put_on_case(
    order: Order, file: File[bytes], checked: _Checked, stored_as: str, *, by: User, note: str
) -> OrderDocument:
    person = changer(order, by)
    lock_case(order)
    lifecycle.check_addition(case_of(order), person)
    there = {document.sha256: document for document in order.documents.all()}
    if checked.sha256 in there:
        return there[checked.sha256]
    if len(there) >= settings.DOCUMENTS_PER_ORDER:
        raise TooMany(f"This order has {len(there)} documents, which is the most. Call us to send more.")
    document = OrderDocument.objects.create(
        order=order,
        finding=record_finding(order, Finding.Kind.DOCUMENT, {}, by=by, source=source_of(person), note=note),
        number=len(there) + 1,
        name=shown_name(file.name or ""),
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        stored_as=stored_as,
        scan=checked.scan,
    )
    tell_reviewers(order)
    _audit(AuditName.CASE_DOCUMENT_ADDED, order, by=by, document=document.number, scan=checked.scan.value)
    return document


def _check(file: File[bytes]) -> _Checked:
    """Cheapest first, so that what is refused is refused at once."""
    if not file.size:
        raise Empty("The file is empty. Choose another one.")
    if file.size > settings.DOCUMENT_MAX_BYTES:
        raise TooLarge(too_large())
    with _mapped(file) as data:
        kind = OrderDocument.Kind(media_type_of(data))
        sha256 = hashlib.sha256(data).hexdigest()
    scan = scanner.scan(file)  # type: ignore[arg-type]
    if scan is Scan.INFECTED:
        raise Infected(
            "The virus check found something in this file, so it was not taken. "
            "Have your IT people look at the computer that it comes from."
        )
    return _Checked(kind=kind, size=file.size, sha256=sha256, scan=scan)


def too_large() -> str:
    """What is said of a file that is too large."""
    most = settings.DOCUMENT_MAX_BYTES // 1024**2
    return (
        f"The file is larger than {most} MB. Split it or save it with fewer dots an inch, then add the parts."
    )


def _mapped(file: File[bytes]) -> Any:
    """The bytes of a file on the disk without reading them into memory."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def scan_waiting(limit: int = 20) -> int:
    """Check documents that no scanner has looked at, oldest first; return how many were checked.

    What a virus is found in is not opened any more.
    """
    if not scanner.is_configured():
        return 0
    checked = 0
    for document in OrderDocument.objects.filter(scan=Scan.NOT_SCANNED).order_by("pk").iterator():
        if checked == limit:
            break
        try:
            with default_storage.open(document.stored_as) as file:
                found = scanner.scan(file)  # type: ignore[arg-type]
        except OSError:
            log.exception("virus check: document %s of order %s", document.number, document.order.reference)
            continue
        if found is Scan.NOT_SCANNED:
            # One that cannot be checked must not stand in front of the others for ever.
            if scanner.answers():
                continue
            break
        with transaction.atomic():
            OrderDocument.objects.filter(pk=document.pk, scan=Scan.NOT_SCANNED).update(scan=found)
            _audit(
                AuditName.CASE_DOCUMENT_SCANNED,
                document.order,
                by=None,
                document=document.number,
                scan=found.value,
            )
        checked += 1
    return checked


def _tell_refused(order: Order, refusal: Refusal, *, by: User) -> None:
    _audit(AuditName.CASE_DOCUMENT_REFUSED, order, by=by, reason=refusal.code)


def _audit(name: AuditName, order: Order, *, by: User | None, **details: Any) -> None:
    audit.record(
        name,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        **details,
    )
