"""Staged by one person, approved by another, published for good (R-168, R-169)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from notifications.models import AuditEvent
from pathways.actions import ReleaseRefused, approve_release, publish_release, stage_release
from pathways.loading import ReleaseContent
from pathways.models import Drug, DrugManager, MedicalPolicy, RegimenEntry, Release
from portal.models import User

pytestmark = pytest.mark.django_db

ROW: dict[str, Any] = {
    "id": "PW-1",
    "kind": "pathway",
    "tumor": "breast",
    "title": "Two drugs",
    "components": [{"drug": "paclitaxel"}, {"drug": "carboplatin"}],
}
FOUND = ReleaseContent(
    kind="pathways",
    slug="PW-TEST",
    label="Test",
    effective=date(2026, 1, 1),
    next_review=date(2027, 1, 1),
    notice="Synthetic.",
    changes=("PW-1 added",),
    authored_by="author",
    checked_by="checker",
    rows={"regimens": [ROW]},
)


@pytest.fixture
def author() -> User:
    return User.objects.create(username="author")


@pytest.fixture
def checker() -> User:
    return User.objects.create(username="checker")


@pytest.fixture
def published(author: User, checker: User) -> Release:
    release = stage_release(FOUND, by=author)
    approve_release(release, by=checker)
    publish_release(release, by=checker)
    return release


def test_a_staged_release_has_no_rows_and_is_not_in_force(author: User) -> None:
    release = stage_release(FOUND, by=author)
    assert (release.state, release.content) == ("staged", FOUND.rows)
    assert not RegimenEntry.objects.exists()


def test_publishing_makes_rows_of_what_was_staged(published: Release) -> None:
    row = RegimenEntry.objects.get()
    assert (row.release, row.regimen_id, row.drug_key) == (published, "PW-1", "carboplatin+paclitaxel")
    assert row.content == ROW
    assert (published.state, published.content) == ("published", {})


def test_each_step_is_audited_with_its_person(published: Release) -> None:
    events = AuditEvent.objects.filter(subject="release:PW-TEST").order_by("pk")
    assert [(event.name, event.actor_name) for event in events] == [
        ("release.staged", "author"),
        ("release.approved", "checker"),
        ("release.published", "checker"),
    ]


def test_the_person_who_staged_cannot_approve(author: User) -> None:
    release = stage_release(FOUND, by=author)
    with pytest.raises(ReleaseRefused, match="somebody else"):
        approve_release(release, by=author)


def test_the_database_too_refuses_an_approval_by_the_person_who_staged(author: User) -> None:
    release = stage_release(FOUND, by=author)
    with pytest.raises(DatabaseError, match="second_person"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(
            state="approved", approved_by=author, approved_at=release.staged_at
        )


def test_an_unapproved_release_cannot_be_published(author: User, checker: User) -> None:
    release = stage_release(FOUND, by=author)
    with pytest.raises(ReleaseRefused, match="no longer approved"):
        publish_release(release, by=checker)
    assert not RegimenEntry.objects.exists()


def test_staging_again_voids_the_approval(author: User, checker: User) -> None:
    approved = stage_release(FOUND, by=author)
    approve_release(approved, by=checker)
    again = stage_release(replace(FOUND, rows={"regimens": []}), by=author)
    assert (again.state, again.approved_by) == ("staged", None)
    with pytest.raises(ReleaseRefused):
        publish_release(approved, by=checker)


def test_a_published_release_is_staged_again_only_with_the_same_content(
    published: Release, author: User
) -> None:
    assert stage_release(FOUND, by=author) == published
    with pytest.raises(ReleaseRefused, match="never changes"):
        stage_release(replace(FOUND, rows={"regimens": []}), by=author)


def test_a_release_cannot_begin_before_a_published_one(
    published: Release, author: User, checker: User
) -> None:
    earlier = stage_release(replace(FOUND, slug="PW-EARLIER", effective=date(2025, 12, 31)), by=author)
    approve_release(earlier, by=checker)
    with pytest.raises(ReleaseRefused, match="later effective date"):
        publish_release(earlier, by=checker)


def test_two_releases_of_a_kind_cannot_begin_on_one_day(published: Release, author: User) -> None:
    with pytest.raises(ReleaseRefused, match="PW-OTHER would begin on 2026-01-01, as PW-TEST does"):
        stage_release(replace(FOUND, slug="PW-OTHER"), by=author)
    assert stage_release(replace(FOUND, slug="POL-OTHER", kind="policy"), by=author).state == "staged"


@pytest.mark.parametrize("column", ["label", "content_hash", "effective_from", "state"])
def test_the_database_refuses_any_change_of_a_published_release(published: Release, column: str) -> None:
    value = date(2027, 1, 1) if column == "effective_from" else "staged"
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Release.objects.filter(pk=published.pk).update(**{column: value})


@pytest.fixture
def published_policy(author: User, checker: User) -> Release:
    Drug.objects.create(name="paclitaxel", role="therapeutic", route="IV", benefit="medical", search="")
    manager = {"plan": "BCBSNC", "line_of_business": "*", "drug": "paclitaxel", "hcpcs": "", "by": "aim"}
    policy = {"policy": "paclitaxel", "title": "Paclitaxel", "effective": "2026-01-01"}
    rows = {"policies": [policy], "managers": [{**manager, "effective": "2026-01-01", "source": ""}]}
    release = stage_release(replace(FOUND, kind="policy", slug="POL-TEST", rows=rows), by=author)
    approve_release(release, by=checker)
    publish_release(release, by=checker)
    return release


@pytest.mark.usefixtures("published", "published_policy")
@pytest.mark.parametrize("model", [RegimenEntry, MedicalPolicy, DrugManager])
def test_the_database_refuses_a_change_of_published_content(model: type[RegimenEntry]) -> None:
    row = model.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(release=row.release_id + 1)
