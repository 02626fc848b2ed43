"""Radiation therapy code lookup: the codes managed for a plan in a year (R-337, R-338, R-349, R-404)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from members.clock import plan_today
from pathways.criteria.explain import joined
from pathways.radiation_codes import ManagedInYear, last_meaning, managed_in, managed_years
from portal import access
from portal.resources.coverages import Coverage, coverages_on
from portal.summaries.words import day

#: What the table can be sorted by: its columns, in their order.
COLUMNS = {"code": "Code", "description": "Description", "category": "Category"}


class CodesForm(forms.Form):
    """Whose list of which year, and perhaps one code of it.  Nothing here is about a member."""

    coverage = forms.ChoiceField(
        label="Plan and line of business",
        error_messages={
            "required": "Choose the plan with its line of business.",
            "invalid_choice": "Choose the plan with its line of business.",
        },
    )
    year = forms.TypedChoiceField(
        label="Year of treatment",
        coerce=int,
        error_messages={
            "required": "Choose the year.",
            "invalid_choice": "Choose one of the years listed.",
        },
    )
    code = forms.RegexField(
        r"^[0-9A-Za-z]{5}$",
        label="One code",
        required=False,
        strip=True,
        help_text="Leave it empty to see the whole list.",
        error_messages={"invalid": "Enter the five characters of one CPT or HCPCS code, for example 77301."},
    )

    def __init__(self, asked: QueryDict | None, *, coverages: Iterable[Coverage], today: date) -> None:
        super().__init__(asked, label_suffix="", use_required_attribute=False, initial={"year": today.year})
        self.coverages = {coverage.key: coverage for coverage in coverages}
        self.fields["coverage"].choices = [(key, found.label) for key, found in self.coverages.items()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in managed_years(today)]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Codes have capital letters."""
        return str(self.cleaned_data["code"]).upper()


@dataclass(frozen=True)
class Heading:
    """The head of a column, and the address that sorts by it.

    `sorted` says how the table is sorted by it now: "ascending", "descending" or "".
    """

    label: str
    sorted: str
    address: str


@dataclass(frozen=True)
class Found:
    """What is managed of what was asked for; `missing` are the sentences about a code that is not."""

    coverage: Coverage
    year: int
    code: str
    rows: Sequence[ManagedInYear]
    missing: tuple[str, ...]


@access.requires(*access.SIGNED_IN, methods=("GET", "HEAD"))
def page(request: HttpRequest) -> HttpResponse:
    """The form; and, once a plan is chosen, the list or what is known of the one code."""
    today = plan_today()
    asked = request.GET if "coverage" in request.GET else None
    form = CodesForm(asked, coverages=coverages_on(today), today=today)
    context: dict[str, Any] = {"form": form}
    if asked is not None and form.is_valid():
        by, falling = _order(request.GET.get("sort", ""))
        found = _find(form)
        rows = sorted(found.rows, key=lambda row: (getattr(row, by).lower(), row.code), reverse=falling)
        context |= {"found": found, "rows": rows, "headings": _headings(form, by, falling=falling)}
    return TemplateResponse(
        request, "resources/radiation_codes.html", context, status=422 if form.errors else 200
    )


def _find(form: CodesForm) -> Found:
    given = form.cleaned_data
    coverage, year, code = form.coverages[given["coverage"]], given["year"], given["code"]
    rows = managed_in(coverage.program.plan.slug, coverage.line.code, year)
    if code:
        rows = [row for row in rows if row.code == code]
    missing = () if rows else _not_managed(coverage, year, code)
    return Found(coverage, year, code, rows, missing)


def _not_managed(coverage: Coverage, year: int, code: str) -> tuple[str, ...]:
    """That a code, or every code, is not managed here, and whom to ask (R-338)."""
    what = f"{code} is" if code else "No radiation code is"
    where = f"on the list of {coverage.label} for {year}"
    said = (
        f"{what} not {where}, so it is not managed here."
        if code
        else f"{what} {where}: none is managed here."
    )
    ended = _ended(code, year) if code else ""
    return tuple(filter(None, (said, ended, coverage.terms.health_plan_contact)))


def _ended(code: str, year: int) -> str:
    """That a code has ended, with what took its place, or has not begun in that year."""
    meaning = last_meaning(code)
    if meaning is None:
        return ""
    if meaning.effective_to and meaning.effective_to.year < year:
        place = f"; {joined(meaning.replaced_by, 'or')} took its place" if meaning.replaced_by else ""
        return f"The code ended on {day(meaning.effective_to)}{place}."
    return ""


def _order(asked: str) -> tuple[str, bool]:
    """The column to sort by and whether from the end; by code where nothing else is asked."""
    by = asked.removeprefix("-")
    return (by, asked.startswith("-")) if by in COLUMNS else ("code", False)


def _headings(form: CodesForm, by: str, *, falling: bool) -> list[Heading]:
    given = {
        name: form.cleaned_data[name] for name in ("coverage", "year", "code") if form.cleaned_data[name]
    }
    found = []
    for column, label in COLUMNS.items():
        now = ("descending" if falling else "ascending") if column == by else ""
        turned = f"-{column}" if now == "ascending" else column
        found.append(Heading(label, now, f"?{urlencode({**given, 'sort': turned})}#codes"))
    return found
