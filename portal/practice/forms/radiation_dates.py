"""The dates of a radiation order: the last planned day within its 90 days, and urgency (R-343, R-344)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from orders.models import Order
from orders.rules.radiation import valid_until
from orders.rules.radiation_course import last_fraction_on
from orders.steps import Answers
from portal.practice.forms.base import Raw, kept_beside
from portal.practice.forms.dates import DatesForm
from portal.practice.forms.radiation_asks import BOOST, FRACTIONS
from portal.practice.forms.words import in_full


class RadiationDatesForm(DatesForm):
    """No dosing ends a course of radiation and no trial of a drug matters to it (R-082, R-135, R-343)."""

    def build(self) -> None:
        """Fill the end from the fractions, one each weekday."""
        super().build()
        del self.fields["trial_id"]
        self.fields["planned_end_on"].label = "Last planned day of radiation"
        self.fields[
            "planned_end_on"
        ].help_text = (
            "The day of the last fraction, boost included. Change it if fractions are given on other days."
        )
        self.fields["planned_end_on"].error_messages["required"] = "Enter the last planned day of radiation."
        self.initial["planned_end_on"] = self.end_by_fractions

    @property
    def end_by_fractions(self) -> date | None:
        """The last day with one fraction each weekday from the start; None beyond what an order covers."""
        course, start_on = self.draft.answers("radiation"), self.draft.start_on
        fractions = (course.get(FRACTIONS) or 0) + (course.get(BOOST) or 0)
        if not fractions or start_on is None:
            return None
        day = last_fraction_on(start_on, fractions)
        return day if self.last_covered is None or day <= self.last_covered else None

    @property
    def last_covered(self) -> date | None:
        """The last day that an approval from the start on covers (R-343)."""
        terms, start_on = self.draft.plain_terms, self.draft.start_on
        return valid_until(start_on, terms.radiation_days) if terms and start_on else None

    def wants_trial(self) -> bool:
        """Nothing of a drug's trial is asked."""
        return False

    def act(self, pressed: str) -> Raw:
        """Beside what is typed here, what was typed for drugs."""
        return kept_beside(self, super().act(pressed))

    def clean_planned_end_on(self) -> date:
        """From the start to the last day that an order covers (R-344)."""
        end: date = self.cleaned_data["planned_end_on"]
        start_on, last = self.draft.start_on, self.last_covered
        if start_on and end < start_on:
            raise forms.ValidationError(f"Enter a day on or after the start, {in_full(start_on)}.")
        if last and end > last:
            raise forms.ValidationError(
                f"One order covers radiation until {in_full(last)}. Enter that day or an earlier one; "
                "what is given later needs a new request."
            )
        return end

    def context(self) -> dict[str, Any]:
        """How the end was reckoned, and how far an order reaches."""
        terms = self.draft.plain_terms
        return {
            **super().context(),
            "end_by_fractions": self.end_by_fractions,
            "last_covered": self.last_covered,
            "covered_days": terms.radiation_days if terms else None,
        }

    def answers(self) -> Answers:
        """planned_end_on, urgency and expedited_attested."""
        given = self.cleaned_data
        urgent = given["urgency"] == Order.Urgency.EXPEDITED
        return {
            "planned_end_on": given["planned_end_on"].isoformat(),
            "urgency": given["urgency"],
            "expedited_attested": urgent and given["expedited_attested"],
        }
