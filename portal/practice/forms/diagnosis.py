"""Step 4: the cancer that is treated, and what else is diagnosed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse

from orders.steps import Answers
from pathways.criteria.terms import TUMORS
from pathways.models import DiagnosisCode
from pathways.queries import Offered, diagnoses_by_code, search_diagnoses
from portal.practice.forms.base import StepForm, choose
from portal.practice.forms.picks import Pick, settle

SECONDARY = ("secondary_1", "secondary_2", "secondary_3")


class DiagnosisForm(StepForm):
    """Primary diagnosis by code or words, secondary ones, and which cancer it is (R-096, R-425 to R-438)."""

    step = "diagnosis"

    primary = forms.CharField(
        label="Primary diagnosis",
        required=False,
        help_text="Type an ICD-10-CM code or words, for example C34.11 or lung.",
    )

    def build(self) -> None:
        """Find the codes that were typed or chosen."""
        for number, name in enumerate(SECONDARY, start=1):
            self.fields[name] = forms.CharField(
                label=f"Secondary diagnosis {number}",
                required=False,
                help_text="For example D70.1, neutropenia due to chemotherapy." if number == 1 else "",
            )
        names = ("primary", *SECONDARY)
        known = diagnoses_by_code(
            word for name in names for word in (self.typed(name), self.typed(f"{name}_text"))
        )
        self.picks = {name: self._pick(name, known) for name in names}
        self.tumors = self.chosen.tumors if self.chosen else []
        if len(self.tumors) > 1:
            self.fields["tumor"] = choose(
                "Which cancer is it?",
                [(slug, TUMORS[slug].capitalize()) for slug in self.tumors],
                missing="Choose which cancer it is.",
                hint="This code is used for more than one cancer, with different questions and regimens.",
            )
        self.order_fields(["primary", "tumor", *SECONDARY])

    def _pick(self, name: str, known: dict[str, DiagnosisCode]) -> Pick[DiagnosisCode]:
        key, text = self.typed(name), self.typed(f"{name}_text")
        kept = known.get(key.upper())
        if (typed := known.get(text.upper())) and typed.billable:
            text, kept = in_words(typed), typed
        is_settled = kept is not None and text in ("", in_words(kept))
        offered = self.offered if name == "primary" else Offered.ANY
        found = search_diagnoses(text, offered=offered) if text and not is_settled else []
        return settle(text, key, found, kept, value=lambda row: row.code, label=in_words)

    @property
    def offered(self) -> Offered:
        """Which codes are found as a primary diagnosis: those that the program takes (R-096, R-438)."""
        terms = self.draft.plain_terms
        return Offered.MALIGNANT if terms and terms.all_malignancies else Offered.LISTED

    @cached_property
    def chosen(self) -> DiagnosisCode | None:
        """The primary diagnosis as settled so far."""
        return self.picks["primary"].chosen

    def context(self) -> dict[str, Any]:
        """The search boxes with what was found for each."""
        return {
            "primary_pick": self.picks["primary"],
            "primary_source": reverse(f"lookup_diagnoses_{self.offered}"),
            "secondary": [(self[name], self.picks[name]) for name in SECONDARY],
            "secondary_used": any(self.typed(name) or self.typed(f"{name}_text") for name in SECONDARY),
            "asks_tumor": "tumor" in self.fields,
        }

    # --- Validation -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, object]:
        """Demand the code of a cancer that the program takes."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        for name, pick in self.picks.items():
            if pick.chosen is None and (self.typed(f"{name}_text") or name == "primary"):
                self.refuse(name, self._why_not_settled(name, pick))
        if self.chosen is not None:
            for problem in self.draft.refusals(
                self.step,
                diagnosis=self.chosen.code,
                malignant=self.chosen.malignant,
                listed=bool(self.tumors),
            ):
                self.refuse("primary", problem.sentence, code=problem.code)
        return cleaned

    def _why_not_settled(self, name: str, pick: Pick[DiagnosisCode]) -> str:
        if pick.found:
            return "Choose one of the diagnoses found."
        if self.typed(f"{name}_text"):
            ask = self.draft.terms.diagnosis_not_found_text if self.draft.terms else ""
            return f"No oncology diagnosis has this code or these words. {ask}".strip()
        return "Enter the primary diagnosis."

    def answers(self) -> Answers:
        """primary, secondary (codes) and tumor ("" where no tumor type of ours fits the code)."""
        assert self.chosen is not None
        only = self.tumors[0] if len(self.tumors) == 1 else ""
        return {
            "primary": self.chosen.code,
            "description": self.chosen.description,
            "secondary": [pick.chosen.code for name in SECONDARY if (pick := self.picks[name]).chosen],
            "tumor": self.cleaned_data.get("tumor") or only,
        }


def in_words(row: DiagnosisCode) -> str:
    """A diagnosis as the search box shows it."""
    return f"{row.code} {row.description}"
