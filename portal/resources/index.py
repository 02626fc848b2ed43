"""What there is to look up and to read, in the two groups that people know (D-48, R-349, R-404)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal import access


@dataclass(frozen=True)
class Tool:
    """One entry: the name of its address, what it is called, and what it is for."""

    address: str
    name: str
    text: str


HELP_DESK = (
    Tool(
        "radiation_codes",
        "Radiation therapy code lookup",
        "Which CPT and HCPCS codes are managed for a plan in a year, and whom to ask about the others.",
    ),
)
REFERENCE_DESK = (
    Tool("guide", "Guide to order entry", "What each step asks, where to find it, and what happens with it."),
    Tool(
        "worksheets",
        "Worksheets",
        "The questions of order entry on paper, one sheet for each cancer; on the page and as PDF.",
    ),
    Tool(
        "radiation_checklist",
        "Radiation request checklist",
        "What to have at hand before you enter a radiation order; on the page and as PDF.",
    ),
    Tool(
        "billing_guide",
        "Billing guide",
        "The S-codes of each plan: what they pay for, when to bill them, and what must be on the claim.",
    ),
)


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def page(request: HttpRequest) -> HttpResponse:
    """The list."""
    groups = (("Help Desk", HELP_DESK), ("Reference Desk", REFERENCE_DESK))
    return TemplateResponse(request, "resources/index.html", {"groups": groups})
