"""The page that each role begins on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from members.clock import plan_today
from members.models import Program, ProgramTerms, RosterLoad
from orders.calls import outages
from orders.counts import queue_counts
from orders.models import WorkItem
from orders.queries import ending_soon, worklist
from orders.reports import trial_counts
from orders.rules.states import OrderStatus
from pathways.models import Release
from portal import access
from portal.contact_center.home import waiting
from portal.context_processors import kinds_of
from portal.practice.worklist import rows_of

SHOWN = 5
#: Enough of the latest orders to find SHOWN submitted ones among drafts.
LOOKED_AT = 25
A_YEAR = timedelta(days=366)


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person (R-048); a person of several roles begins with the first of them."""
    roles = access.roles_of(request.user)
    if roles & access.ORDERING:
        return TemplateResponse(request, "practice/home.html", _practice(request))
    if roles & access.AGENTS:
        return TemplateResponse(request, "contact_center/home.html", waiting())
    if roles & access.REVIEWERS:
        return TemplateResponse(request, "review/home.html", _review(request))
    if roles & access.SERVICING:
        return TemplateResponse(request, "practice/home_servicing.html", _servicing(request))
    return TemplateResponse(request, "console/home.html", _loaded())


def _practice(request: HttpRequest) -> dict[str, Any]:
    practices = access.practices_of(request)
    ending = ending_soon(practices, today=plan_today(), limit=SHOWN)
    drafts = worklist(practices, status=OrderStatus.DRAFT, limit=SHOWN)
    latest = worklist(practices, limit=LOOKED_AT)
    listed = {order.pk for order in ending}
    recent = [order for order in latest if order.status != OrderStatus.DRAFT and order.pk not in listed]
    recent = recent[:SHOWN]
    access.record_list(request, [*ending, *drafts, *recent], what="home", why="home page")
    return {
        "practices": practices,
        "ending": rows_of(ending),
        "drafts": rows_of(drafts),
        "recent": rows_of(recent),
    }


def _servicing(request: HttpRequest) -> dict[str, Any]:
    """Submitted orders for the facility that begin today or later, soonest first (R-044, R-368)."""
    orders = access.orders_of(request).filter(start_on__gte=plan_today())
    coming = list(
        orders.select_related("plan", "program", "member", "servicing_site").order_by("start_on", "id")[:25]
    )
    access.record_list(request, coming, what="home", why="home page")
    return {"rows": rows_of(coming)}


def _review(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    kinds = kinds_of(access.roles_of(request.user))
    counts = [(WorkItem.Kind(kind).label, queue_counts(kind, request.user.pk, at=now)) for kind in kinds]
    return {"queues": counts}


def _loaded() -> dict[str, Any]:
    """What the portal decides by: program terms in force, releases, and the latest roster loads.

    And how many orders were part of a clinical trial, which decides nothing (R-138).
    """
    today = plan_today()
    begun = ProgramTerms.objects.filter(effective_from__lte=today).order_by("-effective_from")
    programs = Program.objects.select_related("plan").prefetch_related(
        Prefetch("terms", begun, to_attr="begun"), "plan__lines"
    )
    return {
        "programs": [
            (program, _lines_of(program)) for program in programs.order_by("plan__short_name", "slug")
        ],
        "releases": list(Release.objects.order_by("kind", "-effective_from")),
        "outages": outages(),
        "loads": list(RosterLoad.objects.order_by("-loaded_at")[:10]),
        "trials": trial_counts(timezone.now() - A_YEAR),
    }


def _lines_of(program: Program) -> list[str]:
    """The names of the lines of business that a program runs for."""
    return [line.name for line in program.plan.lines.all() if line.code in program.lines_of_business]
