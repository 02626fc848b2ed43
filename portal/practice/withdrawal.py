"""Withdrawing a drug or the order while it is in review, and cancelling an approval (R-101, R-226, D-39)."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from orders.actions.withdrawal import cancel_order, has_started, withdraw_case, withdraw_lines
from orders.models import Order
from orders.queries import outcomes_so_far, standing_judgement
from orders.rules.refusals import (
    NotCancellable,
    NothingToWithdraw,
    NotReviewable,
    PartlyDecided,
    TreatmentStarted,
)
from orders.rules.states import PENDING, WITH_ORDER_ID, OrderStatus
from portal import access
from portal.models import User
from portal.practice.forms.base import choose
from portal.practice.forms.words import contact_center

WHOLE = "order"
#: Lines of one drug are withdrawn together: 1,2.
Drugs = dict[str, str]


class WithdrawForm(forms.Form):
    """What is withdrawn, and why."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        help_text="It is kept with your name and the time, and our reviewer reads it.",
        error_messages={"required": "Say why it is withdrawn."},
    )

    def __init__(self, posted: object, *, drugs: Drugs, whole: bool) -> None:
        super().__init__(posted, label_suffix="", use_required_attribute=False)  # type: ignore[arg-type]
        options = [*drugs.items()] if len(drugs) > 1 or not whole else []
        if whole:
            options.append((WHOLE, "The whole order"))
        self.fields["what"] = choose("What do you withdraw?", options, missing="Choose what you withdraw.")
        self.initial["what"] = options[0][0] if len(options) == 1 else ""
        self.order_fields(["what", "reason"])


class CancelForm(forms.Form):
    """Why an approval is given back."""

    reason = forms.CharField(
        label="Why is the order cancelled?",
        max_length=500,
        help_text="It is kept with your name and the time.",
        error_messages={"required": "Say why the order is cancelled."},
    )


@access.requires(*access.ENTERING)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """One page that says what follows; sent, it is done."""
    order = access.order_to_change(request, reference, why="withdraw")
    if OrderStatus(order.status) not in PENDING:
        return _not_in_review(request, order)
    outcomes = outcomes_so_far(order)
    drugs = _drugs(order, outcomes.keys())
    posted = request.POST if request.method == "POST" else None
    form = WithdrawForm(posted, drugs=drugs, whole=not outcomes)
    if not form.is_valid():
        context = {"order": order, "form": form, "partly": bool(outcomes), "whole": WHOLE}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "practice/later/withdraw.html", context, status=status)
    what, reason = form.cleaned_data["what"], form.cleaned_data["reason"]
    try:
        if what == WHOLE:
            withdraw_case(order, by=cast(User, request.user), reason=reason)
        else:
            numbers = map(int, what.split(","))
            withdraw_lines(order, numbers, by=cast(User, request.user), note=reason)
    except (NotReviewable, NothingToWithdraw, PartlyDecided):
        return _not_in_review(request, order)
    said = "The order is withdrawn." if what == WHOLE else f"{drugs[what]} is withdrawn; the rest goes on."
    messages.success(request, said)
    return redirect("order", reference)


def _not_in_review(request: HttpRequest, order: Order) -> HttpResponse:
    messages.info(request, "This was decided or withdrawn meanwhile. Nothing was changed.")
    return redirect("order", order.reference)


def _drugs(order: Order, decided: object) -> Drugs:
    """The drugs that can be withdrawn, by the numbers of their lines (one query)."""
    found: dict[str, list[str]] = {}
    for line in standing_judgement(order).lines:
        if not line.withdrawn and line.number not in decided:  # type: ignore[operator]
            found.setdefault(line.drug, []).append(str(line.number))
    return {",".join(numbers): drug for drug, numbers in found.items()}


@access.requires(*access.ENTERING)
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Before the start date: one page that says what becomes void; sent, it is done."""
    order = access.order_to_change(request, reference, why="cancel")
    if order.disposition not in WITH_ORDER_ID:
        messages.info(request, "This order has no approval to cancel. Nothing was changed.")
        return redirect("order", reference)
    assert order.terms is not None
    form = CancelForm(
        request.POST if request.method == "POST" else None, label_suffix="", use_required_attribute=False
    )
    started = has_started(order) and not access.is_agent(request)
    if started or not form.is_valid():
        context = {
            "order": order,
            "form": form,
            "started": started,
            "grant": order.scode_grant,
            "contact_center": contact_center(order.terms),
        }
        status = 422 if form.is_bound and not started else 200
        return TemplateResponse(request, "practice/later/cancel.html", context, status=status)
    try:
        cancel_order(order, by=cast(User, request.user), reason=form.cleaned_data["reason"])
    except (NotCancellable, TreatmentStarted):
        messages.info(request, "This order can no longer be cancelled here. Nothing was changed.")
    else:
        grant = order.scode_grant
        void = "Order ID and S-codes are" if grant.s0353 or grant.s0354 else "Order ID is"
        messages.success(request, f"The order is cancelled. Its {void} void.")
    return redirect("order", reference)
