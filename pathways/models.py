"""Dated clinical content: releases of pathways and medical policy, the drug catalog, codes and tumors.

Everything here is written by `pathways.actions` and `pathways.loading`; a published row never
changes: what is wrong is corrected by a later release (R-168, R-169, D-73).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Release(models.Model):
    """A dated, checked and approved set of content (R-168, D-73).

    In force on a day is the latest published release of its kind that had taken effect by then
    (DR-03).  `content_hash` names the content itself: equal hashes mean equal content.
    """

    class Kind(models.TextChoices):
        PATHWAYS = "pathways", "Pathways"
        POLICY = "policy", "Medical policy"

    class State(models.TextChoices):
        STAGED = "staged", "Staged"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    slug = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    effective_from = models.DateField()
    notice = models.TextField(blank=True, default="", help_text="What changes, as users are told.")
    authored_by = models.CharField(max_length=120)
    checked_by = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64)
    changes = models.JSONField(default=list, help_text="One sentence per change, as its author tells it.")
    content = models.JSONField(
        default=dict, help_text="What is staged, by kind of row; emptied when publishing makes rows of it."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    staged_at = models.DateTimeField()
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "effective_from"], name="one_release_per_kind_and_day"),
            models.CheckConstraint(
                name="a_release_is_checked_by_somebody_else_than_its_author",
                condition=~Q(authored_by=F("checked_by")) & ~Q(authored_by="") & ~Q(checked_by=""),
            ),
            models.CheckConstraint(
                name="release_approved_at_and_by_come_together",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="release_published_at_and_by_come_together",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_release_is_approved_by_a_second_person",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("staged_by")),
            ),
            models.CheckConstraint(
                name="an_approved_release_has_its_approval",
                condition=Q(state="staged") | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_published_release_has_its_publication",
                condition=~Q(state="published") | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["kind", "state", "-effective_from"], name="release_in_force")]

    def __str__(self) -> str:
        return self.slug


class RegimenEntry(models.Model):
    """One regimen of a pathway release: on pathway, or evidence based but off pathway (library)."""

    class Kind(models.TextChoices):
        PATHWAY = "pathway", "Pathway"
        LIBRARY = "library", "Library, off pathway"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="regimens")
    regimen_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    tumor = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    drug_key = models.CharField(max_length=400, help_text="Drug names, sorted, joined with +.")
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "regimen_id"], name="one_regimen_per_release_and_id"),
        ]
        ordering = ["regimen_id"]

    def __str__(self) -> str:
        return f"{self.regimen_id} ({self.release_id})"


class MedicalPolicy(models.Model):
    """The criteria for one drug from a day on, in the words of its content file (R-160, DR-09)."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="policies")
    drug = models.CharField(max_length=80)
    effective_from = models.DateField()
    title = models.CharField(max_length=200)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drug", "effective_from"], name="one_policy_per_drug_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.drug} {self.effective_from:%Y-%m-%d}"


class Drug(models.Model):
    """A drug of the catalog, by its generic name."""

    class Role(models.TextChoices):
        THERAPEUTIC = "therapeutic", "Therapeutic"
        SUPPORTIVE = "supportive", "Supportive"

    class Benefit(models.TextChoices):
        MEDICAL = "medical", "Medical benefit"
        PHARMACY = "pharmacy", "Pharmacy benefit"

    name = models.CharField(max_length=80, unique=True)
    brands = models.JSONField(default=list)
    drug_class = models.CharField(max_length=80, blank=True, default="")
    role = models.CharField(max_length=12, choices=Role.choices)
    route = models.CharField(max_length=20)
    benefit = models.CharField(max_length=10, choices=Benefit.choices)
    dose_managed = models.BooleanField(default=False)
    vial_sizes = models.JSONField(
        default=list, help_text="Milligrams in each size of vial, as text; empty where none is known."
    )
    search = models.TextField(help_text="Lower case: name, brands and HCPCS codes with their descriptions.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DrugProduct(models.Model):
    """A billable product of a drug: HCPCS code and billing unit while the code is valid (DR-03, DR-20)."""

    drug = models.ForeignKey(Drug, on_delete=models.PROTECT, related_name="products")
    hcpcs = models.CharField(max_length=5, blank=True, default="", help_text="Empty: billed by NDC.")
    description = models.CharField(max_length=300)
    unit_size = models.DecimalField(max_digits=12, decimal_places=4)
    unit_kind = models.CharField(max_length=12)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, help_text="The last day on which the code is valid.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["drug", "hcpcs", "effective_from"], name="one_product_per_drug_code_and_day"
            ),
            models.CheckConstraint(name="product_unit_above_zero", condition=Q(unit_size__gt=0)),
        ]
        ordering = ["drug", "hcpcs"]

    def __str__(self) -> str:
        return self.hcpcs or "NDC"


