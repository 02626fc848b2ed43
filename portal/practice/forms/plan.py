"""Step 1: health plan, kind of order, and setting."""

from __future__ import annotations

from django import forms

from members.models import Plan
from members.queries import orderable_plans
from orders.models import Order
from orders.steps import Answers
from portal.practice.forms.base import StepForm, choose
from portal.practice.forms.words import contact_center

INPATIENT_STOP = (
    "No request is needed through the program for treatment given to an inpatient, so this order stops "
    "here. Check with the plan what the hospital stay needs."
)


class PlanForm(StepForm):
    """Whose member it is and what is ordered (R-010, R-019)."""

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
        self.order_fields(["plan", "solution", "setting"])

    def clean_solution(self) -> str:
        """Stop at what is taken elsewhere, and say where."""
        solution: str = self.cleaned_data["solution"]
        plan = self.plans.get(self.cleaned_data.get("plan", ""))
        if plan and solution != Order.Solution.MEDICAL_ONCOLOGY:
            raise forms.ValidationError(self._taken_elsewhere(plan, solution), code="solution")
        return solution

    def _taken_elsewhere(self, plan: Plan, solution: str) -> str:
        label = Order.Solution(solution).label
        program = next((p for p in plan.programs.all() if solution in p.solutions), None)
        if program is None:
            return f"{plan.name} has no {label.lower()} program here. Check with the plan whom to ask."
        terms = program.terms_on(self.draft.now.date())
        return f"{label} requests for {plan.name} are taken by phone. Call the {contact_center(terms)}."

    def clean_setting(self) -> str:
        """Stop at inpatient treatment where the program is for outpatients (R-010)."""
        setting: str = self.cleaned_data["setting"]
        plan = self.plans.get(self.cleaned_data.get("plan", ""))
        if setting == "inpatient" and plan and self._outpatient_only(plan):
            raise forms.ValidationError(INPATIENT_STOP, code="inpatient")
        return setting

    def _outpatient_only(self, plan: Plan) -> bool:
        return all(p.terms_on(self.draft.now.date()).outpatient_only for p in plan.programs.all())

    def answers(self) -> Answers:
        """plan, solution, setting."""
        return {name: self.cleaned_data[name] for name in ("plan", "solution", "setting")}
