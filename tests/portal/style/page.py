"""A page with every component in each of its states: what tests look at, and people too.

    PORTAL_VAR=/tmp/var-style DJANGO_SETTINGS_MODULE=tests.portal.style.settings \
        .venv/bin/python -m django runserver 8100 --noreload
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils import timezone

from orders.rules.problems import Blocker
from orders.rules.states import Disposition, DrugStatus, OrderStatus
from pathways.criteria.outcome import Outcome, Result
from pathways.criteria.settling import Needed, Obstacle, Settling, Way

HERE = Path(__file__).parent
MONDAY = datetime(2021, 10, 11, 14, 30, tzinfo=UTC)

DIAGNOSES = [
    ("C34.11", "Malignant neoplasm of upper lobe, right bronchus or lung"),
    ("C34.12", "Malignant neoplasm of upper lobe, left bronchus or lung"),
    ("C34.2", "Malignant neoplasm of middle lobe, bronchus or lung"),
    ("C50.911", "Malignant neoplasm of unspecified site of right female breast"),
]
STAGES = [(s, s) for s in ("I", "II", "IIIA", "IIIB", "IIIC", "IVA", "IVB")]
RESULTS = [
    ("positive", "Positive"),
    ("negative", "Negative"),
    ("unknown", "Unknown"),
    ("not_reported", "Not reported"),
]
THERAPIES = [
    (name, name.capitalize())
    for name in ("platinum", "pembrolizumab", "docetaxel", "osimertinib", "radiation", "surgery")
]


class StyleForm(forms.Form):
    """One field of every kind."""

    notes = forms.CharField(
        label="Notes for the reviewer",
        required=False,
        widget=forms.Textarea,
        help_text="What a form cannot ask.",
    )
    weight = forms.DecimalField(label="Weight", help_text="As measured in the last 14 days.")
    phone = forms.CharField(
        label="Call-back number", help_text="For a peer-to-peer talk, for example 617-555-0100."
    )
    diagnosis = forms.CharField(
        label="Primary diagnosis", help_text="Type an ICD-10-CM code or words, for example C34 or lung."
    )
    stage = forms.ChoiceField(label="Stage", choices=[("", ""), *STAGES])
    egfr = forms.ChoiceField(
        label="EGFR mutation", choices=RESULTS, help_text="From the tumor or from blood."
    )
    regimen = forms.ChoiceField(
        label="On Pathway for this patient",
        choices=[("a", "Pembrolizumab + carboplatin + pemetrexed"), ("b", "Osimertinib")],
    )
    earlier = forms.MultipleChoiceField(label="Earlier therapy", choices=THERAPIES, required=False)
    start_on = forms.DateField(label="Planned start of treatment")
    birth_date = forms.DateField(label="Date of birth", widget=forms.SelectDateWidget)
    attested = forms.BooleanField(
        label="I attest that standard timing could seriously jeopardize the member’s life or health"
    )


class LineForm(forms.Form):
    """One row of drug lines."""

    drug = forms.CharField(label="Drug")
    dose = forms.DecimalField(label="Dose")
    unit = forms.ChoiceField(label="Unit", choices=[("mg", "mg"), ("mg/m2", "mg/m²"), ("AUC", "AUC")])


@dataclass
class Person:
    """A person signed in, without a database."""

    name: str = "Dana Whitfield"
    is_authenticated: bool = True
    pk: int = 1

    def __str__(self) -> str:
        return self.name


@dataclass
class Line:
    """A drug line as a summary gives it."""

    drug: str
    hcpcs: str
    dosing: str
    shown: DrugStatus
    visits: int | None = None
    billing_units: Decimal | None = None
    role: str = "therapeutic"
    message: str = ""
    label: str = ""
    order_id: str = ""
    units_note: str = ""
    custom: bool = False


@dataclass
class Due:
    """An order with a due time."""

    due_at: datetime | None


@dataclass
class Stop:
    """One step of the progress bar."""

    title: str
    standing: str
    reachable: bool = True
    key: str = "step"
    words: str = "step"


@dataclass
class Finding:
    """One line of the live panel."""

    tone: str
    icon: str
    sentence: str
    url: str = ""
    link: str = ""


@dataclass
class Event:
    """One entry of a timeline."""

    title: str
    at: datetime
    by: str = ""
    text: str = ""
    tone: str = ""


LINES = [
    Line("Pembrolizumab", "J9271", "200 mg IV, day 1, cycles 1–8", DrugStatus.AUTHORIZED, 8, Decimal(1600)),
    Line("Carboplatin", "J9045", "AUC 5 IV, day 1, cycles 1–4", DrugStatus.NOT_REQUIRED, 4, Decimal("60.00")),
    Line(
        "Pemetrexed",
        "J9305",
        "500 mg/m² IV, day 1, every 21 days, cycles 1–8",
        DrugStatus.IN_PROGRESS,
        message="We could not confirm the histology. A nurse looks at it; a decision is due by Thu Oct 14.",
    ),
    Line(
        "Dexamethasone",
        "",
        "4 mg by mouth, days 0, 1 and 2, 2 times a day, every 21 days, cycles 1–8",
        DrugStatus.REFER_PBM,
        role="supportive",
        message="Express Scripts reviews this drug: 1-800-555-0142.",
    ),
]


def _leaf(result: Result, sentence: str, fact: str, value: Any = None) -> Outcome:
    asks = (fact,) if result is Result.UNKNOWN else ()
    return Outcome(result, sentence, "oneof", fact=fact, value=value, ask_for=asks)


def change() -> Settling:
    """What would change a verdict: two ways in sight, one folded, and what stands against another."""
    stage = Needed(("stage",), "Stage is IIIB, IIIC, IVA or IVB.")
    marker = Needed(("histology",), "Histology is nonsquamous.")
    titles = (
        "NSCLC, first line alone",
        "NSCLC, first line with platinum and pemetrexed",
        "NSCLC, later line",
    )
    ways = [
        Way(f"POL-PEMBROLIZUMAB-{number:02}", title, answers)
        for number, title, answers in zip(
            (3, 1, 4), titles, ((stage,), (stage, marker), (marker,)), strict=True
        )
    ]
    against = Obstacle(
        "POL-PEMBROLIZUMAB-15",
        "NSCLC adjuvant",
        "line_of_therapy",
        "Line of therapy is adjuvant. Reported: L1.",
    )
    return Settling(tuple(ways), (against,))


def tree(result: Result) -> Outcome:
    """A policy of several paragraphs with this result."""
    stage = _leaf(Result.MET, "Stage is IIIB, IIIC, IVA or IVB. Reported: IVA.", "stage", "IVA")
    histology = {
        Result.MET: _leaf(
            Result.MET, "Histology is nonsquamous. Reported: nonsquamous.", "histology", "nonsquamous"
        ),
        Result.UNKNOWN: _leaf(Result.UNKNOWN, "Histology is nonsquamous. Not reported.", "histology"),
        Result.NOT_MET: _leaf(
            Result.NOT_MET, "Histology is nonsquamous. Reported: squamous.", "histology", "squamous"
        ),
    }[result]
    near = Outcome(
        result,
        "NSCLC non-squamous, first line with platinum and pemetrexed: "
        + {
            "met": "every criterion is met.",
            "unknown": "1 criterion not yet known.",
            "not_met": "1 of 3 criteria not met.",
        }[result],
        "paragraph",
        id="POL-PEMBROLIZUMAB-01",
        reference="https://example.org/nsclc; Guideline paragraph 4.2",
        children=(
            stage,
            _leaf(
                Result.MET, "Line of therapy is first line. Reported: first line.", "line_of_therapy", "L1"
            ),
            histology,
        ),
    )
    far = tuple(
        Outcome(
            Result.NOT_MET,
            f"{title}: 1 of 1 criteria not met.",
            "paragraph",
            id=f"POL-PEMBROLIZUMAB-{number:02}",
            children=(
                _leaf(Result.NOT_MET, f"Cancer is {title.lower()}. Reported: lung.", "tumor", "nsclc"),
            ),
        )
        for number, title in enumerate(("Melanoma", "Head and neck", "Bladder", "Cervical"), 2)
    )
    verdict = {
        Result.MET: "The medical policy for pembrolizumab is met by POL-PEMBROLIZUMAB-01.",
        Result.UNKNOWN: "The medical policy for pembrolizumab cannot be judged until more is known.",
        Result.NOT_MET: "No paragraph of the medical policy for pembrolizumab is met.",
    }[result]
    return Outcome(result, verdict, "any", reference="pembrolizumab 2021-07-01", children=(near, *far))


def every(days: int, times: int) -> list[date]:
    """Administrations from the start on."""
    return [date(2021, 10, 12) + timedelta(days=days * number) for number in range(times)]


@dataclass
class Frame:
    """One entry of the rail."""

    label: str
    icon: str
    count: str = ""
    current: bool = False
    url: str = field(default="/")


def context() -> dict[str, Any]:
    """Everything that the style page shows."""
    steps = ["Plan", "Member", "Providers", "Diagnosis", "Clinical", "Regimen", "Dosing", "Dates", "Review"]
    return {
        "plan_brand": "BCBSMA commercial",
        "role_label": "Practice staff, Charles River Oncology",
        "support_contact": "Portal support: 1-800-555-0199, weekdays 8:00 AM to 5:00 PM ET.",
        "may_find_orders": True,
        "navigation": [
            Frame("Home", "home"),
            Frame("New order", "add", current=True),
            Frame("My orders", "list", "4"),
            Frame("Order status", "search"),
            Frame("Help", "help_outline"),
        ],
        "form": StyleForm(
            initial={
                "weight": "70.5",
                "egfr": "negative",
                "regimen": "a",
                "earlier": ["platinum"],
                "start_on": date(2021, 10, 12),
                "birth_date": date(1960, 4, 18),
                "stage": "IVA",
            },
            auto_id="ok_%s",
        ),
        "wrong": StyleForm(
            {
                "diagnosis_text": "lung",
                "start_on": "13/45/2021",
                "birth_date_month": "2",
                "birth_date_day": "31",
                "birth_date_year": "1960",
            },
            auto_id="bad_%s",
        ),
        "lines_form": [LineForm(prefix=f"lines-{number}") for number in range(2)],
        "empty_line": LineForm(prefix="lines-__prefix__"),
        "picks": [{"value": code, "label": f"{code} {words}", "detail": ""} for code, words in DIAGNOSES[:3]],
        "hints": {"a": "FN risk intermediate · category 1 evidence", "b": "Needs the EGFR result"},
        "problems": [
            Blocker(
                "COVERAGE", "member", "Coverage ended on Sep 30, 2021. Choose another member.", "ok_weight"
            )
        ],
        "statuses": {
            "Case": list(Disposition),
            "Drug": list(DrugStatus),
            "Work": list(OrderStatus),
            "Criteria and Pathway": [*Result, "on_pathway", "off_pathway", "undetermined"],
            "Regimens offered": ["fits", "needs_answers", "does_not_fit"],
        },
        "clocks": [Due(timezone.now() + timedelta(hours=hours)) for hours in (55, 3, -5)],
        "trees": [tree(result) for result in (Result.UNKNOWN, Result.NOT_MET, Result.MET)],
        "change": change(),
        "step_urls": {"clinical": "#clinical", "diagnosis": "#diagnosis"},
        "progress": [
            Stop(title, "done" if n < 4 else "recheck" if n == 4 else "current" if n == 5 else "todo", n <= 5)
            for n, title in enumerate(steps)
        ],
        "findings": [
            Finding("good", "check_circle", "Pathway possible: 2 regimens fit."),
            Finding("good", "check_circle", "Pembrolizumab: policy met."),
            Finding("wait", "help", "Pemetrexed: needs the histology.", "#", "Answer under Clinical"),
            Finding("quiet", "dot", "Dexamethasone: no review by us."),
        ],
        "due_if_pends": MONDAY + timedelta(days=1, hours=7, minutes=30),
        "summary": SimpleNamespace(lines=LINES, quantities=True, approval=True),
        "events": [
            Event("Authorized", MONDAY, "Nora Ellis, RN", "Criteria met after the pathology report.", "good"),
            Event("In review by a nurse", MONDAY - timedelta(hours=4), "", "", "wait"),
            Event("Submitted", MONDAY - timedelta(hours=5), "Dana Whitfield"),
        ],
        "calendar_lines": [
            ("Pembrolizumab", every(21, 8)),
            ("Carboplatin", every(21, 4)),
            ("Pemetrexed", every(21, 8)),
            ("Dexamethasone", None),
        ],
        "start_on": date(2021, 10, 12),
        "planned_end_on": date(2022, 3, 28),
        "valid_to": date(2022, 4, 18),
    }


def draw(source: str, **values: Any) -> str:
    """A bit of template with our tags."""
    return str(engines["django"].from_string("{% load portal %}" + source).render(values))


def style(request: HttpRequest, name: str = "components") -> HttpResponse:
    """The style page, or another page of this folder."""
    request.user = Person()  # type: ignore[assignment]
    page = engines["django"].from_string((HERE / f"{name}.html").read_text())
    return HttpResponse(page.render(context(), request))


def diagnoses(request: HttpRequest) -> HttpResponse:
    """What a search for diagnoses answers."""
    words = request.GET.get("q", "").lower()
    options = [
        {"value": code, "label": f"{code} {text}", "detail": "Lung" if code.startswith("C34") else "Breast"}
        for code, text in DIAGNOSES
        if words in f"{code} {text}".lower()
    ]
    return HttpResponse(render_to_string("components/combobox-options.html", {"options": options}))


def echo(request: HttpRequest) -> HttpResponse:
    """What a form posted."""
    return HttpResponse(
        "\n".join(f"{name}={request.POST.getlist(name)}" for name in sorted(request.POST)), "text/plain"
    )


urlpatterns = [
    path("", style, name="home"),
    path("page/<slug:name>/", style, name="style"),
    path("diagnoses/", diagnoses, name="diagnoses"),
    path("echo/", echo, name="echo"),
    path("status/", echo, name="order_status"),
    path("help/", echo, name="help"),
    path("accounts/", include("allauth.account.urls")),
    path("session/keep-alive", echo, name="keep_alive"),
    path("session/end", echo, name="end_session"),
]
