"""How files come in: to the disk, one page's alone, and never more than a document may have (G-45).

A file that is somewhat too large is read to its end and thrown away, so that its page can say so; a body
far larger than any document is refused before a byte of it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse

from portal import errors

#: The pages that take files, by URL name.
TAKING = frozenset({"order_documents"})
#: How many times the size of a document a body may have to be read at all.
READ_AT_MOST = 5


class DocumentHandler(TemporaryFileUploadHandler):
    """Writes a file to FILE_UPLOAD_TEMP_DIR until it is larger than a document may be."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip files that were sent to a page which takes none, or by somebody who is not signed in."""
        request = self.request
        match = request.resolver_match if request else None
        if match is None or match.url_name not in TAKING or not _is_signed_in(request):
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write on; at the limit the rest of the body is read without keeping it."""
        if start + len(raw_data) > settings.DOCUMENT_MAX_BYTES:
            vars(self.request)["file_too_large"] = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def is_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was thrown away because of its size."""
    return bool(vars(request).get("file_too_large"))


def _is_signed_in(request: HttpRequest | None) -> bool:
    return request is not None and request.user.is_authenticated


class BodyLimitMiddleware:
    """Refuse a body that is far larger than any document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 by the announced length alone."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > READ_AT_MOST * settings.DOCUMENT_MAX_BYTES:
            return errors.too_large(request)
        return self.get_response(request)
