"""Adding information to an order in review (R-095, D-40): answers, phone, urgency, a note."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from orders.actions.updates import Addition, UrgentByPhone, add_information
from orders.facts import amended
from orders.models import Order
from orders.queries import contact_phone, standing_judgement
from orders.rules.refusals import NotReviewable, StaleOrder
from orders.rules.states import PENDING, OrderStatus
from orders.steps import state_of
from portal import access
from portal.models import User
from portal.practice.forms.draft import Draft
from portal.practice.forms.information import InformationForm, Standing
from portal.practice.forms.words import contact_center
from portal.practice.typed import LAST_KEY, whole
from portal.summaries.additions import additions_of
from portal.words import look_of

DECIDED = "This order is decided. Nothing was changed; a change needs a new order."


@access.requires(*access.ENTERING)
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The questions of the form again, what is missing first; sent, they are judged at once."""
    order = access.order_to_change(request, reference, why="add information")
    if OrderStatus(order.status) not in PENDING:
        messages.info(request, DECIDED if order.status == OrderStatus.DETERMINED else "Not submitted yet.")
        return redirect("order", reference)
    order = _whole(order)
    seen = whole(request.POST.get("seen", ""), 0, LAST_KEY)
    form = _form(request, order, seen=seen)
    if request.method != "POST":
        return _answer(request, order, form)
    if not form.is_valid():
        return _answer(request, order, form, seen=seen, status=422)
    return _keep(request, order, form, seen=seen)


def _keep(request: HttpRequest, order: Order, form: InformationForm, *, seen: int | None) -> HttpResponse:
    given = form.addition()
    try:
        add_information(order, given, by=cast(User, request.user), seen=seen)
    except StaleOrder:
        return _changed_meanwhile(request, order, given, seen=seen or 0)
    except NotReviewable:
        messages.info(request, DECIDED)
        return redirect("order", order.reference)
    except UrgentByPhone:
        form.add_error("urgency", "Urgent requests are taken by phone: call with the tracking number.")
        return _answer(request, order, form, seen=seen, status=422)
    order.refresh_from_db()
    if order.status == OrderStatus.DETERMINED:
        word = look_of(order.disposition).word
        messages.success(request, f"Added. With it the order could be decided: {word}.")
    else:
        messages.success(request, "Added. Our reviewer sees that there is something new.")
    return redirect("order", order.reference)


def _changed_meanwhile(request: HttpRequest, order: Order, given: Addition, *, seen: int) -> HttpResponse:
    """409: somebody else answered the same; the page shows what stands now, with one's own over it."""
    form = _form(request, order, seen=None, over=given)
    later = [found for found in additions_of(order) if found.key > seen]
    return _answer(request, order, form, later=later, status=409)


def _form(
    request: HttpRequest, order: Order, *, seen: int | None, over: Addition | None = None
) -> InformationForm:
    """The form as it was shown when `seen` was the latest finding; None for now."""
    findings = [found for found in order.findings.all() if seen is None or found.pk <= seen]
    facts = amended(order.snapshot.facts, [found.facts for found in findings])
    standing = Standing(order, facts, standing_judgement(order), contact_phone(order))
    draft = Draft(request=request, order=order, state=state_of(order), now=timezone.now())
    form = InformationForm(
        request.POST if request.method == "POST" and over is None else None, draft=draft, standing=standing
    )
    if over is not None:
        form.put_over(over)
    return form


def _answer(
    request: HttpRequest,
    order: Order,
    form: InformationForm,
    *,
    seen: int | None = None,
    later: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    assert order.terms is not None
    return TemplateResponse(
        request,
        "practice/later/information.html",
        {
            "order": order,
            "form": form,
            "terms": order.terms,
            "groups": form.groups,
            "settlings": form.standing.settlings,
            "contact_center": contact_center(order.terms),
            "seen": max((f.pk for f in order.findings.all()), default=0) if seen is None else seen,
            "later": later or [],
        },
        status=status,
    )


def _whole(order: Order) -> Order:
    """The order with its snapshot, terms and findings (two queries)."""
    found = Order.objects.select_related("snapshot", "terms", "plan", "program", "member")
    return found.prefetch_related("findings").get(pk=order.pk)
