"""Step 1: health plan, kind of order, and setting."""

from __future__ import annotations

from django import forms

from members.models import Plan, ProgramTerms
from members.queries import orderable_plans
from orders.models import Order, OutageReason
from orders.steps import Answers
from portal.practice.forms.base import StepForm, choose

INPATIENT_STOP = (
    "No request is needed through the program for treatment given to an inpatient, so this order stops "
    "here. Check with the plan what the hospital stay needs."
)


class PlanForm(StepForm):
    """Whose member it is and what is ordered (R-010, R-019, R-335)."""

    step = "plan"

    solution = choose("Type of order", Order.Solution.choices, missing="Choose the type of order.")
    setting = choose(
        "Setting",
        [("outpatient", "Outpatient"), ("inpatient", "Inpatient")],
        missing="Choose the setting, outpatient or inpatient.",
        hint="An office, an infusion center and a hospital’s outpatient department are outpatient.",
    )

    def build(self) -> None:
        """Offer the plans that have a program."""
        self.plans = {plan.slug: plan for plan in orderable_plans()}
        self.fields["plan"] = choose(
            "Health plan",
            [(slug, plan.name) for slug, plan in self.plans.items()],
            missing="Choose the member’s health plan.",
            hint="The plan’s name is on the member’s card.",
        )
        by_contact_center = self.draft.order.by_contact_center
        self.electronic = list(filter(self._outage_only, self.plans.values())) if by_contact_center else []
        if self.electronic:
            self.fields["outage_reason"] = self._outage_reason()
        self.order_fields(["plan", "solution", "setting", "outage_reason"])

    def _outage_reason(self) -> forms.ChoiceField:
        """Why the request does not come through the portal, where a plan wants to know (D-38, R-378)."""
        names = " and ".join(plan.name for plan in self.electronic)
        return forms.ChoiceField(
            label="Outage reason",
            choices=[("", "No outage"), *OutageReason.choices],
            required=False,
            help_text=f"{names}: requests by phone, fax or mail are for temporary technical problems only.",
        )

    def _outage_only(self, plan: Plan) -> bool:
        """Whether any program of the plan takes other than electronic requests in outages only (PD-14)."""
        terms = (program.terms_on(self.draft.now.date()) for program in plan.programs.all())
        return any(found.phone_policy == ProgramTerms.PhonePolicy.OUTAGE_ONLY for found in terms)

    def clean_solution(self) -> str:
        """Stop at what no program of the plan takes, and say whom to ask (R-335)."""
        solution: str = self.cleaned_data["solution"]
        plan = self.plans.get(self.cleaned_data.get("plan", ""))
        if plan and not any(solution in program.solutions for program in plan.programs.all()):
            label = Order.Solution(solution).label.lower()
            raise forms.ValidationError(
                f"{plan.name} has no {label} program here. Check with the plan whom to ask.", code="solution"
            )
        return solution

    def clean_setting(self) -> str:
        """Stop at inpatient treatment where the program is for outpatients (R-010)."""
        setting: str = self.cleaned_data["setting"]
        plan = self.plans.get(self.cleaned_data.get("plan", ""))
        if setting == "inpatient" and plan and self._outpatient_only(plan):
            raise forms.ValidationError(INPATIENT_STOP, code="inpatient")
        return setting

    def _outpatient_only(self, plan: Plan) -> bool:
        return all(p.terms_on(self.draft.now.date()).outpatient_only for p in plan.programs.all())

    def clean(self) -> dict[str, object]:
        """Demand the outage reason where the plan does."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if self._needs_outage_reason() and not cleaned.get("outage_reason"):
            self.refuse(
                "outage_reason", "Choose the outage reason. Without an outage, the office uses the portal."
            )
        return cleaned

    def _needs_outage_reason(self) -> bool:
        return self.cleaned_data.get("plan") in {plan.slug for plan in self.electronic}

    def answers(self) -> Answers:
        """plan, solution, setting; outage_reason where the plan asks for it."""
        asked = ("outage_reason",) if self._needs_outage_reason() else ()
        return {name: self.cleaned_data[name] for name in ("plan", "solution", "setting", *asked)}
