"""Worksheets: the questions of order entry on paper, made from the very forms that ask them (R-116).

No list of clinical questions is kept here: a question that leaves a tumor type's content leaves its
worksheet with the form (R-117).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone

from orders.models import Order
from orders.steps import DraftState
from pathways.queries import tumor_types
from portal import access
from portal.documents.press import PrintFailed
from portal.documents.store import pdf_of
from portal.practice.forms import drug_lines
from portal.practice.forms.clinical import YES_OR_NO, ClinicalForm
from portal.practice.forms.dates import DatesForm
from portal.practice.forms.diagnosis import DiagnosisForm
from portal.practice.forms.dosing import DosingForm
from portal.practice.forms.draft import Draft
from portal.practice.forms.member import MemberForm

#: The worksheet for a cancer without questions of its own.
GENERAL, GENERAL_TITLE = "general", "General worksheet"
#: Columns of the table of drugs, by the short names of a line's fields; the drug itself stands first.
DRUG_COLUMNS = ("dose", "unit", "days", "cycle_length_days", "cycles", "per_day")
DRUG_ROWS = range(6)


@dataclass(frozen=True)
class Question:
    """One question as the page asks it; without answers to tick it has a line to write on."""

    label: str
    answers: tuple[str, ...] = ()
    several: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Part:
    """Questions under one heading."""

    title: str
    questions: list[Question]


# --- What stands on it ----------------------------------------------------------------------------
def clinical_parts(request: HttpRequest, tumor: str) -> list[Part]:
    """The clinical questions of a tumor type, in the groups and the order of their page.

    An empty tumor gives the general questions.  One query, none for the general ones.
    """
    form = ClinicalForm(None, draft=_blank(request, tumor))
    page = form.context()
    parts = [
        ("Disease", page["disease"]),
        ("Biomarkers and tumor characteristics", page["markers"]),
        ("Treatment", [form["prior_therapies"], *page["further"]]),
    ]
    return [Part(title, [_question(bound) for bound in fields]) for title, fields in parts if fields]


def _blank(request: HttpRequest, tumor: str) -> Draft:
    """An order of which nothing is known but the cancer."""
    state = DraftState(answers={"diagnosis": {"tumor": tumor}}, raw={}, revisions={}, recheck=frozenset())
    return Draft(request=request, order=Order(), state=state, now=timezone.now())


def _question(bound: BoundField) -> Question:
    field = bound.field
    choices: Iterable[tuple[str, str]] = getattr(field, "choices", ())
    return Question(
        label=str(bound.label),
        answers=tuple(str(label) for value, label in choices if value),
        several=isinstance(field, forms.MultipleChoiceField),
        optional=not field.required,
    )


def parts_before_the_drugs(request: HttpRequest, tumor: str) -> list[Part]:
    """What the steps up to the table of drugs ask: the clinical questions, with lines to write on around."""
    return [
        Part(
            "Member",
            [
                Question("Health plan"),
                *_written(MemberForm, "member_number", "last_name", "first_name", "birth_date", "start_on"),
            ],
        ),
        # Its form makes these fields for one practice, with the prescribers and sites of that one.
        Part(
            "Providers",
            [
                Question("Ordering provider"),
                Question("Practice site"),
                Question("Where is treatment given?"),
                Question("Phone for a peer-to-peer"),
            ],
        ),
        Part(
            "Diagnosis", [*_written(DiagnosisForm, "primary"), Question("Secondary diagnoses", optional=True)]
        ),
        *clinical_parts(request, tumor),
        Part(
            "Regimen and measurements", [Question("Regimen"), *_written(DosingForm, "height_cm", "weight_kg")]
        ),
    ]


def parts_after_the_drugs() -> list[Part]:
    """What the last steps ask."""
    urgency: Any = DatesForm.base_fields["urgency"]
    return [
        Part(
            "Dates",
            [
                *_written(DatesForm, "planned_end_on"),
                Question(str(urgency.label), tuple(str(label) for _, label in urgency.choices)),
                Question(
                    "Is the patient enrolled in an NCI-registered clinical trial for this treatment?",
                    tuple(label for _, label in YES_OR_NO),
                ),
                *_written(DatesForm, "trial_id"),
            ],
        ),
    ]


def _written(form: type[forms.Form], *names: str) -> list[Question]:
    return [Question(str(form.base_fields[name].label)) for name in names]


def drug_columns() -> list[str]:
    """The headings of the table of drugs, as a line of the dosing step has them."""
    catalog = drug_lines.Catalog({}, timezone.now().date())
    fields = drug_lines.fields_of(drug_lines.empty("", drug_lines.Role.THERAPEUTIC, catalog), catalog)
    return [str(fields[name].label) for name in DRUG_COLUMNS]


# --- Pages ----------------------------------------------------------------------------------------
@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """All worksheets: the general one, and one for each tumor type (R-116, R-394)."""
    return TemplateResponse(
        request,
        "guidance/worksheets.html",
        {"general": (GENERAL, GENERAL_TITLE), "tumors": tumor_types()},
    )


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def page(request: HttpRequest, tumor: str) -> HttpResponse:
    """One worksheet on screen, to look at or to print."""
    return TemplateResponse(request, "guidance/worksheet.html", _content(request, tumor))


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def pdf(request: HttpRequest, tumor: str) -> HttpResponse:
    """The same as PDF."""
    try:
        printed = pdf_of(render_to_string("guidance/worksheet-pdf.html", _content(request, tumor)))
    except PrintFailed:
        messages.error(request, "The PDF could not be made just now. Print this page instead.")
        return redirect("worksheet", tumor)
    return HttpResponse(
        printed,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="worksheet-{tumor}.pdf"'},
    )


def _content(request: HttpRequest, tumor: str) -> dict[str, Any]:
    """Everything that stands on a worksheet.  Raises Http404 for a tumor type that we do not know."""
    title = GENERAL_TITLE if tumor == GENERAL else dict(tumor_types()).get(tumor)
    if title is None:
        raise Http404("no such worksheet")
    return {
        "tumor": tumor,
        "title": title,
        "before": parts_before_the_drugs(request, "" if tumor == GENERAL else tumor),
        "drug_columns": drug_columns(),
        "drug_rows": DRUG_ROWS,
        "after": parts_after_the_drugs(),
    }
