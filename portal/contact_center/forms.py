"""What an agent types about a caller, and about a call that was made."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from members.clock import PLAN_ZONE, plan_today
from members.models import Practice
from members.queries import search_practices
from notifications import clock
from orders.actions.callers import Caller
from orders.models import Order
from orders.rules import receipt
from portal.models import User
from portal.practice.forms import words
from portal.practice.forms.base import TypedDateField, choose
from portal.practice.forms.phones import phone_number
from portal.practice.forms.picks import Pick, settle
from portal.practice.typed import LAST_KEY, whole
from portal.roles import ORDERING

_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:([AP])\.?M?\.?)?", re.IGNORECASE)


class TypedTimeField(forms.CharField):
    """A time of day as people type it: 8 AM, 8:05 am, 14:30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=12, **options)

    def clean(self, value: Any) -> Any:
        """A `time`; None for an empty one that is not required."""
        typed = super().clean(value)
        return _time_of(typed) if typed else None


def _time_of(typed: str) -> time:
    found = _TIME.fullmatch(typed.strip())
    wrong = ValidationError("Enter the time, for example 8:05 AM.", code="invalid")
    if found is None:
        raise wrong
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").upper()
    if half and not 1 <= hour <= 12:
        raise wrong
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    elif not found[2]:
        raise ValidationError("Enter the time with AM or PM, for example 8:05 AM.", code="invalid")
    try:
        return time(hour, minute)
    except ValueError:
        raise wrong from None


class CallerForm(forms.Form):
    """Whose request is entered, how it came, and how to reach the office (R-376, R-380, D-41)."""

    channel = choose(
        "How did the request come?",
        [choice for choice in Order.Channel.choices if choice[0] != Order.Channel.PORTAL],
        missing="Choose how the request came.",
    )
    received_on = TypedDateField(label="Date received", required=False)
    received_time = TypedTimeField(
        label="Time received", required=False, help_text="As stamped, in Eastern time. For example 8:05 AM."
    )
    practice = forms.CharField(
        label="Practice",
        required=False,
        help_text="Name, phone number, or the NPI of one of its providers.",
    )
    name = forms.CharField(
        label="Caller’s name",
        max_length=80,
        help_text="For a fax or letter, who signed it.",
        error_messages={"required": "Enter the caller’s name."},
    )
    phone = forms.CharField(
        label="Call-back number",
        max_length=40,
        error_messages={"required": "Enter a number at which the office can be called back."},
    )
    account = forms.CharField(
        label="Caller’s portal user name",
        required=False,
        max_length=150,
        help_text="If the caller has an account here: news of the order goes to its e-mail address.",
    )
    email = forms.EmailField(
        label="Office e-mail",
        required=False,
        help_text="Otherwise news goes here, without patient data. With neither, we call back.",
        error_messages={"invalid": "Enter an e-mail address, for example front.desk@practice.example."},
    )

    def __init__(self, data: QueryDict | None = None, *, draft: Order | None = None) -> None:
        self.draft = draft
        initial = {"received_on": plan_today(), "channel": Order.Channel.PHONE}
        super().__init__(data, initial=initial, label_suffix="", use_required_attribute=False)
        if draft is not None:
            # The practice calls about its own draft: nothing was faxed, and the practice is known.
            for known in ("channel", "received_on", "received_time", "practice"):
                del self.fields[known]
            self.fields["name"].help_text = ""
        self.practice_pick = self._practice()

    def _practice(self) -> Pick[Practice]:
        if self.draft is not None:
            return Pick(self.draft.practice, (), self.draft.practice.name)
        text = self.data.get("practice_text", "")[:80].replace("\0", "").strip()
        key = whole(self.data.get("practice", ""), 1, LAST_KEY)
        kept = Practice.objects.filter(pk=key, kind=Practice.Kind.PRACTICE).first() if key else None
        found = search_practices(text) if text and (kept is None or text != str(kept)) else []
        return settle(
            text,
            str(key or ""),
            found,
            kept,
            value=lambda practice: str(practice.pk),
            label=str,
            detail=lambda practice: practice.phone,
        )

    def clean_phone(self) -> str:
        """A number of ten digits."""
        return phone_number(self.cleaned_data["phone"])

    def clean_name(self) -> str:
        """The name in one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """The practice, the caller's account there, and when a fax or letter was received."""
        typed = self.cleaned_data
        practice = self.practice_pick.chosen
        if practice is None:
            self.add_error("practice", self._no_practice())
        elif typed.get("account"):
            self._find_account(practice, typed["account"])
        if typed.get("channel") in Order.WRITTEN:
            self._find_receipt()
        else:
            for name in ("received_on", "received_time"):
                self.errors.pop(name, None)
        return typed

    def _no_practice(self) -> str:
        if self.practice_pick.found:
            return "Choose one of the practices found."
        if self.practice_pick.text:
            return "No practice has these words or this number. Try fewer words, or the NPI of a provider."
        return "Enter the practice that calls."

    def _find_account(self, practice: Practice, typed: str) -> None:
        people = User.objects.filter(
            is_active=True,
            practice_roles__practice=practice,
            practice_roles__kind__in=sorted(ORDERING),
            username__iexact=typed.strip(),
        )
        found = people.distinct().first()
        if found is None:
            self.add_error("account", f"{practice} has no account of this name. Check it, or leave it out.")
        self.cleaned_data["account"] = found

    def _find_receipt(self) -> None:
        typed = self.cleaned_data
        for name, message in (
            ("received_on", "Enter the date on which it arrived."),
            ("received_time", "Enter the time at which it arrived."),
        ):
            if name not in self.errors and typed.get(name) is None:
                self.add_error(name, message)
        if self.errors.keys() & {"received_on", "received_time"}:
            return
        moment = receipt.moment_of(typed["received_on"], typed["received_time"], PLAN_ZONE.key)
        if moment is None:
            self.add_error("received_time", "The clocks skipped this hour on that day. Check the time.")
            return
        if wrong := receipt.fault(moment, now=clock.now()):
            self.add_error("received_on", wrong)
        typed["received_at"] = moment

    def caller(self) -> Caller:
        """Who asked and how, of a valid form."""
        given = self.cleaned_data
        return Caller(
            channel=Order.Channel(given.get("channel", Order.Channel.PHONE)),
            name=given["name"],
            phone=given["phone"],
            email=given["email"],
            account=given["account"] or None,
            received_at=given.get("received_at"),
        )


