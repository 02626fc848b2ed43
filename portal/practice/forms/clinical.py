"""Step 5: the clinical picture, with the questions that this cancer needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from orders.steps import Answers
from pathways.criteria import terms as words
from portal.practice.forms.base import StepForm, choose

NONE = "none"
#: What the buttons beside the questions send that take a regimen, before its id.
TAKES = "regimen:"
#: The last two answers of every clinical question, set apart (R-106, R-111).
UNKNOWN_ANSWERS = list(words.UNKNOWN_ANSWERS.items())
YES_OR_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Question:
    """One question of the treatment card: its words, its answers, and the message when it has none."""

    label: str
    missing: str
    choices: Sequence[tuple[str, str]] = YES_OR_NO
    required: bool = False


#: Yes-or-no and intent questions by the name under `asks`; the rest of the questions are lists.
ASKS: Mapping[str, Question] = {
    "concurrent_radiation": Question(
        "Is radiation given during the same period?",
        "Choose whether radiation is given during the same period.",
        required=True,
    ),
    "treatment_intent": Question(
        "What is the intent of treatment?",
        "Choose the intent of treatment.",
        (("curative", "Curative"), ("non_curative", "Not curative")),
    ),
    "bone_metastases": Question("Are there bone metastases?", "Choose whether there are bone metastases."),
}

#: Asked about a cancer that has no content of its own (R-438): then every plan is a custom plan.
GENERAL: Mapping[str, Any] = {
    "histologies": list(words.HISTOLOGIES.items()),
    "stages": list(words.STAGES.items()),
    "lines": list(words.LINES.items()),
    "ecog": [(str(value), label) for value, label in words.ECOG.items()],
    "biomarkers": (),
    "prior_therapies": list(words.THERAPIES.items()),
    "asks": ("treatment_intent", "bone_metastases"),
}


class ClinicalForm(StepForm):
    """Histology, stage, line, ECOG, biomarkers, earlier therapy (R-079 to R-081, R-106 to R-117).

    What is asked is the tumor type's content; a tumor type that has none is asked the general
    questions only.  "Unknown" and "Not Reported" are answers of their own.
    """

    step = "clinical"

    def build(self) -> None:
        """Ask what this tumor's content asks, in its order."""
        asked = self.draft.questions or GENERAL
        self.biomarkers = [marker["name"] for marker in asked["biomarkers"]]
        self.asks = [name for name in asked["asks"] if name in ASKS]
        self._ask("histology", "Histology", asked["histologies"], missing="Choose the histology.")
        self._ask("stage", "Stage", asked["stages"], missing="Choose the stage.")
        self._ask(
            "line_of_therapy",
            "Line of therapy",
            asked["lines"],
            missing="Choose the line of therapy.",
            hint="First line is the first treatment of advanced disease; before or after surgery "
            "it is neoadjuvant or adjuvant.",
        )
        self._ask(
            "ecog",
            "ECOG performance status",
            asked["ecog"],
            missing="Choose the ECOG performance status.",
        )
        for marker in asked["biomarkers"]:
            label = marker["label"]
            self._ask(
                f"biomarker-{marker['name']}",
                label,
                marker["values"],
                missing=f"Choose an answer for “{label}”.",
            )
        self._ask_prior_therapies(asked["prior_therapies"])
        for name in self.asks:
            question = ASKS[name]
            self._ask(
                name,
                question.label,
                question.choices,
                missing=question.missing,
                required=question.required,
            )

    def _ask(
        self,
        name: str,
        label: str,
        choices: Iterable[tuple[str, str]],
        *,
        missing: str,
        hint: str = "",
        required: bool = True,
    ) -> None:
        self.fields[name] = choose(
            label,
            capitalized(choices),
            # A question that may be left open needs no answer for leaving it open.
            last=UNKNOWN_ANSWERS if required else (),
            missing=missing,
            hint=hint,
            required=required,
        )

    def _ask_prior_therapies(self, received: Iterable[tuple[str, str]]) -> None:
        choices = [*capitalized(received), (NONE, "None"), *UNKNOWN_ANSWERS]
        self.fields["prior_therapies"] = forms.MultipleChoiceField(
            label="Earlier therapy for this cancer",
            help_text="Tick all that were given before. Only those that matter for this cancer are listed.",
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick what was given before, or “None”."},
        )

    # --- Validation -----------------------------------------------------------------------------------
    def clean_prior_therapies(self) -> list[str]:
        """None, unknown and not reported each stand alone."""
        given: list[str] = self.cleaned_data["prior_therapies"]
        alone = [value for value in given if value == NONE or value in words.UNKNOWN_ANSWERS]
        if alone and len(given) > 1:
            label = dict(self.fields["prior_therapies"].choices)[alone[0]]  # type: ignore[attr-defined]
            raise forms.ValidationError(f"“{label}” cannot stand beside another answer. Untick one of them.")
        return given

    def answers(self) -> Answers:
        """The shape of orders/steps.py; a question left open is left out."""
        given = self.cleaned_data
        ecog = given.get("ecog", "")
        found: Answers = {
            "histology": given.get("histology"),
            "stage": given.get("stage"),
            "line_of_therapy": given.get("line_of_therapy"),
            "ecog": int(ecog) if ecog.isdecimal() else ecog,
            "biomarkers": {name: given.get(f"biomarker-{name}") for name in self.biomarkers},
            "prior_therapies": [value for value in given.get("prior_therapies", ()) if value != NONE],
        }
        found.update({name: given[name] for name in self.asks if given.get(name)})
        return found

    @property
    def pressed(self) -> str:
        """Taking a regimen goes on, as Continue does: the page says what is missing for it."""
        return "continue" if super().pressed.startswith(TAKES) else super().pressed

    def tentative(self) -> Answers:
        """What is answered already, so that the panel follows each answer."""
        return self.answers() if self.is_bound and self.is_complete is not None else {}

    # --- What the page shows ------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """The fields in groups as the page sets them out."""
        return {
            "disease": [self["histology"], self["stage"], self["line_of_therapy"], self["ecog"]],
            "markers": [self[f"biomarker-{name}"] for name in self.biomarkers],
            "further": [self[name] for name in self.asks],
        }


def capitalized(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices whose words begin with a capital."""
    return [(value, label[:1].upper() + label[1:]) for value, label in choices]
