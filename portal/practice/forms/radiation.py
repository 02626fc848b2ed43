"""The step of a radiation order that says what is given: site, technique and course (R-336, R-339, R-340)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from orders.rules.radiation_course import is_voluntary, name_of
from orders.steps import Answers
from pathways.criteria import terms
from pathways.criteria.explain import capital, count
from pathways.criteria.vocabulary import FACTS
from portal.practice.forms import radiation_asks
from portal.practice.forms.base import StepForm, choose
from portal.practice.forms.radiation_asks import BOOST, FRACTIONS, REASONS

NO_REASON = "none"
ABBREVIATED = frozenset({"IMRT", "SBRT"})
#: Which site, and which site and technique, the page's questions were drawn for.
FOR_SITE, FOR_COURSE = "for_site", "for_course"
VOLUNTARY = (
    "No authorization is needed for this technique at this site. You may send the order all the same: "
    "it is completed at once and marked voluntary."
)
NO_CRITERIA = "The policy has no criteria for this technique at this site, so a nurse reviews the order."
NO_POLICY = "No policy covers this technique at this site, so a nurse reviews the order."


class RadiationForm(StepForm):
    """Site and technique first; then what the policy asks about this course, and nothing else.

    Techniques are ordered as a whole, never by procedure code (R-336).  The questions about the course
    follow the site and technique: with scripts at once, without them after the first Continue.
    """

    step = "radiation"
    always_checked = frozenset({"radiation_site", "radiation_technique"})

    def build(self) -> None:
        """Offer this cancer's sites; ask about the course once site and technique are chosen."""
        sites = radiation_asks.sites_for(self.draft.tumor)
        self.fields["radiation_site"] = choose(
            "Site that is treated",
            [(site, capital(label)) for site, label in sites.items()],
            missing="Choose the site that is treated.",
        )
        self.fields["radiation_technique"] = choose(
            "Technique",
            [(name, _label(name)) for name in terms.RADIATION_TECHNIQUES],
            missing="Choose the technique.",
            hint="Order the technique as a whole; its procedure codes follow from it.",
        )
        self.site = self._chosen("radiation_site")
        self.technique = self._chosen("radiation_technique")
        if FRACTIONS in self.asked:
            self.fields[FRACTIONS] = _number(
                FRACTIONS, "Number of fractions", "Without the boost.", "Enter the number of fractions"
            )
        if BOOST in self.asked:
            self.fields[BOOST] = _number(
                BOOST, "Boost fractions", "0 if no boost is planned.", "Enter the number of boost fractions"
            )
        if reasons := reasons_field(self.asked):
            self.fields[REASONS] = reasons

    def _chosen(self, name: str) -> str:
        offered: list[tuple[str, str]] = self.fields[name].choices  # type: ignore[attr-defined]
        return self.typed(name) if self.typed(name) in dict(offered) else ""

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that are asked about this course; none before site and technique are chosen."""
        if not (self.site and self.technique):
            return ()
        return radiation_asks.asked_of_course(
            self.draft.content, self.draft.facts, site=self.site, technique=self.technique
        )

    @property
    def course(self) -> str:
        """The site and technique that the questions belong to; "" before both are chosen."""
        return f"{self.site} {self.technique}" if self.site and self.technique else ""

    def meaning_of(self, pressed: str) -> str:
        """The first Continue brings the questions about the course, where no script has."""
        is_new = bool(self.course) and self.typed(FOR_COURSE) != self.course
        return "course" if pressed == "continue" and is_new else pressed

    # --- What the page shows ------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """What follows from each technique at the site, and what is said of the course."""
        return {
            "hints": {name: self._hint(name) for name in terms.RADIATION_TECHNIQUES} if self.site else {},
            "course_name": capital(name_of(self.technique, self.site)) if self.course else "",
            "course_notice": self._notice(self.technique) if self.course else "",
        }

    def _hint(self, technique: str) -> str:
        if is_voluntary(technique, self.site):
            return "No authorization needed for this site; may be sent voluntarily."
        return "" if self._has_criteria(technique) else "Reviewed by a nurse."

    def _notice(self, technique: str) -> str:
        if is_voluntary(technique, self.site):
            return VOLUNTARY
        if self._has_criteria(technique):
            return ""
        return NO_CRITERIA if self.site in terms.RADIATION_POLICIES else NO_POLICY

    def _has_criteria(self, technique: str) -> bool:
        return radiation_asks.has_criteria(self.draft.content, site=self.site, technique=technique)

    def parts(self) -> dict[str, Any]:
        """The parts of the page that follow the site and technique, as far as they are out of date."""
        drawn = {"_techniques": (FOR_SITE, self.site), "_course": (FOR_COURSE, self.course)}
        swaps = [part for part, (name, now) in drawn.items() if self.typed(name) != now]
        if not swaps:
            return {}
        # Nobody has answered the new questions yet, so nothing is wrong with them.
        self._errors = ErrorDict()
        return {**self.context(), "form": self, "swaps": swaps}

    # --- Validation -----------------------------------------------------------------------------------
    def clean_radiation_reasons(self) -> list[str]:
        """“None of these” stands alone."""
        given: list[str] = self.cleaned_data[REASONS]
        if NO_REASON in given and len(given) > 1:
            raise forms.ValidationError(
                "“None of these” cannot stand beside another answer. Untick one of them."
            )
        return given

    def answers(self) -> Answers:
        """The facts of the course, and its name for lists and headers."""
        return self._read(self.cleaned_data)

    def tentative(self) -> Answers:
        """What can be read already, so that the panel follows each answer."""
        self.is_valid()
        return self._read(self.cleaned_data) if self.course else {}

    def _read(self, given: dict[str, Any]) -> Answers:
        """What was not asked is left out: an empty list would say that there is no reason."""
        found: Answers = {"radiation_site": self.site, "radiation_technique": self.technique}
        found |= {name: given[name] for name in (FRACTIONS, BOOST) if given.get(name) is not None}
        if REASONS in given:
            found[REASONS] = [reason for reason in given[REASONS] if reason != NO_REASON]
        return {**found, "name": course_name(self.technique, self.site, given.get(FRACTIONS))}


def course_name(technique: str, site: str, fractions: int | None) -> str:
    """A course in a list of orders: 3D conformal radiation of the breast, 16 fractions."""
    name = capital(name_of(technique, site))
    return f"{name}, {count(fractions, 'fraction')}" if fractions else name


def _label(technique: str) -> str:
    """A technique with the letters that everybody calls it by."""
    label = capital(terms.RADIATION_TECHNIQUES[technique])
    return f"{label} ({technique})" if technique in ABBREVIATED else label


def _number(fact: str, label: str, hint: str, ask: str) -> forms.IntegerField:
    low, high = FACTS[fact].lowest, FACTS[fact].highest
    message = f"{ask} as a whole number from {low} to {high}."
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        help_text=hint,
        widget=forms.TextInput(),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), message),
    )


def reasons_field(asked: Iterable[str]) -> forms.MultipleChoiceField | None:
    """What may call for a course, of the facts that are asked about it; None where no reason is asked."""
    names = [fact.partition(".")[2] for fact in asked if fact.startswith(f"{REASONS}.")]
    if not names:
        return None
    return forms.MultipleChoiceField(
        label="Which of these apply?",
        choices=[
            *((name, capital(terms.RADIATION_REASONS[name])) for name in names),
            (NO_REASON, "None of these"),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick what is true and in the chart.",
        error_messages={
            "required": "Tick what applies, or “None of these”.",
            "invalid_choice": "Tick what applies of the list, or “None of these”.",
        },
    )