class CalledBackForm(forms.Form):
    """Who was told in a call back, and when (D-41)."""

    told_to = forms.CharField(
        label="Who was told?",
        max_length=80,
        error_messages={"required": "Enter the name of the person who was told."},
    )
    told_on = TypedDateField(label="Date", error_messages={"required": "Enter the date of the call."})
    told_time = TypedTimeField(
        label="Time",
        help_text="In Eastern time, for example 8:05 AM.",
        error_messages={"required": "Enter the time of the call."},
    )

    def __init__(self, data: QueryDict | None = None, *, owed_since: datetime) -> None:
        self.owed_since = owed_since
        now = clock.now().astimezone(PLAN_ZONE)
        initial = {"told_on": now.date(), "told_time": words.clock(now.time())}
        super().__init__(data, initial=initial, label_suffix="", use_required_attribute=False)

    def clean(self) -> dict[str, Any]:
        """The moment, between the decision and now."""
        typed = self.cleaned_data
        if typed.get("told_on") and typed.get("told_time"):
            now = clock.now()
            moment = receipt.moment_of(typed["told_on"], typed["told_time"], PLAN_ZONE.key)
            if moment is None or moment > now:
                self.add_error("told_time", "This lies in the future. Enter when the office was called.")
            elif moment < self.owed_since.replace(second=0, microsecond=0):
                self.add_error("told_time", "It was not decided then. Enter when the office was called.")
            else:
                typed["told_at"] = max(moment, self.owed_since)
        return typed
