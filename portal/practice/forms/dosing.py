"""Step 7: product, dose and schedule of every drug, and the supportive drugs."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any, Self

from django import forms
from django.contrib import messages

from orders.rules.pending import shared_cycles
from orders.rules.routing import Manager
from orders.rules.schedule import phase_starts
from orders.steps import Answers
from pathways.matching import PathwayMatch, match_regimen
from pathways.models import Drug
from pathways.queries import search_drugs
from pathways.regimens import Component
from portal.practice.forms import course, dose_preview, dosing_checks, dosing_page, drug_asks, drug_lines
from portal.practice.forms.base import PRESSED, Raw, StepForm
from portal.practice.forms.dosing_lines import FILLED, FOR_REGIMEN, filled_for_regimen, regimen_key
from portal.practice.forms.draft import Draft
from portal.practice.forms.drug_lines import Role, Typed
from portal.practice.forms.picks import Pick, settle
from portal.practice.forms.regimen import brands_of
from portal.practice.typed import whole


class DosingForm(StepForm):
    """Dosing filled from the regimen and editable; empty and required for a custom plan (R-118 to R-134).

    Lines are `lines-<number>-<name>`; buttons within the page add and remove supportive and trial
    drugs and further doses of a drug, and take over another schedule that the regimen allows.
    """

    step = "dosing"
    #: The lines follow another regimen than when the step was last saved.
    refilled = False
    always_checked = frozenset({"add_drug", "add_trial"})
    not_copied = frozenset({"dose_checked", "attestations", "fn_risk_factors", "add_drug_text", "add_trial"})

    height_cm = forms.CharField(label="Height", required=False, max_length=6)
    weight_kg = forms.CharField(label="Weight", required=False, max_length=6)
    add_drug = forms.CharField(
        label="Add a supportive drug",
        required=False,
        help_text="Generic name, brand or HCPCS code, for example Neulasta or J1453.",
    )
    add_trial = forms.CharField(
        label="Add a trial drug",
        required=False,
        max_length=80,
        help_text="The name the trial uses. Trial drugs are listed, not reviewed.",
    )
    no_supportive = forms.BooleanField(label="No supportive drugs are planned", required=False)
    dose_checked = forms.MultipleChoiceField(
        label="Doses to check again", required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def shown(cls, draft: Draft) -> Self:
        """The form, filled from the regimen on the first visit and when the regimen has changed."""
        raw = filled_for_regimen(draft)
        form = cls(raw, draft=draft)
        form.refilled = cls.step in draft.state.raw and form.pressed == FILLED
        if form.pressed != "continue":
            form.quieten()
        return form

    @classmethod
    def is_left_out(cls, name: str) -> bool:
        """Laboratory values are the latest ones."""
        return super().is_left_out(name) or name.startswith("labs-")

    def build(self) -> None:
        """Fields for each line, and for what the drugs raise."""
        self.lines = drug_lines.lines_in(self.raw)
        self.catalog = self.draft.catalog({line["drug"] for line in self.lines})
        for number, line in enumerate(self.lines):
            for name, field in drug_lines.fields_of(line, self.catalog).items():
                self.fields[drug_lines.field_name(number, name)] = field
        self.read = [drug_lines.read(line) for line in self.lines]
        numbered = [{**clean, "number": number} for number, (clean, _) in enumerate(self.read, start=1)]
        self.readable = [line for line, (_, faults) in zip(numbered, self.read, strict=True) if not faults]
        self.shared_cycles = shared_cycles(self.readable)
        facts = {**self.draft.facts, "regimen_risk": self.draft.regimen_risk}
        self.asks = drug_asks.asks_of(self.draft.content, facts, numbered)
        self.questions = drug_asks.fields_for(self.asks)
        self.fields.update(self.questions)
        self.match = self._match(numbered)
        warned = {f"{warning.drug}: {warning.entered}": warning.sentence for warning in self.match.warnings}
        self.fields["dose_checked"].choices = list(warned.items())  # type: ignore[attr-defined]
        if self.any_unit("AUC"):
            self.fields["creatinine_clearance"] = forms.CharField(
                label="Creatinine clearance",
                required=False,
                max_length=6,
                help_text="For the carboplatin dose.",
            )
        self._order_as_on_the_page()

    def _order_as_on_the_page(self) -> None:
        lines = [name for name in self.fields if name.startswith(f"{drug_lines.PREFIX}-")]
        measures = ("height_cm", "weight_kg", "creatinine_clearance")
        self.order_fields([*measures, *lines, "dose_checked", "add_drug", "no_supportive", "add_trial"])

    def _match(self, numbered: list[Answers]) -> PathwayMatch:
        if any(faults for _, faults in self.read):
            return PathwayMatch()
        facts = {**self.draft.facts, "drugs": numbered, **self._measures()}
        return match_regimen(self.draft.library, facts)

    def _measures(self) -> dict[str, str | None]:
        return {name: self.typed(name) or None for name in ("height_cm", "weight_kg")}

    def quieten(self) -> None:
        """That nothing is added yet is said when the page is sent."""
        super().quieten()
        if not self.typed("add_drug_text"):
            self.errors.pop("add_drug", None)

    def any_unit(self, ending: str) -> bool:
        """Whether a dose is given per something, or by AUC."""
        return any(line["unit"].endswith(ending) for line in self.lines)

    # --- Buttons within the page --------------------------------------------------------------------
    @cached_property
    def added(self) -> Pick[Drug]:
        """The supportive drug that was typed to be added."""
        text, key = self.typed("add_drug_text"), self.typed("add_drug")
        kept = Drug.objects.filter(name=key).first() if key else None
        found = search_drugs(text) if text and (kept is None or text != kept.name) else []
        return settle(text, key, found, kept, value=lambda drug: drug.name, label=str, detail=brands_of)

    def act(self, pressed: str) -> Raw:
        """Add or remove a line, or take over another schedule."""
        raw, lines = {**self.raw, PRESSED: [pressed]}, list(self.lines)
        button, _, argument = pressed.partition(":")
        if button == "add_drug" and (drug := self.added.chosen) and not self.why_not_supportive(drug):
            catalog = self.draft.catalog({drug.name})
            like = course.rhythm_beside(lines, self.readable)
            lines.append(drug_lines.empty(drug.name, Role.SUPPORTIVE, catalog, like=like))
            raw |= {"add_drug": [""], "add_drug_text": [""], "no_supportive": []}
        elif button == "add_trial" and (name := self.typed("add_trial")):
            catalog = self.draft.catalog(set())
            like = course.rhythm_beside(lines, self.readable)
            lines.append(drug_lines.empty(name[:80], Role.INVESTIGATIONAL, catalog, like=like))
            raw["add_trial"] = [""]
        elif button == "remove":
            gone = whole(argument, 0, len(lines) - 1)
            lines = [
                line for n, line in enumerate(lines) if n != gone or not drug_lines.is_removable(line, lines)
            ]
        elif button == "another" and (number := whole(argument, 0, len(lines) - 1)) is not None:
            lines.insert(number + 1, drug_lines.another_dose(lines[number]))
        elif button == "schedule":
            lines = self._rescheduled(lines, argument)
        return drug_lines.with_lines(raw, lines)

    def _rescheduled(self, lines: list[Typed], argument: str) -> list[Typed]:
        which, _, option = argument.partition(":")
        number = whole(which, 0, len(lines) - 1)
        if number is None:
            return lines
        line = lines[number]
        component = self.components.get(line["drug"])
        schedules = component.schedules if component and line["role"] == Role.THERAPEUTIC else ()
        chosen = whole(option, 0, len(schedules) - 1)
        if component and chosen is not None:
            lines[number] = {
                **drug_lines.filled(component, self.catalog, schedules[chosen]),
                "hcpcs": line["hcpcs"],
                "route": line["route"],
            }
        return lines

    @cached_property
    def phase_days(self) -> dict[str, date]:
        """The day on which each phase begins (DR-25); empty while a line cannot be read."""
        if self.draft.start_on is None or len(self.readable) < len(self.lines):
            return {}
        starts = phase_starts(course.planned(self.readable))
        return {str(phase): self.draft.start_on + timedelta(days=days) for phase, days in starts.items()}

    @cached_property
    def components(self) -> dict[str, Component]:
        """The drugs of the regimen by name; none for a custom plan."""
        row = self.draft.row
        return {component.drug: component for component in row.components} if row else {}

    def why_not_supportive(self, drug: Drug) -> str:
        """Why a drug cannot be added beside the regimen; "" when it can."""
        if any(line["drug"] == drug.name for line in self.lines):
            return f"{drug.name} is on the order already. Change its line, or add another dose there."
        if drug.role == Drug.Role.SUPPORTIVE:
            return ""
        in_regimens = bool(self.draft.library.with_drug(self.draft.tumor, drug.name))
        if in_regimens or self.draft.content.manager(drug.name, "") == Manager.AIM:
            if self.draft.is_supportive:
                return (
                    f"{drug.name} is a therapeutic drug: adding one needs a new treatment plan with all "
                    "drugs. Go back to Regimen and choose that."
                )
            return (
                f"{drug.name} is a therapeutic drug. Go back to Regimen and choose a regimen with it, "
                "or a custom plan."
            )
        return ""

    # --- Validation -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, object]:
        """All lines, measurements and confirmations."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if self.typed(FOR_REGIMEN) != regimen_key(self.draft):
            self.add_error(
                None, "The regimen was changed in another window. Check the lines, which follow it now."
            )
        for name, sentence in dosing_checks.faults(self):
            self.refuse(name, sentence)
        return cleaned

    def warned(self) -> list[tuple[str, str]]:
        """Doses to check again, with their sentences (R-125)."""
        found: list[tuple[str, str]] = list(self.fields["dose_checked"].choices)  # type: ignore[attr-defined]
        return found

    def clean_dose_checked(self) -> list[str]:
        """Ticks of doses that were changed since count no more."""
        offered = {value for value, _ in self.warned()}
        return [value for value in self.cleaned_data["dose_checked"] if value in offered]

    def asks_indication(self, line: Typed) -> bool:
        """Whether the line asks what its drug is given for."""
        return line["drug"] in self.asks.by_fact.get("indication", ()) or bool(line["indication"])

    def notices(self) -> list[tuple[int, str]]:
        """DR-09: doses of one drug in the same cycles are said again where the person goes on to."""
        drugs = dict.fromkeys(self.lines[number - 1]["drug"] for number in self.shared_cycles)
        return [
            (
                messages.WARNING,
                f"{drug} stands on two lines for the same cycles; the doses count together.",
            )
            for drug in drugs
        ]

    def answers(self) -> Answers:
        """Measurements, lines, and what the drugs raised, in the shape of orders/steps.py."""
        given = self.cleaned_data
        found: Answers = {
            "height_cm": self.typed("height_cm"),
            "weight_kg": self.typed("weight_kg"),
            "lines": [clean for clean, _ in self.read],
            "no_supportive": bool(given["no_supportive"]),
            "labs": self._labs(),
            "dose_checked": given["dose_checked"],
        }
        # What was not asked is left out: an empty list would say that there is none.
        for name in ("anemia_cause", "on_myelosuppressive_chemotherapy", "attestations"):
            if name in given:
                found[name] = given[name]
        if "fn_risk_factors" in given:
            factors = given["fn_risk_factors"]
            found["fn_risk_factors"] = [value for value in factors if value != drug_asks.NO_FACTOR]
        if "creatinine_clearance" in self.fields:
            found["creatinine_clearance"] = self.typed("creatinine_clearance")
        return found

    def tentative(self) -> Answers:
        """The lines that can be read already, with what the drugs raised as saved."""
        readable = [clean for clean, faults in self.read if not faults]
        given = self.answers() if self.is_complete else dict(self.draft.answers(self.step))
        return {**given, "lines": readable}

    def _labs(self) -> dict[str, str]:
        read = {name: drug_asks.read_lab(self.typed(f"labs-{name}")) for name in self.asks.family("labs")}
        return {name: value for name, value in read.items() if value}

    # --- What the page shows ------------------------------------------------------------------------
    def spoken_label(self, name: str) -> str:
        """A line's field with its drug in front."""
        prefix, _, rest = name.partition("-")
        number, _, short = rest.partition("-")
        if prefix == drug_lines.PREFIX and number.isdecimal() and int(number) < len(self.lines):
            return f"{self.lines[int(number)]['drug']}: {self.fields[name].label or short}"
        return super().spoken_label(name)

    def parts(self) -> dict[str, Any]:
        """The doses and the calendar, which follow what is typed as the panel does."""
        return {"preview": dose_preview.preview_of(self)}

    def context(self) -> dict[str, Any]:
        """The lines with their fields, deviations and other schedules; then the questions."""
        return {**dosing_page.context(self), "for_regimen": regimen_key(self.draft)}
