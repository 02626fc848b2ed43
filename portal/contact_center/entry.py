"""An order for a caller: who asks, how, for which practice; then the same nine steps (R-376, D-37)."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from members.queries import search_practices
from orders.actions.callers import start_for_caller, take_up
from orders.models import Order
from orders.rules.refusals import NoOpenCall, StaleOrder
from orders.steps import state_of
from portal import access
from portal.contact_center.forms import CallerForm
from portal.models import User
from portal.practice.forms.picks import Offer
from portal.practice.lookups import MOST, READ, options_page, typed_text


@access.requires(*access.AGENTS)
def new(request: HttpRequest) -> HttpResponse:
    """Note who calls, faxes or writes; the button opens the draft."""
    if request.method != "POST":
        return _page(request, CallerForm())
    form = CallerForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    practice = form.practice_pick.chosen
    assert practice is not None  # a valid form has one
    order = start_for_caller(practice, form.caller(), by=cast(User, request.user))
    return redirect("step_plan", order.reference)


@access.requires(*access.AGENTS)
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Go on with an urgent draft whose practice calls (D-37, R-377)."""
    order = access.urgent_draft_for(request, reference)
    form = CallerForm(request.POST if request.method == "POST" else None, draft=order)
    if not form.is_bound:
        return _page(request, form, order=order)
    if not form.is_valid():
        return _page(request, form, order=order, status=422)
    try:
        take_up(order, form.caller(), by=cast(User, request.user))
    except (NoOpenCall, StaleOrder):
        messages.info(request, f"The draft {reference} does not wait for a call any more.")
        return redirect("home")
    return redirect(f"step_{state_of(order).first_unfinished or 'review'}", reference)


@access.requires(*access.AGENTS, methods=READ)
def practices(request: HttpRequest) -> HttpResponse:
    """The list behind the practice box: by name, city, phone, or NPI of a provider."""
    text = typed_text(request)
    found = search_practices(text, limit=MOST + 1) if text else []
    return options_page(
        request, [Offer(value=str(found.pk), label=found.name, detail=found.phone) for found in found]
    )


def _page(
    request: HttpRequest, form: CallerForm, *, order: Order | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "order": order}
    return TemplateResponse(request, "contact_center/caller.html", context, status=status)
