"""One case: what is open (left), the order (middle), its history and the reviewer's actions (right).

No control and no address here denies anything: authorizing, releasing and passing on is all (R-240).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone

from notifications.messages import MAILS
from orders.actions import determination
from orders.actions.review import escalate_to_physician, release_case, take_case
from orders.actions.telling import recipient_of
from orders.models import LineDetermination, Order, ReviewAssignment, WorkItem
from orders.queries import outcomes_so_far
from orders.rules.judgement import Conclusion, conclude
from orders.rules.refusals import (
    AlreadyTaken,
    IllegalTransition,
    NotHolder,
    NotOpen,
    NotReviewable,
    OwnOrder,
    StaleOrder,
)
from orders.rules.states import PENDING, DrugStatus, OrderStatus
from portal import access
from portal.context_processors import kinds_of
from portal.review.forms import AuthorizeForm, EscalateForm
from portal.review.news import news_of
from portal.summaries.content import Audience, Summary, summary_of
from portal.summaries.earlier import related_orders
from portal.summaries.lines import Line
from portal.words import look_of

GONE = "This case is decided: see below. Nothing was changed."


@dataclass(frozen=True)
class Standing:
    """Where the case stands for the person who looks at it."""

    item: WorkItem | None
    hold: ReviewAssignment | None
    mine: bool
    may_take: bool

    @property
    def may_escalate(self) -> bool:
        """A nurse's case that is in one's own hands can go up to a physician."""
        return self.mine and self.item is not None and self.item.kind == WorkItem.Kind.NURSE


@access.requires(*access.REVIEWERS, methods=("GET", "HEAD"))
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The case as it stands, in review or decided."""
    return _case_page(request, access.case_for(request, reference))


@access.requires(*access.REVIEWERS, methods=("POST",))
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a chosen case; whoever is second sees who has it (R-235)."""
    order = access.case_for(request, reference)
    standing = _standing(request, order)
    if standing.item and standing.item.kind not in kinds_of(access.roles_of(request.user)):
        messages.error(request, "This case is not in your queue.")
        return redirect("case", reference=reference)
    try:
        take_case(order, by=request.user)  # type: ignore[arg-type]
    except AlreadyTaken as taken:
        messages.warning(request, f"{taken.holder or 'Another reviewer'} has this case. Take the next one.")
    except NotOpen:
        messages.info(request, GONE)
    except OwnOrder:
        messages.error(request, "You entered this order, so somebody else decides it.")
    return redirect("case", reference=reference)


@access.requires(*access.REVIEWERS, methods=("POST",))
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the case back to the queue."""
    order = access.case_for(request, reference)
    try:
        release_case(order, by=request.user)  # type: ignore[arg-type]
    except NotHolder as problem:
        messages.info(request, str(problem))
    else:
        messages.success(request, f"Case {reference} is back in the queue.")
    return redirect("queue")


@access.requires(*access.REVIEWERS, methods=("POST",))
def authorize(request: HttpRequest, reference: str) -> HttpResponse:
    """First show exactly what will be decided and sent; then, confirmed, do it (R-239)."""
    order = access.case_for(request, reference)
    form = AuthorizeForm(request.POST, label_suffix="", use_required_attribute=False)
    if not form.is_valid():
        return _case_page(request, order, authorize_form=form, status=422)
    standing = _standing(request, order)
    if standing.item is None:
        messages.info(request, GONE)
        return redirect("case", reference=reference)
    if not standing.mine:
        return _not_held(request, order, authorize_form=form)
    if "edit" in request.POST:
        return _case_page(request, order, authorize_form=form)
    if request.POST.get("confirmed") != "yes":
        return _confirm_page(request, order, form)
    try:
        determination.authorize(
            order,
            by=request.user,  # type: ignore[arg-type]
            rationale=form.cleaned_data["rationale"],
        )
    except (NotReviewable, StaleOrder, IllegalTransition):
        messages.info(request, GONE)
    except NotHolder:
        return _not_held(request, order, authorize_form=form)
    else:
        word = look_of(order.disposition).word
        messages.success(request, f"{word}. Order ID {order.order_id} is given out.")
    return redirect("case", reference=reference)


