"""The order page: the Order Request Summary on screen, and the same as PDF (R-282 to R-303)."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from notifications import audit
from notifications.names import AuditName
from orders import steps
from orders.actions.callers import continue_in_portal
from orders.models import Order
from orders.rules.refusals import StaleOrder
from orders.rules.request import Request
from orders.rules.schedule import administrations
from orders.rules.states import DrugStatus, OrderStatus
from portal import access
from portal.contact_center.forms import CalledBackForm
from portal.contact_center.script import script_of
from portal.documents.press import PrintFailed
from portal.documents.store import pdf_of
from portal.models import User
from portal.practice.following import next_of
from portal.practice.later import later_of
from portal.roles import standing_of
from portal.summaries.content import Audience, Summary, summary_of
from portal.summaries.earlier import related_orders

READERS = (*access.ENTERING, *access.SERVICING, *access.REVIEWERS)
#: Lines that no treatment of the order follows from.
NOT_GIVEN = (DrugStatus.NON_AUTHORIZED, DrugStatus.VOLUNTARILY_CANCELLED, DrugStatus.NOT_REVIEWED)


@access.requires(*READERS, methods=("GET", "HEAD"))
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The order as it stands; a draft opens where it is unfinished."""
    order = access.order_for(request, reference, why="order page")
    if order.status == OrderStatus.DRAFT:
        return _draft(request, order)
    return order_page(request, order)


def order_page(
    request: HttpRequest, order: Order, *, called_back: CalledBackForm | None = None, status: int = 200
) -> HttpResponse:
    """The summary of a submitted order; for agents with what to read to the caller (R-311).

    `called_back` is what an agent sent about a call back, where it cannot be kept as it is.
    """
    audience = _audience(request, order)
    summary = summary_of(order, audience=audience)
    reads_aloud = access.is_agent(request) and order.by_contact_center
    # An agent changes an order when its office asks; an order that follows it is the office's to begin.
    is_office = audience is Audience.ORDERING and not access.acts_for_callers(request)
    return TemplateResponse(
        request,
        "practice/order.html",
        {
            "order": summary.order,
            "summary": summary,
            "calendar": _administered(summary),
            "related": related_orders(request, summary),
            "next": next_of(summary.order) if is_office else None,
            "script": script_of(summary, form=called_back) if reads_aloud else None,
            "later": later_of(summary, agent=access.is_agent(request)),
        },
        status=status,
    )


def _draft(request: HttpRequest, order: Order) -> HttpResponse:
    """Where a draft opens: in the hands that it is in, else on a page that says so (D-37)."""
    if order.by_contact_center and not access.is_agent(request):
        return TemplateResponse(request, "practice/with_contact_center.html", {"order": order})
    if access.acts_for_callers(request) and not order.by_contact_center:
        return redirect("call_take", order.reference)
    return redirect(f"step_{steps.state_of(order).first_unfinished or 'review'}", order.reference)


@access.requires(*access.ORDERING, methods=("POST",))
def continue_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """The office goes on itself with a draft that the contact center had taken up."""
    order = access.draft_for(request, reference)
    try:
        continue_in_portal(order, by=cast(User, request.user))
    except StaleOrder:
        messages.info(request, f"Order {reference} is no longer a draft: it was submitted or withdrawn.")
    return redirect("order", reference)


@access.requires(*READERS, methods=("GET", "HEAD"))
def summary_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The summary for the chart; its name tells nothing but the tracking number (R-290)."""
    order = access.order_for(request, reference, why="summary PDF")
    if order.submitted_at is None:
        return redirect("order", reference)
    summary = summary_of(order, audience=_audience(request, order))
    html = render_to_string("summaries/order.html", {"order": summary.order, "summary": summary})
    try:
        pdf = pdf_of(html)
    except PrintFailed:
        messages.error(request, "The PDF could not be made just now. Print this page instead.")
        return redirect("order", reference)
    audit.record(
        AuditName.SUMMARY_DOWNLOADED,
        actor=request.user,
        subject=f"order:{reference}",
        practice=order.practice_id,
        member=order.member_id or "",
        why="summary PDF",
    )
    name = f"order-summary-{reference}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _audience(request: HttpRequest, order: Order) -> Audience:
    """What the person is to this very order: staff of a servicing site that also orders is both."""
    standing = standing_of(request.user)
    if order.practice_id in standing.practices_as(access.ORDERING):
        return Audience.ORDERING
    if access.acts_for_callers(request):
        return Audience.ORDERING  # what the caller may hear, S-codes too
    return Audience.REVIEWER if standing.roles & access.REVIEWERS else Audience.SERVICING


def _administered(summary: Summary) -> list[tuple[str, tuple[date, ...] | None]]:
    """Each drug with its days up to the last one covered, for the calendar of an approved order.

    What was withdrawn or denied is not given under this order.
    """
    if summary.approval is None or summary.evaluation is None or summary.radiation:
        return []
    request = Request.read(summary.evaluation.inputs["facts"])
    given = [request.plan[line.number] for line in summary.lines if line.status not in NOT_GIVEN]
    until = summary.approval.given_until
    days = [
        (line.drug, administrations(line, request.start_on, request.starts, until=until)) for line in given
    ]
    return [(drug, on) for drug, on in days if on != ()]
