"""Check Order Status: health plan, order type, and one of four ways to say which order (D-52)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.db.models import Q
from django.forms.widgets import SelectDateWidget
from django.http import QueryDict
from django.utils import timezone

from members.keys import name_part, number_key
from members.models import Member, Plan
from members.queries import orderable_plans
from orders import links
from orders.models import Cancellation, Order
from orders.rules import ids

MAX_RANGE = timedelta(days=366)
DATE_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]

BY = (
    ("order", "Order ID or tracking number"),
    ("member", "Member ID and date of birth"),
    ("name", "Member name and date of birth"),
    ("provider", "Ordering provider and date range"),
)
#: What a caller can tell an agent: a number of ours, or who the member is (R-376).
BY_FOR_CALLERS = BY[:2]
#: Which fields each search type reads; the others are neither shown nor checked (R-366).
FIELDS_OF = {
    "order": ("number",),
    "member": ("member_number", "member_birth_date"),
    "name": ("last_name", "first_name", "name_birth_date"),
    "provider": ("provider", "from_on", "to_on"),
}


def numbered(number: str) -> Q:
    """Orders with this Order ID, tracking number or Pathway Eligible ID, a void one too (D-39)."""
    voided = Cancellation.objects.filter(
        Q(voided_order_id=number) | Q(voided_pathway_eligible_id=number)
    ).values("order")
    return links.numbered(number) | Q(pathway_eligible_id=number) | Q(pk__in=voided)


def wrong_with(number: str) -> str:
    """What is wrong with a typed number; "" when it may be one of ours (R-295, D-15)."""
    if ids.kind_of(number):
        return ""
    if re.fullmatch(r"T?\d{9}", number):
        return "No order has this number: one of its digits is mistyped. Compare it with your record."
    return "An Order ID has 9 digits; a tracking number is T and 9 digits."


def _birth_date() -> forms.DateField:
    years = range(timezone.localdate().year, 1899, -1)
    return forms.DateField(
        label="Date of birth",
        required=False,
        widget=SelectDateWidget(years=years),
        error_messages={"invalid": "Enter the date of birth as month, day and year, for example 04 18 1960."},
    )


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=DATE_FORMATS,
        error_messages={"invalid": "Enter the date as MM/DD/YYYY, for example 10/12/2021."},
    )


class LookupForm(forms.Form):
    """One search; `found_by` says which orders it means, before access narrows them."""

    plan = forms.ChoiceField(label="Health plan", error_messages={"required": "Choose the health plan."})
    solution = forms.ChoiceField(
        label="Order type",
        choices=Order.Solution.choices,
        error_messages={"required": "Choose the order type."},
    )
    by = forms.ChoiceField(
        label="Search by", choices=BY, error_messages={"required": "Choose how to search."}
    )
    number = forms.CharField(
        label="Order ID or tracking number",
        help_text="9 digits, or T and 9 digits. Spaces and hyphens do not matter.",
        max_length=30,
        required=False,
    )
    member_number = forms.CharField(
        label="Member ID",
        help_text="As on the card, for example XXP123456789.",
        max_length=30,
        required=False,
    )
    member_birth_date = _birth_date()
    last_name = forms.CharField(label="Last name", max_length=60, required=False)
    first_name = forms.CharField(label="First name", max_length=60, required=False)
    name_birth_date = _birth_date()
    provider = forms.CharField(
        label="Ordering provider", help_text="NPI (10 digits) or last name.", max_length=60, required=False
    )
    from_on = _day("Treatment starts from")
    to_on = _day("Treatment starts until")

    #: What must be typed for a search type, with the message when it is not.
    NEEDED = {
        "number": "Enter the Order ID or the tracking number.",
        "member_number": "Enter the member ID.",
        "member_birth_date": "Enter the member’s date of birth.",
        "last_name": "Enter the member’s last name.",
        "name_birth_date": "Enter the member’s date of birth.",
        "provider": "Enter the provider’s NPI or last name.",
        "from_on": "Enter the first start date to look for.",
        "to_on": "Enter the last start date to look for.",
    }

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, str] | None = None,
        ways: Iterable[tuple[str, str]] = BY,
    ) -> None:
        shown = {"by": BY[0][0], "solution": Order.Solution.MEDICAL_ONCOLOGY, **(initial or {})}
        super().__init__(data, initial=shown, label_suffix="", use_required_attribute=False)
        plans = [(plan.slug, plan.name) for plan in orderable_plans()]
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        self.fields["by"].choices = list(ways)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The search type that the page shows the fields of."""
        by = self.data.get("by") if self.is_bound else self.initial.get("by")
        return by if by in FIELDS_OF else BY[0][0]

    def clean(self) -> dict[str, object]:
        typed = self.cleaned_data
        shown = FIELDS_OF.get(typed.get("by", ""), ())
        for name in {name for names in FIELDS_OF.values() for name in names} - set(shown):
            # Typed under another search type: kept, and not held against this one.
            self.errors.pop(name, None)
        for name in shown:
            if name in self.NEEDED and name not in self.errors and not typed.get(name):
                self.add_error(name, self.NEEDED[name])
        if typed.get("number") and (wrong := wrong_with(ids.clean(typed["number"]))):
            self.add_error("number", wrong)
        first, last = typed.get("from_on"), typed.get("to_on")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("to_on", "The last start date is before the first.")
            elif last - first > MAX_RANGE:
                self.add_error("to_on", "Search at most one year at a time.")
        return typed

    def found_by(self) -> Q:
        """The orders that a valid search means."""
        typed = self.cleaned_data
        wanted = Q(plan__slug=typed["plan"], solution=typed["solution"])
        ways = {
            "order": self._by_number,
            "member": self._by_member,
            "name": self._by_name,
            "provider": self._by_provider,
        }
        return wanted & ways[typed["by"]]()

    def _by_number(self) -> Q:
        return numbered(ids.clean(self.cleaned_data["number"]))

    def _by_member(self) -> Q:
        typed = self.cleaned_data
        return Q(
            member__in=Member.objects.filter(
                plan__in=Plan.objects.filter(slug=typed["plan"]),
                number_key=number_key(typed["member_number"]),
                birth_date=typed["member_birth_date"],
            )
        )

    def _by_name(self) -> Q:
        typed = self.cleaned_data
        members = Member.objects.filter(
            plan__in=Plan.objects.filter(slug=typed["plan"]),
            birth_date=typed["name_birth_date"],
            name_key__startswith=f"{name_part(typed['last_name'])}|",
        )
        if typed.get("first_name"):
            members = members.filter(name_key__endswith=f"|{name_part(typed['first_name'])}")
        return Q(member__in=members)

    def _by_provider(self) -> Q:
        typed = self.cleaned_data
        text = typed["provider"].strip()
        who = (
            Q(ordering_provider__npi=text)
            if text.isdigit()
            else Q(ordering_provider__name_key__startswith=f"{name_part(text)}|")
        )
        return who & Q(start_on__range=(typed["from_on"], typed["to_on"]))
