"""The report of every roster file, and the rows that could not be used."""

from __future__ import annotations

from django.db import models


class RosterLoad(models.Model):
    """One roster file as it was read: what it changed, or why it was refused whole (R-062, R-457)."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", "Applied"
        UNCHANGED = "unchanged", "Nothing new in it"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    as_of = models.DateField(help_text="The day that the file describes.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    terminated = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list, help_text="Why the file was refused; each says what to do.")
    notes = models.JSONField(default=list, help_text="What was left undone, and why.")
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=150)

    class Meta:
        indexes = [
            # members.rosters.apply: the last load of a kind that was not refused.
            models.Index(fields=["kind", "-loaded_at"], name="roster_load_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of}: {self.outcome}"


class QuarantinedRow(models.Model):
    """A row set aside with its line and reason while the rest of its file was applied (R-062)."""

    load = models.ForeignKey(RosterLoad, on_delete=models.CASCADE, related_name="quarantined_rows")
    line_number = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    row = models.JSONField(help_text="The row as it came, so that the plan can be asked about it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["load", "line_number"], name="one_quarantined_row_per_line"),
        ]

    def __str__(self) -> str:
        return f"line {self.line_number}: {self.reason}"