class DrugManager(models.Model):
    """Who manages a drug, or one product of it, for a plan and line of business from a day on (DR-04).

    A product row goes before a drug row, a line of business before "*"; among equals the latest
    that has begun is in force.
    """

    class By(models.TextChoices):
        AIM = "aim", "AIM reviews"
        NONE = "none", "No clinical review"
        HEALTH_PLAN = "health_plan", "Health plan"
        PBM = "pbm", "Pharmacy benefit manager"
        OTHER_ENTITY = "other_entity", "Another entity"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="managers")
    plan = models.CharField(max_length=20)
    line_of_business = models.CharField(max_length=30, default="*")
    drug = models.ForeignKey(Drug, on_delete=models.PROTECT, related_name="managers")
    hcpcs = models.CharField(max_length=5, blank=True, default="")
    effective_from = models.DateField()
    by = models.CharField(max_length=12, choices=By.choices)
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "line_of_business", "drug", "hcpcs", "effective_from"],
                name="one_manager_per_plan_line_drug_product_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.line_of_business} {self.hcpcs or self.drug_id}: {self.by}"


class DiagnosisCode(models.Model):
    """An ICD-10-CM code of oncology, with the tumor types it stands for (DR-01)."""

    code = models.CharField(max_length=8, unique=True)
    description = models.CharField(max_length=300)
    billable = models.BooleanField()
    malignant = models.BooleanField(help_text="C00 to C96, or D46: may be a primary diagnosis.")
    tumors = models.JSONField(default=list, help_text="Slugs; empty: not in the program's list.")
    search = models.TextField(help_text="Lower case: code without its dot, description, category.")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class TumorType(models.Model):
    """A tumor type and the questions that are asked about it; `content` is its file."""

    slug = models.CharField(max_length=30, unique=True)
    label = models.CharField(max_length=80)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class LoadedFile(models.Model):
    """A code or catalog file as last loaded: an unchanged file is not read into rows again."""

    path = models.CharField(max_length=200, unique=True)
    content_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class TrialRecord(models.Model):
    """A clinical trial known to the portal, to name a typed Trial ID by (R-137, D-54)."""

    nct_id = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=400)
    phase = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["nct_id"]

    def __str__(self) -> str:
        return self.nct_id


class RadiationCode(models.Model):
    """A CPT or HCPCS code of radiation oncology, and what it stands for from a day to a day (R-349).

    The numbers are the American Medical Association's; each description is our own.
    """

    code = models.CharField(max_length=5)
    category = models.CharField(max_length=40)
    part = models.CharField(max_length=12, help_text="What it is for: a key of radiation_content.PARTS.")
    description = models.CharField(max_length=200)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, help_text="The last day on which the code is valid.")
    replaced_by = models.JSONField(default=list, help_text="Codes that took its place, as we see it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "effective_from"], name="one_radiation_code_per_code_and_day"
            ),
        ]
        ordering = ["code", "effective_from"]

    def __str__(self) -> str:
        return self.code


class ManagedCode(models.Model):
    """A radiation code that is managed for a plan's line of business from a day to a day (R-337)."""

    plan = models.CharField(max_length=20)
    line_of_business = models.CharField(max_length=30)
    code = models.CharField(max_length=5)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, help_text="The last day on which it is managed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "line_of_business", "code", "effective_from"],
                name="one_managed_code_per_plan_line_code_and_day",
            ),
        ]
        ordering = ["plan", "line_of_business", "code", "effective_from"]

    def __str__(self) -> str:
        return f"{self.plan} {self.line_of_business} {self.code}"


class CodeBundle(models.Model):
    """The codes that an approval of a technique names, until the next of that technique begins (R-345)."""

    technique = models.CharField(max_length=20)
    effective_from = models.DateField()
    content = models.JSONField(help_text="A list of pathways.bundles.BundledCode.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["technique", "effective_from"], name="one_code_bundle_per_technique_and_day"
            ),
        ]
        ordering = ["technique", "-effective_from"]

    def __str__(self) -> str:
        return f"{self.technique} {self.effective_from:%Y-%m-%d}"