@access.requires(*access.REVIEWERS, methods=("POST",))
def escalate(request: HttpRequest, reference: str) -> HttpResponse:
    """Pass a nurse's case to the physician queue, with its reason (R-234, R-240)."""
    order = access.case_for(request, reference)
    form = EscalateForm(request.POST, label_suffix="", use_required_attribute=False)
    if not form.is_valid():
        return _case_page(request, order, escalate_form=form, status=422)
    try:
        escalate_to_physician(order, by=request.user, why=form.cleaned_data["why"])  # type: ignore[arg-type]
    except (NotOpen, StaleOrder, IllegalTransition):
        messages.info(request, "This case is no longer in nurse review. Nothing was changed.")
        return redirect("case", reference=reference)
    except NotHolder:
        return _not_held(request, order, escalate_form=form)
    messages.success(request, f"Case {reference} is in the physician queue.")
    return redirect("queue")


def _not_held(request: HttpRequest, order: Order, **forms: Any) -> HttpResponse:
    """409 with what was typed kept: the hold ran out, or somebody else took the case."""
    messages.error(
        request, "You do not hold this case, or your hold has run out. Take it, then send your note again."
    )
    return _case_page(request, order, status=409, **forms)


def _standing(request: HttpRequest, order: Order) -> Standing:
    """Who holds the case now (two queries, none once it has ended); a hold that ran out counts as none."""
    waits = OrderStatus(order.status) in PENDING
    item = order.work_items.filter(closed_at__isnull=True).first() if waits else None
    if item is None:
        return Standing(item=None, hold=None, mine=False, may_take=False)
    hold = (
        item.assignments.filter(released_at__isnull=True, expires_at__gt=timezone.now())
        .select_related("reviewer")
        .first()
    )
    in_my_queue = item.kind in kinds_of(access.roles_of(request.user))
    mine = in_my_queue and hold is not None and hold.reviewer_id == request.user.pk
    return Standing(item=item, hold=hold, mine=mine, may_take=in_my_queue and hold is None)


def _case_page(
    request: HttpRequest,
    order: Order,
    *,
    authorize_form: AuthorizeForm | None = None,
    escalate_form: EscalateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    summary = summary_of(order, audience=Audience.REVIEWER)
    standing = _standing(request, order)
    return TemplateResponse(
        request,
        "review/case.html",
        {
            "order": summary.order,
            "summary": summary,
            "standing": standing,
            "escalations": _escalations(standing.item),
            "related": related_orders(request, summary),
            "news": news_of(summary.order),
            "settled": None if standing.item else _settled(order),
            "authorize_form": authorize_form or AuthorizeForm(label_suffix="", use_required_attribute=False),
            "escalate_form": escalate_form or EscalateForm(label_suffix="", use_required_attribute=False),
        },
        status=status,
    )


def _confirm_page(request: HttpRequest, order: Order, form: AuthorizeForm) -> HttpResponse:
    summary = summary_of(order, audience=Audience.REVIEWER)
    conclusion = _conclusion(summary, order)
    return TemplateResponse(
        request,
        "review/authorize.html",
        {
            "order": summary.order,
            "summary": summary,
            "form": form,
            "conclusion": conclusion,
            "lines": _with_statuses(summary, conclusion),
            "mail": _mail(summary.order),
        },
    )


def _with_statuses(summary: Summary, conclusion: Conclusion) -> list[tuple[Line, DrugStatus]]:
    """Each drug with the status that it will have."""
    return [(line, conclusion.line_statuses.get(line.number, line.status)) for line in summary.lines]


def _escalations(item: WorkItem | None) -> list[str]:
    """Why a nurse, or the clock, passed the case on (R-234)."""
    reasons = item.reasons if item else []
    return [str(reason["sentence"]) for reason in reasons if reason.get("code") == "ESCALATED"]


def _settled(order: Order) -> LineDetermination | None:
    """A determination that a person made, with what settled it; None when the rules decided (one query)."""
    found = LineDetermination.objects.filter(line__order=order, decided_by__isnull=False)
    return found.select_related("decided_by").order_by("line__number").first()


def _conclusion(summary: Summary, order: Order) -> Conclusion:
    """What the order will be once every drug that is still open is authorized."""
    assert summary.judgement is not None
    decided = outcomes_so_far(order)
    return conclude(summary.judgement, decided | determination.all_authorized(order, summary.judgement))


def _mail(order: Order) -> dict[str, str] | None:
    """The e-mail that will go out, to whom and in which words; None when nobody gets one (R-271, D-42)."""
    found = recipient_of(order)
    if found is None:
        return None
    template = MAILS[found.message].template
    words = {
        "reference": order.reference,
        "plan": order.plan_name,
        "path": f"/orders/{order.reference}/",
        "base_url": settings.PORTAL_BASE_URL.rstrip("/"),
    }
    return {
        "name": found.name,
        "address": found.address,
        "subject": render_to_string(f"emails/{template}.subject.txt", words).strip(),
        "body": render_to_string(f"emails/{template}.txt", words).strip(),
    }
