"""The days on which a plan does no business."""

from __future__ import annotations

from django.db import models


class Holiday(models.Model):
    """One day off in a calendar: a holiday or a one-off closing (R-265, D-04).

    `ProgramTerms.holiday_calendar` names the calendar, so plans may share one or have their own.
    """

    calendar = models.SlugField(max_length=40)
    on = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            # Also the index that members.queries.calendar_for reads.
            models.UniqueConstraint(fields=["calendar", "on"], name="one_entry_per_calendar_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
