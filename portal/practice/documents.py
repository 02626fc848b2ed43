"""Documents on a case: adding them, and reading them (R-102, D-59)."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from orders.actions.documents import ENDINGS, add_document, too_large
from orders.documents.kinds import Refusal
from orders.models import Order, OrderDocument
from orders.rules.refusals import NotReviewable
from orders.rules.states import PENDING, OrderStatus
from portal import access, uploads
from portal.models import User

CLOSED = "This order is no longer in review, so it takes no more documents. Nothing was added."
MISSING = "Choose a file first."


@access.requires(*access.ENTERING)
def page(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The case's documents, and the form that adds one."""
    order = access.order_to_change(request, reference, why="documents")
    if OrderStatus(order.status) not in PENDING:
        messages.info(request, CLOSED)
        return redirect("order", reference)
    return _add(request, order) if request.method == "POST" else _page(request, order)


def _add(request: HttpRequest, order: Order) -> HttpResponseBase:
    file = request.FILES.get("document")
    if uploads.is_too_large(request):
        return _page(request, order, refused=too_large(), status=422)
    if file is None:
        return _page(request, order, refused=MISSING, status=422)
    before = order.documents.count()
    try:
        document = add_document(
            order, file, by=cast(User, request.user), note=request.POST.get("note", "")[:500].strip()
        )
    except Refusal as refusal:
        return _page(request, order, refused=str(refusal), status=422)
    except NotReviewable:
        messages.info(request, CLOSED)
        return redirect("order", order.reference)
    if document.number > before:
        messages.success(request, f"Document {document.number} is added. Our reviewer sees it.")
    else:
        messages.info(request, f"This file is on the order already, as document {document.number}.")
    return redirect("order_documents", order.reference)


def _page(request: HttpRequest, order: Order, *, refused: str = "", status: int = 200) -> HttpResponseBase:
    return TemplateResponse(
        request,
        "practice/later/documents.html",
        {
            "order": order,
            "terms": order.terms,
            "documents": order.documents.select_related("finding__recorded_by"),
            "refused": refused,
            "note": request.POST.get("note", "")[:500],
            "most_mb": settings.DOCUMENT_MAX_BYTES // 1024**2,
            "most_bytes": settings.DOCUMENT_MAX_BYTES,
        },
        status=status,
    )


@access.requires(*access.ENTERING, *access.REVIEWERS, methods=("GET", "HEAD"))
def download(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """One document as a file to save: never shown within the portal, and named by numbers alone."""
    document = access.document_for(request, reference, number)
    if document.scan == OrderDocument.Scan.INFECTED:
        messages.error(request, f"A virus was found in document {number}. It can no longer be opened.")
        return redirect("order", reference)
    name = f"{reference}-document-{number}.{ENDINGS[OrderDocument.Kind(document.kind)]}"
    try:
        content = default_storage.open(document.stored_as)
    except FileNotFoundError:
        messages.error(request, f"Document {number} is no longer kept.")
        return redirect("order", reference)
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=document.kind,
    )
