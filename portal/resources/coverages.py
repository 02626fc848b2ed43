"""The coverages that our programs run for: each plan with each line of business, by today's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from members.models import LineOfBusiness, Program, ProgramTerms
from pathways.criteria.explain import capital


@dataclass(frozen=True)
class Coverage:
    """One line of business of a plan, the program it is in, and the program's terms."""

    program: Program
    line: LineOfBusiness
    terms: ProgramTerms

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.program.plan.slug}-{self.line.code}"

    @property
    def label(self) -> str:
        """Plan and line of business, as people choose it."""
        plan = self.program.plan.short_name
        # Some lines are called by their plan's name, too.
        return f"{plan}: {capital(self.line.name.removeprefix(plan).strip())}"


def coverages_on(today: date) -> list[Coverage]:
    """Every coverage of a program whose terms are in force, by plan and line of business.  Three queries."""
    return sorted(
        (
            Coverage(program, line, terms)
            for program, terms in programs_on(today)
            for line in program.plan.lines.all()
            if line.code in program.lines_of_business
        ),
        key=lambda coverage: coverage.label,
    )


def programs_on(today: date) -> list[tuple[Program, ProgramTerms]]:
    """Every program with its terms in force, by plan; plan and lines come with it.  Three queries."""
    begun = ProgramTerms.objects.filter(effective_from__lte=today).order_by("-effective_from")
    programs = Program.objects.select_related("plan").prefetch_related(
        Prefetch("terms", begun, to_attr="begun"), "plan__lines"
    )
    return [
        (program, program.begun[0])
        for program in programs.order_by("plan__name", "short_name")
        if program.begun
    ]
