"""Writes of clinical content: staging, approving and publishing releases, loading the catalog.

A release is staged by one person, approved by another, then published; publishing turns what was
staged into rows that never change (R-168, R-169).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from notifications import audit
from notifications.audit import Actor
from notifications.clock import now
from notifications.names import AuditName
from pathways.catalog import CodeRow, DrugCatalog, ProductRow, TumorFile
from pathways.criteria import content_hash
from pathways.loading import ReleaseContent
from pathways.models import (
    DiagnosisCode,
    Drug,
    DrugManager,
    DrugProduct,
    LoadedFile,
    MedicalPolicy,
    RegimenEntry,
    Release,
    TrialRecord,
    TumorType,
)
from pathways.regimen_content import drug_key

State = Release.State


class ReleaseRefused(Exception):
    """A release cannot take this step; the message says what to do."""


@transaction.atomic
def stage_release(found: ReleaseContent, *, by: Actor) -> Release:
    """Stage a release as read; staging it again replaces what was staged and voids its approval.

    A published release with the same content is returned as it is.  Raises ReleaseRefused when it
    is published with other content, and when another one of its kind begins on its day.
    """
    existing = Release.objects.filter(slug=found.slug).first()
    if existing is not None and existing.state == State.PUBLISHED:
        if existing.content_hash == found.content_hash:
            return existing
        raise ReleaseRefused(
            f"{found.slug} is published and never changes; give corrected content a release of its own."
        )
    same_day = Release.objects.filter(kind=found.kind, effective_from=found.effective)
    if other := same_day.exclude(slug=found.slug).first():
        raise ReleaseRefused(
            f"{found.slug} would begin on {found.effective:%Y-%m-%d}, as {other.slug} does; "
            "give it another effective date."
        )
    release, _ = Release.objects.update_or_create(
        slug=found.slug,
        defaults={
            "kind": found.kind,
            "label": found.label,
            "effective_from": found.effective,
            "notice": found.notice,
            "changes": list(found.changes),
            "authored_by": found.authored_by,
            "checked_by": found.checked_by,
            "content_hash": found.content_hash,
            "content": found.rows,
            "state": State.STAGED,
            "staged_at": now(),
            "staged_by_id": by.pk,
            "approved_at": None,
            "approved_by": None,
        },
    )
    _record(AuditName.RELEASE_STAGED, release, by=by)
    return release


@transaction.atomic
def approve_release(release: Release, *, by: Actor) -> None:
    """Approve a staged release; refused to the person who staged it."""
    if by.pk == release.staged_by_id:
        raise ReleaseRefused(f"{release.slug} must be approved by somebody else than its author.")
    _step(release, State.STAGED, State.APPROVED, approved_at=now(), approved_by_id=by.pk)
    _record(AuditName.RELEASE_APPROVED, release, by=by)


@transaction.atomic
def publish_release(release: Release, *, by: Actor) -> None:
    """Publish an approved release: from its effective day on, orders are judged by it.

    Refused when one of its kind that begins on the same day or later is published: orders bound to
    that one would be judged differently on a replay.
    """
    later = Release.objects.filter(
        kind=release.kind, state=State.PUBLISHED, effective_from__gte=release.effective_from
    )
    if later.exists():
        raise ReleaseRefused(
            f"{release.slug} would begin before a published release; give it a later effective date."
        )
    rows = Release.objects.values_list("content", flat=True).get(pk=release.pk)
    _step(release, State.APPROVED, State.PUBLISHED, published_at=now(), published_by_id=by.pk, content={})
    _write_regimens(release, rows.get("regimens", ()))
    _write_policies(release, rows.get("policies", ()))
    _write_managers(release, rows.get("managers", ()))
    _record(AuditName.RELEASE_PUBLISHED, release, by=by)


def _step(release: Release, old: Release.State, new: Release.State, **values: Any) -> None:
    # Compare-and-set on the hash too: what was approved is what is published.
    same = Release.objects.filter(pk=release.pk, state=old, content_hash=release.content_hash)
    if not same.update(state=new, **values):
        raise ReleaseRefused(f"{release.slug} is no longer {old.label.lower()}; look at it again.")
    release.refresh_from_db()


def _record(name: AuditName, release: Release, *, by: Actor) -> None:
    audit.record(
        name,
        actor=by,
        subject=f"release:{release.slug}",
        effective_from=release.effective_from.isoformat(),
        content_hash=release.content_hash,
    )


def _write_regimens(release: Release, rows: Iterable[dict[str, Any]]) -> None:
    RegimenEntry.objects.bulk_create(
        RegimenEntry(
            release=release,
            regimen_id=row["id"],
            kind=row["kind"],
            tumor=row["tumor"],
            title=row["title"],
            drug_key=drug_key([component["drug"] for component in row["components"]]),
            content=row,
        )
        for row in rows
    )


def _write_policies(release: Release, rows: Iterable[dict[str, Any]]) -> None:
    MedicalPolicy.objects.bulk_create(
        MedicalPolicy(
            release=release,
            drug=row["policy"],
            effective_from=row["effective"],
            title=row["title"],
            content=row,
            content_hash=content_hash(row),
        )
        for row in rows
    )


def _write_managers(release: Release, rows: Iterable[dict[str, str]]) -> None:
    keys = dict(Drug.objects.values_list("name", "pk"))
    DrugManager.objects.bulk_create(
        DrugManager(
            release=release,
            plan=row["plan"],
            line_of_business=row["line_of_business"],
            drug_id=keys[row["drug"]],
            hcpcs=row["hcpcs"],
            effective_from=row["effective"],
            by=row["by"],
            source=row["source"],
        )
        for row in rows
    )


@transaction.atomic
def load_drugs(catalog: DrugCatalog) -> None:
    """Bring drugs and products up to date; a product's code may end, nothing else about it changes.

    Raises ReleaseRefused when a product is changed or missing.
    """
    Drug.objects.bulk_create(
        [
            Drug(
                name=row.name,
                brands=list(row.brands),
                drug_class=row.drug_class,
                role=row.role,
                route=row.route,
                benefit=row.benefit,
                dose_managed=row.dose_managed,
                vial_sizes=[f"{size:f}" for size in row.vial_sizes],
                search=row.search,
            )
            for row in catalog.drugs
        ],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=[
            "brands",
            "drug_class",
            "role",
            "route",
            "benefit",
            "dose_managed",
            "vial_sizes",
            "search",
        ],
    )
    keys = dict(Drug.objects.values_list("name", "pk"))
    known = {
        (row.drug_id, row.hcpcs, row.effective_from): row
        for row in DrugProduct.objects.select_related("drug")
    }
    fresh = []
    for row in catalog.products:
        stored = known.pop((keys[row.drug], row.hcpcs, row.effective_from), None)
        if stored is None:
            fresh.append(_product(row, keys[row.drug]))
        else:
            _end_product(stored, row)
    if known:
        lost = ", ".join(sorted(f"{row.drug} {row}" for row in known.values()))
        raise ReleaseRefused(f"products never disappear; give them a last day instead: {lost}.")
    DrugProduct.objects.bulk_create(fresh)


def _product(row: ProductRow, drug_id: int) -> DrugProduct:
    return DrugProduct(
        drug_id=drug_id,
        hcpcs=row.hcpcs,
        description=row.description,
        unit_size=row.unit_size,
        unit_kind=row.unit_kind,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def _end_product(stored: DrugProduct, row: ProductRow) -> None:
    if (stored.unit_size, stored.unit_kind, stored.description) != (
        row.unit_size,
        row.unit_kind,
        row.description,
    ):
        raise ReleaseRefused(
            f"{row.drug} {row.hcpcs}: unit and description of a product never change; "
            "end it and add one that begins on the day after."
        )
    if stored.effective_to != row.effective_to:
        stored.effective_to = row.effective_to
        stored.save(update_fields=["effective_to"])


@transaction.atomic
def load_codes(
    codes: Iterable[CodeRow], tumors: Iterable[TumorFile], trials: Iterable[dict[str, str]]
) -> None:
    """Bring diagnosis codes, cancers with their questions, and known trials up to date.

    Orders keep the answers they were given whatever is asked of later ones (R-117).
    """
    DiagnosisCode.objects.bulk_create(
        [
            DiagnosisCode(
                code=row.code,
                description=row.description,
                billable=row.billable,
                malignant=row.malignant,
                tumors=list(row.tumors),
                search=row.search,
            )
            for row in codes
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["description", "billable", "malignant", "tumors", "search"],
    )
    TumorType.objects.bulk_create(
        [
            TumorType(slug=row.slug, label=row.label, content=row.content, content_hash=row.content_hash)
            for row in tumors
        ],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["label", "content", "content_hash"],
    )
    TrialRecord.objects.bulk_create(
        [TrialRecord(**row) for row in trials],
        update_conflicts=True,
        unique_fields=["nct_id"],
        update_fields=["title", "phase", "status"],
    )


@transaction.atomic
def note_loaded(name: str, digest: str, *, by: Actor) -> None:
    """Remember which files were loaded, so that the next load can leave unchanged ones alone."""
    LoadedFile.objects.update_or_create(path=name, defaults={"content_hash": digest, "loaded_at": now()})
    audit.record(AuditName.CONTENT_LOADED, actor=by, subject=f"content:{name}", content_hash=digest)
