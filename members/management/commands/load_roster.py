"""Load roster files of members and providers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from members.models import RosterLoad
from members.rosters.apply import load_roster
from members.rosters.layouts import LAYOUTS
from notifications.clock import now


class Command(BaseCommand):
    help = (
        "Load roster files named after their kind (practices.csv, sites.csv, providers.csv, "
        "participations.csv, members.csv), or every one of a folder in that order."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            nargs="*",
            type=Path,
            default=[settings.FIXTURES_ROOT / "rosters"],
            help="files, or a folder of them",
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the day the files describe; today unless told"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )
        parser.add_argument(
            "--allow-shrink", action="store_true", help="let a file end much of what runs now"
        )

    def handle(
        self,
        *args: Any,
        files: list[Path],
        as_of: date | None,
        allow_shrink: bool,
        dry_run: bool,
        **options: Any,
    ) -> None:
        started = now()
        day = as_of or started.astimezone(ZoneInfo("America/New_York")).date()
        refused = False
        for path in _in_loading_order(files):
            with transaction.atomic():
                report = load_roster(
                    path.stem,
                    path.read_bytes(),
                    file_name=path.name,
                    as_of=day,
                    by=None,
                    allow_shrink=allow_shrink,
                )
                self._show(report, is_new=report.loaded_at >= started)
                transaction.set_rollback(dry_run)
            refused |= report.outcome == RosterLoad.Outcome.REFUSED
        if refused:
            raise CommandError("A file was refused; nothing of it was applied.")
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")

    def _show(self, report: RosterLoad, *, is_new: bool) -> None:
        if not is_new:
            self.stdout.write(f"{report.kind}: nothing to do, this file is applied already.")
            return
        self.stdout.write(
            f"{report.kind}: {report.outcome}, {report.rows} rows, {report.added} added, "
            f"{report.changed} changed, {report.terminated} ended, {report.quarantined} in quarantine."
        )
        for line in (*report.faults, *report.notes):
            self.stdout.write(f"  {line}")
        for bad in report.quarantined_rows.order_by("line_number"):
            self.stdout.write(f"  line {bad.line_number}: {bad.reason}")


def _in_loading_order(files: list[Path]) -> list[Path]:
    """The files by kind, each after those it points to; raises CommandError for one of no kind."""
    found = [
        file
        for path in files
        for file in ([path / f"{kind}.csv" for kind in LAYOUTS] if path.is_dir() else [path])
        if file.exists() or not path.is_dir()
    ]
    for path in found:
        if path.stem not in LAYOUTS or not path.exists():
            raise CommandError(f"{path} is no roster file; name it after its kind: {', '.join(LAYOUTS)}.")
    return sorted(found, key=lambda path: list(LAYOUTS).index(path.stem))
