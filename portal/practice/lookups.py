"""Lists behind the search boxes of order entry; they name no order and no member."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from members.models import Plan
from members.queries import search_sites
from pathways.queries import Offered, search_diagnoses, search_drugs
from portal import access
from portal.practice.forms.diagnosis import in_words
from portal.practice.forms.picks import Offer
from portal.practice.forms.regimen import brands_of

READ = ("GET", "HEAD")
#: As many as people read through; one more is asked for, to know whether there are more.
MOST = 20


@access.requires(*access.ENTERING, methods=READ)
def diagnoses(request: HttpRequest, offered: Offered = Offered.ANY) -> HttpResponse:
    """ICD-10-CM codes by code or words; as a primary diagnosis only what the program takes (R-096)."""
    found = search_diagnoses(typed_text(request), MOST + 1, offered=offered)
    return options_page(
        request,
        [
            Offer(value=row.code, label=in_words(row), detail="" if row.malignant else "Not a cancer")
            for row in found
        ],
    )


@access.requires(*access.ENTERING, methods=READ)
def drugs(request: HttpRequest) -> HttpResponse:
    """Drugs by generic name, brand or HCPCS code (R-090)."""
    found = search_drugs(typed_text(request), MOST + 1)
    return options_page(
        request, [Offer(value=drug.name, label=drug.name, detail=brands_of(drug)) for drug in found]
    )


@access.requires(*access.ENTERING, methods=READ)
def sites(request: HttpRequest, plan: str) -> HttpResponse:
    """Sites and facilities by name or city, those of the plan's states first (R-069)."""
    text = typed_text(request)
    found = search_sites(text, get_object_or_404(Plan, slug=plan), limit=MOST + 1) if text else []
    return options_page(
        request, [Offer(value=str(site.pk), label=str(site), detail=site.street) for site in found]
    )


def typed_text(request: HttpRequest) -> str:
    """What is typed into a search box so far."""
    return request.GET.get("q", "")[:80].replace("\0", "").strip()


def options_page(request: HttpRequest, options: list[Offer]) -> HttpResponse:
    """The offers of a search box, as many as people read through."""
    context = {"options": options[:MOST], "more": len(options) > MOST}
    return TemplateResponse(request, "components/combobox-options.html", context)
