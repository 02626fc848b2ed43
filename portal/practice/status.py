"""Check Order Status (R-365 to R-372, D-52): find an order again, among those one may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from members.keys import number_key
from members.models import Member, Plan
from notifications import audit
from notifications.names import AuditName
from orders.models import Order
from orders.rules import ids
from portal import access
from portal.practice.forms.lookup import BY, BY_FOR_CALLERS, LookupForm, numbered
from portal.practice.typed import LAST_KEY, whole

PAGE = 25
WHY = "order status"


@access.requires(*access.ENTERING, *access.SERVICING, *access.REVIEWERS)
def index(request: HttpRequest) -> HttpResponse:
    """The form; or, posted, what it found.  Searches are posted: no member's data is in an address."""
    if request.method != "POST":
        return _page(request, _form(request))
    if "q" in request.POST:
        return _one_box(request, request.POST["q"][:60])
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _answer(request, form, form.found_by())


def _one_box(request: HttpRequest, text: str) -> HttpResponse:
    """The search of the page head: a number of ours, or a member ID; a name needs the form (D-52)."""
    number = ids.clean(text)
    for_callers = access.acts_for_callers(request)
    if ids.kind_of(number) and (for_callers or access.orders_of(request).filter(numbered(number)).exists()):
        return _answer(request, _form(request, initial={"number": text}), numbered(number))
    if any(character.isdigit() for character in number):
        if for_callers:
            # A member ID alone is not enough from a caller: the form asks for the date of birth, too.
            told = {"by": "member", "member_number": text}
            return _page(request, _form(request, initial=told), by_name=True)
        members = Member.objects.filter(plan__in=Plan.objects.all(), number_key=number_key(number))
        return _answer(request, _form(request, initial={"number": text}), Q(member__in=members))
    last, _, first = text.partition(",")
    name = {"by": "name", "last_name": last.strip(), "first_name": first.strip()}
    return _page(request, _form(request, initial=name), by_name=bool(last.strip()))


def _form(
    request: HttpRequest, typed: QueryDict | None = None, *, initial: dict[str, str] | None = None
) -> LookupForm:
    """The search as the person may make it: agents ask callers for less (minimum necessary)."""
    ways = BY_FOR_CALLERS if access.acts_for_callers(request) else BY
    return LookupForm(typed, initial=initial, ways=ways)


def _why(request: HttpRequest) -> str:
    return access.CALLER if access.acts_for_callers(request) else WHY


def _answer(request: HttpRequest, form: LookupForm, wanted: Q) -> HttpResponse:
    """One order opens; several are listed, newest first, a page at a time by key."""
    orders = access.orders_of(request).filter(wanted)
    after = whole(request.POST.get("after", ""), 1, LAST_KEY)
    if after:
        orders = orders.filter(pk__lt=after)
    rows = list(
        orders.select_related("plan", "program", "member", "ordering_provider").order_by("-pk")[: PAGE + 1]
    )
    found, more = rows[:PAGE], rows[PAGE:]
    if not found:
        # The same for a number that is not given out and for one of somebody else.
        audit.record(
            AuditName.LOOKUP_EMPTY,
            actor=request.user,
            subject="list:order status",
            outcome="none",
            why=_why(request),
        )
        return _page(request, form, nothing=True)
    if len(found) == 1 and not after:
        return redirect(_address(request, found[0]))
    access.record_list(request, found, what="order status", why=_why(request))
    return _page(
        request,
        form,
        found=[(order, _address(request, order)) for order in found],
        after=found[-1].pk if more else "",
        # What was asked for, to ask for the next page in the same way.
        asked=[(name, value) for name, value in request.POST.items() if name not in _OWN],
    )


_OWN = frozenset({"csrfmiddlewaretoken", "after"})


def _address(request: HttpRequest, order: Order) -> str:
    """Where the order opens: reviewers have their own page of it."""
    name = "case" if access.roles_of(request.user) <= access.REVIEWERS else "order"
    return reverse(name, args=[order.reference])


def _page(request: HttpRequest, form: LookupForm, *, status: int = 200, **context: Any) -> HttpResponse:
    shown = {"form": form, "for_callers": access.acts_for_callers(request), **context}
    return TemplateResponse(request, "practice/status.html", shown, status=status)
