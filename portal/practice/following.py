"""From a submitted order to the next one: continue, change, add supportive drugs, start another (R-333)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from members.clock import plan_today
from members.models import ProgramTerms
from orders.actions.following import Reader, follow_order
from orders.links import earlier_of
from orders.models import Order
from orders.queries import is_continued, offers_for
from orders.rules.following import ChangeRule, FollowOn, renewal_due
from orders.rules.refusals import NotOffered
from orders.steps import Answers, DraftState, state_of
from portal import access
from portal.models import User
from portal.practice.forms.base import Raw
from portal.practice.forms.draft import Draft
from portal.practice.forms.words import in_full
from portal.practice.step_forms import form_of

GONE = "This is not possible any more: the order or its dates have changed. See below what is."


@dataclass(frozen=True)
class Offer:
    """One way to go on from an order: the words of its button, and what it makes."""

    kind: FollowOn
    label: str
    text: str


@dataclass(frozen=True)
class Next:
    """What the practice can do from here: `renewal` is the prompt near the end of treatment, or ""."""

    offers: list[Offer]
    renewal: str = ""


@access.requires(*access.ORDERING, methods=("POST",))
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the draft that follows on an order, or the one that is open already (R-092 to R-094, R-333)."""
    order = access.draft_for(request, reference, why="copied to a new order")
    kinds = {kind.value: kind for kind in FollowOn}
    kind = kinds.get(request.POST.get("kind", ""), FollowOn.CITED)
    try:
        draft, is_new = follow_order(order, kind, by=cast(User, request.user), read=_reader(request))
    except NotOffered:
        messages.info(request, GONE)
        return redirect("order", reference)
    if not is_new:
        messages.info(request, f"Draft {draft.reference} was begun from this order before. Here it is.")
    return redirect(f"step_{state_of(draft).first_unfinished or 'review'}", draft.reference)


def _reader(request: HttpRequest) -> Reader:
    """Reads an earlier order's answers by the forms of today."""
    now = timezone.now()

    def read(
        order: Order, step: str, raw: Raw, state: DraftState, *, check: bool
    ) -> tuple[Raw, Answers | None]:
        form = form_of(step, radiates=order.solution == Order.Solution.RADIATION_ONCOLOGY)
        draft = Draft(request=request, order=order, state=state, now=now)
        return form.copied(raw, draft=draft, check=check)

    return read


# --- What the order's page offers -------------------------------------------------------------------
def next_of(order: Order) -> Next:
    """The ways to go on from a submitted order, and the prompt to continue it (R-332, R-333, R-344).

    One query, near the end of treatment: a continuation that is under way silences the prompt.
    """
    today, terms = plan_today(), order.terms
    kinds = offers_for(order, today=today)
    if terms is None or not kinds:
        return Next([])
    due = FollowOn.CONTINUATION in kinds and renewal_due(
        order.treatment_until,
        today=today,
        notice_days=terms.renewal_notice_days,
        valid_to=order.valid_to,
    )
    due = due and not is_continued(order)
    return Next(
        [Offer(kind, *_words(kind, order, terms)) for kind in kinds],
        renewal_words(order, today=today) if due else "",
    )


def renewal_words(order: Order, *, today: date) -> str:
    """The prompt: until when treatment is authorized (R-332)."""
    assert order.treatment_until is not None
    until = in_full(order.treatment_until)
    if today > order.treatment_until:
        return f"Treatment was authorized until {until}."
    return f"Treatment is authorized until {until}."


def _words(kind: FollowOn, order: Order, terms: ProgramTerms) -> tuple[str, str]:
    match kind:
        case FollowOn.CONTINUATION:
            first = in_full(earlier_of(order).continued_on(plan_today()))
            return (
                "Continue treatment",
                f"A new order with the same answers, from {first} on. You check what may have changed.",
            )
        case FollowOn.CHANGE:
            ends = "Once the new order is approved, this one ends the day before it starts."
            if order.solution == Order.Solution.RADIATION_ONCOLOGY:
                return "Change the course", f"A new order with the same answers, to be changed. {ends}"
            label = (
                "New request from this order"
                if terms.change_rule == ChangeRule.ANY_CHANGE_NEW_ORDER
                else "Change the regimen"
            )
            return label, f"{terms.change_text} {ends}"
        case FollowOn.SUPPORTIVE:
            return "Add supportive drugs", f"A new order for supportive drugs alone, citing {order.number}."
    return "Start another for this patient", "Plan, member, providers and diagnosis are copied."
