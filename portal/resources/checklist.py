"""The radiation request checklist: what to collect before an order is entered (R-346).

Nothing here is a list of its own: labels are those of the form's steps, sites, techniques and questions
those of the vocabulary, and what is asked of a site is what the form asks by the policies in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from members.clock import plan_today
from orders.models import Order
from orders.rules.radiation_course import is_voluntary
from pathways import content
from pathways.criteria import terms
from pathways.criteria.explain import capital, joined
from pathways.criteria.policy import Policy
from pathways.criteria.vocabulary import FACTS
from pathways.queries import NothingInForce, policy_release_on
from portal import access
from portal.documents.press import PrintFailed
from portal.documents.store import pdf_of
from portal.practice.forms import providers, radiation_asks
from portal.practice.forms.diagnosis import DiagnosisForm
from portal.practice.forms.member import MemberForm
from portal.practice.forms.radiation_dates import RadiationDatesForm
from portal.practice.forms.words import contact_center
from portal.resources.coverages import programs_on

#: Asked of every course, before its policy is known.
COURSE = ("radiation_site", "radiation_technique", "radiation_fractions", "boost_fractions")
#: Known from the member.
FROM_THE_MEMBER = frozenset({"age", "line_of_business", "plan", "sex"})
REASONS = "radiation_reasons."


@dataclass(frozen=True)
class Item:
    """One thing to have at hand; `choices` are its answers, or `statements` of which several may hold."""

    text: str
    choices: tuple[str, ...] = ()
    statements: bool = False


@dataclass(frozen=True)
class Part:
    """Some items under a heading; `note` says when they are needed."""

    title: str
    items: tuple[Item, ...]
    note: str = ""


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def page(request: HttpRequest) -> HttpResponse:
    """The checklist on a page, to read or to print."""
    return TemplateResponse(request, "resources/radiation_checklist.html", _context(plan_today()))


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def pdf(request: HttpRequest) -> HttpResponse:
    """The checklist as PDF, with room for the answers."""
    html = render_to_string("resources/radiation_checklist_pdf.html", _context(plan_today()))
    try:
        printed = pdf_of(html)
    except PrintFailed:
        messages.error(request, "The PDF could not be made just now. Print this page instead.")
        return redirect("radiation_checklist")
    headers = {"Content-Disposition": 'attachment; filename="radiation-request-checklist.pdf"'}
    return HttpResponse(printed, content_type="application/pdf", headers=headers)


def _context(today: date) -> dict[str, Any]:
    radiation = Order.Solution.RADIATION_ONCOLOGY
    return {
        "general": general_parts(),
        "sites": site_parts(today),
        "programs": [
            (program.short_name, contact_center(found), found.records_text)
            for program, found in programs_on(today)
            if radiation in program.solutions
        ],
    }


def general_parts() -> tuple[Part, ...]:
    """What every radiation order needs."""
    return (
        Part("Member", (Item(FACTS["plan"].question), *_labels(MemberForm))),
        Part("Providers", tuple(map(Item, providers.LABELS.values()))),
        Part("Diagnosis", (*_labels(DiagnosisForm), Item(FACTS["tumor"].question))),
        Part("Course", tuple(_fact(name) for name in COURSE)),
        Part("Dates", tuple(_labels(RadiationDatesForm, leave_out={"trial_id"}))),
    )


def site_parts(today: date) -> tuple[Part, ...]:
    """What the form asks of each site besides, by the policies in force (three queries at most)."""
    try:
        policies = InForce(content.book_of(policy_release_on(today)).policies)
    except NothingInForce:
        return ()
    reviewed = [site for site, name in terms.RADIATION_POLICIES.items() if policies.policy(name)]
    return (*(_site(site, policies) for site in reviewed), _other_sites())


@dataclass(frozen=True)
class InForce:
    """The policies of a release, as the form's own questions read them."""

    policies: Mapping[str, Policy]

    def policy(self, drug: str) -> Policy | None:
        """The policy of that name, or None."""
        return self.policies.get(drug)


def _site(site: str, policies: InForce) -> Part:
    """The facts asked for some technique, each with the techniques where not for all that have criteria."""
    reviewed = [
        technique
        for technique in terms.RADIATION_TECHNIQUES
        if radiation_asks.has_criteria(policies, site=site, technique=technique)
    ]
    asked: dict[str, list[str]] = {}
    for technique in reviewed:
        for fact in radiation_asks.asked_of_course(policies, {}, site=site, technique=technique):
            asked.setdefault(fact, []).append(technique)
    names = [name for name in FACTS if name in asked and name not in {*COURSE, *FROM_THE_MEMBER}]
    reasons = tuple(
        f"{capital(terms.RADIATION_REASONS[name.removeprefix(REASONS)])}{_of(asked[name], reviewed)}"
        for name in names
        if name.startswith(REASONS)
    )
    items = [
        Item(f"{FACTS[name].question}{_of(asked[name], reviewed)}")
        for name in names
        if not name.startswith(REASONS)
    ]
    if reasons:
        items.append(Item("Which of these apply, and are in the chart?", reasons, statements=True))
    return Part(
        capital(terms.RADIATION_SITES[site]),
        tuple(items),
        f"The policy has criteria for {_techniques(reviewed)}. A nurse reviews any other technique.",
    )


def _other_sites() -> Part:
    """Sites without a policy: some techniques need no authorization there (R-339, R-340)."""
    free = [technique for technique in terms.RADIATION_TECHNIQUES if is_voluntary(technique, "other")]
    return Part(
        "Any other site",
        (),
        f"No authorization is needed for {_techniques(free)}; an order may be sent voluntarily. A nurse "
        "reviews any other technique.",
    )


def _techniques(names: Iterable[str]) -> str:
    return joined((terms.RADIATION_TECHNIQUES[name] for name in names), "and")


def _of(techniques: list[str], reviewed: list[str]) -> str:
    """Which techniques ask it, where some do not."""
    if techniques == reviewed:
        return ""
    return f" ({_techniques(techniques)} only)"


def _fact(name: str) -> Item:
    return Item(FACTS[name].question, tuple(map(capital, FACTS[name].values.values())))


def _labels(form: type[forms.Form], *, leave_out: Iterable[str] = ()) -> tuple[Item, ...]:
    """What a step of the form calls its fields, those that nobody types left out."""
    fields: dict[str, forms.Field] = form.base_fields
    return tuple(
        Item(str(field.label))
        for name, field in fields.items()
        if field.label and name not in leave_out and not field.widget.is_hidden
    )
