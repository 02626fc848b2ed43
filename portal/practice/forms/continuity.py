"""The step that is there only where criteria are left open: was this treatment under way? (R-194 to R-199)"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from orders.steps import Answers
from portal.practice.forms.base import StepForm, TypedDateField, choose
from portal.practice.forms.clinical import YES_OR_NO
from portal.practice.forms.words import in_full

#: What only treatment under way is asked; with a plain "No" none of it counts.
DETAILS = ("same_regimen", "treatment_started_on", "last_dose_on", "attested")


class ContinuityForm(StepForm):
    """A plain yes or no, and for treatment under way its regimen, its days and the attestation (D-33, DR-10).

    Days that cannot be are refused; days that do not establish continuity are taken as they are, and the
    rules say what follows.
    """

    step = "continuity"

    under_way = choose(
        "Was this treatment already under way?", YES_OR_NO, missing="Choose whether treatment was under way."
    )
    same_regimen = choose(
        "Is it the same regimen, with no change of drug or dose?",
        YES_OR_NO,
        missing="Choose whether it is the same regimen.",
        required=False,
    )
    treatment_started_on = TypedDateField(label="Date of the first dose", required=False)
    last_dose_on = TypedDateField(
        label="Date of the last dose so far",
        required=False,
        help_text="The latest treatment before this order starts. MM/DD/YYYY.",
    )
    attested = forms.BooleanField(
        label="Our office attests that this treatment is under way, and that these dates are in the "
        "patient’s chart.",
        required=False,
    )

    def build(self) -> None:
        """Say before which day treatment must have begun: of the program or the coverage (R-197, R-198)."""
        if self.draft.radiates:
            self.fields["same_regimen"].label = "Is it the same course, with no change of site or technique?"
            self.fields["same_regimen"].error_messages["required"] = "Choose whether it is the same course."
            self.fields["treatment_started_on"].label = "Date of the first fraction"
            self.fields["last_dose_on"].label = "Date of the last fraction so far"
        terms, coverage = self.draft.plain_terms, self.draft.coverage
        began = [
            (day, words)
            for day, words in (
                (terms.continuity_cutoff_on if terms else None, "the program started"),
                (coverage.starts_on if coverage else None, "the member’s coverage began"),
            )
            if day
        ]
        if began:
            day, words = max(began)
            self.fields["under_way"].help_text = f"Begun before {words} on {in_full(day)}."

    @property
    def dose(self) -> str:
        """What is given at a time."""
        return "fraction" if self.draft.radiates else "dose"

    # --- Validation -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """With treatment under way every further question needs its answer."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("under_way") != "yes":
            for name in DETAILS:
                self.errors.pop(name, None)
            return cleaned
        if not cleaned.get("same_regimen") and "same_regimen" not in self.errors:
            self.refuse("same_regimen", str(self.fields["same_regimen"].error_messages["required"]))
        self._check_day("treatment_started_on", f"first {self.dose}")
        self._check_day("last_dose_on", f"last {self.dose}")
        first, last = cleaned.get("treatment_started_on"), cleaned.get("last_dose_on")
        if first and last and last < first and "last_dose_on" not in self.errors:
            self.refuse(
                "last_dose_on", f"The last {self.dose} cannot come before the first, {in_full(first)}."
            )
        if not cleaned.get("attested"):
            self.refuse("attested", "Tick the attestation, or answer “No” to the first question.")
        return cleaned

    def _check_day(self, name: str, what: str) -> None:
        day: date | None = self.cleaned_data.get(name)
        if name in self.errors:
            return
        if day is None:
            self.refuse(name, f"Enter the date of the {what}.")
        elif day > self.draft.today:
            self.refuse(name, f"The {what} cannot lie in the future. Today is {in_full(self.draft.today)}.")
        elif self.draft.start_on and day > self.draft.start_on:
            self.refuse(
                name,
                f"Enter a day on or before {in_full(self.draft.start_on)}, when this order starts: "
                f"{self.dose}s from then on are part of it.",
            )
        elif self.draft.member and day < self.draft.member.birth_date:
            self.refuse(name, "This day lies before the member was born. Check the year.")

    def answers(self) -> Answers:
        """under_way, and if so the rest in the shape of orders/steps.py."""
        given = self.cleaned_data
        if given["under_way"] == "no":
            return {"under_way": "no"}
        return {
            "under_way": "yes",
            "same_regimen": given["same_regimen"] == "yes",
            "treatment_started_on": given["treatment_started_on"].isoformat(),
            "last_dose_on": given["last_dose_on"].isoformat(),
            "attested": True,
        }

    def context(self) -> dict[str, Any]:
        """The heading in full; the bar above has room for its first word."""
        return {"heading": "Continuity of care"}

    def tentative(self) -> Answers:
        """Nothing before everything is answered: half of it would read as answers that speak against it."""
        return self.answers() if self.is_bound and self.is_complete else {}
