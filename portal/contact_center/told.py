"""Keeping what an agent told a caller, in the first call or in a call back (R-311, D-41)."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from orders.actions.calls import close_call_back, record_told
from orders.models import CallTask, Order, ToldItem
from orders.rules.refusals import NoOpenCall
from portal import access
from portal.contact_center.forms import CalledBackForm
from portal.models import User
from portal.practice.order import order_page


@access.requires(*access.AGENTS, methods=("POST",))
def told(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the ticks of the script; with the button for it, close the call back, too."""
    order = access.order_for(request, reference, why="told")
    if not order.by_contact_center or order.submitted_at is None:
        return redirect("order", reference)
    ticked = [ToldItem.Item(item) for item in request.POST.getlist("told") if item in ToldItem.Item]
    if request.POST.get("do") != "close":
        record_told(order, ticked, by=_person(request))
        return redirect("order", reference)
    return _close(request, order, ticked)


def _close(request: HttpRequest, order: Order, ticked: list[ToldItem.Item]) -> HttpResponse:
    task = order.call_tasks.filter(kind=CallTask.Kind.CALL_BACK, closed_at__isnull=True).first()
    if task is None:
        messages.info(request, f"The call back for order {order.reference} was made before.")
        return redirect("order", order.reference)
    form = CalledBackForm(request.POST, owed_since=task.opened_at)
    if not form.is_valid():
        return order_page(request, order, called_back=form, status=422)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            record_told(order, ticked, by=_person(request))
            close_call_back(order, by=_person(request), told_to=given["told_to"], told_at=given["told_at"])
    except NoOpenCall:
        messages.info(request, f"The call back for order {order.reference} was made meanwhile.")
    else:
        messages.success(request, f"The call back for order {order.reference} is closed.")
    return redirect("home")


def _person(request: HttpRequest) -> User:
    """Who is signed in: `access.requires` lets nobody else in."""
    return cast(User, request.user)
