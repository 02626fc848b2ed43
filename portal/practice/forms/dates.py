"""Step 8: how long, how urgent, and whether it is part of a clinical trial."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages

from members.models import ProgramTerms
from orders.actions.calls import wait_for_call, wait_no_longer
from orders.models import DrugLine, Order
from orders.rules.schedule import ScheduleError, planned_end
from orders.steps import Answers
from pathways.models import TrialRecord
from pathways.queries import trial
from portal.models import User
from portal.practice.forms import course, drug_asks
from portal.practice.forms.base import StepForm, TypedDateField, choose
from portal.practice.forms.clinical import UNKNOWN_ANSWERS, YES_OR_NO
from portal.practice.forms.words import contact_center, in_full

#: NCT and eight digits, or NCI, a year and five digits (D-54).
TRIAL_ID = re.compile(r"NCT\d{8}|NCI-\d{4}-\d{5}")
TRIAL_FIELDS = ("trial", "trial_id", "trial_cms_identified")
CMS_TRIAL = "trial.cms_identified"
#: R-142: which wording of the attestation the office agreed to; raise it when the words change.
TRIAL_WORDING = "1"
LONGEST_DAYS = 2 * 366


class DatesForm(StepForm):
    """Planned end, urgency by the plan's channel, clinical trial (R-082, R-083, R-135 to R-142, D-37)."""

    step = "dates"

    planned_end_on = TypedDateField(
        label="Planned end of treatment",
        error_messages={"required": "Enter the planned end of treatment."},
        help_text="The last day of the last cycle, as the dosing has it. Change it if the plan ends earlier.",
    )
    urgency = choose("Urgency", Order.Urgency.choices, missing="Choose how urgent the request is.")
    expedited_attested = forms.BooleanField(required=False)
    trial_id = forms.CharField(
        label="Trial ID",
        required=False,
        max_length=20,
        help_text="NCT and eight digits, for example NCT04613596, or NCI-2021-01234.",
    )

    def build(self) -> None:
        """Fill the end from the dosing; ask about a trial where the plan does."""
        self.end_by_dosing = self._end_by_dosing()
        self.initial = {"planned_end_on": self.end_by_dosing, "urgency": Order.Urgency.STANDARD}
        self.fields["expedited_attested"].label = (
            "The ordering provider attests that waiting for a standard decision could seriously harm the "
            "member’s life, health or ability to regain full function."
        )
        self.asks_trial = self.wants_trial()
        if self.asks_trial:
            self.fields["trial"] = choose(
                "Is the patient enrolled in an NCI-registered clinical trial for this treatment?",
                YES_OR_NO,
                missing="Choose whether this treatment is part of a clinical trial.",
                hint="Trial enrollment is used for reporting; it does not change the decision.",
            )
        if self._asks_cms():
            self.fields["trial_cms_identified"] = choose(
                "Has CMS identified this trial?",
                YES_OR_NO,
                last=UNKNOWN_ANSWERS,
                missing="Choose whether CMS has identified the trial.",
                required=False,
            )
        self.order_fields(["planned_end_on", "urgency", "expedited_attested", *TRIAL_FIELDS])

    def wants_trial(self) -> bool:
        """Whether the plan asks about clinical trials."""
        return bool(self.draft.terms and self.draft.terms.trial_enabled)

    def _end_by_dosing(self) -> date | None:
        lines = self.draft.answers("dosing").get("lines", [])
        start_on = self.draft.start_on
        if not lines or start_on is None:
            return None
        try:
            return planned_end(course.planned(lines), start_on)
        except ScheduleError:
            return None

    def _what_fits(self) -> str:
        """How many treatments an earlier end leaves; "" for all, or before the page is answered."""
        if not self.is_complete or self.end_by_dosing is None or self.draft.start_on is None:
            return ""
        lines, end = self.draft.answers("dosing")["lines"], self.cleaned_data["planned_end_on"]
        return course.what_fits(lines, self.draft.start_on, end)

    def _asks_cms(self) -> bool:
        """Only where the policy of a drug on the order turns on it."""
        lines = self.draft.answers("dosing").get("lines", [])
        numbered = [{**line, "number": number} for number, line in enumerate(lines, start=1)]
        asks = drug_asks.asks_of(self.draft.content, self.draft.facts, numbered)
        return CMS_TRIAL in asks.elsewhere

    # --- What the page shows ------------------------------------------------------------------------
    @property
    def urgent_by_phone(self) -> bool:
        """Whether the plan takes urgent requests by phone only, and nobody has called yet (PD-19, D-37)."""
        terms = self.draft.terms
        by_phone = bool(terms and terms.urgent_channel == ProgramTerms.UrgentChannel.PHONE)
        return by_phone and not self.draft.order.by_contact_center

    def follow_up(self, *, by: User) -> None:
        """Mark the draft for the contact center while it is urgent and has to come by phone (D-37, R-377)."""
        if self.urgent_by_phone and self.typed("urgency") == Order.Urgency.EXPEDITED:
            wait_for_call(self.draft.order, by=by)
        else:
            wait_no_longer(self.draft.order, by=by)

    @property
    def reaches_trial(self) -> bool:
        """R-083: the trial question comes once the dates are entered; what was answered to it stays."""
        return not self.is_bound or any(self.typed(name) for name in ("planned_end_on", *TRIAL_FIELDS))

    def context(self) -> dict[str, Any]:
        """The plan's words on urgent requests, and the known trial's title."""
        terms = self.draft.terms
        found = trial(self.typed("trial_id")) if self.typed("trial_id") else None
        return {
            "end_by_dosing": self.end_by_dosing,
            "what_fits": self._what_fits(),
            "urgent_text": terms.urgent_text if terms else "",
            "contact_center": contact_center(terms) if terms else "",
            "trial_title": _named(found) if found else "",
        }

    # --- Validation -----------------------------------------------------------------------------------
    def clean_planned_end_on(self) -> date:
        """From the start to the end of the dosing: nothing is planned after it (R-135)."""
        end: date = self.cleaned_data["planned_end_on"]
        start_on = self.draft.start_on
        if start_on and end < start_on:
            raise forms.ValidationError(f"Enter a day on or after the start, {in_full(start_on)}.")
        if start_on and (end - start_on).days > LONGEST_DAYS:
            raise forms.ValidationError("Enter a day within two years of the start. Check the year.")
        if self.end_by_dosing and end > self.end_by_dosing:
            raise forms.ValidationError(
                f"The dosing ends on {in_full(self.end_by_dosing)}. Enter that day or an earlier one; "
                "for a longer treatment, change the cycles on the Dosing step."
            )
        return end

    def clean(self) -> dict[str, object]:
        """Urgent requests by the plan's channel; a trial with its ID."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("urgency") == Order.Urgency.EXPEDITED:
            self._check_urgent(attested=bool(cleaned.get("expedited_attested")))
        if not self.reaches_trial:
            # what the page does not ask yet is not missing.
            for name in TRIAL_FIELDS:
                self.errors.pop(name, None)
        elif cleaned.get("trial") == "yes":
            self._check_trial_id(str(cleaned.get("trial_id") or ""))
        return cleaned

    def _check_urgent(self, *, attested: bool) -> None:
        if self.urgent_by_phone and self.draft.terms:
            self.refuse(
                "urgency",
                f"{self.draft.terms.urgent_text} Call the {contact_center(self.draft.terms)}, and give the "
                f"tracking number {self.draft.order.reference}: what is entered here is kept, and our agents "
                "see that it waits for your call.",
                code="urgent_by_phone",
            )
        elif not attested:
            self.refuse("expedited_attested", "Tick the attestation, or choose Standard.")

    def _check_trial_id(self, typed: str) -> None:
        if not typed:
            self.refuse("trial_id", "Enter the Trial ID.")
        elif not TRIAL_ID.fullmatch(typed.upper().replace(" ", "")):
            self.refuse("trial_id", "Enter NCT and eight digits, or NCI-, a year, - and five digits.")

    def notices(self) -> list[tuple[int, str]]:
        """What an earlier end leaves out, then what there is to say about a trial."""
        shortened = self._what_fits()
        return [*([(messages.WARNING, shortened)] if shortened else []), *self._trial_notices()]

    def _trial_notices(self) -> list[tuple[int, str]]:
        """R-137: a known trial is named, another ID kept. R-141: trial drugs belong on the order."""
        if self.cleaned_data.get("trial") != "yes":
            return []
        found = []
        if (known := trial(self._trial_id())) is not None:
            found.append((messages.INFO, f"{self._trial_id()}: {_named(known)}."))
        else:
            found.append(
                (messages.WARNING, f"{self._trial_id()} is not in our list of trials. It is kept as typed.")
            )
        roles = {line["role"] for line in self.draft.answers("dosing").get("lines", [])}
        if DrugLine.Role.INVESTIGATIONAL not in roles:
            found.append(
                (
                    messages.INFO,
                    "No trial drug is on the order. List trial drugs on the Dosing step too: "
                    "their side effects may justify supportive drugs.",
                )
            )
        return found

    def _trial_id(self) -> str:
        return str(self.cleaned_data.get("trial_id") or "").upper().replace(" ", "")

    def answers(self) -> Answers:
        """planned_end_on, urgency, expedited_attested, trial, trial_id and what a trial brings."""
        given = self.cleaned_data
        in_trial = given.get("trial") == "yes"
        found: Answers = {
            "planned_end_on": given["planned_end_on"].isoformat(),
            "urgency": given["urgency"],
            "expedited_attested": given["urgency"] == Order.Urgency.EXPEDITED and given["expedited_attested"],
            "trial": "yes" if in_trial else "no",
            "trial_id": self._trial_id() if in_trial else "",
        }
        if in_trial:
            found["trial_wording"] = TRIAL_WORDING
            found["trial_cms_identified"] = given.get("trial_cms_identified", "")
        return found


def _named(found: TrialRecord) -> str:
    """A trial of our list with its status (R-137)."""
    status = found.status.replace("active_not", "active, not").replace("_", " ")
    return f"{found.title} ({status})" if status else found.title
