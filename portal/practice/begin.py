"""Where an order begins: New order, and the link from a plan's own site."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from members.models import Plan
from members.queries import orderable_plans
from orders.actions.drafting import save_step, start_order
from portal import access
from portal.models import User
from portal.practice.forms.base import PRESSED

#: The plan was chosen by a link of the plan's own site, and nothing is pressed yet.
FROM_PLAN_SITE = "start"


@access.requires(*access.ORDERING)
def new(request: HttpRequest) -> HttpResponse:
    """What to have at hand; the button opens a draft with a tracking number (R-078, R-041)."""
    practices = {str(practice.pk): practice for practice in access.practices_of(request)}
    plan = _orderable(request.POST.get("plan", ""))
    if request.method == "POST":
        by = cast(User, request.user)
        practice = practices.get(request.POST.get("practice", "")) or (
            next(iter(practices.values())) if len(practices) == 1 else None
        )
        if practice is not None:
            order = start_order(practice, by=by)
            if plan is not None:
                raw = {"plan": [plan.slug], PRESSED: [FROM_PLAN_SITE]}
                save_step(order, "plan", raw=raw, clean=None, revision=None, by=by)
            return redirect("step_plan", order.reference)
    context = {"practices": practices, "unchosen": request.method == "POST", "plan": plan}
    return TemplateResponse(request, "practice/wizard/new.html", context)


@access.requires(*access.ORDERING, methods=("GET", "HEAD"))
def start(request: HttpRequest, plan: str) -> HttpResponse:
    """New order with a plan chosen: where the plan's own site leads to, and nothing else (R-301)."""
    chosen = _orderable(plan)
    if chosen is None:
        raise Http404("no such plan")
    practices = {str(practice.pk): practice for practice in access.practices_of(request)}
    context = {"practices": practices, "plan": chosen}
    return TemplateResponse(request, "practice/wizard/new.html", context)


def _orderable(slug: str) -> Plan | None:
    """The plan of that name, if orders can be entered for its members."""
    return next((plan for plan in orderable_plans() if plan.slug == slug.upper()), None) if slug else None
