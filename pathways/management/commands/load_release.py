"""Load clinical content; safe to run again: unchanged files are left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from notifications.audit import Actor
from pathways import actions, catalog, files, loading
from pathways.content import CATALOG, RADIATION
from pathways.criteria import ContentError
from pathways.loading import Problems, ReleaseContent
from pathways.models import LoadedFile, Release
from pathways.queries import release_changes
from pathways.radiation_codes import load_radiation
from pathways.radiation_content import read_radiation

#: Accounts nobody can sign in with, in whose names shipped content is staged and approved.
AUTHOR, CHECKER = "content.author", "content.checker"


class Command(BaseCommand):
    help = "Loads codes, drugs, cancers, radiation codes, medical policy and pathway releases from a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES_ROOT)
        parser.add_argument("--staged-by", default=AUTHOR, help="user name of the person who stages")
        parser.add_argument("--approved-by", default=CHECKER, help="user name of the second person")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *, folder: Path, staged_by: str, approved_by: str, dry_run: bool, **_: Any) -> None:
        try:
            with transaction.atomic():
                changes = Load(folder, staged_by, approved_by).run()
                transaction.set_rollback(dry_run)
        except ContentError as mistakes:
            raise CommandError(
                f"Nothing was loaded. {len(mistakes.problems)} to correct:\n{mistakes}"
            ) from None
        except actions.ReleaseRefused as refusal:
            raise CommandError(f"Nothing was loaded. {refusal}") from None
        for change in changes:
            self.stdout.write(f"{'would load' if dry_run else 'loaded'} {change.what}")
            for detail in change.details if dry_run else ():
                self.stdout.write(f"  {detail}")
        if not changes:
            self.stdout.write("clinical content is up to date")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a run loads, and for a release what it changes against the one before."""

    what: str
    details: tuple[str, ...] = ()


class Load:
    """One run: reads every changed part, then writes all of them."""

    def __init__(self, folder: Path, staged_by: str, approved_by: str) -> None:
        self.folder = folder
        self.staged_by, self.approved_by = staged_by, approved_by
        self.known = dict(LoadedFile.objects.values_list("path", "content_hash"))
        self.problems = Problems()
        self.writes: list[Callable[[], None]] = []
        self.changes: list[Change] = []

    def run(self) -> list[Change]:
        """Read, then write; returns what changed.  Raises ContentError, ReleaseRefused."""
        parts = {
            CATALOG: [*self.folder.glob("drugs/*.csv")],
            "codes": [*self.folder.glob("codes/*.csv"), *self.folder.glob("tumors/*.yaml")],
            "policies": [
                path
                for path in (*self.folder.glob("policies/**/*.yaml"), *self.folder.glob("routing/*.yaml"))
                if path.name != loading.CASES
            ],
        }
        if (self.folder / RADIATION).exists():
            parts[RADIATION] = [*self.folder.glob("radiation/**/*.*")]
        for release in sorted(self.folder.glob("pathways/*/release.yaml")):
            parts[f"pathways/{release.parent.name}"] = [*release.parent.glob("*.yaml")]
        digests = {name: files.digest(self.folder, paths) for name, paths in parts.items()}
        changed = [name for name in parts if digests[name] != self.known.get(name)]
        if not changed:
            return []
        self._read(changed)
        self.problems.finish()
        for write in self.writes:
            write()
        for name in changed:
            actions.note_loaded(name, digests[name], by=_person(self.staged_by))
        return self.changes

    def _read(self, changed: list[str]) -> None:
        drugs = catalog.read_drugs(self.folder / "drugs")
        if CATALOG in changed:
            self._later(
                lambda: actions.load_drugs(drugs),
                f"{len(drugs.drugs)} drugs with {len(drugs.products)} products",
            )
        if "codes" in changed:
            with self.problems.collected():
                self._read_codes(drugs)
        if RADIATION in changed:
            with self.problems.collected():
                self._read_radiation()
        releases: list[ReleaseContent] = []
        if "policies" in changed:
            with self.problems.collected():
                releases += loading.read_policy_releases(
                    self.folder / "policies", self.folder / "routing", products=drugs.codes
                )
        for name in changed:
            if name.startswith("pathways/"):
                with self.problems.collected():
                    releases.append(loading.read_pathway_release(self.folder / name, drugs=drugs.codes))
        for release in sorted(releases, key=lambda found: found.effective):
            self.writes.append(lambda release=release: self._publish(release))  # type: ignore[misc]

    def _read_codes(self, drugs: catalog.DrugCatalog) -> None:
        tumors = catalog.read_tumors(self.folder / "tumors", drugs=drugs.codes)
        codes = catalog.read_codes(self.folder / "codes" / "icd10cm_oncology.csv", tumors)
        trials = catalog.read_trials(self.folder / "codes" / "clinical_trials.csv")
        self._later(
            lambda: actions.load_codes(codes, tumors, trials),
            f"{len(codes)} diagnosis codes, {len(tumors)} cancers and {len(trials)} trials",
        )

    def _read_radiation(self) -> None:
        found = read_radiation(self.folder / "radiation")
        self._later(
            lambda: load_radiation(found),
            f"{len(found.codes)} radiation codes, {len(found.managed)} managed by plans, "
            f"{len(found.bundles)} sets of bundles",
        )

    def _later(self, write: Callable[[], None], change: str) -> None:
        self.writes.append(write)
        self.changes.append(Change(change))

    def _publish(self, found: ReleaseContent) -> None:
        author, checker = _person(self.staged_by), _person(self.approved_by)
        release = actions.stage_release(found, by=author)
        if release.state == Release.State.PUBLISHED:
            return
        details = tuple(f"{row} {what}: {title}" for row, what, title in release_changes(release))
        actions.approve_release(release, by=checker)
        actions.publish_release(release, by=checker)
        self.changes.append(Change(f"{found.slug}, in force from {found.effective:%Y-%m-%d}", details))


def _person(username: str) -> Actor:
    """The user of that name; the two content accounts are made when missing, without a password."""
    users = get_user_model()._default_manager
    user = users.filter(username=username).first()
    if user is None and username in (AUTHOR, CHECKER):
        user = get_user_model()(username=username, is_active=False)
        user.set_unusable_password()
        user.save()
    if user is None:
        raise CommandError(f"There is no user {username!r}.")
    return user
