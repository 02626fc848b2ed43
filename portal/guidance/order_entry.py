"""The guide to order entry: each step in plain words, with what its plan asks (R-104)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from members.clock import plan_today
from members.queries import terms_by_program
from orders.steps import STEPS
from portal import access
from portal.guidance.plan_notes import Shared, compared


@dataclass(frozen=True)
class Section:
    """One step of the guide; `template` holds its text, `key` is its anchor."""

    key: str
    title: str
    template: str
    by_plan: list[Shared]


def template_of(step: str) -> str:
    """The template that holds the guide's text on a step."""
    return f"guidance/steps/{step}.html"


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def guide(request: HttpRequest) -> HttpResponse:
    """Every step that an order may have, in its order, and where the plans differ."""
    terms = terms_by_program(plan_today())
    sections = [
        Section(step.key, step.title, template_of(step.key), compared(step.key, terms)) for step in STEPS
    ]
    return TemplateResponse(request, "guidance/order_entry.html", {"sections": sections})
