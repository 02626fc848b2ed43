"""Program terms: every value that differs by plan, dated (R-001).

One row holds a whole set of terms; its columns are grouped by subject in the modules of this folder.
`members/README.md` says which PD row each column answers.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from members.models.plans import Program
from members.models.terms.brand import BrandTerms
from members.models.terms.clocks import Allowance, ClockTerms
from members.models.terms.contacts import ContactTerms
from members.models.terms.guidance import GuidanceTerms
from members.models.terms.orders import OrderTerms
from members.models.terms.review import ReviewTerms
from members.models.terms.scodes import SCodeTerms
from members.models.terms.scope import ScopeTerms

__all__ = ["Allowance", "ProgramTerms"]


class ProgramTerms(
    BrandTerms,
    ScopeTerms,
    ContactTerms,
    ClockTerms,
    ReviewTerms,
    OrderTerms,
    SCodeTerms,
    GuidanceTerms,
):
    """The terms of one program from a day on, until the next row of that program begins.

    A row that an order is bound to never changes again; `members.programs.load` refuses to.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="terms")
    effective_from = models.DateField(help_text="First day; in force is the latest row that has begun.")
    sources = models.JSONField(
        default=dict, help_text="For every column where its value comes from: a seed, a decision, a default."
    )

    class Meta:
        verbose_name_plural = "program terms"
        constraints = [
            # Also the index that Program.terms_on reads.
            models.UniqueConstraint(
                fields=["program", "effective_from"], name="one_terms_row_per_program_and_day"
            ),
            models.CheckConstraint(
                name="a_standard_allowance_is_in_business_days_or_in_hours",
                condition=Q(standard_business_days__isnull=False, standard_hours__isnull=True)
                | Q(standard_business_days__isnull=True, standard_hours__isnull=False),
            ),
            models.CheckConstraint(
                name="an_order_id_is_never_shown_on_a_denial", condition=Q(order_id_on_denial=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} from {self.effective_from}"
