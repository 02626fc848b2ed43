"""Keeping a decided order right: servicing provider and contact phone, nothing else (D-40)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from members.models import Site
from members.queries import search_sites
from orders.actions.updates import OtherNetwork, change_contact
from orders.models import Order
from orders.queries import contact_phone
from orders.rules.lifecycle import CHANGEABLE
from orders.rules.refusals import NotChangeable
from portal import access
from portal.models import User
from portal.practice.forms.base import choose
from portal.practice.forms.phones import phone_number
from portal.practice.forms.picks import Pick, settle
from portal.practice.forms.providers import OTHER_SITE
from portal.practice.typed import LAST_KEY, whole

CLOSED = "Only a decided order is changed here. Nothing was changed."


class ContactForm(forms.Form):
    """Where treatment is given and whom to call, as the providers step asks it."""

    phone = forms.CharField(
        label="Phone for a peer-to-peer",
        max_length=40,
        error_messages={"required": "Enter the phone number for a peer-to-peer."},
    )

    def __init__(self, posted: QueryDict | None, *, order: Order) -> None:
        self.order = order
        super().__init__(posted, label_suffix="", use_required_attribute=False)
        own = list(order.practice.sites.order_by("name", "pk"))
        now = order.servicing_site
        offered = own if now is None or now in own else [now, *own]
        self.sites = {str(site.pk): site for site in offered}
        self.fields["servicing_site"] = choose(
            "Where is treatment given?",
            [
                *((key, str(site)) for key, site in self.sites.items()),
                (OTHER_SITE, "Another site or facility"),
            ],
            missing="Choose where treatment is given.",
        )
        self.fields["other_site"] = forms.CharField(
            label="Other site or facility",
            required=False,
            help_text="Only for another site: type its name or city, then choose it.",
        )
        self.initial = {"phone": contact_phone(order), "servicing_site": str(now.pk) if now else ""}
        self.other = self._other_site()
        self.order_fields(["servicing_site", "other_site", "phone"])

    def _other_site(self) -> Pick[Site]:
        text, key = (
            self.data.get("other_site_text", "")[:80].replace("\0", ""),
            self.data.get("other_site", ""),
        )
        pk = whole(key, 1, LAST_KEY)
        kept = Site.objects.filter(pk=pk).first() if pk else None
        asks = text and self.order.plan and (kept is None or text != str(kept))
        found = search_sites(text, self.order.plan) if asks and self.order.plan else []
        return settle(text, key, found, kept, value=lambda site: str(site.pk), label=str)

    @property
    def site(self) -> Site | None:
        """The servicing site that is meant."""
        chosen = self.cleaned_data.get("servicing_site")
        return self.other.chosen if chosen == OTHER_SITE else self.sites.get(str(chosen))

    def clean_phone(self) -> str:
        """A phone number of ten digits."""
        return phone_number(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Demand the other site where it was chosen."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("servicing_site") == OTHER_SITE and self.other.chosen is None:
            found = "Choose one of the sites found." if self.other.found else "Enter the site and choose it."
            self.add_error("other_site", found)
        return given


@access.requires(*access.ENTERING)
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The two things that may change; what needs a new order is said."""
    order = access.order_to_change(request, reference, why="change contact")
    if order.disposition not in CHANGEABLE:
        messages.info(request, CLOSED)
        return redirect("order", reference)
    form = ContactForm(request.POST if request.method == "POST" else None, order=order)
    if form.is_bound and form.is_valid() and (answer := _change(request, order, form)) is not None:
        return answer
    context = {"order": order, "form": form, "terms": order.terms}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "practice/later/contact.html", context, status=status)


def _change(request: HttpRequest, order: Order, form: ContactForm) -> HttpResponse | None:
    """None, with a message beside the field, where the site is of another network status."""
    try:
        done = change_contact(
            order, by=cast(User, request.user), phone=form.cleaned_data["phone"], site=form.site
        )
    except OtherNetwork:
        field = "other_site" if form.cleaned_data["servicing_site"] == OTHER_SITE else "servicing_site"
        form.add_error(
            field,
            "This site stands differently to the plan’s network than the one on the order. "
            "A change of it needs a new order.",
        )
        return None
    except NotChangeable:
        messages.info(request, CLOSED)
    else:
        messages.success(request, "The order is changed." if done else "Nothing was different.")
    return redirect("order", order.reference)
