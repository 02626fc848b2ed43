"""Files that the practice adds to a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class OrderDocument(models.Model):
    """One file on a case (R-102, D-59); append-only but for its virus check, which may come later.

    Who added it, and when, stands in `finding`.  `number` counts the order's documents from 1 and names
    the file in addresses; `name` is what the practice called it, for screens alone.  `stored_as` is a
    random name in Django's default storage; `sha256` is that of the bytes, so that the same file is on a
    case once.
    """

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        TIFF = "image/tiff", "TIFF"

    class Scan(models.TextChoices):
        CLEAN = "clean", "No virus found"
        NOT_SCANNED = "not_scanned", "Not checked for viruses"
        INFECTED = "infected", "Virus found"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="documents")
    finding = models.OneToOneField("orders.Finding", on_delete=models.PROTECT, related_name="document")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100, unique=True)
    scan = models.CharField(max_length=12, choices=Scan.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_document_per_order_and_number"),
            models.UniqueConstraint(fields=["order", "sha256"], name="the_same_file_is_on_a_case_once"),
        ]
        ordering = ["number"]
        indexes = [
            # orders.actions.documents.scan_waiting: files that no scanner has looked at.
            models.Index(fields=["id"], condition=Q(scan="not_scanned"), name="document_not_scanned"),
        ]
