"""The drugs of an order, one line each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from orders.rules.states import DrugStatus


class DrugLine(models.Model):
    """One drug with its dosing as submitted (R-118 to R-123) and, as a projection, its status.

    `dose` is an amount in `dose_unit` ("mg", "mg/kg", "mg/m2", "AUC", "mcg", "units", ...);
    `days` and `cycles` are lists as typed ("1,8", "1-4"); `phase` 0 runs along the whole course.
    """

    class Role(models.TextChoices):
        THERAPEUTIC = "therapeutic", "Therapeutic"
        SUPPORTIVE = "supportive", "Supportive"
        INVESTIGATIONAL = "investigational", "Investigational"
        RADIATION = "radiation", "Radiation"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=15, choices=Role.choices)
    drug = models.CharField(max_length=80)
    hcpcs = models.CharField(max_length=5, blank=True, default="")
    dose = models.DecimalField(max_digits=12, decimal_places=4)
    dose_unit = models.CharField(max_length=12)
    route = models.CharField(max_length=20, blank=True, default="")
    days = models.CharField(max_length=60)
    cycle_length_days = models.PositiveSmallIntegerField()
    cycles = models.CharField(max_length=60)
    per_day = models.PositiveSmallIntegerField(default=1)
    phase = models.PositiveSmallIntegerField(default=1)
    indication = models.CharField(max_length=40, blank=True, default="")
    visits = models.PositiveSmallIntegerField(null=True)
    billing_units = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reviewed = models.BooleanField(default=False)
    status = models.CharField(max_length=25, choices=[(s.value, s.value) for s in DrugStatus])
    message = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_line_per_number"),
            models.CheckConstraint(name="dose_above_zero", condition=Q(dose__gt=0)),
            models.CheckConstraint(
                name="only_reviewed_lines_are_decided_or_wait",
                condition=Q(reviewed=True)
                | ~Q(
                    status__in=[
                        DrugStatus.AUTHORIZED.value,
                        DrugStatus.NON_AUTHORIZED.value,
                        DrugStatus.IN_PROGRESS.value,
                    ]
                ),
            ),
        ]
        ordering = ["number"]
